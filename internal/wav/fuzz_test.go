package wav

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// counter counts what was read from it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// FuzzReader: whatever the input, no panic and no hang; not more samples than
// bytes; memory for metadata within the input; errors with the package's name;
// the same samples through Read and ReadRaw.
func FuzzReader(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.wav")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(riff(mono16, "LIST", u32(5), "INFOx", "data", u32(3), "abc", "\x00id3 ", u32(1), "x"))
	f.Add(file("RF64", u32(sizeUnknown), "WAVEds64", u32(40), u64(120), u64(8), u64(4), u32(1), "bigg", u64(3), mono16, "bigg", u32(sizeUnknown), "abc\x00", "data", u32(sizeUnknown), "12345678"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c := &counter{r: bytes.NewReader(in)}
		r, err := NewReader(c)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "wav: ") {
				t.Fatalf("error %q", err)
			}
			return
		}
		format := r.Format()
		if err := format.Validate(); err != nil {
			t.Fatal(err)
		}
		x := readAll(t, r, 33)
		if int64(len(x)*format.BytesPerSample()) > c.n || r.Frames() >= 0 && int64(len(x)/format.Channels) > r.Frames() {
			t.Fatalf("%d samples of %v from %d bytes, %d declared", len(x), format, c.n, r.Frames())
		}
		if declared := r.Frames(); declared >= 0 && (int64(len(x)/format.Channels) < declared) != r.Truncated() {
			t.Fatalf("%d of %d frames, truncated %v", len(x)/format.Channels, declared, r.Truncated())
		}
		metadata := 0
		for _, c := range r.Chunks() {
			metadata += len(c.Data) + 8
		}
		if metadata > len(in) || len(r.Warnings()) > 32 {
			t.Fatalf("%d bytes of metadata, %d warnings", metadata, len(r.Warnings()))
		}

		raw := readAllRaw(t, mustReader(t, in))
		y := make([]float32, len(raw)/format.BytesPerSample())
		if Decode(y, raw, format.Encoding); !same(x, y) {
			t.Fatalf("Read gives %d samples, ReadRaw %d, or others", len(x), len(y))
		}

		// What was read can be written, and read again.
		out := write(t, format, nil, WithChunks(r.Chunks()...))
		if got := mustReader(t, out).Format(); got.Encoding != format.Encoding || got.validBits() != format.validBits() || got.Channels != format.Channels {
			t.Fatalf("%+v became %+v", format, got)
		}
	})
}

// FuzzRoundTrip: encoded bytes decode to values that encode to the same bytes
// where the package promises it, and a second pass changes nothing elsewhere.
func FuzzRoundTrip(f *testing.F) {
	f.Add(byte(PCM16), byte(2), []byte("\x00\x80\xFF\x7F\x00\x00\x01\x00"))
	f.Add(byte(Float64), byte(1), []byte("\x00\x00\x00\x00\x00\x00\xF8\x7F12345678"))
	f.Add(byte(MuLaw), byte(1), []byte("\x7F\xFF\x00\x80"))
	f.Fuzz(func(t *testing.T, e, channels byte, raw []byte) {
		format := Format{SampleRate: 48000, Channels: int(channels%8) + 1, Encoding: PCM8 + Encoding(e)%8}
		raw = raw[:len(raw)/format.BytesPerFrame()*format.BytesPerFrame()]
		x := make([]float32, len(raw)/format.BytesPerSample())
		Decode(x, raw, format.Encoding)
		r := mustReader(t, write(t, format, x))
		y := readAll(t, r, 7)
		if format.Encoding == PCM32 {
			for i := range x { // 1.0 is written as the largest value, and read as 1.0
				if x[i] != y[i] {
					t.Fatalf("%v became %v", x[i], y[i])
				}
			}
			return
		}
		if len(x) != len(y) {
			t.Fatalf("%d samples became %d", len(x), len(y))
		}
		for i := range x {
			if !same(x[i:i+1], y[i:i+1]) && x[i] == x[i] { // a NaN may change its payload
				t.Fatalf("%v: %v became %v", format, x[i], y[i])
			}
		}
		if format.Encoding == Float32 || format.Encoding == Float64 {
			return
		}
		back := make([]byte, len(raw))
		if c := Encode(back, x, format.Encoding); c != 0 || !bytes.Equal(raw, back) {
			t.Fatalf("%v: % x became % x, %d clipped", format.Encoding, raw, back, c)
		}
	})
}
