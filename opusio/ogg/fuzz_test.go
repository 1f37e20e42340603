package ogg

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzReader is checkStream on any input. Checksums are put right first, or
// hardly any input would get beyond them.
func FuzzReader(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.o*")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, true)
	}
	f.Add(file(packets20(1, 255, 510, 700), 312, layout{segments: 2}, 2000), true)
	f.Add(join(file(repeat20(3, 5), 0, layout{whole: 1}, -1), "junk", file(repeat20(3, 5), 7, layout{}, 2000)), false)
	f.Fuzz(func(t *testing.T, in []byte, right bool) {
		if right {
			in = repair(in)
		}
		checkStream(t, in)
	})
}

// checkStream: whatever the input, no panic and no hang; packets as promised;
// samples within what the input and the limit of gaps allow; memory within
// bounds; and what was read can be written, and read again.
func checkStream(t *testing.T, in []byte) {
	const limit = 10 * SampleRate
	r, err := NewReader(bytes.NewReader(in), WithMaxGap(10*time.Second))
	if err != nil {
		if !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Fatalf("error %q", err)
		}
		return
	}
	if err := r.Head().Validate(); err != nil {
		t.Fatal(err)
	}
	var samples, gaps, count int64
	var packets [][]byte
	first := true
	for {
		p, err := r.Next()
		if err != nil {
			if err != io.EOF && !strings.HasPrefix(err.Error(), "ogg: ") {
				t.Fatalf("error %q", err)
			}
			break
		}
		if err := legal(p); err != nil {
			t.Fatal(err)
		}
		if p.NewLink != first && first {
			t.Fatal("the first packet is not marked")
		}
		first = false
		if p.Data == nil {
			gaps += int64(p.Samples)
			continue
		}
		count++
		samples += int64(p.Samples)
		if len(packets) < 100 {
			packets = append(packets, bytes.Clone(p.Data))
		}
	}
	if pages := int64(len(in) / headerBytes); count > int64(len(in)) || gaps > pages*(limit+120) {
		t.Fatalf("%d packets, %d samples missing in %d bytes", count, gaps, len(in))
	}
	if d := r.Damage(); d.SkippedBytes > int64(len(in)) || d.MissingSamples > gaps || len(r.Warnings()) > 32 {
		t.Fatalf("%+v", d)
	}
	if n := cap(r.asm.buf) + cap(r.asm.done); n > 4*MaxPacketBytes+2*len(in) {
		t.Fatalf("%d bytes held", n)
	}
	tags := r.Tags()
	if tags.Validate() != nil {
		tags = Tags{}
	}
	again := mustReader(t, write(t, r.Head(), tags, packets, -1))
	got := data(readAll(t, again))
	samePackets(t, got[:min(len(got), len(packets))], packets)
	if len(again.Warnings()) > 0 {
		t.Fatalf("%q", again.Warnings())
	}
}

// TestPageSoup mixes, drops, repeats and changes the pages of several streams,
// their checksums put right.
func TestPageSoup(t *testing.T) {
	var pages [][]byte
	keep := func(b []byte) {
		s := newScanner(bytes.NewReader(b))
		for p, err := s.next(); err == nil; p, err = s.next() {
			pages = append(pages, build(p))
		}
	}
	names, _ := filepath.Glob("testdata/*.o*")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		keep(b)
	}
	keep(file(packets20(1, 255, 510, 700, 61440, 3, 255), 312, layout{segments: 2}, 6000))
	keep(file(repeat20(9, 5), 7, layout{whole: 2}, -1))
	rng := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		var in []byte
		for i := rng.IntN(len(pages)); i < len(pages); i++ {
			p := bytes.Clone(pages[i])
			switch rng.IntN(12) {
			case 0:
				continue
			case 1:
				i = rng.IntN(len(pages))
			case 2:
				in = append(in, p...)
			case 3:
				p[5] ^= 1 << rng.IntN(3)
			case 4:
				p[6+rng.IntN(8)] = byte(rng.IntN(256))
			case 5:
				p[18] += byte(rng.IntN(3))
			case 6:
				p[27+rng.IntN(len(p)-27)] ^= 1 << rng.IntN(8)
			case 7:
				p[14] = 7
			case 8:
				p = p[:rng.IntN(len(p))]
			}
			in = append(in, p...)
			if rng.IntN(8) == 0 || len(in) > 20000 {
				break
			}
		}
		checkStream(t, repair(in))
	}
}

// repair sets the checksums of whatever looks like a page right.
func repair(in []byte) []byte {
	in = bytes.Clone(in)
	for at := 0; at+headerBytes <= len(in); at++ {
		b := in[at:]
		if string(b[:4]) != capturePattern {
			continue
		}
		size := headerBytes + int(b[26])
		if size > len(b) {
			continue
		}
		for _, v := range b[headerBytes:size] {
			size += int(v)
		}
		if size <= len(b) {
			binary.LittleEndian.PutUint32(b[crcOffset:], pageCRC(b[:size]))
			at += size - 1
		}
	}
	return in
}

// FuzzRoundTrip: packets of any sizes and durations through the Writer, and in
// any layout of pages, come back with their samples.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte{1, 255, 0, 3, 7}, uint16(312), byte(0), uint16(0))
	f.Add(bytes.Repeat([]byte{255}, 60), uint16(0), byte(3), uint16(100))
	f.Fuzz(func(t *testing.T, sizes []byte, preSkip uint16, segments byte, trim uint16) {
		var packets [][]byte
		total := int64(0)
		last := 0
		for i, s := range sizes[:min(len(sizes), 600)] {
			p := packet20(1+int(s)*int(s)%3000, i)
			p[0] = byte(i*37) &^ 3
			last, _ = PacketDuration(p)
			total += int64(last)
			packets = append(packets, p)
		}
		if total <= int64(preSkip) {
			return
		}
		end := max(total-int64(int(trim)%(last+1)), int64(preSkip))
		want := end - int64(preSkip)
		out := write(t, Head{Channels: 2, PreSkip: int(preSkip)}, Tags{}, packets, want, WithPageDuration(time.Duration(segments)*10*time.Millisecond))
		for i, in := range [][]byte{out, file(packets, int(preSkip), layout{segments: int(segments)}, end)} {
			r := mustReader(t, in)
			ps := readAll(t, r)
			samePackets(t, data(ps), packets)
			if kept(ps) != want || r.Damage() != (Damage{}) {
				t.Fatalf("layout %d: %d samples, want %d; %+v %q", i, kept(ps), want, r.Damage(), r.Warnings())
			}
		}
	})
}
