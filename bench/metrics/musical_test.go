package metrics

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

// throughBins overlaps and adds x with its spectra of 20 ms changed by gain.
func throughBins(x []float32, rate int, gain func(frame, bin int, c complex128) float64) []float32 {
	s := newSpectra(rate)
	n := len(s.window)
	y := make([]float64, len(x))
	inverse := fourier.NewFFT(n)
	for i := range s.count(len(x)) {
		c := s.at(nil, x, i)
		for k := range c {
			c[k] *= complex(gain(i, k, c[k])/float64(n), 0)
		}
		at := frameStart(i, rate)
		for j, v := range inverse.Sequence(nil, c) {
			y[at+j] += v
		}
	}
	z := make([]float32, len(x))
	for i, v := range y {
		z[i] = float32(v)
	}
	return z
}

// TestLogKurtosisRatio: 0 for the same noise at any level, large for rare
// tones, negative for something steadier; louder noise outside of the pauses
// does not count.
func TestLogKurtosisRatio(t *testing.T) {
	const rate = 16000
	noisy := gaussian(4*rate, -30, 1)
	n := framesIn(len(noisy), rate)
	pauses := Between(span(n, 0, n), 100*ms, 3500*ms)
	r := rand.New(rand.NewPCG(1, 2))
	isolated := throughBins(noisy, rate, func(int, int, complex128) float64 {
		if r.Float64() < 0.01 {
			return 1
		}
		return 0.01
	})
	// A gain of 1/|c| leaves the phase alone: nearly constant power.
	steady := throughBins(noisy, rate, func(_, _ int, c complex128) float64 { return 0.3 / math.Sqrt(power(c)) })
	mean := throughBins(noisy, rate, func(int, int, complex128) float64 { return 0.1 })
	burst := append([]float32(nil), noisy...)
	copy(burst[3600*rate/1000:], gaussian(rate/10, 0, 4))
	for _, c := range []struct {
		name     string
		y        []float32
		from, to float64
	}{
		{"unprocessed", noisy, 0, 0}, {"fainter", scaled(noisy, -40), -1e-4, 1e-4}, {"louder", scaled(noisy, 10), -1e-4, 1e-4},
		{"overlapped and added", mean, -1e-3, 1e-3}, {"other noise", gaussian(len(noisy), -40, 9), -0.05, 0.05},
		{"isolated bins", isolated, 2, 8}, {"steady", steady, -2, -0.5}, {"muted", make([]float32, len(noisy)), 0, 0},
		{"inaudible", scaled(isolated, -60), 0, 0}, {"burst elsewhere", burst, 0, 0},
	} {
		got, err := LogKurtosisRatio(noisy, c.y, pauses, rate)
		if err != nil || got < c.from || got > c.to {
			t.Errorf("%s: %.4f, %v; want %g to %g", c.name, got, err, c.from, c.to)
		}
	}
	if _, err := LogKurtosisRatio(noisy, noisy, Between(pauses, 0, 600*ms), rate); !errors.Is(err, ErrTooShort) {
		t.Errorf("0.5 s: %v", err)
	}
	silent := make([]float32, len(noisy))
	if _, err := LogKurtosisRatio(silent, noisy, pauses, rate); !errors.Is(err, ErrTooShort) {
		t.Errorf("silence: %v", err)
	}
}

// TestMomentsOfGaussianNoise: the power of Gaussian noise has an exponential
// distribution, whose kurtosis about zero is 4!/2!² = 6.
func TestMomentsOfGaussianNoise(t *testing.T) {
	var m moments
	r := rand.New(rand.NewPCG(3, 4))
	const n = 400000
	for range n {
		m.add(r.ExpFloat64())
	}
	if k := m.kurtosis(n); math.Abs(k-6) > 0.4 {
		t.Errorf("%.3f, want 6", k)
	}
}
