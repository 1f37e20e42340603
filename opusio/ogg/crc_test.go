package ogg

import "testing"

// slowCRC is the definition, bit by bit.
func slowCRC(p []byte) uint32 {
	var c uint32
	for _, b := range p {
		c ^= uint32(b) << 24
		for range 8 {
			if c>>31 == 1 {
				c = c<<1 ^ 0x04C11DB7
			} else {
				c <<= 1
			}
		}
	}
	return c
}

func TestCRC(t *testing.T) {
	// The check value of this checksum with start 0 and no inversion.
	if c := crcUpdate(0, []byte("123456789")); c != 0x89A1897F {
		t.Errorf("%#x", c)
	}
	p := packet20(300, 5)
	for i := range 20 {
		for n := range len(p) - i {
			if got, want := crcUpdate(crcUpdate(0, p[i:i+n/2]), p[i+n/2:i+n]), slowCRC(p[i:i+n]); got != want {
				t.Fatalf("bytes %d to %d: %#x, want %#x", i, i+n, got, want)
			}
		}
	}
}

func BenchmarkCRC(b *testing.B) {
	p := packet20(4096, 0)
	b.SetBytes(int64(len(p)))
	for range b.N {
		crcUpdate(0, p)
	}
}
