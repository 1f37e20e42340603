package ogg

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// scan returns the sequence numbers of the pages found.
func scan(t *testing.T, s *scanner) (seqs []uint32) {
	t.Helper()
	for {
		p, err := s.next()
		if err == io.EOF || err == errNoPage {
			return seqs
		}
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, p.seq)
	}
}

func join(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		}
	}
	return b
}

func TestScanner(t *testing.T) {
	pg := func(seq uint32, n int) []byte {
		return build(page{granule: 1, seq: seq, lacing: lace(n), body: make([]byte, n)})
	}
	flip := func(b []byte, i int) []byte {
		b = bytes.Clone(b)
		b[i] ^= 0x10
		return b
	}
	a, b, c := pg(1, 0), pg(2, 600), pg(3, 64000)
	version := bytes.Clone(b)
	version[4] = 1
	for _, k := range []struct {
		what      string
		in        []byte
		want      []uint32
		bad, junk int
		cut       bool
	}{
		{"clean", join(a, b, c), []uint32{1, 2, 3}, 0, 0, false},
		{"junk", join("junk OggS OggO", a, "OggS", b, c, "xyz"), []uint32{1, 2, 3}, 0, 21, true},
		{"header flipped", join(a, flip(b, 8), c), []uint32{1, 3}, 1, len(b), false},
		{"body flipped", join(a, flip(b, len(b)-1), c), []uint32{1, 3}, 1, len(b), false},
		{"capture pattern flipped", join(a, flip(b, 1), c), []uint32{1, 3}, 0, len(b), false},
		{"checksum flipped", join(a, b, flip(c, 22), a), []uint32{1, 2, 1}, 1, len(c), false},
		{"count of lacing values flipped", join(a, flip(b, 26), b, b), []uint32{1, 2, 2}, 1, len(b), false},
		{"lacing value flipped", join(a, flip(b, 28), a), []uint32{1, 1}, 1, len(b), false},
		{"lacing value flipped at the end", join(a, c, flip(a, 26)), []uint32{1, 3}, 0, len(a), true},
		{"another version", join(a, version, c), []uint32{1, 3}, 0, len(b), false},
		{"cut in the header", join(a, b[:20]), []uint32{1}, 0, 20, true},
		{"cut in the body", join(a, b[:len(b)-1]), []uint32{1}, 0, len(b) - 1, true},
		{"page within a damaged page", join(a, b[:100], c), []uint32{1, 3}, 1, 100, false},
		{"nothing", nil, nil, 0, 0, false},
		{"less than a header", []byte("OggS"), nil, 0, 4, true},
	} {
		for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.DataErrReader} {
			s := newScanner(wrap(bytes.NewReader(k.in)))
			got := scan(t, s)
			if len(got) != len(k.want) {
				t.Errorf("%s: pages %d, want %d", k.what, got, k.want)
				break
			}
			for i := range got {
				if got[i] != k.want[i] {
					t.Errorf("%s: pages %d, want %d", k.what, got, k.want)
				}
			}
			if int(s.bad) != k.bad || int(s.junk) != k.junk || s.cut != k.cut {
				t.Errorf("%s: %d bad, %d bytes skipped, cut %v", k.what, s.bad, s.junk, s.cut)
			}
		}
	}
}

// TestScannerEveryFlip: no single wrong bit goes unnoticed, and none costs more
// than its page.
func TestScannerEveryFlip(t *testing.T) {
	s := &stream{}
	for i := range 3 {
		s.packet(0, int64(i), packet20(70, i))
	}
	b := s.bytes()
	size := len(s.pages[0])
	for bit := range 8 * size {
		c := bytes.Clone(b)
		c[size+bit/8] ^= 1 << (bit % 8)
		if got := scan(t, newScanner(bytes.NewReader(c))); len(got) != 2 || got[0] != 0 || got[1] != 2 {
			t.Fatalf("bit %d: pages %d", bit, got)
		}
	}
}

