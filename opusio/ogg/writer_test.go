package ogg

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// pagesOf takes a written file apart.
func pagesOf(t *testing.T, b []byte) (ps []page) {
	t.Helper()
	s := newScanner(bytes.NewReader(b))
	for {
		p, err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p.lacing, p.body = bytes.Clone(p.lacing), bytes.Clone(p.body)
		ps = append(ps, p)
	}
	if s.junk != 0 || s.cut {
		t.Fatalf("%d bytes belong to no page", s.junk)
	}
	return ps
}

// TestWriterPages checks what RFC 3533 and RFC 7845 say about the pages of a
// file.
func TestWriterPages(t *testing.T) {
	tags := Tags{Comments: []string{"A=" + strings.Repeat("x", 200000)}}
	packets := append(repeat20(120, 300), packets20(0xF000, 255, 510, 0xF000, 254, 61440)...)
	const preSkip = 312
	total := int64(len(packets))*960 - preSkip
	for _, d := range []time.Duration{0, 20 * time.Millisecond, 50 * time.Millisecond, time.Second, time.Minute} {
		ps := pagesOf(t, write(t, Head{Channels: 1, PreSkip: preSkip}, tags, packets, total-5, WithPageDuration(d), WithSerial(77)))
		last := int64(0)
		open := false
		audio := 0
		for i, p := range ps {
			if p.serial != 77 || p.seq != uint32(i) || p.bos() != (i == 0) || p.eos() != (i == len(ps)-1) || p.continued() != open {
				t.Fatalf("page %d: %+v", i, p)
			}
			ends := 0
			n := int64(0)
			x := p.pieces()
			for {
				q, ok := x.next()
				if !ok {
					break
				}
				if open = !q.ends; !open {
					ends++
				}
				if i >= 5 && q.ends {
					s, err := PacketDuration(q.data)
					if err != nil {
						t.Fatal(err)
					}
					n += int64(s)
				}
			}
			if i == 0 && (ends != 1 || len(p.body) != headBytes) || i < 5 && p.granule != []int64{0, -1, -1, -1, 0}[i] {
				t.Fatalf("page %d: granule position %d, %d packets", i, p.granule, ends)
			}
			if i < 5 {
				continue
			}
			audio += ends
			switch want := last + n; {
			case open || ends == 0:
				t.Fatalf("page %d: a packet goes over two pages", i)
			case p.eos() && p.granule != want-5, !p.eos() && p.granule != want:
				t.Fatalf("page %d: granule position %d, want %d", i, p.granule, want)
			case n > max(samplesOf(d), 960):
				t.Fatalf("page %d: %d samples", i, n)
			}
			last += n
		}
		if audio != len(packets) {
			t.Fatalf("%d packets", audio)
		}
	}
}

// TestWriterRoundTrip: every odd size, every trim.
func TestWriterRoundTrip(t *testing.T) {
	var sizes []int
	for n := 1; n < 1300; n++ {
		sizes = append(sizes, n)
	}
	for n := 255 * 3; n < 61440; n += 255 * 20 {
		sizes = append(sizes, n-1, n, n+1)
	}
	packets := packets20(append(sizes, 61440)...)
	for _, d := range []time.Duration{0, 100 * time.Millisecond, time.Minute} {
		r := mustReader(t, write(t, Head{Channels: 2, PreSkip: 7}, Tags{}, packets, -1, WithPageDuration(d)))
		ps := readAll(t, r)
		samePackets(t, data(ps), packets)
		if kept(ps) != int64(len(packets))*960-7 || r.Damage() != (Damage{}) || len(r.Warnings()) > 0 {
			t.Errorf("%v: %d samples; %+v %q", d, kept(ps), r.Damage(), r.Warnings())
		}
	}
	for _, n := range []int{1, 2, 50, 51, 100, 101} { // the last page full, and with one packet
		for _, trim := range []int64{0, 1, 479, 958, 959, 960} {
			want := max(int64(n)*960-trim-1, 0)
			if n == 1 && trim == 960 {
				continue
			}
			r := mustReader(t, write(t, Head{Channels: 1, PreSkip: 1}, Tags{}, repeat20(n, 9), want))
			if ps := readAll(t, r); kept(ps) != want || len(ps) != n || len(r.Warnings()) > 0 {
				t.Errorf("%d packets less %d: %d samples, want %d, %q", n, trim, kept(ps), want, r.Warnings())
			}
		}
	}
}

