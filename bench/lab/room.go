package lab

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Room returns a made-up room response at Rate and its first 50 ms, faded out
// over 2 ms, direct sound at sample 0 with amplitude 1. The same seed gives the
// same room.
//
// It is the statistical model (Polack 1988; Habets 2006, section 2): Gaussian
// noise that decays by 60 dB in rt60 seconds, after 12 single reflections within
// 50 ms; air and walls take the treble of the tail. The direct sound is 0 to
// 8 dB above all the rest, as in front of a laptop.
func Room(rt60 float64, seed uint64) (whole, early []float32) {
	r := rand.New(rand.NewPCG(seed, 0x726f6f6d))
	n := int(1.1 * rt60 * Rate)
	h := make([]float64, n)
	decay := math.Log(1000) / (rt60 * Rate) // of the amplitude, per sample
	const first, mixing = Rate / 400, Rate / 20
	for range 12 {
		at := first + r.IntN(mixing-first)
		sign := float64(1 - 2*r.IntN(2))
		h[at] += sign * math.Exp(-decay*float64(at)) * (0.5 + r.Float64())
	}
	// The tail: dense from 50 ms on, before that growing from nothing.
	low := 0.0
	for i := first; i < n; i++ {
		w := r.NormFloat64() * math.Exp(-decay*float64(i)) * math.Min(1, float64(i-first)/(mixing-first))
		treble := math.Exp(-2 * math.Pi * 5000 / Rate)
		low = treble*low + (1-treble)*w
		late := math.Min(1, float64(i)/(0.15*Rate))
		h[i] += 0.15 * (w*(1-late) + low*late)
	}
	var energy float64
	for _, v := range h {
		energy += v * v
	}
	gain := fromDB(-8*r.Float64()) / math.Sqrt(energy)
	whole = make([]float32, n)
	for i, v := range h {
		whole[i] = float32(gain * v)
	}
	whole[0] = 1
	const fade = Rate / 500
	early = append([]float32(nil), whole[:min(n, mixing+fade)]...)
	for i := mixing; i < len(early); i++ {
		early[i] *= 1 - float32(i-mixing)/fade
	}
	return whole, early
}

// Convolve returns x * h, len(x)+len(h)−1 samples and at least reverbTail more
// than x has.
func Convolve(x, h []float32) []float32 {
	n := max(len(x)+len(h)-1, len(x)+reverbTail)
	size := 1
	for size < n {
		size *= 2
	}
	fft := fourier.NewFFT(size)
	a, b := make([]float64, size), make([]float64, size)
	for i, v := range x {
		a[i] = float64(v)
	}
	for i, v := range h {
		b[i] = float64(v)
	}
	fa, fb := fft.Coefficients(nil, a), fft.Coefficients(nil, b)
	for i := range fa {
		fa[i] *= fb[i] / complex(float64(size), 0)
	}
	fft.Sequence(a, fa)
	y := make([]float32, n)
	for i := range y {
		y[i] = float32(a[i])
	}
	return y
}
