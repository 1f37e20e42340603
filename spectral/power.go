package spectral

import "github.com/quietline/quietline/internal/simd"

// Power writes the squared magnitude |X|² = re² + im² of each bin to dst.
// The unit is that of the samples squared; for an unnormalised transform of
// white noise with variance σ² seen through a window w it is σ²·Σw² on average.
// All three slices have the same length, or Power panics; dst may be re or im.
func Power(dst, re, im []float32) {
	if len(re) != len(dst) || len(im) != len(dst) {
		panic("spectral: Power needs slices of one length")
	}
	simd.Power(dst, re, im, 0)
}

// PowerFloor is Power plus floor, which keeps ratios of powers finite.
func PowerFloor(dst, re, im []float32, floor float32) {
	if len(re) != len(dst) || len(im) != len(dst) {
		panic("spectral: Power needs slices of one length")
	}
	simd.Power(dst, re, im, floor)
}
