package fastmath

import "math"

const (
	sqrtHalf = 0x3f3504f3 // the bits of √½: mantissas are taken in [√½, √2)
	expMask  = 0xff800000 // the bits of sign and exponent

	// ln m = 2s + s³(g1 + g2 s²), s = (m−1)/(m+1), |s| ≤ 0.1716, minimax of the
	// relative error (1.5e-7). The odd series in s keeps the relative error at
	// m = 1, where a polynomial in m would not.
	g1 = 0.6665561744
	g2 = 0.4120224579
)

// Log returns the natural logarithm of x for every normal positive x, with a
// relative error below 4e-7. Zero gives about −88, +Inf about 88.7.
func Log(x float32) float32 {
	b := math.Float32bits(x)
	e := (b - sqrtHalf) & expMask
	m := math.Float32frombits(b - e)
	s := (m - 1) / (m + 1)
	z := s * s
	return float32(int32(e)>>23)*math.Ln2 + s*(2+z*(g1+z*g2))
}
