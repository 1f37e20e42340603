package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

var encodings = []wav.Encoding{wav.PCM8, wav.PCM16, wav.PCM24, wav.PCM32, wav.Float32, wav.Float64, wav.ALaw, wav.MuLaw}

// Strength off gives back the file, byte for byte: encoding, header, metadata
// before and behind the samples, and those bits of s32 and f64 that float32
// does not hold.
func TestOffIsIdentical(t *testing.T) {
	dir := t.TempDir()
	formats := []wav.Format{
		format(96000, 2, wav.PCM24),
		{SampleRate: 48000, Channels: 6, Encoding: wav.PCM16, ChannelMask: 0x3F, Extensible: true, ValidBits: 16},
		{SampleRate: 48000, Channels: 4, Encoding: wav.Float32, Extensible: true, Ambisonic: true},
		{SampleRate: 44100, Channels: 1, Encoding: wav.PCM24, Extensible: true, ValidBits: 20},
	}
	for i, e := range encodings {
		formats = append(formats, format([]int{8000, 11025, 44100, 22050}[i%4], 1+i%3, e))
	}
	chunks := []wav.Chunk{
		{ID: "LIST", Data: []byte("INFOINAM\x06\x00\x00\x00hello\x00")},
		{ID: "bext", Data: bytes.Repeat([]byte{1, 2, 3}, 201)}, // odd
		{ID: "cue ", Data: make([]byte, 4), AfterData: true},
	}
	for _, f := range formats {
		for _, frames := range []int{0, 1, 4321} {
			in := writeWAV(t, filepath.Join(dir, "in.wav"), f, noise(frames*f.Channels, 0.2), chunks...)
			data := readFile(t, in)
			if n := f.BytesPerFrame() * frames; n > 0 {
				// Bits that no float32 gives.
				at := bytes.Index(data, []byte("data")) + 8
				for i := at; i < at+n; i += f.BytesPerSample() {
					if f.Encoding == wav.PCM32 || f.Encoding == wav.Float64 {
						data[i] ^= byte(i)
					}
				}
				writeFile(t, in, string(data))
			}
			out := filepath.Join(dir, "out.wav")
			must(t, "-strength", "off", in, out)
			if got := readFile(t, out); !bytes.Equal(got, data) {
				t.Errorf("%v, %d frames: %d bytes became %d others", f, frames, len(data), len(got))
			}
			must(t, "-limit", "0", in, out)
			if !bytes.Equal(readFile(t, out), data) {
				t.Errorf("%v: -limit 0 is not off", f)
			}
		}
	}
}

// What is kept and what is removed add up to the input, sample by sample: both
// are aligned with it and complete, at every rate, for lengths around a hop and
// with the gate's pre-roll.
func TestLengthAndAlignment(t *testing.T) {
	dir := t.TempDir()
	kept, gone := filepath.Join(dir, "kept.wav"), filepath.Join(dir, "gone.wav")
	for _, rate := range []int{8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000} {
		channels := 1 + rate/1000%2
		x := talk(rate, channels, 0.7)
		for _, n := range []int{1, rate/100 - 1, rate / 100, rate/100 + 1, len(x) / channels} {
			x := x[:n*channels]
			in := writeWAV(t, filepath.Join(dir, "in.wav"), format(rate, channels, wav.Float32), x)
			must(t, in, kept)
			must(t, "-removed", in, gone)
			a, ra := readWAV(t, kept)
			b, _ := readWAV(t, gone)
			if ra.Format() != (wav.Format{SampleRate: rate, Channels: channels, Encoding: wav.Float32, ValidBits: 32}) {
				t.Errorf("%d Hz: became %v", rate, ra.Format())
			}
			if len(a) != len(x) || len(b) != len(x) {
				t.Fatalf("%d Hz: %d samples became %d and %d", rate, len(x), len(a), len(b))
			}
			for i := range x {
				if d := math.Abs(float64(a[i] + b[i] - x[i])); d > 1e-6 {
					t.Fatalf("%d Hz, %d frames: sample %d is off by %g", rate, n, i, d)
				}
			}
		}
	}
}

// The gate only turns down: where it is open the sound is that without a gate,
// at the same time.
func TestGateAlignment(t *testing.T) {
	dir := t.TempDir()
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 1, wav.Float32), spoken(t, 16000, 1))
	open, gated := filepath.Join(dir, "open.wav"), filepath.Join(dir, "gated.wav")
	must(t, in, open)
	for _, args := range [][]string{nil, {"-gate-preroll", "0"}, {"-gate-preroll", "123ms", "-gate-depth", "20"}} {
		must(t, append(args, "-gate", in, gated)...)
		a, _ := readWAV(t, open)
		b, _ := readWAV(t, gated)
		same := 0
		for i := range a {
			if math.Abs(float64(b[i])) > math.Abs(float64(a[i]))+1e-6 {
				t.Fatalf("%v: sample %d is %g, without the gate %g", args, i, b[i], a[i])
			}
			if a[i] == b[i] {
				same++
			}
		}
		if len(a) != len(b) || same < len(a)/4 {
			t.Errorf("%v: %d of %d samples as without the gate", args, same, len(a))
		}
	}
}

