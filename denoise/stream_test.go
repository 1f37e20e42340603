package denoise

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/quietline/quietline/internal/wav"
)

var formats = []PCMFormat{S16LE, S24LE, S32LE, F32LE}

// pcm encodes x, and returns what a decoder makes of that.
func pcm(f PCMFormat, x []float32) ([]byte, []float32) {
	b := make([]byte, len(x)*f.Size())
	wav.Encode(b, x, f.encoding())
	y := make([]float32, len(x))
	wav.Decode(y, b, f.encoding())
	return b, y
}

// inTime fails the test when f does not return.
func inTime(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("hangs")
	}
}

type streamCase struct {
	cfg     Config
	aligned bool
}

var streamCases = []streamCase{
	{Config{SampleRate: 48000}, true},
	{Config{SampleRate: 48000}, false},
	{Config{SampleRate: 48000, Channels: 2, FrameSize: 480}, true},
	{Config{SampleRate: 48000, Channels: 2, FrameSize: 480}, false},
	{Config{SampleRate: 16000, Channels: 3, FrameSize: 1000}, true},
	{Config{SampleRate: 16000, FrameSize: 7, Gate: GateConfig{Enabled: true}}, true},
	{Config{SampleRate: 8000, FrameSize: 80, ComfortNoiseDB: -60}, false},
}

func (c streamCase) options() []StreamOption {
	if c.aligned {
		return []StreamOption{Aligned()}
	}
	return nil
}

// want is the output that a stream of PCM must have: that of Process and Flush,
// cut to the length of the input, or with the tail.
func (c streamCase) want(t *testing.T, f PCMFormat, decoded []float32) []byte {
	d := mustNew(t, c.cfg)
	channels := d.cfg.Channels
	if len(decoded) == 0 {
		return nil
	}
	unit := channels * max(c.cfg.FrameSize, 1)
	padded := append([]float32(nil), decoded...)
	for len(padded)%unit != 0 {
		padded = append(padded, 0)
	}
	y := append(process(d, padded, 0), flush(d)...)
	lag := d.Latency() * channels
	y = y[:len(decoded)+lag]
	if c.aligned {
		y = y[lag:]
	}
	b := make([]byte, len(y)*f.Size())
	wav.Encode(b, y, f.encoding())
	return b
}

// TestReader: the bytes that come out are those of Process, as many as went in
// (Aligned) or Latency more, however the source hands them out.
func TestReader(t *testing.T) { bothEngines(t, testReader) }

func testReader(t *testing.T) {
	for _, c := range streamCases {
		for _, f := range formats {
			channels := max(c.cfg.Channels, 1)
			for _, frames := range []int{0, 1, 79, 480, 4801} {
				in, decoded := pcm(f, talk(c.cfg.SampleRate, channels, frames+1)[:frames*channels])
				want := c.want(t, f, decoded)
				for name, wrap := range map[string]func(io.Reader) io.Reader{
					"whole": func(r io.Reader) io.Reader { return r }, "one byte": iotest.OneByteReader, "half": iotest.HalfReader, "data with EOF": iotest.DataErrReader,
				} {
					inTime(t, func() {
						r, err := NewReader(wrap(bytes.NewReader(in)), mustNew(t, c.cfg), f, c.options()...)
						if err != nil {
							t.Error(err)
							return
						}
						var got bytes.Buffer
						buf := make([]byte, 1+frames%777)
						n, err := io.CopyBuffer(onlyWriter{&got}, r, buf)
						if err != nil || n != int64(len(want)) || !bytes.Equal(got.Bytes(), want) {
							t.Errorf("%+v, aligned %v, %v, %d frames, %s: %d bytes, %v, want %d; equal: %v",
								c.cfg, c.aligned, f, frames, name, n, err, len(want), bytes.Equal(got.Bytes(), want))
						}
						if n, err := r.Read(buf); n != 0 || err != io.EOF {
							t.Errorf("after the end: %d, %v", n, err)
						}
					})
				}
			}
		}
	}
}

// onlyWriter hides ReadFrom.
type onlyWriter struct{ io.Writer }

// TestReaderIsAReader puts it through the standard library's checks.
func TestReaderIsAReader(t *testing.T) {
	in, decoded := pcm(S16LE, talk(48000, 1, 2000))
	c := streamCase{Config{SampleRate: 48000}, true}
	want := c.want(t, S16LE, decoded)
	r, err := NewReader(bytes.NewReader(in), mustNew(t, c.cfg), S16LE, Aligned())
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(r, want); err != nil {
		t.Error(err)
	}
}

// TestWriter is TestReader for Writer, in pieces of odd length.
func TestWriter(t *testing.T) { bothEngines(t, testWriter) }

