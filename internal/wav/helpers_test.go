package wav

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"
)

// file assembles a WAV from parts; str is a shorthand for IDs, u16 and u32 for
// little-endian numbers.
func file(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		case u16:
			b = le.AppendUint16(b, uint16(p))
		case u32:
			b = le.AppendUint32(b, uint32(p))
		case u64:
			b = le.AppendUint64(b, uint64(p))
		default:
			panic("file: unknown part")
		}
	}
	return b
}

type (
	u16 uint16
	u32 uint32
	u64 uint64
)

// plainFmt is a fmt chunk of 16 bytes.
func plainFmt(tag, channels u16, rate u32, align, bits u16) []byte {
	return file("fmt ", u32(16), tag, channels, rate, rate*u32(align), align, bits)
}

// extFmt is an EXTENSIBLE fmt chunk.
func extFmt(channels u16, rate u32, align, bits, valid u16, mask u32, tag u16, tail string) []byte {
	return file("fmt ", u32(40), u16(tagExtensible), channels, rate, rate*u32(align), align, bits,
		u16(22), valid, mask, tag, tail)
}

// riff puts a RIFF header with the right length before the parts.
func riff(parts ...any) []byte {
	body := file(parts...)
	return file("RIFF", u32(len(body)+4), "WAVE", body)
}

var mono16 = plainFmt(tagPCM, 1, 8000, 2, 16)

// readAll reads everything in blocks of the given number of frames.
func readAll(t testing.TB, r *Reader, frames int) []float32 {
	t.Helper()
	var all []float32
	buf := make([]float32, frames*r.Format().Channels)
	for {
		n, err := r.Read(buf)
		if n%r.Format().Channels != 0 || n > len(buf) || (n == 0) != (err != nil) {
			t.Fatalf("Read returned %d samples of %d channels, %v", n, r.Format().Channels, err)
		}
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// readAllRaw reads everything undecoded, 7 frames at a time.
func readAllRaw(t testing.TB, r *Reader) []byte {
	t.Helper()
	var all []byte
	buf := make([]byte, 7*r.Format().BytesPerFrame())
	for {
		n, err := r.ReadRaw(buf)
		all = append(all, buf[:n]...)
		if n%r.Format().BytesPerFrame() != 0 || (n == 0) != (err != nil) {
			t.Fatalf("ReadRaw returned %d bytes of %v, %v", n, r.Format(), err)
		}
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func mustReader(t testing.TB, b []byte) *Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// same reports equality bit by bit, so that −0 and NaN count.
func same(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return false
		}
	}
	return true
}

// memory is an io.WriteSeeker in memory. With appending set it behaves like a
// file opened with O_APPEND: writes go to the end wherever Seek went.
type memory struct {
	b         []byte
	pos       int
	appending bool
}

func (m *memory) Write(p []byte) (int, error) {
	if m.appending {
		m.pos = len(m.b)
	}
	if grow := m.pos + len(p) - len(m.b); grow > 0 {
		m.b = append(m.b, make([]byte, grow)...)
	}
	copy(m.b[m.pos:], p)
	m.pos += len(p)
	return len(p), nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += int64(m.pos)
	case io.SeekEnd:
		offset += int64(len(m.b))
	}
	if offset < 0 {
		return 0, errors.New("memory: negative position")
	}
	m.pos = int(offset)
	return offset, nil
}

// noise returns n samples within ±1, the same every time, without a generator
// that could change between Go versions.
func noise(n int) []float32 {
	x := make([]float32, n)
	s := uint32(1)
	for i := range x {
		s = s*1664525 + 1013904223
		x[i] = float32(int32(s)) / (1 << 31)
	}
	return x
}

var allEncodings = []Encoding{PCM8, PCM16, PCM24, PCM32, Float32, Float64, ALaw, MuLaw}
