package fastmath

import "math"

const (
	// roundMagic added to a float32 of magnitude below 2²² leaves the value
	// rounded to the nearest integer in the low bits of the sum's mantissa.
	roundMagic = 3 << 22 // 1.5·2²³

	log2E = 1.44269504088896340736
	// ln 2 in two parts (Cody & Waite): ln2Hi has 9 significant bits, so that
	// n·ln2Hi is exact for every exponent n of a float32.
	ln2Hi = 0.693359375
	ln2Lo = -2.12194440054690583e-4

	// Beyond these the result would leave the normal float32 numbers.
	expMax = 88
	expMin = -87

	// e^f ≈ 1 + f + f²(e2 + e3 f + e4 f² + e5 f³) for |f| ≤ ½ ln 2, minimax of
	// the relative error (1.1e-7).
	e2 = 0.4999923149
	e3 = 0.1666711465
	e4 = 0.04189015806
	e5 = 0.008312520475
)

// Exp returns e^x for any x. The argument saturates at −87 and 88, so that the
// result is always a normal, finite number between 1.6e-38 and 1.7e38.
// Relative error below 3e-7.
func Exp(x float32) float32 {
	x = min(max(x, expMin), expMax)
	t := x*log2E + roundMagic
	n := t - roundMagic
	f := x - n*ln2Hi - n*ln2Lo
	return math.Float32frombits(math.Float32bits(1+f+f*f*(e2+f*(e3+f*(e4+f*e5)))) + math.Float32bits(t)<<23)
}

// ExpNeg returns e^−x for x ≥ 0, saturating at e^−87 = 1.6e-38. It saves half
// of the clamping of Exp; a negative x is a programming error and gives a
// meaningless number. Relative error below 3e-7.
func ExpNeg(x float32) float32 {
	x = min(x, -expMin)
	t := roundMagic - x*log2E
	n := roundMagic - t
	f := n*ln2Hi - x + n*ln2Lo
	return math.Float32frombits(math.Float32bits(1+f+f*f*(e2+f*(e3+f*(e4+f*e5)))) + math.Float32bits(t)<<23)
}