func testWriter(t *testing.T) {
	for _, c := range streamCases {
		for _, f := range formats {
			channels := max(c.cfg.Channels, 1)
			for _, frames := range []int{0, 1, 79, 480, 4801} {
				in, decoded := pcm(f, talk(c.cfg.SampleRate, channels, frames+1)[:frames*channels])
				want := c.want(t, f, decoded)
				for _, piece := range []int{1, 5, 1000, 1 << 20} {
					inTime(t, func() {
						var got bytes.Buffer
						w, err := NewWriter(&got, mustNew(t, c.cfg), f, c.options()...)
						if err != nil {
							t.Error(err)
							return
						}
						for at := 0; at < len(in); at += piece {
							p := in[at:min(at+piece, len(in))]
							if n, err := w.Write(p); n != len(p) || err != nil {
								t.Errorf("Write of %d bytes: %d, %v", len(p), n, err)
							}
						}
						if err := w.Close(); err != nil {
							t.Error(err)
						}
						if err := w.Close(); err != nil {
							t.Errorf("second Close: %v", err)
						}
						if !bytes.Equal(got.Bytes(), want) {
							t.Errorf("%+v, aligned %v, %v, %d frames in pieces of %d: %d bytes, want %d", c.cfg, c.aligned, f, frames, piece, got.Len(), len(want))
						}
						if n, err := w.Write(in); n != 0 || err == nil || !strings.HasPrefix(err.Error(), "denoise: ") {
							t.Errorf("Write after Close: %d, %v", n, err)
						}
					})
				}
			}
		}
	}
}

// TestReaderIsLive: samples come out as soon as they went in; the reader does
// not wait for more than it was asked for.
func TestReaderIsLive(t *testing.T) { bothEngines(t, testReaderIsLive) }

func testReaderIsLive(t *testing.T) {
	for _, frame := range []int{0, 480} {
		pr, pw := io.Pipe()
		r, err := NewReader(pr, mustNew(t, Config{SampleRate: 48000, FrameSize: frame}), S16LE)
		if err != nil {
			t.Fatal(err)
		}
		inTime(t, func() {
			buf := make([]byte, 960)
			for range 5 {
				go pw.Write(make([]byte, 960))
				if _, err := io.ReadFull(r, buf); err != nil {
					t.Errorf("frame %d: %v", frame, err)
				}
			}
		})
		pw.Close()
	}
}

// TestPartialSample: bytes of an incomplete sample frame at the end are an
// error, after all whole ones have come out.
func TestPartialSample(t *testing.T) { bothEngines(t, testPartialSample) }

