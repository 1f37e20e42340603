package main

import "github.com/mmcloughlin/avo/operand"

// The functions of internal/fastmath, step by step as there.

const (
	roundMagic = 3 << 22
	log2E      = 1.44269504088896340736
	ln2        = 0.693147180559945309417
	ln2Hi      = 0.693359375
	ln2Lo      = -2.12194440054690583e-4
	e2         = 0.4999923149
	e3         = 0.1666711465
	e4         = 0.04189015806
	e5         = 0.008312520475
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

// minFloat and maxFloat keep a NaN in b.
func minFloat(a vec, b vec) vec { d := ymm(); ctx.VMINPS(b, a, d); return d }
func maxFloat(a vec, b vec) vec { d := ymm(); ctx.VMAXPS(b, a, d); return d }

// exp is fastmath.Exp. It overwrites nothing.
func exp(x vec) vec {
	x = minFloat(load(number(88)), maxFloat(load(number(-87)), x))
	t := fma(load(number(roundMagic)), x, number(log2E))
	n := sub(t, number(roundMagic))
	f := fnma(fnma(x, n, number(ln2Hi)), n, number(ln2Lo))
	return addBits(expPolynomial(f), shiftLeft(t, 23))
}

// exp2Neg is exp2Neg of package simd, where its constants are explained.
func exp2Neg(x vec) vec {
	if lanes == 16 {
		// There is an instruction for each end. The bound is for denormal
		// numbers, which are slow.
		x = minFloat(x, load(number(125)))
		n, d := ymm(), ymm()
		ctx.VRNDSCALEPS(operand.U8(8), x, n)
		ctx.VSCALEFPS(sub(zero(), n), exp2Polynomial(sub(n, x)), d)
		return d
	}
	x = minBits(x, number(125))
	t := sub(load(number(roundMagic)), x)
	f := sub(sub(load(number(roundMagic)), t), x)
	return addBits(exp2Polynomial(f), shiftLeft(t, 23))
}

// exp2Bounded is 2^x on vectors of 512 bits; x saturates at ±125. It keeps NaN.
func exp2Bounded(x vec) vec {
	x = minFloat(load(number(125)), maxFloat(load(number(-125)), x))
	n, d := ymm(), ymm()
	ctx.VRNDSCALEPS(operand.U8(8), x, n)
	ctx.VSCALEFPS(n, exp2Polynomial(sub(x, n)), d)
	return d
}

// exp2Polynomial is 2^f, |f| ≤ ½, in pairs (Estrin's scheme): a chain of three
// multiplications, not five.
func exp2Polynomial(f vec) vec {
	ff := mul(f, f)
	p := fma(load(number(exp2C4)), f, number(exp2C5))
	q := fma(load(number(exp2C2)), f, number(exp2C3))
	r := fma(load(number(1)), f, number(exp2C1))
	return fma(r, ff, fma(q, ff, p))
}

func expPolynomial(f vec) vec {
	p := fma(load(number(e4)), f, number(e5))
	p = mulAdd(p, f, number(e3))
	p = mulAdd(p, f, number(e2))
	return fma(add(f, number(1)), mul(f, f), p)
}

// log is fastmath.Log.
func log(x vec) vec {
	e := and(subBits(x, bitsOf(sqrtHalf)), bitsOf(expMask))
	m := subBits(x, e)
	s := mul(sub(m, number(1)), reciprocal(add(m, number(1))))
	z := mul(s, s)
	p := fma(load(number(g1)), z, number(g2))
	p = mulAdd(p, z, number(2))
	n := ymm()
	ctx.VCVTDQ2PS(shiftRightSigned(e, 23), n)
	return fma(mul(s, p), n, number(ln2))
}

// halfLogPlus is ½ ln x + c.
func halfLogPlus(x vec, c op) vec {
	e := and(subBits(x, bitsOf(sqrtHalf)), bitsOf(expMask))
	m := subBits(x, e)
	s := mul(sub(m, number(1)), reciprocal(add(m, number(1))))
	z := mul(s, s)
	p := fma(load(number(g1/2)), z, number(g2/2))
	p = mulAdd(p, z, number(1))
	n := ymm()
	ctx.VCVTDQ2PS(shiftRightSigned(e, 23), n)
	return fma(mulAdd(n, load(number(ln2/2)), c), s, p)
}

// reciprocal is 1/x for x from 1e-37 to 1e37 in three operations that a processor
// can begin every cycle, while it divides a vector in five cycles or more: an
// estimate, 12 bits of it good, and a step of Newton's. The last bit may be wrong.
func reciprocal(x vec) vec {
	y := ymm()
	if lanes == 16 {
		ctx.VRCP14PS(x, y)
	} else {
		ctx.VRCPPS(x, y)
	}
	e := fnma(load(number(1)), x, y)
	return fma(move(y), y, e)
}

// inverse is 1/x to the last bit or nearly so: where 1/1 must be 1, the shorter
// estimate of AVX2 will not do.
func inverse(x vec) vec {
	if lanes == 16 {
		return reciprocal(x)
	}
	return div(load(number(1)), x)
}

// sigmoid is 1/(1+e^−x). Where e^−x is so large that the reciprocal's estimate
// is 0, so is the result.
func sigmoid(x vec) vec {
	if lanes == 16 {
		return reciprocal(add(exp2Bounded(mul(x, number(-log2E))), number(1)))
	}
	return reciprocal(add(exp(sub(zero(), x)), number(1)))
}

// tanh x = 1 − 2/(1+e^2x).
func tanh(x vec) vec {
	if lanes == 16 {
		return fnma(load(number(1)), reciprocal(add(exp2Bounded(mul(x, number(2*log2E))), number(1))), number(2))
	}
	return fnma(load(number(1)), reciprocal(add(exp(add(x, x)), number(1))), number(2))
}
