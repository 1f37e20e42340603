package ogg

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

// 20 ms of CELT, one frame.
const toc20 = 31 << 3

// packet20 is a packet of 20 ms and n bytes, n at least 1, that can be told
// from others by its seed.
func packet20(n, seed int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8 + seed)
	}
	b[0] = toc20
	return b
}

func packets20(sizes ...int) [][]byte {
	var ps [][]byte
	for i, n := range sizes {
		ps = append(ps, packet20(n, i))
	}
	return ps
}

// repeat20 is n packets of size bytes.
func repeat20(n, size int) [][]byte {
	var ps [][]byte
	for i := range n {
		ps = append(ps, packet20(size, i))
	}
	return ps
}

// build makes the bytes of a page.
func build(p page) []byte {
	b := make([]byte, headerBytes, maxPageBytes)
	b = append(append(b, p.lacing...), p.body...)
	putHeader(b, p)
	return b
}

// A layout says how to spread packets over pages: segments lacing values a
// page, the packets wherever these end, or, if whole is set, packets a page.
type layout struct {
	segments, whole int
}

// A stream is a logical stream under construction.
type stream struct {
	serial, seq uint32
	pages       [][]byte
}

func (s *stream) add(flags byte, granule int64, lacing, body []byte) {
	s.pages = append(s.pages, build(page{flags: flags, granule: granule, serial: s.serial, seq: s.seq, lacing: lacing, body: body}))
	s.seq++
}

func (s *stream) packet(flags byte, granule int64, packets ...[]byte) {
	var lacing, body []byte
	for _, p := range packets {
		lacing = append(lacing, lace(len(p))...)
		body = append(body, p...)
	}
	s.add(flags, granule, lacing, body)
}

func lace(n int) []byte {
	return append(bytes.Repeat([]byte{255}, n/255), byte(n%255))
}

func (s *stream) bytes() []byte { return bytes.Join(s.pages, nil) }

// headers begins a stream with an ordinary header and tags.
func headers(serial uint32, preSkip int) *stream {
	s := &stream{serial: serial}
	s.packet(flagBOS, 0, Head{Channels: 1, PreSkip: preSkip, InputRate: 48000}.appendTo(nil))
	s.packet(0, 0, Tags{Vendor: "test"}.appendTo(nil))
	return s
}

// audio adds packets in a layout that the Writer does not use, one lacing value
// at a time. end is the last granule position, or −1: nothing trimmed.
func (s *stream) audio(packets [][]byte, l layout, end int64) {
	pos, granule := int64(0), int64(noGranule)
	var lacing, body []byte
	var flags byte
	count := 0
	flush := func(last bool) {
		if last {
			flags |= flagEOS
			if end >= 0 {
				granule = end
			}
		}
		s.add(flags, granule, lacing, body)
		flags, granule, count = 0, noGranule, 0
		if len(lacing) > 0 && lacing[len(lacing)-1] == 255 {
			flags = flagContinued
		}
		lacing, body = nil, nil
	}
	for i, p := range packets {
		n, _ := PacketDuration(p)
		pos += int64(n)
		segs := lace(len(p))
		for j, v := range segs {
			lacing = append(lacing, v)
			body = append(body, p[:v]...)
			p = p[v:]
			if j == len(segs)-1 {
				granule = pos
				count++
			}
			last := i == len(packets)-1 && j == len(segs)-1
			full := len(lacing) == maxSegments || l.segments > 0 && len(lacing) == l.segments || l.whole > 0 && count == l.whole
			if last || full {
				flush(last)
			}
		}
	}
}

// file is a whole file with packets of 20 ms.
func file(packets [][]byte, preSkip int, l layout, end int64) []byte {
	s := headers(7, preSkip)
	s.audio(packets, l, end)
	return s.bytes()
}

func mustReader(t testing.TB, b []byte, options ...ReaderOption) *Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(b), options...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// readAll returns all packets, with copies of their data, and checks what must
// hold for every stream.
func readAll(t testing.TB, r *Reader) []Packet {
	t.Helper()
	var all []Packet
	for {
		p, err := r.Next()
		if err == io.EOF {
			if _, err := r.Next(); err != io.EOF {
				t.Fatalf("%v after io.EOF", err)
			}
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := legal(p); err != nil {
			t.Fatalf("packet %d: %v", len(all), err)
		}
		if (len(all) == 0) && !p.NewLink {
			t.Fatal("the first packet is not marked")
		}
		p.Data, p.Next = bytes.Clone(p.Data), bytes.Clone(p.Next)
		all = append(all, p)
	}
}

// legal checks what the doc comment of Packet promises.
func legal(p Packet) error {
	if p.Samples < 120 || p.Samples > MaxPacketSamples || p.Samples%120 != 0 || p.TrimStart < 0 || p.TrimEnd < 0 || p.Keep() < 0 {
		return fmt.Errorf("%d samples, trimmed by %d and %d", p.Samples, p.TrimStart, p.TrimEnd)
	}
	if p.Data != nil {
		if n, err := PacketDuration(p.Data); err != nil || n != p.Samples || len(p.Data) > MaxPacketBytes || p.Next != nil {
			return fmt.Errorf("%d bytes, %d samples, but %d (%v)", len(p.Data), p.Samples, n, err)
		}
	}
	return nil
}

// kept is the number of samples that a player gives out.
func kept(ps []Packet) (n int64) {
	for _, p := range ps {
		n += int64(p.Keep())
	}
	return n
}

func data(ps []Packet) (all [][]byte) {
	for _, p := range ps {
		if p.Data != nil {
			all = append(all, p.Data)
		}
	}
	return all
}

func samePackets(t testing.TB, got, want [][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d packets, want %d", len(got), len(want))
	}
	for i := range got {
		if !bytes.Equal(got[i], want[i]) {
			t.Fatalf("packet %d: %d bytes, or others than the %d wanted", i, len(got[i]), len(want[i]))
		}
	}
}

// shape writes packets as text: D data, M missing, with samples and trims.
func shape(ps []Packet) string {
	var b bytes.Buffer
	for _, p := range ps {
		k := 'D'
		if p.Data == nil {
			k = 'M'
		}
		fmt.Fprintf(&b, "%c%d", k, p.Samples)
		if p.TrimStart+p.TrimEnd > 0 {
			fmt.Fprintf(&b, "-%d-%d", p.TrimStart, p.TrimEnd)
		}
		fmt.Fprintf(&b, "@%d", p.Position)
		if p.NewLink {
			b.WriteByte('L')
		}
		if p.Break {
			b.WriteByte('B')
		}
		if p.Next != nil {
			b.WriteByte('N')
		}
		b.WriteByte(' ')
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// write writes packets with a Writer; end < 0: no SetEnd.
func write(t testing.TB, head Head, tags Tags, packets [][]byte, end int64, options ...WriterOption) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, head, tags, options...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		if err := w.WritePacket(p); err != nil {
			t.Fatal(err)
		}
	}
	if end >= 0 {
		if err := w.SetEnd(end); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
