package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

// TestMain lets the test binary be the program, so that tests can run it as a
// process of its own, with real pipes and signals.
func TestMain(m *testing.M) {
	if os.Getenv("QUIETLINE_TEST_MAIN") == "1" {
		main()
	}
	os.Exit(m.Run())
}

// program returns the program as a process.
func program(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "QUIETLINE_TEST_MAIN=1")
	return cmd
}

// result is what a run of the program gave.
type result struct {
	code        int
	out, errors string
}

// call runs the program within this process.
func call(stdin io.Reader, args ...string) result {
	var out, errs bytes.Buffer
	code := run(context.Background(), args, stdin, &out, &errs)
	return result{code, out.String(), errs.String()}
}

// must runs the program and fails unless it succeeds in silence.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := call(nil, args...)
	if r.code != exitOK || r.errors != "" {
		t.Fatalf("denoise %s: exit code %d, said %q", strings.Join(args, " "), r.code, r.errors)
	}
	return r.out
}

// refuse runs the program, fails unless it gives the code and one line that
// holds want, and returns that line.
func refuse(t *testing.T, code int, want string, args ...string) {
	t.Helper()
	r := call(strings.NewReader(""), args...)
	if r.code != code {
		t.Errorf("denoise %s: exit code %d, want %d; said %q", strings.Join(args, " "), r.code, code, r.errors)
	}
	if !strings.HasPrefix(r.errors, "denoise: ") || strings.Count(r.errors, "\n") != 1 || !strings.Contains(r.errors, want) {
		t.Errorf("denoise %s: said %q, want one line with %q", strings.Join(args, " "), r.errors, want)
	}
}

// talk makes interleaved sound: steady noise, and from 0.5 s on every second
// half second a buzz with three formants, which the denoiser takes for a voice.
func talk(rate, channels int, seconds float64) []float32 {
	r := rand.New(rand.NewPCG(uint64(rate), uint64(channels)))
	const pitch = 130
	var strength []float64 // of each harmonic
	for f := float64(pitch); f < min(3500, float64(rate)/2.2); f += pitch {
		a := 0.02
		for _, formant := range []float64{600, 1400, 2600} {
			a += math.Exp(-math.Pow((f-formant)/180, 2))
		}
		strength = append(strength, 0.12*a)
	}
	n := int(seconds * float64(rate))
	x := make([]float32, n*channels)
	for i := range n {
		t := float64(i) / float64(rate)
		v := 0.0
		if phase := math.Mod(t, 1); phase >= 0.5 {
			// Harmonics by the recurrence of Chebyshev; vibrato of 3 Hz.
			c := 2 * math.Cos(2*math.Pi*pitch*t-8*math.Cos(2*math.Pi*3*t))
			a, b := 0.0, math.Sin(2*math.Pi*pitch*t-8*math.Cos(2*math.Pi*3*t))
			for _, s := range strength {
				v += s * b
				a, b = b, c*b-a
			}
			v *= math.Sin(math.Pi * (phase - 0.5) / 0.5)
		}
		for c := range channels {
			x[i*channels+c] = float32(v*(1-0.3*float64(c)/float64(channels)) + 0.01*r.NormFloat64())
		}
	}
	return x
}

// spoken is testdata's recorded speech, which begins with a second of silence, in
// white noise at −40 dBFS, the same in every channel.
func spoken(t testing.TB, rate, channels int) []float32 {
	t.Helper()
	speech, _ := readWAV(t, fmt.Sprintf("../../testdata/speech_%dk.wav", rate/1000))
	x := noise(len(speech)*channels, 0.01)
	for i := range x {
		x[i] += speech[i/channels]
	}
	return x
}

// noise makes interleaved white noise of RMS level.
func noise(samples int, level float64) []float32 {
	r := rand.New(rand.NewPCG(7, uint64(samples)))
	x := make([]float32, samples)
	for i := range x {
		x[i] = float32(level * r.NormFloat64())
	}
	return x
}

func format(rate, channels int, e wav.Encoding) wav.Format {
	return wav.Format{SampleRate: rate, Channels: channels, Encoding: e}
}

// encodeWAV returns a WAV file; chunks marked AfterData go behind the samples.
func encodeWAV(t testing.TB, f wav.Format, x []float32, chunks ...wav.Chunk) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	writeWAV(t, path, f, x, chunks...)
	return readFile(t, path)
}

// writeWAV writes a WAV file and returns its path.
func writeWAV(t testing.TB, path string, f wav.Format, x []float32, chunks ...wav.Chunk) string {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var before, after []wav.Chunk
	for _, c := range chunks {
		if c.AfterData {
			after = append(after, c)
		} else {
			before = append(before, c)
		}
	}
	w, err := wav.NewWriter(file, f, wav.WithFrames(int64(len(x)/f.Channels)), wav.WithChunks(before...))
	if err == nil {
		_, err = w.Write(x)
	}
	if err = errors.Join(err, w.Append(after...), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// decodeWAV reads a whole WAV.
func decodeWAV(t testing.TB, data []byte) (x []float32, r *wav.Reader) {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float32, 1<<14*r.Format().Channels)
	for {
		n, err := r.Read(buf)
		x = append(x, buf[:n]...)
		if err == io.EOF {
			return x, r
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func readWAV(t testing.TB, path string) ([]float32, *wav.Reader) {
	t.Helper()
	return decodeWAV(t, readFile(t, path))
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t testing.TB, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// list returns the names in a folder, sorted, hidden ones too.
func list(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// rms returns the level of samples.
func rms(x []float32) float64 {
	return math.Sqrt(energy(x) / float64(max(len(x), 1)))
}
