package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The stages of the classical engine, each a pass over the bins. The formulas
// stand with the plain Go twins.

func chainKernels() {
	for _, lanes = range []int{16, 8} {
		stages()
		omlsa()
		tri3()
	}
	symmetric()
	fixedSums()
	fixedMeans()
	comb5()
}

// suffix is the end of the names of kernels on vectors of 512 bits. Where many
// operations wait for one another these are faster even on processors that take
// them in two halves: the processor looks ahead a number of operations, which
// are twice as many lanes then.
func suffix() string {
	if lanes == 16 {
		return "Wide"
	}
	return ""
}

func stages() {
	var odds, slope, prob, unprob vec
	each("noiseOddsVec"+suffix(), "noiseOddsVec is the first loop of trackNoiseGo in AVX2 and FMA.",
		"q psd smooth", "slope",
		func() { slope = mul(load(number(log2E)), splatArg("slope")) },
		func(l *loop) { l.put("q", exp2Neg(mul(div(l.get("smooth"), l.operand("psd")), slope))) },
		"", nil)
	each("noiseTrackVec"+suffix(), "noiseTrackVec is the second loop of trackNoiseGo in AVX2 and FMA.",
		"psd mean q power", "odds prob rise fall stagnant",
		func() {
			odds, prob = splatArg("odds"), splatArg("prob")
			unprob = sub(load(number(1)), prob)
		},
		func(l *loop) {
			q := div(load(number(1)), fma(load(number(1)), odds, l.operand("q")))
			mean := minUnsigned(fma(mul(prob, l.operand("mean")), unprob, q), number(1))
			l.put("mean", mean)
			limit := splatArg("stagnant")
			q = choose(greater(minUnsigned(q, mean), limit), q, limit)
			l.put("q", q)
			psd := l.get("psd")
			d := sub(l.get("power"), psd)
			rate := choose(positive(d), splatArg("fall"), splatArg("rise"))
			l.put("psd", clampPower(fma(psd, mul(rate, d), sub(load(number(1)), q))))
		}, "", nil)

	var alpha, most, over vec
	each("snrVec"+suffix(), "snrVec is snrGo in AVX2.",
		"post innov prior clean power noise", "over alpha most",
		func() { over, alpha, most = splatArg("over"), splatArg("alpha"), splatArg("most") },
		func(l *loop) {
			inv := div(load(number(1)), clampPower(mul(over, l.operand("noise"))))
			g := minBits(maxBits(mul(inv, l.operand("power")), zero()), most)
			l.put("post", g)
			l.put("innov", maxBits(sub(g, number(1)), zero()))
			l.put("prior", mul(alpha, minBits(maxBits(mul(inv, l.operand("clean")), zero()), most)))
		}, "", nil)

	var own, rest, floor vec
	each("priorVec"+suffix(), "priorVec is priorGo in AVX2 and FMA.", "prior innov mean", "own rest floor",
		func() { own, rest, floor = splatArg("own"), splatArg("rest"), splatArg("floor") },
		func(l *loop) {
			p := fma(l.get("prior"), own, l.operand("innov"))
			l.put("prior", maxBits(fma(p, rest, l.operand("mean")), floor))
		}, "", nil)

	var rise, fall vec
	each("followVec"+suffix(), "followVec is followGo in AVX2 and FMA.", "gain ln mean", "own rest rise fall",
		func() {
			scale := load(number(-log2E))
			own, rest = mul(scale, splatArg("own")), mul(scale, splatArg("rest"))
			rise, fall = splatArg("rise"), splatArg("fall")
		},
		func(l *loop) {
			x := fma(mul(own, l.operand("ln")), rest, l.operand("mean"))
			gain := l.get("gain")
			d := sub(exp2Neg(x), gain)
			l.put("gain", fma(gain, choose(positive(d), fall, rise), d))
		}, "", nil)

}

func tri3() {
	var c, t vec
	each("tri3Vec"+suffix(), "tri3Vec is the inner part of tri3Go in AVX2 and FMA; src begins with the left neighbour.",
		"dst src", "centre side",
		func() { c, t = splatArg("centre"), splatArg("side") },
		func(l *loop) {
			near := func(k int) vec { return l.getAt("src", 4*k) }
			l.put("dst", fma(mul(c, near(1)), t, add(near(0), near(2))))
		}, "", nil)

}

// positive is a mask of the values whose bits, as an integer, are above 0.
func positive(v vec) reg.Register { return greater(v, zero()) }

// The bounds of noise powers, see package spectral: 1e-18 and 1e18.
func clampPower(v vec) vec {
	return minBits(maxBits(v, bitsOf(0x219392ef)), bitsOf(0x5d5e0b6b))
}

