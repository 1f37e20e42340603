package main

// The functions of internal/fastmath, step by step as there, and of the plain
// Go twins; their constants are explained there.

const (
	roundMagic = 3 << 22
	log2E      = 1.44269504088896340736
	ln2        = 0.693147180559945309417
	sqrtHalf   = 0x3f3504f3
	expMask    = 0xff800000
	g1         = 0.6665561744
	g2         = 0.4120224579
	exp2C1     = 0.6931469775857109
	exp2C2     = 0.24022242057918033
	exp2C3     = 0.05550733747406156
	exp2C4     = 0.00967151444431413
	exp2C5     = 0.0013264732396040318
	lsaA0      = 0.56162
	lsaA1      = -0.088645
	lsaB1      = 0.63342
	lsaB2      = 0.19601
	lsaB3      = 0.099015
)

// exp2Neg is exp2Neg of package simd.
func exp2Neg(x vec) vec {
	x = minBits(x, number(125))
	t := sub(number(roundMagic), x)
	f := sub(sub(number(roundMagic), t), x)
	return addBits(exp2Polynomial(f), shiftLeft(t, 23))
}

// exp2Bounded is exp2Neg(bounded(x)) of package simd.
func exp2Bounded(x vec) vec {
	x = fmax.of(fmin.of(x, number(125)), number(-125))
	t := sub(number(roundMagic), x)
	f := sub(sub(number(roundMagic), t), x)
	return addBits(exp2Polynomial(f), shiftLeft(t, 23))
}

// exp2Polynomial is 2^f, |f| ≤ ½, in pairs (Estrin's scheme): a chain of three
// multiplications, not five.
func exp2Polynomial(f vec) vec {
	c := numbers(exp2C1, exp2C3, exp2C5)
	ff := mul(f, f)
	p := fma(number(exp2C4), f, c[2])
	q := fma(number(exp2C2), f, c[1])
	r := fma(number(1), f, c[0])
	return fma(r, ff, fma(q, ff, p))
}

// logParts splits x = 2^n·m, ½√2 ≤ m < √2, and returns the bits of n in the place
// of an exponent and s = (m−1)/(m+1).
func logParts(x vec) (e, s vec) {
	e = and(subBits(x, bitsOf(sqrtHalf)), bitsOf(expMask))
	m := subBits(x, e)
	return e, mul(sub(m, number(1)), reciprocal(add(m, number(1))))
}

// log is fastmath.Log.
func log(x vec) vec {
	e, s := logParts(x)
	z := mul(s, s)
	c := numbers(g2, ln2)
	p := fma(number(2), z, fma(number(g1), z, c[0]))
	return fma(mul(s, p), fromFixed(e, 23), c[1])
}

// halfLogPlus is ½ ln x + c.
func halfLogPlus(x, c vec) vec {
	e, s := logParts(x)
	z := mul(s, s)
	k := numbers(g2/2, ln2/2)
	p := fma(number(1), z, fma(number(g1/2), z, k[0]))
	return fma(fma(c, fromFixed(e, 23), k[1]), s, p)
}

// reciprocal is 1/x in five operations that a processor can begin every cycle,
// while it divides a vector in five cycles or more: an estimate, 8 bits of it
// good, and two steps of Newton's. The last bit may be wrong.
func reciprocal(x vec) vec {
	y := frecpe.of(x)
	y = mul(y, frecps.of(x, y))
	return mul(y, frecps.of(x, y))
}

// inverse is 1/x to the last bit, for where 1/1 must be 1.
func inverse(x vec) vec { return div(number(1), x) }

// sigmoid is 1/(1+e^−x).
func sigmoid(x vec) vec {
	return reciprocal(add(exp2Bounded(mul(x, numbers(log2E)[0])), number(1)))
}

// tanh x = 1 − 2/(1+e^2x).
func tanh(x vec) vec {
	y := reciprocal(add(exp2Bounded(mul(x, numbers(-2 * log2E)[0])), number(1)))
	return fnma(number(1), y, number(2))
}
