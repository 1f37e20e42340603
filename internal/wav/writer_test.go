package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// plain hides the Seek method.
type plain struct{ io.Writer }

// write writes x to memory and returns the file.
func write(t testing.TB, f Format, x []float32, options ...Option) []byte {
	t.Helper()
	var m memory
	w, err := NewWriter(&m, f, options...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Write(x); n != len(x) || err != nil {
		t.Fatalf("wrote %d of %d: %v", n, len(x), err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if m.pos != len(m.b) {
		t.Errorf("the destination is left at %d of %d", m.pos, len(m.b))
	}
	return m.b
}

var formats = func() (fs []Format) {
	for _, e := range allEncodings {
		bits := 8 * e.BytesPerSample()
		fs = append(fs, Format{SampleRate: 8000, Channels: 1, Encoding: e, ValidBits: bits},
			Format{SampleRate: 192000, Channels: 2, Encoding: e, ValidBits: bits, Extensible: true, ChannelMask: 3})
		if e.integer() {
			fs = append(fs, Format{SampleRate: 44100, Channels: 3, Encoding: e, ValidBits: bits - 3, Extensible: true})
		}
	}
	return append(fs, Format{SampleRate: 48000, Channels: 4, Encoding: PCM24, ValidBits: 24, Extensible: true, Ambisonic: true})
}()

// TestWriteRead writes every format in every way and reads the same back: the
// samples as the encoding keeps them, the format, length and metadata.
func TestWriteRead(t *testing.T) {
	chunks := []Chunk{{ID: "LIST", Data: []byte("INFOabc")}, {ID: "bext", Data: make([]byte, 602)}}
	tail := Chunk{ID: "id3 ", Data: []byte("x"), AfterData: true}
	for _, f := range formats {
		const frames = 333 // odd, for pad bytes
		src := noise(frames * f.Channels)
		for i := range src {
			src[i] *= 0.9
		}
		// What is left of the samples: encoded once by the plain path.
		raw := make([]byte, len(src)*f.BytesPerSample())
		if f.validBits() == 8*f.BytesPerSample() {
			Encode(raw, src, f.Encoding)
		} else {
			encodeValid(raw, src, f.Encoding, f.ValidBits)
		}
		want := make([]float32, len(src))
		Decode(want, raw, f.Encoding)

		for _, way := range []string{"seek", "pipe", "announced seek", "announced pipe", "appending", "raw"} {
			t.Run(fmt.Sprint(f, " ", way), func(t *testing.T) {
				m := &memory{b: []byte("before"), pos: 6}
				options := []Option{WithChunks(chunks...)}
				if strings.HasPrefix(way, "announced") {
					options = append(options, WithFrames(frames))
				}
				var dst io.Writer = m
				switch {
				case strings.HasSuffix(way, "pipe"):
					dst = plain{m}
				case way == "appending":
					m.appending = true
				}
				w, err := NewWriter(dst, f, options...)
				if err != nil {
					t.Fatal(err)
				}
				if way == "raw" {
					if n, err := w.WriteRaw(raw); n != len(raw) || err != nil {
						t.Fatal(n, err)
					}
				} else {
					for i := 0; i < frames; i += 100 {
						if _, err := w.Write(src[i*f.Channels : min(i+100, frames)*f.Channels]); err != nil {
							t.Fatal(err)
						}
					}
				}
				seeks := !strings.HasSuffix(way, "pipe") && way != "appending"
				if err := w.Append(tail); (err == nil) != seeks {
					t.Errorf("Append: %v", err)
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				if w.Frames() != frames || w.Clipped() != 0 || string(m.b[:6]) != "before" || m.pos != len(m.b) {
					t.Errorf("%d frames, %d clipped, at %d of %d, starts %q", w.Frames(), w.Clipped(), m.pos, len(m.b), m.b[:6])
				}

				b := m.b[6:]
				r := mustReader(t, b)
				if r.Format() != f {
					t.Errorf("format %+v, want %+v", r.Format(), f)
				}
				declared := int64(frames)
				if !seeks && !strings.HasPrefix(way, "announced") {
					declared = -1
				}
				if r.Frames() != declared {
					t.Errorf("%d frames declared, want %d", r.Frames(), declared)
				}
				got := readAll(t, r, 50)
				if !same(got, want) {
					t.Error("the samples differ")
				}
				expect := chunks
				if seeks {
					expect = append(expect[:2:2], tail)
				}
				kept := r.Chunks()
				for i := range kept {
					if kept[i].ID == "fact" {
						if n := le.Uint32(kept[i].Data); declared >= 0 && n != frames || declared < 0 && n != sizeUnknown {
							t.Errorf("fact says %d", n)
						}
						kept = append(kept[:i], kept[i+1:]...)
						break
					}
				}
				if !reflect.DeepEqual(kept, expect) {
					t.Errorf("chunks %+v", kept)
				}
				if declared >= 0 && int(le.Uint32(b[4:])) != len(b)-8 {
					t.Errorf("RIFF size %d in a file of %d", le.Uint32(b[4:]), len(b))
				}
				if len(r.Warnings()) > 0 || r.Truncated() {
					t.Errorf("warnings %q", r.Warnings())
				}
			})
		}
	}
}

// TestHeaderBytes compares whole files with ones written by hand.
func TestHeaderBytes(t *testing.T) {
	for _, c := range []struct {
		name string
		got  []byte
		want []byte
	}{
		{"44 bytes", write(t, Format{SampleRate: 8000, Channels: 1, Encoding: PCM16}, []float32{0.5}, WithFrames(1)),
			file("RIFF", u32(38), "WAVE", mono16, "data", u32(2), u16(0x4000))},
		{"room for ds64", write(t, Format{SampleRate: 8000, Channels: 1, Encoding: PCM8}, []float32{0}),
			file("RIFF", u32(74), "WAVEJUNK", u32(28), make([]byte, 28), plainFmt(tagPCM, 1, 8000, 1, 8), "data", u32(1), "\x80\x00")},
		{"fact", write(t, Format{SampleRate: 8000, Channels: 2, Encoding: MuLaw}, []float32{0, 0}, WithFrames(1)),
			file("RIFF", u32(52), "WAVEfmt ", u32(18), u16(7), u16(2), u32(8000), u32(16000), u16(2), u16(8), u16(0), "fact", u32(4), u32(1), "data", u32(2), "\xFF\xFF")},
		{"20 in 24", write(t, Format{SampleRate: 8000, Channels: 1, Encoding: PCM24, ValidBits: 20}, []float32{0.5}, WithFrames(1)),
			file("RIFF", u32(64), "WAVE", extFmt(1, 8000, 3, 24, 20, 0, tagPCM, guidTail), "data", u32(3), "\x00\x00\x40\x00")},
	} {
		if !bytes.Equal(c.got, c.want) {
			t.Errorf("%s:\n% x, want\n% x", c.name, c.got, c.want)
		}
	}
}

// TestCopyIsExact copies fixtures and expects the same samples, byte for byte,
// through float32 and through the raw path.
func TestCopyIsExact(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.wav")
	if len(names) == 0 {
		t.Fatal("no fixtures")
	}
	for _, name := range names {
		in, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		raw := func(b []byte) []byte { return readAllRaw(t, mustReader(t, b)) }
		r := mustReader(t, in)
		f := r.Format()
		out := write(t, f, readAll(t, r, 10), WithChunks(r.Chunks()...), WithFrames(r.Frames()))
		if f.Encoding != PCM32 && f.Encoding != Float64 && !bytes.Equal(raw(in), raw(out)) {
			t.Errorf("%s: the samples changed", name)
		}
		if got := mustReader(t, out).Format(); got != f {
			t.Errorf("%s: format %+v became %+v", name, f, got)
		}
		var m memory
		w, err := NewWriter(&m, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WriteRaw(raw(in)); err != nil || w.Close() != nil || !bytes.Equal(raw(in), raw(m.b)) {
			t.Errorf("%s: the raw copy changed: %v", name, err)
		}
	}
}

// sparse is an io.WriteSeeker that keeps only the first bytes and the length.
type sparse struct {
	head     [256]byte
	pos, end int64
}

func (s *sparse) Write(p []byte) (int, error) {
	if s.pos < int64(len(s.head)) {
		copy(s.head[s.pos:], p)
	}
	s.pos += int64(len(p))
	s.end = max(s.end, s.pos)
	return len(p), nil
}

func (s *sparse) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		offset += s.pos
	}
	s.pos = offset
	return offset, nil
}

// TestWriteBeyond4GiB writes files around the limit without storing them and
// reads their headers.
func TestWriteBeyond4GiB(t *testing.T) {
	f := Format{SampleRate: 48000, Channels: 2, Encoding: Float32, ValidBits: 32}
	block := make([]byte, 16<<20)
	for _, c := range []struct {
		bytes int64
		id    string
	}{
		{5 << 30, "RF64"}, {1<<32 - 512, "RF64"}, {1<<32 - 8192, "RIFF"},
	} {
		for _, way := range []string{"seek", "announced", "announced pipe"} {
			s := &sparse{}
			var dst io.Writer = s
			var options []Option
			if way != "seek" {
				options = []Option{WithFrames(c.bytes / 8)}
			}
			if way == "announced pipe" {
				dst = plain{s}
			}
			w, err := NewWriter(dst, f, options...)
			if err != nil {
				t.Fatal(err)
			}
			for left := c.bytes; left > 0; {
				n, err := w.WriteRaw(block[:min(left, int64(len(block)))])
				if err != nil {
					t.Fatal(err)
				}
				left -= int64(n)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			r := mustReader(t, s.head[:])
			if string(s.head[:4]) != c.id || r.Frames() != c.bytes/8 || s.pos != s.end || r.Format() != f || len(r.Warnings()) > 0 {
				t.Errorf("%d %s: %q, %d frames, at %d of %d, %q", c.bytes, way, s.head[:4], r.Frames(), s.pos, s.end, r.Warnings())
			}
			if c.id == "RF64" {
				if got := int64(le.Uint64(s.head[20:])); got != s.end-8 {
					t.Errorf("%d %s: RIFF size %d in a file of %d", c.bytes, way, got, s.end)
				}
				if got := int64(le.Uint64(s.head[36:])); got != c.bytes/8 {
					t.Errorf("%d %s: ds64 says %d frames", c.bytes, way, got)
				}
			}
		}
	}
}

// TestSeekReallyWorks writes to real files and pipes opened in the ways that a
// shell may open standard output.
func TestSeekReallyWorks(t *testing.T) {
	f := Format{SampleRate: 8000, Channels: 1, Encoding: PCM16, ValidBits: 16}
	x := noise(100)
	for _, c := range []struct {
		name   string
		flag   int
		before string
		frames int64
	}{
		{"truncated", os.O_WRONLY | os.O_TRUNC, "old", 100},
		{"appended to nothing", os.O_WRONLY | os.O_APPEND, "", -1},
		{"appended", os.O_WRONLY | os.O_APPEND, "already here", -1},
	} {
		name := filepath.Join(t.TempDir(), "x.wav")
		if err := os.WriteFile(name, []byte(c.before), 0o600); err != nil {
			t.Fatal(err)
		}
		dst, err := os.OpenFile(name, c.flag, 0)
		if err != nil {
			t.Fatal(err)
		}
		copyTo(t, dst, f, x)
		dst.Close()
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if c.flag&os.O_APPEND != 0 {
			b = bytes.TrimPrefix(b, []byte(c.before))
		}
		r := mustReader(t, b)
		if got := readAll(t, r, 30); r.Frames() != c.frames || len(got) != 100 {
			t.Errorf("%s: %d declared, %d read", c.name, r.Frames(), len(got))
		}
	}

	pr, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		copyTo(t, pw, f, x)
		pw.Close()
	}()
	r, err := NewReader(pr)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, r, 30); r.Frames() != -1 || len(got) != 100 {
		t.Errorf("pipe: %d declared, %d read", r.Frames(), len(got))
	}
	pr.Close()
}

func copyTo(t *testing.T, dst io.Writer, f Format, x []float32) {
	w, err := NewWriter(dst, f)
	if err != nil {
		t.Error(err)
		return
	}
	if _, err := w.Write(x); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestClipping(t *testing.T) {
	var m memory
	w, err := NewWriter(&m, Format{SampleRate: 8000, Channels: 1, Encoding: PCM16})
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]float32{1, -1, 2, -2, float32(math.NaN()), 0.5 / 32768, 1.5 / 32768})
	w.Write([]float32{3})
	w.Close()
	want := []float32{32767. / 32768, -1, 32767. / 32768, -1, 0, 0, 2. / 32768, 32767. / 32768}
	if got := readAll(t, mustReader(t, m.b), 10); !same(got, want) || w.Clipped() != 5 {
		t.Errorf("%v, %d clipped", got, w.Clipped())
	}
}

func TestWriterRefuses(t *testing.T) {
	good := Format{SampleRate: 8000, Channels: 2, Encoding: PCM16}
	for _, f := range []Format{
		{}, {SampleRate: 8000, Channels: 1}, {SampleRate: 0, Channels: 1, Encoding: PCM16}, {SampleRate: 8000, Channels: MaxChannels + 1, Encoding: PCM16},
		{SampleRate: 8000, Channels: 1, Encoding: PCM16, ValidBits: 17}, {SampleRate: 8000, Channels: 1, Encoding: Float32, ValidBits: 24},
		{SampleRate: 8000, Channels: 1, Encoding: 99}, {SampleRate: 8000, Channels: 4, Encoding: ALaw, Ambisonic: true},
	} {
		var m memory
		if _, err := NewWriter(&m, f); err == nil || !strings.HasPrefix(err.Error(), "wav: ") || len(m.b) > 0 {
			t.Errorf("%+v: %v, %d bytes written", f, err, len(m.b))
		}
	}
	for _, id := range []string{"", "abc", "abcde", "ab\x00c", "    "} {
		if _, err := NewWriter(io.Discard, good, WithChunks(Chunk{ID: id})); err == nil {
			t.Errorf("chunk %q: no error", id)
		}
	}
	if _, err := NewWriter(io.Discard, good, WithFrames(math.MaxInt64)); err == nil {
		t.Error("WithFrames(MaxInt64): no error")
	}

	w, err := NewWriter(io.Discard, good, WithFrames(3), WithChunks(Chunk{ID: "JUNK"}, Chunk{ID: "PEAK"}))
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func() error{
		"half a frame":        func() error { _, err := w.Write(make([]float32, 3)); return err },
		"half a raw frame":    func() error { _, err := w.WriteRaw(make([]byte, 5)); return err },
		"more than announced": func() error { _, err := w.Write(make([]float32, 8)); return err },
		"raw more":            func() error { _, err := w.WriteRaw(make([]byte, 16)); return err },
	} {
		if err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if n, err := w.Write(make([]float32, 4)); n != 4 || err != nil {
		t.Errorf("after the refusals: %d, %v", n, err)
	}
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), "3 frames were announced, 2 written") {
		t.Errorf("short Close: %v", err)
	}
	if err := w.Close(); err == nil {
		t.Error("second Close forgets the error")
	}
	if _, err := w.Write(nil); err == nil {
		t.Error("Write after Close: no error")
	}
	if err := w.Append(); err == nil {
		t.Error("Append after Close: no error")
	}
}