func testPartialSample(t *testing.T) {
	for _, f := range formats {
		c := streamCase{Config{SampleRate: 48000, Channels: 2}, true}
		in, decoded := pcm(f, talk(48000, 2, 1000))
		want := c.want(t, f, decoded)
		for _, extra := range []int{1, f.Size(), 2*f.Size() - 1} {
			bad := append(append([]byte(nil), in...), make([]byte, extra)...)
			inTime(t, func() {
				r, _ := NewReader(bytes.NewReader(bad), mustNew(t, c.cfg), f, Aligned())
				got, err := io.ReadAll(r)
				if err != io.ErrUnexpectedEOF || !bytes.Equal(got, want) {
					t.Errorf("%v, %d bytes too many: reader gives %d bytes, %v; want %d and io.ErrUnexpectedEOF", f, extra, len(got), err, len(want))
				}
				var out bytes.Buffer
				w, _ := NewWriter(&out, mustNew(t, c.cfg), f, Aligned())
				w.Write(bad)
				if err := w.Close(); err != io.ErrUnexpectedEOF || !bytes.Equal(out.Bytes(), want) {
					t.Errorf("%v, %d bytes too many: writer gives %d bytes, %v", f, extra, out.Len(), err)
				}
			})
		}
	}
	// Nothing but a part of a sample.
	inTime(t, func() {
		r, _ := NewReader(strings.NewReader("x"), mustNew(t, Config{SampleRate: 48000}), S24LE)
		if b, err := io.ReadAll(r); len(b) != 0 || err != io.ErrUnexpectedEOF {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	})
}

// TestStreamErrors are passed on: the source's after what came before it, the
// destination's at once, for good.
func TestStreamErrors(t *testing.T) {
	in, _ := pcm(S16LE, talk(48000, 1, 2000))
	r, _ := NewReader(io.MultiReader(bytes.NewReader(in), iotest.ErrReader(errFailing)), mustNew(t, Config{SampleRate: 48000}), S16LE)
	b, err := io.ReadAll(r)
	if !errors.Is(err, errFailing) || len(b) != len(in) {
		t.Errorf("%d bytes, %v; want %d and the source's error", len(b), err, len(in))
	}
	if _, err := r.Read(make([]byte, 10)); !errors.Is(err, errFailing) {
		t.Errorf("second error %v", err)
	}
	r, _ = NewReader(iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(in))), mustNew(t, Config{SampleRate: 48000}), S16LE)
	if _, err := io.ReadAll(r); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("error %v, want a timeout", err)
	}
	inTime(t, func() {
		r, _ := NewReader(emptyReader{}, mustNew(t, Config{SampleRate: 48000}), S16LE)
		if _, err := r.Read(make([]byte, 10)); err != io.ErrNoProgress {
			t.Errorf("a source that gives nothing: %v", err)
		}
		if n, err := r.Read(nil); n != 0 || err != nil {
			t.Errorf("Read(nil) = %d, %v", n, err)
		}
	})

	w, _ := NewWriter(failingWriter{}, mustNew(t, Config{SampleRate: 48000}), S16LE)
	if _, err := w.Write(in); !errors.Is(err, errFailing) {
		t.Errorf("Write: %v", err)
	}
	if _, err := w.Write(in); !errors.Is(err, errFailing) {
		t.Errorf("second Write: %v", err)
	}
	if err := w.Close(); !errors.Is(err, errFailing) {
		t.Errorf("Close: %v", err)
	}
	w, _ = NewWriter(shortWriter{}, mustNew(t, Config{SampleRate: 48000}), S16LE)
	if _, err := w.Write(in); err != io.ErrShortWrite {
		t.Errorf("short write: %v", err)
	}
	w, _ = NewWriter(failingWriter{}, mustNew(t, Config{SampleRate: 48000}), S16LE, Aligned())
	w.Write(in[:100]) // all of it is delay
	if err := w.Close(); !errors.Is(err, errFailing) {
		t.Errorf("Close with a tail: %v", err)
	}

	d := mustNew(t, Config{SampleRate: 48000})
	for name, f := range map[string]func() error{
		"reader without denoiser": func() error { _, err := NewReader(bytes.NewReader(nil), nil, S16LE); return err },
		"writer without denoiser": func() error { _, err := NewWriter(io.Discard, nil, S16LE); return err },
		"reader format":           func() error { _, err := NewReader(bytes.NewReader(nil), d, 9); return err },
		"writer format":           func() error { _, err := NewWriter(io.Discard, d, 9); return err },
		"reader without source":   func() error { _, err := NewReader(nil, d, S16LE); return err },
		"writer without sink":     func() error { _, err := NewWriter(nil, d, S16LE); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "denoise: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, nil }

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

// TestPCMIsExact: with strength off, integers of 16 and 24 bits and floats come
// out as they went in; of 32 bits those with 24 significant ones.
func TestPCMIsExact(t *testing.T) {
	r := newRand(6)
	for _, f := range formats {
		in := make([]byte, 48000*f.Size())
		for i := range 48000 {
			v := int32(r.Uint32())
			p := in[i*f.Size():]
			switch f {
			case S16LE:
				p[0], p[1] = byte(v), byte(v>>8)
			case S24LE:
				p[0], p[1], p[2] = byte(v), byte(v>>8), byte(v>>16)
			case S32LE:
				v &^= 255
				p[0], p[1], p[2], p[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
			case F32LE:
				b := math.Float32bits(float32(v) / (1 << 31))
				p[0], p[1], p[2], p[3] = byte(b), byte(b>>8), byte(b>>16), byte(b>>24)
			}
		}
		rd, err := NewReader(bytes.NewReader(in), mustNew(t, Config{SampleRate: 48000, Strength: Off}), f, Aligned())
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(rd)
		if err != nil || !bytes.Equal(out, in) {
			t.Errorf("%v: %d bytes of %d, %v; or they differ", f, len(out), len(in), err)
		}
	}
}

// TestPCMEncode: rounding to nearest, clamping, scale.
func TestPCMEncode(t *testing.T) {
	for _, c := range []struct {
		f    PCMFormat
		x    float32
		want string
	}{
		{S16LE, 1, "ff7f"}, {S16LE, -1, "0080"}, {S16LE, 0.5, "0040"}, {S16LE, -2, "0080"}, {S16LE, 1.0 / 32768, "0100"}, {S16LE, -1.0 / 32768, "ffff"},
		{S24LE, 1, "ffff7f"}, {S24LE, -1, "000080"}, {S24LE, -1.0 / (1 << 23), "ffffff"}, {S24LE, 9, "ffff7f"}, {S24LE, 0.4 / (1 << 23), "000000"}, {S24LE, 0.6 / (1 << 23), "010000"}, {S24LE, -0.6 / (1 << 23), "ffffff"}, {S24LE, -0.4 / (1 << 23), "000000"},
		{S32LE, 1, "ffffff7f"}, {S32LE, -1, "00000080"}, {S32LE, 0.5, "00000040"}, {S32LE, 65536, "ffffff7f"},
		{F32LE, 1, "0000803f"}, {F32LE, -2, "000000c0"},
	} {
		b := make([]byte, c.f.Size())
		wav.Encode(b, []float32{c.x}, c.f.encoding())
		if got := fmt.Sprintf("%x", b); got != c.want {
			t.Errorf("%v of %v is %s, want %s", c.f, c.x, got, c.want)
		}
	}
	for _, f := range formats {
		if g, err := ParsePCMFormat(strings.ToUpper(f.String())); err != nil || g != f {
			t.Errorf("ParsePCMFormat(%q) = %v, %v", f, g, err)
		}
	}
}
