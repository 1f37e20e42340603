package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
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
	fixedSums("fixedSumsVec", false)
	fixedSumsWide()
	fixedMeans()
	polyline("polylineVecWide", "polylineVecWide is Polyline.Write in AVX-512.", false)
	polyline("mulPolylineVecWide", "mulPolylineVecWide is Polyline.Mul in AVX-512.", true)
	lines("linesVec", "linesVec is linesGo in AVX2 and FMA but for what begins at the last seven values; lines are as in Line.", false)
	lines("mulLinesVec", "mulLinesVec is mulLinesGo in AVX2 and FMA but for what begins at the last seven values.", true)
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
		func(l *loop) { l.put("q", exp2Neg(mul(mul(reciprocal(l.get("psd")), slope), l.operand("smooth")))) },
		"", nil)
	each("noiseTrackVec"+suffix(), "noiseTrackVec is the second loop of trackNoiseGo in AVX2 and FMA.",
		"psd mean q power belief", "odds prob rise fall stagnant",
		func() {
			odds, prob = splatArg("odds"), splatArg("prob")
			unprob = sub(load(number(1)), prob)
		},
		func(l *loop) {
			q := inverse(fma(load(number(1)), odds, l.operand("q")))
			mean := minUnsigned(fma(mul(prob, l.operand("mean")), unprob, q), number(1))
			l.put("mean", mean)
			limit := splatArg("stagnant")
			q = mul(q, l.operand("belief"))
			q = choose(greater(minUnsigned(q, mean), limit), q, limit)
			l.put("q", q)
			psd := l.get("psd")
			d := sub(l.get("power"), psd)
			rate := choose(positive(d), splatArg("fall"), splatArg("rise"))
			l.put("psd", clampPower(fma(psd, mul(rate, d), sub(load(number(1)), q))))
		}, "", nil)

	var alpha, most, over vec
	each("snrVec"+suffix(), "snrVec is snrGo in AVX2 and FMA.",
		"post innov prior clean power noise", "over alpha most",
		func() { over, alpha, most = splatArg("over"), splatArg("alpha"), splatArg("most") },
		func(l *loop) {
			inv := inverse(clampPower(mul(over, l.operand("noise"))))
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
			x := maxFloat(fma(mul(own, l.operand("ln")), rest, l.operand("mean")), zero()) // NaN becomes 0
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

// omlsa are three loops, as their twins: a processor looks some 128 vector
// operations ahead, and in a single loop, where one operation waits for the other
// from ξ to the gain, too few of those would be ready at a time.
func omlsa() {
	var a, b, c vec
	each("logMMSEVec"+suffix(), "logMMSEVec is logMMSEGo in AVX2 and FMA.",
		"square v prior post", "", nil,
		func(l *loop) {
			xi := l.get("prior")
			w := mul(xi, reciprocal(add(xi, number(1))))
			gamma := maxBits(l.get("post"), number(1e-6))
			v := mul(w, gamma)
			l.put("v", v)
			b := fma(load(number(lsaB2)), v, number(lsaB3))
			b = mulAdd(b, v, number(lsaB1))
			b = mulAdd(b, v, number(1))
			a := fma(load(number(lsaA0)), v, number(lsaA1))
			square := mul(mul(w, fma(a, v, b)), reciprocal(mul(b, gamma)))
			l.put("square", minUnsigned(square, number(1)))
		}, "", nil)

	each("presenceVec"+suffix(), "presenceVec is presenceGo in AVX2 and FMA.",
		"v prior here", "most least",
		func() { a, b, c = splatArg("most"), splatArg("least"), load(number(1)) },
		func(l *loop) {
			absent := maxBits(fnma(move(a), a, l.operand("here")), b)
			odds := mul(absent, add(c, l.operand("prior")))
			here := sub(c, absent)
			l.put("v", mul(here, reciprocal(fma(move(here), odds, exp2Neg(mul(load(number(log2E)), l.operand("v")))))))
		}, "", nil)

	each("weighGainVec"+suffix(), "weighGainVec is weighGainGo in AVX2 and FMA.",
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
func fixedSums(name string, weighted bool) {
	twin, signature := "fixedSumsGo", "func(pre *int32, src *float32, n int, scale float32)"
	if weighted {
		twin, signature = "fixedSumsWeightedGo", "func(pre *int32, src, scales *float32, n int)"
	}
	kernel(name, signature, name+" is "+twin+" from pre[0] = 0 in AVX2; n is a multiple of 8, above 0. It writes pre[0 … n].")
	pre, src, n := arg("pre"), arg("src"), arg("n")
	var scale vec
	var scales gp
	if weighted {
		scales = arg("scales")
	} else {
		scale = splatArg("scale")
	}
	half := load(number(0.5))
	carry, last := zero(), load(bitsOf(7))
	lane := ctx.XMM()
	ctx.VMOVD(zeroGP(), lane)
	ctx.VMOVD(lane, at(pre, 0))
	top := label("loop")
	ctx.Label(top)
	x := ymm()
	if weighted {
		ctx.VCVTTPS2DQ(fma(move(half), load(at(src, 0)), at(scales, 0)), x)
		ctx.ADDQ(operand.Imm(32), scales)
	} else {
		ctx.VCVTTPS2DQ(mulAdd(load(at(src, 0)), scale, half), x)
	}
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

// fixedSumsWide goes on to the end of pre: values beyond src count as 0 there.
func fixedSumsWide() {
	const name = "fixedSumsWeightedVecWide"
	wideKernels[name] = true
	kernel(name, "func(pre *int32, src, scales *float32, n, room int)",
		name+" is FixedSumsWeighted in AVX-512; pre has room values, above n.")
	pre, src, scales, n, room := arg("pre"), arg("src"), arg("scales"), arg("n"), arg("room")
	lanes = 16
	defer func() { lanes = 8 }()
	half, none := load(number(0.5)), zero()
	carry, last := zero(), load(bitsOf(15))
	lane := ctx.XMM()
	ctx.VMOVD(zeroGP(), lane)
	ctx.VMOVD(lane, at(pre, 0))
	ctx.DECQ(room)
	sixteen := func(s, w vec) vec {
		x := ymm()
		ctx.VCVTTPS2DQ(fma(move(half), s, w), x)
		for _, by := range []uint8{15, 14, 12, 8} { // the values by 1, 2, 4 and 8 places up
			shifted := ymm()
			ctx.VALIGND(operand.U8(by), none, x, shifted)
			x = addBits(x, shifted)
		}
		sum := addBits(x, carry)
		ctx.VPERMD(sum, last, carry)
		return sum
	}
	top, tail, fill, rest, done := label("loop"), label("tail"), label("fill"), label("rest"), label("done")
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JL(operand.LabelRef(tail))
	ctx.Label(top)
	store(sixteen(load(at(src, 0)), load(at(scales, 0))), at(pre, 4))
	ctx.ADDQ(operand.Imm(64), src)
	ctx.ADDQ(operand.Imm(64), scales)
	ctx.ADDQ(operand.Imm(64), pre)
	ctx.SUBQ(operand.Imm(16), room)
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JGE(operand.LabelRef(top))
	ctx.Label(tail)
	ctx.ADDQ(operand.Imm(16), n)
	ctx.JZ(operand.LabelRef(fill))
	k := lowest(n)
	s, w := ymm(), ymm()
	ctx.VMOVUPS_Z(at(src, 0), k, s)
	ctx.VMOVUPS_Z(at(scales, 0), k, w)
	sum := sixteen(s, w)
	ctx.VMOVDQU32(sum, lowest(n), at(pre, 4))
	ctx.LEAQ(atIndex(pre, n, 4, 0), pre)
	ctx.SUBQ(n, room)
	ctx.Label(fill)
	ctx.SUBQ(operand.Imm(16), room)
	ctx.JL(operand.LabelRef(rest))
	ctx.VMOVDQU32(carry, at(pre, 4))
	ctx.ADDQ(operand.Imm(64), pre)
	ctx.JMP(operand.LabelRef(fill))
	ctx.Label(rest)
	ctx.ADDQ(operand.Imm(16), room)
	ctx.JZ(operand.LabelRef(done))
	ctx.VMOVDQU32(carry, lowest(room), at(pre, 4))
	ctx.Label(done)
	finish()
}

func zeroGP() gp {
	r := ctx.GP32()
	ctx.XORL(r, r)
	return r
}

// fixedMeans does eight means in two widths at most, so that no jump depends on
// where a width ends: with fractions up to an eighth, widths grow once within
// eight values.
func fixedMeans() {
	kernel("fixedMeansVec", "func(dst, inv *float32, pre *int32, steps *int, n int)",
		"fixedMeansVec is FixedMeans.applyGo in AVX2; steps are as in meanStep, one for eight values begun; inv has values for all eight.")
	dst, inv, pre, steps, n := arg("dst"), arg("inv"), arg("pre"), arg("steps"), arg("n")
	i, half, grow, split, hi, lo := ctx.GP64(), ctx.GP64(), ctx.GP64(), ctx.GP64(), ctx.GP64(), ctx.GP64()
	ctx.XORQ(i, i)
	eight := func() vec {
		ctx.MOVQ(atIndex(steps, i, 1, 0), half)
		ctx.MOVQ(atIndex(steps, i, 1, 8), grow)
		ctx.MOVQ(atIndex(steps, i, 1, 16), split)
		ctx.LEAQ(atIndex(pre, i, 1, 0), hi)
		ctx.MOVQ(hi, lo)
		ctx.ADDQ(half, hi)
		ctx.SUBQ(half, lo)
		m, top, bottom := maskFrom(split), ymm(), ymm()
		ctx.VPBLENDVB(m, atIndex(hi, grow, 1, 4), load(at(hi, 4)), top)
		first := load(at(lo, 0))
		ctx.SUBQ(grow, lo)
		ctx.VPBLENDVB(m, at(lo, 0), first, bottom)
		f := ymm()
		ctx.VCVTDQ2PS(subBits(top, bottom), f)
		return mul(f, atIndex(inv, i, 1, 0))
	}
	top, rest, done := label("loop"), label("rest"), label("done")
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JL(operand.LabelRef(rest))
	ctx.Label(top)
	store(eight(), atIndex(dst, i, 1, 0))
	ctx.ADDQ(operand.Imm(32), i)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JGE(operand.LabelRef(top))
	ctx.Label(rest)
	ctx.ADDQ(operand.Imm(8), n)
	ctx.JZ(operand.LabelRef(done))
	v := eight()
	ctx.VMASKMOVPS(v, tailMask(n), atIndex(dst, i, 1, 0))
	ctx.Label(done)
	finish()
}

// polyline looks up, for sixteen places, the stretch that each lies in. What the stretches
// begin with and their slopes never lie in memory: written one by one and read at once
// they would have to wait for one another.
func polyline(name, doc string, factor bool) {
	wideKernels[name] = true
	signature := "func(dst, corners, per, starts *float32, stretch *uint8, count, n int)"
	if factor {
		signature = "func(dst, src, corners, per, starts *float32, stretch *uint8, count, n int)"
	}
	kernel(name, signature, doc)
	lanes = 16
	defer func() { lanes = 8 }()
	dst := arg("dst")
	var src gp
	if factor {
		src = arg("src")
	}
	// A stretch begins with the corner before it, the first with the one behind it.
	before := ctx.StaticGlobal(name + "Before")
	ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 8 {
		ctx.AddDatum(4*i, operand.U32(uint32(max(i-1, 0))))
	}
	corners, index, value, slope, start := ctx.YMM(), ctx.YMM(), ctx.YMM(), ctx.YMM(), ctx.YMM()
	ctx.VMOVUPS_Z(at(arg("corners"), 0), lowest(arg("count")), corners)
	ctx.VMOVUPS(before, index)
	ctx.VMOVUPS(at(arg("starts"), 0), start)
	ctx.VPERMPS(corners, index, value)
	ctx.VSUBPS(value, corners, slope)
	ctx.VMULPS(at(arg("per"), 0), slope, slope)
	wide := func(v vec) vec { return v.AsZ().(vec) }
	values, slopes, starts := wide(value), wide(slope), wide(start)
	stretch, n := arg("stretch"), arg("n")
	iota := ctx.StaticGlobal(name + "Iota")
	ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 16 {
		ctx.AddDatum(4*i, operand.U32(math.Float32bits(float32(i))))
	}
	place, step := load(iota), load(number(16))
	sixteen := func() vec {
		in := ymm()
		ctx.VPMOVZXBD(at(stretch, 0), in)
		pick := func(v vec) vec { d := ymm(); ctx.VPERMPS(v, in, d); return d }
		return fma(pick(values), sub(place, pick(starts)), pick(slopes))
	}
	top, rest, done := label("loop"), label("rest"), label("done")
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JL(operand.LabelRef(rest))
	ctx.Label(top)
	y := sixteen()
	if factor {
		y = mul(y, at(src, 0))
		ctx.ADDQ(operand.Imm(64), src)
	}
	store(y, at(dst, 0))
	ctx.VADDPS(step, place, place)
	ctx.ADDQ(operand.Imm(64), dst)
	ctx.ADDQ(operand.Imm(16), stretch)
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JGE(operand.LabelRef(top))
	ctx.Label(rest)
	ctx.ADDQ(operand.Imm(16), n)
	ctx.JZ(operand.LabelRef(done))
	k := lowest(n)
	y = sixteen()
	if factor {
		x := ymm()
		ctx.VMOVUPS_Z(at(src, 0), k, x)
		y = mul(y, x)
	}
	ctx.VMOVUPS(y, k, at(dst, 0))
	ctx.Label(done)
	finish()
}

// lines writes past the end of a line, which the next one mends; the end of dst
// it does not pass. With a factor it multiplies src by the lines.
func lines(name, doc string, factor bool) {
	signature := "func(dst *float32, lines *int, count, n int)"
	if factor {
		signature = "func(dst, src *float32, lines *int, count, n int)"
	}
	kernel(name, signature, doc)
	dst, line, count, n := arg("dst"), arg("lines"), arg("count"), arg("n")
	var src gp
	if factor {
		src = arg("src")
	}
	ctx.SUBQ(operand.Imm(8), n) // the last k of a whole vector
	iota := ctx.StaticGlobal(name + "Iota")
	ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 8 {
		ctx.AddDatum(4*i, operand.U32(math.Float32bits(float32(i))))
	}
	eight, first := load(number(8)), load(iota)
	each, inner, next, done := label("line"), label("values"), label("next"), label("done")
	k, last := ctx.GP64(), ctx.GP64()
	ctx.Label(each)
	ctx.MOVQ(at(line, 0), k)
	ctx.MOVQ(at(line, 8), last)
	value, slope := splat(at(line, 16)), splat(at(line, 20))
	x := move(first)
	ctx.CMPQ(k, last)
	ctx.JGE(operand.LabelRef(next))
	ctx.Label(inner)
	ctx.CMPQ(k, n)
	ctx.JGT(operand.LabelRef(done))
	y := fma(move(value), slope, x)
	if factor {
		y = mul(y, atIndex(src, k, 4, 0))
	}
	store(y, atIndex(dst, k, 4, 0))
	ctx.VADDPS(eight, x, x)
	ctx.ADDQ(operand.Imm(8), k)
	ctx.CMPQ(k, last)
	ctx.JLT(operand.LabelRef(inner))
	ctx.Label(next)
	ctx.ADDQ(operand.Imm(24), line)
	ctx.DECQ(count)
	ctx.JNZ(operand.LabelRef(each))
	ctx.Label(done)
	finish()
}