// TestShortOfAnnounced: the error is there, the file is valid all the same.
func TestShortOfAnnounced(t *testing.T) {
	for _, announced := range []int64{200, 1 << 31} { // RIFF and RF64
		var m memory
		w, err := NewWriter(&m, Format{SampleRate: 8000, Channels: 1, Encoding: PCM16}, WithFrames(announced))
		if err != nil {
			t.Fatal(err)
		}
		w.Write(noise(100))
		if w.Close() == nil {
			t.Error("no error")
		}
		r := mustReader(t, m.b)
		if n := len(readAll(t, r, 10)); n != 100 || r.Frames() != 100 || r.Truncated() {
			t.Errorf("%d read, %d declared", n, r.Frames())
		}
	}
}

// failing fails once n bytes are written.
type failing struct {
	n   int
	err error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return max(f.n+len(p), 0), f.err
	}
	return len(p), nil
}

func TestWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	for n := range 47 {
		w, err := NewWriter(&failing{n, full}, Format{SampleRate: 8000, Channels: 1, Encoding: PCM8})
		if err == nil {
			_, err = w.Write(make([]float32, 3))
			if closed := w.Close(); err != nil && closed != err {
				t.Errorf("%d: Close forgets %v: %v", n, err, closed)
			} else {
				err = closed
			}
		}
		if !errors.Is(err, full) || !strings.HasPrefix(err.Error(), "wav: ") {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestWriteDoesNotAllocate(t *testing.T) {
	x := noise(20000)
	for _, f := range formats {
		w, err := NewWriter(plain{io.Discard}, f)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(10, func() { w.Write(x[:len(x)/f.Channels*f.Channels]) }); n != 0 {
			t.Errorf("%v: %v allocations", f, n)
		}
	}
}
