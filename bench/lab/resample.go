package lab

import "math"

// Resample converts x between two rates in Hz with a windowed sinc: 32 zero
// crossings on each side, Kaiser window (β = 9, 90 dB), band edge at 0.94 of the
// lower Nyquist frequency. The first sample stays the first; there are
// ⌈len(x)·to/from⌉.
func Resample(x []float32, from, to int) []float32 {
	if from == to {
		return x
	}
	g := from
	for b := to; b != 0; {
		g, b = b, g%b
	}
	up, down := to/g, from/g
	const zeros, beta, edge = 32, 9, 0.94
	cutoff := edge * math.Min(1, float64(to)/float64(from)) // of the input's Nyquist frequency
	half := int(math.Ceil(zeros / cutoff))
	norm := bessel0(beta)
	// One branch of the filter for every position between two input samples.
	taps := make([][]float64, up)
	for p := range taps {
		taps[p] = make([]float64, 2*half)
		for k := range taps[p] {
			t := float64(p)/float64(up) + float64(half-1-k)
			w := t / float64(half)
			if w <= -1 || w >= 1 {
				continue
			}
			v := cutoff * bessel0(beta*math.Sqrt(1-w*w)) / norm
			if t != 0 {
				v *= math.Sin(math.Pi*cutoff*t) / (math.Pi * cutoff * t)
			}
			taps[p][k] = v
		}
	}
	y := make([]float32, (len(x)*up+down-1)/down)
	for i := range y {
		at := i * down
		first := at/up - half + 1
		var sum float64
		for k, h := range taps[at%up] {
			if j := first + k; j >= 0 && j < len(x) {
				sum += h * float64(x[j])
			}
		}
		y[i] = float32(sum)
	}
	return y
}

// bessel0 is the modified Bessel function of order 0, Σ ((x/2)ᵏ/k!)².
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-17*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}