// TestWriterEmpty: streams with nothing or little in them are valid and play
// nothing.
func TestWriterEmpty(t *testing.T) {
	for _, preSkip := range []int{0, 1, 312, 960, 961, 3840, 65535} {
		for n := range 3 {
			if n*960 > preSkip {
				continue
			}
			for _, end := range []int64{-1, 0} {
				b := write(t, Head{Channels: 2, PreSkip: preSkip}, Tags{}, repeat20(n, 5), end)
				ps := pagesOf(t, b)
				if last := ps[len(ps)-1]; !last.eos() || last.granule != int64(preSkip) {
					t.Errorf("pre-skip %d: last page %+v", preSkip, last)
				}
				r := mustReader(t, b)
				if got := readAll(t, r); len(got) == 0 || kept(got) != 0 || len(r.Warnings()) > 0 {
					t.Errorf("pre-skip %d, %d packets: %s %q", preSkip, n, shape(got), r.Warnings())
				}
			}
		}
	}
}

func TestSetEnd(t *testing.T) {
	for _, c := range []struct {
		packets       int
		end, preSkip  int64
		plays         int64
		before, wrong string
	}{
		{10, 9600, 0, 9600, "", ""},
		{10, 9601, 0, 9600, "", "can only be at 8640 to 9600"},
		{10, 8640, 0, 8640, "", ""},
		{10, 8639, 0, 8640, "", "can only be at 8640 to 9600"},
		{10, 9500, 100, 9500, "", ""},
		{10, 0, 9000, 0, "", ""},
		{10, 9500, 312, 9288, "", "can only be at 8328 to 9288"},
		{0, 5, 312, 5, "", ""}, // the packet that fills the pre-skip happens to have them
		{0, 5000, 312, 48, "", "can only be at 0 to 48"},
		{1, -1, 0, 0, "0 or more is accepted", ""},
		{1, 1 << 62, 1, 959, "", "can only be"},
		{1, 1<<62 + 1, 0, 0, "0 or more is accepted", ""},
	} {
		var out bytes.Buffer
		w, err := NewWriter(&out, Head{Channels: 1, PreSkip: int(c.preSkip)}, Tags{}, WithPageDuration(0))
		if err != nil {
			t.Fatal(err)
		}
		for range c.packets {
			w.WritePacket(packet20(10, 0))
		}
		if err := w.SetEnd(c.end); (err == nil) != (c.before == "") || err != nil && !strings.Contains(err.Error(), c.before) {
			t.Errorf("SetEnd(%d): %v", c.end, err)
		}
		if c.before != "" {
			continue
		}
		err = w.Close()
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("SetEnd(%d): Close: %v", c.end, err)
		}
		if again := w.Close(); again != err {
			t.Errorf("Close again: %v", again)
		}
		r := mustReader(t, out.Bytes())
		if ps := readAll(t, r); kept(ps) != c.plays || len(r.Warnings()) > 0 || r.Damage().Any() {
			t.Errorf("SetEnd(%d) after %d packets: plays %d, want %d; %q", c.end, c.packets, kept(ps), c.plays, r.Warnings())
		}
		if err := w.SetEnd(1); err == nil {
			t.Error("SetEnd after Close")
		}
		if err := w.WritePacket(packet20(1, 0)); err == nil || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Errorf("WritePacket after Close: %v", err)
		}
	}
}

