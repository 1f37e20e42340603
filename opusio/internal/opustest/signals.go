// Package opustest holds what the tests of opusio and its backends share: real
// signals at every rate of Opus, measures, and the conformance table.
package opustest

import (
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

// Rates are the sampling rates of Opus.
var Rates = []int{8000, 12000, 16000, 24000, 48000}

// Sound returns a 48 kHz mono recording of testdata at one of Rates.
func Sound(t testing.TB, name string, rate int) []float32 {
	t.Helper()
	return decimate(readWAV(t, name), 48000/rate)
}

func readWAV(t testing.TB, name string) []float32 {
	t.Helper()
	f, err := os.Open(find(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Format(); got.SampleRate != 48000 || got.Channels != 1 {
		t.Fatalf("%s is %v, want 48 kHz mono", name, got)
	}
	var x []float32
	buf := make([]float32, 8192)
	for {
		n, err := r.Read(buf)
		x = append(x, buf[:n]...)
		if errors.Is(err, io.EOF) {
			return x
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// find looks for testdata/name in the folders above the test's.
func find(t testing.TB, name string) string {
	t.Helper()
	for dir := ".."; len(dir) < 20; dir = filepath.Join(dir, "..") {
		p := filepath.Join(dir, "testdata", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Fatalf("no testdata/%s above here", name)
	return ""
}

// decimate keeps every n-th sample after a windowed-sinc low-pass.
func decimate(x []float32, n int) []float32 {
	if n == 1 {
		return x
	}
	half := 24 * n
	taps := make([]float64, 2*half+1)
	var sum float64
	for i := range taps {
		t := float64(i-half) / float64(n) * 0.92
		w := 0.5 + 0.5*math.Cos(math.Pi*float64(i-half)/float64(half+1))
		taps[i] = w
		if t != 0 {
			taps[i] = w * math.Sin(math.Pi*t) / (math.Pi * t)
		}
		sum += taps[i]
	}
	y := make([]float32, 0, len(x)/n)
	for at := 0; at < len(x); at += n {
		var v float64
		for i, h := range taps {
			if k := at + i - half; k >= 0 && k < len(x) {
				v += h * float64(x[k])
			}
		}
		y = append(y, float32(v/sum))
	}
	return y
}

// Interleave makes so many channels of a mono sound, each weaker than the one
// before.
func Interleave(x []float32, channels int) []float32 {
	if channels == 1 {
		return x
	}
	y := make([]float32, 0, len(x)*channels)
	for _, v := range x {
		for c := range channels {
			y = append(y, v/float32(1+c))
		}
	}
	return y
}

// Channel returns one channel of interleaved samples.
func Channel(x []float32, c, channels int) []float32 {
	y := make([]float32, 0, len(x)/channels)
	for i := c; i < len(x); i += channels {
		y = append(y, x[i])
	}
	return y
}

// Noise returns n samples of white noise at a level in dBFS, the same on every
// run.
func Noise(n int, seed uint64, db float64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	a := math.Pow(10, db/20)
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(a * r.NormFloat64())
	}
	return x
}

// Int16 converts to 16-bit samples.
func Int16(x []float32) []int16 {
	y := make([]int16, len(x))
	for i, v := range x {
		y[i] = int16(math.Round(math.Min(math.Max(float64(v)*32768, -32768), 32767)))
	}
	return y
}

// Level returns the RMS level in dBFS, −200 for silence.
func Level(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(max(len(x), 1))+1e-20)
}

// Finite reports whether x is free of NaN and infinities.
func Finite(x []float32) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// Correlation returns the correlation coefficient of two sounds, y delayed by
// the given number of samples.
func Correlation(x, y []float32, delay int) float64 {
	y = y[delay:]
	n := min(len(x), len(y))
	var xy, xx, yy float64
	for i := range n {
		a, b := float64(x[i]), float64(y[i])
		xy += a * b
		xx += a * a
		yy += b * b
	}
	return xy / math.Sqrt(xx*yy+1e-30)
}

// Delay returns the delay of y against x with the largest correlation, up to a
// limit.
func Delay(x, y []float32, limit int) (int, float64) {
	best, at := -2.0, 0
	for d := range limit + 1 {
		if c := Correlation(x[:len(x)-limit], y, d); c > best {
			best, at = c, d
		}
	}
	return at, best
}