// omlsa is four loops, as its twin: a processor looks some 128 vector operations
// ahead, and in a single loop, where one operation waits for the other from ξ to
// the gain, too few of those would be ready at a time.
func omlsa() {
	var a, b, c vec
	each("omlsaAbsenceVec"+suffix(), "omlsaAbsenceVec is the first loop of omlsaGo in AVX2 and FMA.",
		"absent local global", "weight middle slope curve lo hi",
		func() { a, b, c = splatArg("slope"), splatArg("middle"), splatArg("curve") },
		func(l *loop) {
			loudness := func(name string) vec {
				x := l.get(name)
				z := div(sub(x, b), add(x, b))
				p := fma(move(a), mul(z, z), c)
				p = mulAdd(p, z, number(0.5))
				return minBits(maxBits(p, zero()), number(1))
			}
			absent := fnma(load(number(1)), mul(loudness("local"), loudness("global")), splatArg("weight"))
			l.put("absent", minBits(maxBits(absent, splatArg("lo")), splatArg("hi")))
		}, "", nil)

	each("omlsaSpeechVec"+suffix(), "omlsaSpeechVec is the second loop of omlsaGo in AVX2 and FMA.",
		"square v prior post", "", nil,
		func(l *loop) {
			xi := l.get("prior")
			w := div(xi, add(xi, number(1)))
			gamma := maxBits(l.get("post"), number(1e-6))
			v := mul(w, gamma)
			l.put("v", v)
			b := fma(load(number(lsaB2)), v, number(lsaB3))
			b = mulAdd(b, v, number(lsaB1))
			b = mulAdd(b, v, number(1))
			a := fma(load(number(lsaA0)), v, number(lsaA1))
			square := div(mul(w, fma(a, v, b)), mul(b, gamma))
			l.put("square", minUnsigned(square, number(1)))
		}, "", nil)

	each("omlsaPresenceVec"+suffix(), "omlsaPresenceVec is the third loop of omlsaGo in AVX2 and FMA.",
		"v absent prior", "", nil,
		func(l *loop) {
			absent := l.get("absent")
			odds := mul(absent, add(load(number(1)), l.operand("prior")))
			here := sub(load(number(1)), absent)
			l.put("v", div(here, fma(move(here), odds, exp2Neg(mul(load(number(log2E)), l.operand("v"))))))
		}, "", nil)

	each("omlsaGainVec"+suffix(), "omlsaGainVec is the last loop of omlsaGo in AVX2 and FMA.",
		"lnGain square present", "lnFloor least",
		func() { a, b = splatArg("lnFloor"), splatArg("least"); c = sub(zero(), a) },
		func(l *loop) {
			over := halfLogPlus(maxBits(b, l.operand("square")), c)
			l.put("lnGain", mulAdd(over, l.get("present"), a))
		}, "", nil)
}

// symmetric does four vectors at once, so that every tap is loaded once for
// 32 values.
func symmetric() {
	kernel("symmetricVec", "func(dst, src, taps *float32, half, n int)",
		"symmetricVec is symmetricGo in AVX2 and FMA; half is at least 1, n a multiple of 8, above 0.")
	dst, src, taps := arg("dst"), arg("src"), arg("taps")
	half, n := arg("half"), arg("n")
	ctx.LEAQ(atIndex(src, half, 4, 0), src) // the middle
	for _, wide := range []int{4, 1} {
		top, inner, next := label("outputs"), label("taps"), label("next")
		ctx.Label(top)
		ctx.CMPQ(n, operand.Imm(uint64(8*wide)))
		ctx.JL(operand.LabelRef(next))
		c := splat(at(taps, 0))
		acc := make([]vec, wide)
		for i := range acc {
			acc[i] = mul(c, at(src, 32*i))
		}
		left, right, tap, j := ctx.GP64(), ctx.GP64(), ctx.GP64(), ctx.GP64()
		ctx.MOVQ(src, left)
		ctx.MOVQ(src, right)
		ctx.MOVQ(taps, tap)
		ctx.MOVQ(half, j)
		ctx.Label(inner)
		ctx.SUBQ(operand.Imm(4), left)
		ctx.ADDQ(operand.Imm(4), right)
		ctx.ADDQ(operand.Imm(4), tap)
		t := splat(at(tap, 0))
		for i := range acc {
			fma(acc[i], t, add(load(at(left, 32*i)), at(right, 32*i)))
		}
		ctx.DECQ(j)
		ctx.JNZ(operand.LabelRef(inner))
		for i := range acc {
			store(acc[i], at(dst, 32*i))
		}
		ctx.SUBQ(operand.I32(int32(-32*wide)), dst)
		ctx.SUBQ(operand.I32(int32(-32*wide)), src)
		ctx.SUBQ(operand.Imm(uint64(8*wide)), n)
		ctx.JMP(operand.LabelRef(top))
		ctx.Label(next)
	}
	finish()
}