// The stronger, the less is left in pauses; words lose little.
func TestNoiseGoes(t *testing.T) {
	dir := t.TempDir()
	x := spoken(t, 16000, 1)
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 1, wav.PCM16), x)
	out := filepath.Join(dir, "out.wav")
	for _, strength := range []string{"mild", "medium", "strong", "maximum"} {
		must(t, "-strength", strength, in, out)
		y, _ := readWAV(t, out)
		pause := 20 * math.Log10(rms(x[16000*5/10:16000*9/10])/rms(y[16000*5/10:16000*9/10]))
		word := 20 * math.Log10(rms(x[16000*15/10:])/rms(y[16000*15/10:]))
		want := map[string]float64{"mild": 5, "medium": 10, "strong": 12, "maximum": 12}[strength]
		if pause < want || word > pause/2 {
			t.Errorf("%s: pauses %.1f dB softer, want %g; words %.2f dB, want little", strength, pause, want, word)
		}
	}
}

func TestEveryKindOfOption(t *testing.T) {
	dir := t.TempDir()
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 2, wav.PCM16), talk(16000, 2, 1))
	out := filepath.Join(dir, "out.wav")
	must(t, in, out)
	plain := readFile(t, out)
	for _, args := range [][]string{
		{"-engine", "neural"}, {"-rule", "wiener"}, {"-rule", "logmmse"}, {"-rule", "subtraction"}, {"-tracker", "minimum"}, {"-link", "minimum"},
		{"-link", "independent"}, {"-music"}, {"-removed"}, {"-comfort", "-50"}, {"-gate"}, {"-limit", "9.5"}, {"-strength", "Mild"},
	} {
		must(t, append(args, in, out)...)
		got := readFile(t, out)
		if len(got) != len(plain) || bytes.Equal(got, plain) {
			t.Errorf("%v: %d bytes, want %d others", args, len(got), len(plain))
		}
	}
}

// NaN and infinities in a recording do not reach the output or the reports.
func TestNotNumbers(t *testing.T) {
	dir := t.TempDir()
	x := talk(16000, 1, 1)
	x[5000], x[6000], x[7000], x[8000] = float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e30
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 1, wav.Float32), x)
	must(t, "-stats", filepath.Join(dir, "s.json"), "-plot", filepath.Join(dir, "p.png"), in, filepath.Join(dir, "out.wav"))
	y, _ := readWAV(t, filepath.Join(dir, "out.wav"))
	for i, v := range y {
		if v-v != 0 {
			t.Fatalf("sample %d is %g", i, v)
		}
	}
}

func TestTruncated(t *testing.T) {
	dir := t.TempDir()
	whole := encodeWAV(t, format(16000, 2, wav.PCM16), talk(16000, 2, 1))
	in := writeFile(t, filepath.Join(dir, "in.wav"), string(whole[:44+4*9000+3]))
	out := filepath.Join(dir, "out.wav")
	r := call(nil, in, out)
	if r.code != exitOK || !strings.Contains(r.errors, "warning") || !strings.Contains(r.errors, "truncated") || strings.Count(r.errors, "\n") != 1 {
		t.Errorf("exit code %d, said %q", r.code, r.errors)
	}
	y, w := readWAV(t, out)
	if len(y) != 2*9000 || w.Frames() != 9000 || w.Truncated() {
		t.Errorf("9000 frames became %d samples, declared %d", len(y), w.Frames())
	}
	if r := call(nil, "-quiet", in, out); r.code != exitOK || r.errors != "" {
		t.Errorf("-quiet: exit code %d, said %q", r.code, r.errors)
	}
	if r = call(nil, in, "-"); r.code != exitOK {
		t.Errorf("to a pipe: exit code %d, said %q", r.code, r.errors)
	}
	if y, _ := decodeWAV(t, []byte(r.out)); len(y) != 2*9000 {
		t.Errorf("to a pipe: 9000 frames became %d samples", len(y))
	}
}

func TestEmpty(t *testing.T) {
	dir := t.TempDir()
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(48000, 2, wav.PCM24), nil)
	out := filepath.Join(dir, "out.wav")
	must(t, "-plot", filepath.Join(dir, "p.png"), "-stats", filepath.Join(dir, "s.json"), "-vad", filepath.Join(dir, "v.json"), in, out)
	if !bytes.Equal(readFile(t, in), readFile(t, out)) {
		t.Error("an empty recording changed")
	}
}

