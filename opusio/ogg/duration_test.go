package ogg

import (
	"strings"
	"testing"
)

// TestPacketDuration goes through all first and second bytes against table 2
// of RFC 6716, in tenths of a millisecond.
func TestPacketDuration(t *testing.T) {
	silk, hybrid, celt := []int{100, 200, 400, 600}, []int{100, 200}, []int{25, 50, 100, 200}
	var table []int
	for range 3 {
		table = append(table, silk...)
	}
	for range 2 {
		table = append(table, hybrid...)
	}
	for range 4 {
		table = append(table, celt...)
	}
	for toc := range 256 {
		for second := range 256 {
			want := table[toc>>3] * []int{1, 2, 2, second & 63}[toc&3]
			if want > 1200 {
				want = 0
			}
			got, err := PacketDuration([]byte{byte(toc), byte(second), 0})
			if got*10 != want*48 || (err == nil) != (want > 0) {
				t.Fatalf("% x: %d, %v; want %d", []byte{byte(toc), byte(second)}, got, err, want*48/10)
			}
		}
		if _, err := PacketDuration([]byte{byte(toc)}); (err == nil) != (toc&3 != 3) {
			t.Fatalf("%x alone: %v", toc, err)
		}
	}
	for _, p := range [][]byte{nil, {}, {3}, {3, 0}, {toc20 | 3, 7}} {
		if _, err := PacketDuration(p); err == nil || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Errorf("% x: %v", p, err)
		}
	}
}

// TestShortened: never longer than asked, never shorter than needed, the
// channels and, where possible, the mode kept.
func TestShortened(t *testing.T) {
	for toc := range 256 {
		for samples := int64(120); samples <= MaxPacketSamples; samples += 120 {
			got := shortened(byte(toc), samples)
			n := int64(frameSamples(got))
			if n > samples || got&7 != byte(toc)&7 || int64(frameSamples(byte(toc))) <= samples && got != byte(toc) {
				t.Fatalf("%#x for %d: %#x", toc, samples, got)
			}
			if silk := toc>>3 < 12; silk && samples >= 480 && got>>5 != byte(toc)>>5 {
				t.Fatalf("%#x for %d: %#x left its mode", toc, samples, got)
			}
		}
	}
	// Mediumband SILK of 60 ms becomes wideband CELT of 5 ms.
	if got := shortened(7<<3|4, 240); got != 21<<3|4 {
		t.Errorf("%d", got>>3)
	}
}

func BenchmarkPacketDuration(b *testing.B) {
	p := []byte{toc20 | 3, 5}
	for range b.N {
		PacketDuration(p)
	}
}
