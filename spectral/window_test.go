package spectral

import (
	"math"
	"testing"

	"github.com/quietline/quietline/internal/simd"
)

var windowCases = []struct {
	name    string
	make    func(int) []float32
	formula func(i, n int) float64
}{
	{"Hann", Hann, func(i, n int) float64 { return 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n)) }},
	{"SqrtHann", SqrtHann, func(i, n int) float64 { return math.Sin(math.Pi * float64(i) / float64(n)) }},
	{"Hamming", Hamming, func(i, n int) float64 { return 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/float64(n)) }},
	{"Vorbis", Vorbis, func(i, n int) float64 {
		return math.Sin(math.Pi / 2 * math.Pow(math.Sin(math.Pi*(float64(i)+0.5)/float64(n)), 2))
	}},
}

func TestWindowsAgainstFormulas(t *testing.T) {
	for _, c := range windowCases {
		for _, n := range []int{1, 2, 3, 8, 441, 960} {
			w := c.make(n)
			if len(w) != n {
				t.Fatalf("%s(%d) has %d samples", c.name, n, len(w))
			}
			for i, v := range w {
				if want := c.formula(i, n); math.Abs(float64(v)-want) > 6e-8 {
					t.Errorf("%s(%d)[%d] = %v, want %v", c.name, n, i, v, want)
				}
			}
		}
		if len(c.make(0)) != 0 || len(c.make(-1)) != 0 {
			t.Errorf("%s of no samples is not empty", c.name)
		}
	}
}

// A window (or its square, for pairs of analysis and synthesis) and its copies
// a hop apart add up to a constant.
func TestWindowsOverlapAdd(t *testing.T) {
	for _, c := range []struct {
		name    string
		make    func(int) []float32
		squared bool
		overlap int // copies per window length
		want    float64
	}{
		{"Hann", Hann, false, 2, 1},
		{"Hann", Hann, false, 4, 2},
		{"Hann²", Hann, true, 4, 1.5},
		{"SqrtHann²", SqrtHann, true, 2, 1},
		{"SqrtHann²", SqrtHann, true, 4, 2},
		{"Hamming", Hamming, false, 2, 1.08},
		{"Vorbis²", Vorbis, true, 2, 1},
	} {
		for _, n := range []int{160, 320, 480, 880, 960, 1024} {
			w, hop := c.make(n), n/c.overlap
			for i := range hop {
				sum := 0.0
				for j := i; j < n; j += hop {
					v := float64(w[j])
					if c.squared {
						v *= v
					}
					sum += v
				}
				if math.Abs(sum-c.want) > 2e-7*float64(c.overlap) {
					t.Errorf("%s of %d at hop %d: sum %v at %d, want %v", c.name, n, hop, sum, i, c.want)
				}
			}
		}
	}
}

func TestPower(t *testing.T) {
	dst := make([]float32, 2)
	Power(dst, []float32{3, 0}, []float32{-4, 2})
	if dst[0] != 25 || dst[1] != 4 {
		t.Errorf("got %v, want [25 4]", dst)
	}
	re := []float32{3, 0}
	Power(re, re, []float32{-4, 2})
	if re[0] != 25 || re[1] != 4 {
		t.Errorf("in place: got %v, want [25 4]", re)
	}
	if !panics(func() { Power(dst, re, re[:1]) }) || !panics(func() { Power(dst[:1], re, re) }) {
		t.Error("no panic on different lengths")
	}
}

// The mean power of white noise under a window is variance times Σw², as the
// package documentation says.
func TestPowerOfWhiteNoise(t *testing.T) {
	const n, frames = 256, 400
	p, w := mustFFT(t, n), SqrtHann(n)
	x := fftNoise(n*frames, 5) // variance 1
	re, im, pw := make([]float32, p.Bins()), make([]float32, p.Bins()), make([]float32, p.Bins())
	mean := 0.0
	for f := range frames {
		frame := x[f*n : (f+1)*n]
		simd.Mul(frame, frame, w)
		p.Forward(re, im, frame)
		Power(pw, re, im)
		for _, v := range pw[1 : n/2] {
			mean += float64(v) / frames / (n/2 - 1)
		}
	}
	if want := n / 2.0; math.Abs(mean-want) > 0.03*want {
		t.Errorf("mean power %v, want %v", mean, want)
	}
}
