package simd

import "math"

// exp2Neg returns 2^−x for x ≥ 0, saturating at x = 125: what the stages need
// of an exponential when the factor log₂ e is in a constant that multiplies the
// exponent anyway. Without the reduction by ln 2 in two parts it takes half the
// multiplications of fastmath.ExpNeg. The relative error is below 2e-7 and that
// of rounding x. (The branch is hardly ever taken, and cheaper than the moves
// between float and integer registers that go without; the polynomial is in
// pairs, Estrin's scheme, to shorten the chain of multiplications.)
func exp2Neg(x float32) float32 {
	if x > 125 {
		x = 125
	}
	t := roundMagic - x
	f := roundMagic - t - x // exact, |f| ≤ ½
	ff := f * f
	p := 1 + f*exp2C1 + ff*(exp2C2+f*exp2C3+ff*(exp2C4+f*exp2C5))
	return math.Float32frombits(math.Float32bits(p) + math.Float32bits(t)<<23)
}

const (
	roundMagic = 3 << 22 // added, it leaves an integer in the low bits of the mantissa
	log2E      = 1.44269504088896340736

	// 2^f ≈ 1 + c1 f + … + c5 f⁵ for |f| ≤ ½, minimax of the relative error (9e-8).
	exp2C1 = 0.6931469775857109
	exp2C2 = 0.24022242057918033
	exp2C3 = 0.05550733747406156
	exp2C4 = 0.00967151444431413
	exp2C5 = 0.0013264732396040318
)
