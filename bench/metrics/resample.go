package metrics

import "math"

// resample converts x from rate `from` to rate `to` the way Octave's resample
// does, which STOI's authors' code calls and pystoi imitates: a sinc under a
// Kaiser window, 60 dB down in the stop band, applied by its polyphase branches
// with zeros before and after x. The result has ⌈len(x)·to/from⌉ samples, the
// first of them at the time of x[0].
func resample(x []float64, from, to int) []float64 {
	g := gcd(from, to)
	up, down := to/g, from/g
	if up == down {
		return append([]float64(nil), x...)
	}
	h := antiAlias(up, down)
	middle := len(h) / 2
	y := make([]float64, (len(x)*up+down-1)/down)
	for i := range y {
		// y[i] = Σ h[k]·u[i·down + middle − k] with u = x after up−1 zeros
		// were put behind each sample; only k ≡ i·down + middle (mod up) count.
		at := i*down + middle
		k := at % up
		j := at / up
		if j >= len(x) {
			k += (j - len(x) + 1) * up
			j = len(x) - 1
		}
		var sum float64
		for ; k < len(h) && j >= 0; k, j = k+up, j-1 {
			sum += h[k] * x[j]
		}
		y[i] = sum
	}
	return y
}

// antiAlias returns the low-pass of Octave's resample for the ratio up/down,
// with a gain of up at 0 Hz: half-length, roll-off and window as in Oppenheim
// and Schafer, Discrete-Time Signal Processing, section 7.5.3.
func antiAlias(up, down int) []float64 {
	const rejection = 60.0 // dB
	cutoff := 1 / (2 * float64(max(up, down)))
	rollOff := cutoff / 10
	half := int(math.Ceil((rejection - 8) / (28.714 * rollOff)))
	const beta = 0.1102 * (rejection - 8.7)

	h := make([]float64, 2*half+1)
	var sum float64
	for i := range h {
		t := float64(i - half)
		r := t / float64(half)
		h[i] = sinc(2*cutoff*t) * besselI0(beta*math.Sqrt(math.Max(1-r*r, 0)))
		sum += h[i]
	}
	for i := range h {
		h[i] *= float64(up) / sum
	}
	return h
}

// sinc returns sin(πx)/(πx).
func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// besselI0 returns the modified Bessel function of order 0 by its power series
// Σ ((x/2)ᵏ/k!)², which for x ≤ 6 needs some 20 terms.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-17*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