// TestScannerHostile: capture patterns one after the other, each of which
// claims a page of 64 KiB, must not be checked in full each.
func TestScannerHostile(t *testing.T) {
	one := append(append([]byte("OggS"), make([]byte, 22)...), 255)
	b := bytes.Repeat(append(one, bytes.Repeat([]byte{255}, 5)...), 100_000) // 3.2 MB; 6.5 GB of checksums
	b = append(build(page{}), b...)
	s := newScanner(bytes.NewReader(b))
	scan(t, s)
	if s.wasted > 80<<20 {
		t.Errorf("%d bytes checked in %d", s.wasted, len(b))
	}
}

// TestScannerNoise: damage all over a file, and every page that is whole is
// found.
func TestScannerNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var b []byte
	var want []uint32
	for i := range uint32(300) {
		p := build(page{seq: i, lacing: lace(int(i) * 10), body: packet20(int(i)*10+1, int(i))[:i*10]})
		if i > 0 && rng.IntN(3) == 0 {
			p[rng.IntN(len(p))] ^= byte(1 + rng.IntN(255))
			p = p[:1+rng.IntN(len(p))]
		} else {
			want = append(want, i)
		}
		b = append(b, p...)
	}
	if got := scan(t, newScanner(bytes.NewReader(b))); len(got) != len(want) {
		t.Errorf("%d pages, want %d", len(got), len(want))
	}
}

type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, nil }

func TestNotOgg(t *testing.T) {
	first := func(packet string) []byte {
		return build(page{flags: flagBOS, serial: 1, lacing: lace(len(packet)), body: []byte(packet)})
	}
	other := build(page{serial: 1, seq: 1, lacing: []byte{1}, body: []byte{0}})
	head := first(string(Head{Channels: 1}.appendTo(nil)))
	head6 := first("OpusHead\x01\x06\x38\x01\x80\xBB\x00\x00\x00\x00\x01\x04\x02\x00\x04\x01\x02\x03\x05")
	flipped := bytes.Clone(head)
	flipped[30] ^= 1
	for _, c := range []struct {
		in   []byte
		want string
	}{
		{nil, "is empty"},
		{[]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"), "RIFF file"},
		{[]byte("fLaC" + strings.Repeat("x", 100)), "FLAC"},
		{[]byte("\x00\x00\x00\x20ftypM4A " + strings.Repeat("x", 100)), "MP4"},
		{[]byte("\x1A\x45\xDF\xA3" + strings.Repeat("x", 100)), "WebM"},
		{bytes.Repeat([]byte("junk"), 1<<20), "not an Ogg stream"},
		{flipped, "damaged at the beginning"},
		{join(flipped, other), "ends before an Opus stream"},
		{head, "within the headers"},
		{head[:len(head)-1], "not an Ogg stream"},
		{join(head, other[:20]), "within the headers"},
		{first("\x01vorbis\x00\x00"), "holds Vorbis, not Opus"},
		{join(first("\x7FFLAC"), first("fishead\x00"), other), "holds FLAC and Skeleton, not Opus"},
		{join(first("???"), other), "an unknown codec"},
		{head6, "6 channels in 4 streams"},
		{join(head6, other), "6 channels in 4 streams"},
		{bytes.Repeat(other, 500), "no Opus stream begins"},
		{first("OpusHead\x01"), "9 bytes"},
	} {
		_, err := NewReader(bytes.NewReader(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Errorf("%.40q: %v, want %q", c.in, err, c.want)
		}
	}
	boom := errors.New("boom")
	for _, r := range []io.Reader{iotest.ErrReader(boom), io.MultiReader(bytes.NewReader(head), iotest.ErrReader(boom))} {
		if _, err := NewReader(r); !errors.Is(err, boom) || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Error(err)
		}
	}
	if _, err := NewReader(emptyReader{}); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}