func TestUnsupported(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.wav")
	for _, c := range []struct {
		f    wav.Format
		want string
	}{
		{format(7999, 1, wav.PCM16), "7999 Hz"}, {format(192001, 1, wav.PCM16), "192001 Hz"}, {format(48000, 65, wav.PCM16), "65 channels"},
	} {
		in := writeWAV(t, filepath.Join(dir, "in.wav"), c.f, make([]float32, 100*c.f.Channels))
		refuse(t, exitFailure, c.want, in, out)
	}
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(8000, 64, wav.PCM16), noise(64*500, 0.1))
	must(t, in, out)
	refuse(t, exitFailure, "FLAC", writeFile(t, filepath.Join(dir, "x.wav"), "fLaC\x00\x00\x00\x22 and so on"), filepath.Join(dir, "y.wav"))
	refuse(t, exitFailure, "no such file", filepath.Join(dir, "missing.wav"), out)
	if got := list(t, dir); got != "in.wav out.wav x.wav" {
		t.Errorf("left behind: %s", got)
	}
}

// Samples beyond full scale are cut where the encoding cannot hold them, and
// counted; floats hold them.
func TestClippingIsCounted(t *testing.T) {
	dir := t.TempDir()
	x := make([]float32, 16000)
	wav.Decode(x, encodeRaw(noise(16000, 0.8), wav.PCM16), wav.PCM16)
	clipped := map[wav.Encoding]int64{}
	for _, e := range []wav.Encoding{wav.PCM16, wav.Float32} {
		in := writeFile(t, filepath.Join(dir, "in.raw"), string(encodeRaw(x, e)))
		must(t, "-raw", e.String()+":16000", "-limit", "1", "-stats", filepath.Join(dir, "s.json"), in, filepath.Join(dir, "out.raw"))
		r := readReport(t, filepath.Join(dir, "s.json"))
		clipped[e] = r.Output.Clipped
		if r.Input.FullScale < 1000 {
			t.Errorf("%v: %d samples at full scale", e, r.Input.FullScale)
		}
	}
	y := make([]float32, 16000)
	wav.Decode(y, readFile(t, filepath.Join(dir, "out.raw")), wav.Float32)
	want := int64(wav.Encode(make([]byte, 2*16000), y, wav.PCM16))
	if want == 0 || clipped[wav.PCM16] != want || clipped[wav.Float32] != 0 {
		t.Errorf("%d clipped, as float %d, want %d and 0", clipped[wav.PCM16], clipped[wav.Float32], want)
	}
}

// The program gives what the library gives, also at the end of a recording that
// is no whole number of hops: silence follows, nothing else.
func TestSameAsLibrary(t *testing.T) {
	dir := t.TempDir()
	const rate, frames = 16000, 33333
	x := talk(rate, 2, 3)[:2*frames]
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(rate, 2, wav.Float32), x)
	must(t, in, filepath.Join(dir, "out.wav"))
	got, _ := readWAV(t, filepath.Join(dir, "out.wav"))

	d, err := denoise.New(denoise.Config{SampleRate: rate, Channels: 2, FrameSize: rate / 100})
	if err != nil {
		t.Fatal(err)
	}
	padded := append(x, make([]float32, 2*(rate/100-frames%(rate/100)+d.Latency()))...)
	d.Process(padded, padded)
	for i, v := range got {
		if want := padded[i+2*d.Latency()]; v != want {
			t.Fatalf("sample %d of %d is %g, from the library %g", i, len(got), v, want)
		}
	}
}

func encodeRaw(x []float32, e wav.Encoding) []byte {
	b := make([]byte, len(x)*e.BytesPerSample())
	wav.Encode(b, x, e)
	return b
}

func TestRaw(t *testing.T) {
	dir := t.TempDir()
	x := talk(16000, 2, 1.03)
	for _, e := range encodings {
		f := format(16000, 2, e)
		writeWAV(t, filepath.Join(dir, "in.wav"), f, x)
		must(t, filepath.Join(dir, "in.wav"), filepath.Join(dir, "out.wav"))
		want, _ := readWAV(t, filepath.Join(dir, "out.wav"))

		in := writeFile(t, filepath.Join(dir, "in.raw"), string(encodeRaw(x, e)))
		must(t, "-raw", fmt.Sprintf("%v:16000:2", e), in, filepath.Join(dir, "out.raw"))
		if got := readFile(t, filepath.Join(dir, "out.raw")); !bytes.Equal(got, encodeRaw(want, e)) {
			t.Errorf("%v: raw and WAV differ", e)
		}
	}
	// A frame that is cut off is dropped, and said.
	in := writeFile(t, filepath.Join(dir, "in.raw"), string(encodeRaw(x, wav.PCM16)[:4*1000+3]))
	r := call(nil, "-raw", "s16le:16000:2", in, filepath.Join(dir, "out.raw"))
	if info, err := os.Stat(filepath.Join(dir, "out.raw")); r.code != exitOK || !strings.Contains(r.errors, "3 bytes") || err != nil || info.Size() != 4000 {
		t.Errorf("exit code %d, said %q, %v", r.code, r.errors, err)
	}
}
