package spectral

import "math"

// The windows here are periodic: a window of n samples is one period of the
// formula at i/n, i = 0 … n−1, so that copies a fraction of n apart overlap-add
// to a constant. (The symmetric form, over n−1, is for filter design and does
// not.) A window of length below 1 is empty.

// Hann returns n samples of ½ − ½cos(2πi/n). Copies n/2 apart add up to 1.
func Hann(n int) []float32 {
	return window(n, func(t float64) float64 { s := math.Sin(math.Pi * t); return s * s })
}

// SqrtHann returns n samples of sin(πi/n), the square root of [Hann], also
// called the sine window. Used for analysis and again for synthesis, it
// reconstructs perfectly at a hop of n/2.
func SqrtHann(n int) []float32 {
	return window(n, func(t float64) float64 { return math.Sin(math.Pi * t) })
}

// Hamming returns n samples of 0.54 − 0.46cos(2πi/n). Copies n/2 apart add up
// to 1.08.
func Hamming(n int) []float32 {
	return window(n, func(t float64) float64 { return 0.54 - 0.46*math.Cos(2*math.Pi*t) })
}

// Vorbis returns n samples of sin(½π·sin²(π(i+½)/n)), the window of the Vorbis
// I specification, section 1.3.2, and of Opus. Like [SqrtHann] its square and
// the square of its copy n/2 away add up to 1; it has lower side lobes far out
// and a wider main lobe. By its definition the samples lie at half steps, so
// the window is symmetric and has no zero.
func Vorbis(n int) []float32 {
	half := 0.5 / float64(n)
	return window(n, func(t float64) float64 {
		s := math.Sin(math.Pi * (t + half))
		return math.Sin(0.5 * math.Pi * s * s)
	})
}

// window samples f at i/n.
func window(n int, f func(t float64) float64) []float32 {
	w := make([]float32, max(n, 0))
	for i := range w {
		w[i] = float32(f(float64(i) / float64(n)))
	}
	return w
}