func TestWriteMissing(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, Head{Channels: 2}, Tags{})
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		toc     byte
		missing int64
		want    []byte // packets
	}{
		{0, 120 * 3, []byte{29<<3 | 4, 28<<3 | 4}}, // nothing before: fullband stereo
		{31 << 3, 960*2 + 480, []byte{31 << 3, 31 << 3, 30 << 3}},
		{11 << 3, 2880*2 + 1920 + 480 + 240, []byte{11 << 3, 11 << 3, 10 << 3, 8 << 3, 21 << 3}},
		{13<<3 | 4, 960 + 120, []byte{13<<3 | 4, 24<<3 | 4}},
		{15 << 3, 0, nil},
	}
	var want [][]byte
	total := int64(0)
	for _, s := range steps {
		if s.toc > 0 {
			want = append(want, []byte{s.toc, 9})
			if err := w.WritePacket(want[len(want)-1]); err != nil {
				t.Fatal(err)
			}
			total += int64(frameSamples(s.toc))
		}
		if err := w.WriteMissing(s.missing); err != nil {
			t.Fatal(err)
		}
		for _, toc := range s.want {
			want = append(want, []byte{toc})
		}
		total += s.missing
	}
	for _, n := range []int64{-120, 1, 119} {
		if err := w.WriteMissing(n); err == nil {
			t.Errorf("%d samples missing", n)
		}
	}
	if w.Samples() != total {
		t.Errorf("%d samples, want %d", w.Samples(), total)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	samePackets(t, data(readAll(t, mustReader(t, out.Bytes()))), want)
	if err := w.WriteMissing(120); err == nil {
		t.Error("after Close")
	}
}

func TestWriterRefuses(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, Head{Channels: 1}, Tags{})
	if err != nil {
		t.Fatal(err)
	}
	n := out.Len()
	for _, p := range [][]byte{nil, {}, {3}, {3, 0}, packet20(61441, 0)} {
		if err := w.WritePacket(p); err == nil || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Errorf("%d bytes: %v", len(p), err)
		}
	}
	if err := w.WritePacket(packet20(5, 0)); err != nil || out.Len() != n {
		t.Errorf("%v, %d bytes", err, out.Len()-n)
	}
	for _, d := range []time.Duration{-1, time.Minute + 1} {
		if _, err := NewWriter(&out, Head{Channels: 1}, Tags{}, WithPageDuration(d)); err == nil || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Errorf("%v: %v", d, err)
		}
	}
}

// failing accepts n writes; then it fails, or writes one byte less.
type failing struct {
	n     int
	err   error
	calls int
}

func (f *failing) Write(p []byte) (int, error) {
	if f.calls++; f.calls <= f.n {
		return len(p), nil
	}
	return len(p) - 1, f.err
}

func TestWriterFails(t *testing.T) {
	boom := errors.New("boom")
	for n := range 5 {
		for _, bad := range []error{boom, nil} {
			f := &failing{n: n, err: bad}
			want := bad
			if want == nil {
				want = io.ErrShortWrite
			}
			w, err := NewWriter(f, Head{Channels: 1}, Tags{}, WithPageDuration(0))
			for range 3 {
				if err == nil {
					err = w.WritePacket(packet20(5, 0))
				}
			}
			if err == nil {
				err = w.Close()
			}
			if !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "ogg: ") {
				t.Errorf("page %d: %v", n, err)
			}
			if w != nil && (w.WritePacket(packet20(5, 0)) != err || w.Close() != err || f.calls != n+1) {
				t.Errorf("page %d: the error does not stay", n)
			}
		}
	}
}

func TestWriterAllocations(t *testing.T) {
	w, err := NewWriter(io.Discard, Head{Channels: 1}, Tags{})
	if err != nil {
		t.Fatal(err)
	}
	p := packet20(300, 0)
	if n := testing.AllocsPerRun(1000, func() {
		w.WritePacket(p)
		w.WriteMissing(1080)
	}); n > 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func BenchmarkWriter(b *testing.B) {
	w, err := NewWriter(io.Discard, Head{Channels: 1}, Tags{})
	if err != nil {
		b.Fatal(err)
	}
	p := packet20(80, 0)
	b.SetBytes(80)
	b.ReportAllocs()
	for range b.N {
		w.WritePacket(p)
	}
}