// fixedSums adds up within vectors; only one addition per vector waits for the
// one before.
func fixedSums() {
	kernel("fixedSumsVec", "func(pre *int32, src *float32, n int, scale float32)",
		"fixedSumsVec is fixedSumsGo from pre[0] = 0 in AVX2; n is a multiple of 8, above 0. It writes pre[0 … n].")
	pre, src, n := arg("pre"), arg("src"), arg("n")
	scale, half := splatArg("scale"), load(number(0.5))
	carry, last := zero(), load(bitsOf(7))
	lane := ctx.XMM()
	ctx.VMOVD(zeroGP(), lane)
	ctx.VMOVD(lane, at(pre, 0))
	top := label("loop")
	ctx.Label(top)
	x := ymm()
	ctx.VCVTTPS2DQ(mulAdd(load(at(src, 0)), scale, half), x)
	shifted := func(v vec, bytes uint8) vec { d := ymm(); ctx.VPSLLDQ(operand.U8(bytes), v, d); return d }
	x = addBits(x, shifted(x, 4))
	x = addBits(x, shifted(x, 8))
	low, high := ymm(), ymm()
	ctx.VPSHUFD(operand.U8(0xff), x, low)
	ctx.VPERM2I128(operand.U8(0x08), low, low, high)
	x = addBits(x, high)
	tot := ymm()
	ctx.VPERMD(x, last, tot)
	ctx.VMOVDQU(addBits(x, carry), at(pre, 4))
	ctx.VPADDD(tot, carry, carry)
	ctx.ADDQ(operand.Imm(32), src)
	ctx.ADDQ(operand.Imm(32), pre)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}

func zeroGP() gp {
	r := ctx.GP32()
	ctx.XORL(r, r)
	return r
}

// fixedMeans writes past the end of a run, which the next run mends; the end of
// dst it does not pass.
func fixedMeans() {
	kernel("fixedMeansVec", "func(dst, inv *float32, pre *int32, runs *int, count, n int)",
		"fixedMeansVec is fixedMeansGo in AVX2 but for what begins at the last seven values; runs are as in Run.")
	dst, inv, pre, runs, count, n := arg("dst"), arg("inv"), arg("pre"), arg("runs"), arg("count"), arg("n")
	ctx.SUBQ(operand.Imm(8), n) // the last k of a whole vector
	run, inner, done := label("run"), label("means"), label("done")
	half, k, last := ctx.GP64(), ctx.GP64(), ctx.GP64()
	ctx.Label(run)
	ctx.MOVQ(at(runs, 0), half)
	ctx.MOVQ(at(runs, 8), k)
	ctx.MOVQ(at(runs, 16), last)
	hi, lo := ctx.GP64(), ctx.GP64()
	ctx.LEAQ(atIndex(pre, half, 4, 4), hi)
	ctx.MOVQ(half, lo)
	ctx.NEGQ(lo)
	ctx.LEAQ(atIndex(pre, lo, 4, 0), lo)
	ctx.Label(inner)
	ctx.CMPQ(k, n)
	ctx.JGT(operand.LabelRef(done))
	d, f := ymm(), ymm()
	ctx.VMOVDQU(atIndex(hi, k, 4, 0), d)
	ctx.VCVTDQ2PS(subBits(d, atIndex(lo, k, 4, 0)), f)
	store(mul(f, atIndex(inv, k, 4, 0)), atIndex(dst, k, 4, 0))
	ctx.ADDQ(operand.Imm(8), k)
	ctx.CMPQ(k, last)
	ctx.JLT(operand.LabelRef(inner))
	ctx.ADDQ(operand.Imm(24), runs)
	ctx.DECQ(count)
	ctx.JNZ(operand.LabelRef(run))
	ctx.Label(done)
	finish()
}

// comb5 has taps 1 a 2 a 1 that are step values apart.
func comb5() {
	kernel("comb5Vec", "func(dst, src *float32, step, n int, a float32)",
		"comb5Vec is comb5Go in AVX2 and FMA; n is a multiple of 8, above 0.")
	dst, src, step, n := arg("dst"), arg("src"), arg("step"), arg("n")
	a, two := splatArg("a"), load(number(2))
	ctx.SHLQ(operand.U8(2), step)
	x := newRows(src, step)
	top := label("loop")
	ctx.Label(top)
	s := add(load(x.row(src, 1, 0)), x.row(src, 3, 0))
	e := add(load(x.row(src, 0, 0)), x.row(src, 4, 0))
	e = fma(e, two, x.row(src, 2, 0))
	store(fma(e, s, a), at(dst, 0))
	ctx.ADDQ(operand.Imm(32), src)
	ctx.ADDQ(operand.Imm(32), dst)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}
