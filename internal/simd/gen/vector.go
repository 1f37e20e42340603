package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func vectorKernels() {
	for _, lanes = range []int{16, 8} {
		elementwise()
		sums()
	}
	lanes = 16
	sumsAt()
	fromInt16Squares()
	toInt16Wide()
	lanes = 8
	sum()
	peak()
	dot()
	fromInt16()
	toInt16()
}

// elementwise are the kernels without sums.
func elementwise() {
	each("mulVec"+suffix(), "mulVec is mulGo in AVX2.", "dst a b", "", nil, func(l *loop) {
		l.put("dst", mul(l.get("a"), l.operand("b")))
	}, "", nil)
	each("mulAddVec"+suffix(), "mulAddVec is mulAddGo in AVX2 and FMA.", "dst c a b", "", nil, func(l *loop) {
		l.put("dst", fma(l.get("c"), l.get("a"), l.operand("b")))
	}, "", nil)
	var f vec
	each("scaleVec"+suffix(), "scaleVec is scaleGo in AVX2.", "dst a", "f", func() { f = splatArg("f") }, func(l *loop) {
		l.put("dst", mul(f, l.operand("a")))
	}, "", nil)
	var g vec
	each("mixVec"+suffix(), "mixVec is mixGo in AVX2 and FMA.", "dst a b", "fa fb", func() { f, g = splatArg("fa"), splatArg("fb") }, func(l *loop) {
		l.put("dst", fma(mul(f, l.operand("a")), g, l.operand("b")))
	}, "", nil)
	each("gainVec"+suffix(), "gainVec is gainGo in AVX2.", "re im gain", "", nil, func(l *loop) {
		g := l.get("gain")
		l.put("re", mul(g, l.operand("re")))
		l.put("im", mul(g, l.operand("im")))
	}, "", nil)
	each("powerVec"+suffix(), "powerVec is powerGo in AVX2 and FMA.", "dst re im", "floor", func() { f = splatArg("floor") }, func(l *loop) {
		re, im := l.get("re"), l.get("im")
		l.put("dst", fma(fma(move(f), im, im), re, re))
	}, "", nil)
	each("addPowerVec"+suffix(), "addPowerVec is addPowerGo in AVX2 and FMA.", "dst re im", "", nil, func(l *loop) {
		re, im := l.get("re"), l.get("im")
		l.put("dst", fma(fma(l.get("dst"), im, im), re, re))
	}, "", nil)
	each("affineVec"+suffix(), "affineVec is affineGo in AVX2 and FMA.", "dst a", "base slope most", func() { f, g = splatArg("base"), splatArg("slope") }, func(l *loop) {
		l.put("dst", minUnsigned(fma(move(f), g, l.operand("a")), splatArg("most")))
	}, "", nil)
	each("atLeastVec"+suffix(), "atLeastVec is atLeastGo in AVX2.", "dst a", "factor least", func() { f, g = splatArg("factor"), splatArg("least") }, func(l *loop) {
		l.put("dst", maxBits(mul(f, l.operand("a")), g))
	}, "", nil)
	each("finiteVec"+suffix(), "finiteVec is finiteGo in AVX2.", "dst a", "most", func() { f = splatArg("most"); g = sub(zero(), f) }, func(l *loop) {
		l.put("dst", finite(l.get("a"), g, f))
	}, "", nil)
	each("logVec"+suffix(), "logVec is logGo in AVX2 and FMA.", "dst a", "offset", func() { f = splatArg("offset") }, func(l *loop) {
		l.put("dst", log(add(f, l.operand("a"))))
	}, "", nil)
}

func sum() {
	var s vec
	each("sumVec", "sumVec is sumGo in AVX2.", "a", "", func() { s = zero() }, func(l *loop) {
		ctx.VADDPS(l.operand("a"), s, s)
	}, " (s float32)", func() { giveBack(sumLanes(s), "s") })
}

// peak compares magnitudes as integers.
func peak() {
	var most, magnitude vec
	each("peakVec", "peakVec is peakGo in AVX2.", "a", "", func() { most, magnitude = zero(), load(bitsOf(0x7fffffff)) }, func(l *loop) {
		ctx.VPMAXSD(and(magnitude, l.operand("a")), most, most)
	}, " (most float32)", func() {
		upper := ctx.XMM()
		ctx.VEXTRACTI128(operand.U8(1), most, upper)
		half := most.AsX()
		for _, order := range []uint8{0x4e, 0xb1} {
			ctx.VPMAXSD(upper, half, half)
			ctx.VPSHUFD(operand.U8(order), half, upper)
		}
		ctx.VPMAXSD(upper, half, half)
		giveBack(most, "most")
	})
}

// sums are those of two values per element.
func sums() {
	var f vec
	var sum [2]vec
	clear2 := func() { sum[0], sum[1] = zero(), zero() }
	if lanes == 16 {
		sumLogWide()
	} else {
		each("sumLogVec", "sumLogVec is sumLogGo in AVX2 and FMA.", "a", "offset", func() { clear2(); f = splatArg("offset") }, func(l *loop) {
			a := l.get("a")
			ctx.VADDPS(a, sum[0], sum[0])
			ctx.VADDPS(l.only(log(add(f, a))), sum[1], sum[1])
		}, " (s, logs float32)", func() { giveBack(sumLanes(sum[0]), "s"); giveBack(sumLanes(sum[1]), "logs") })
	}
	each("excessVec"+suffix(), "excessVec is excessGo in AVX2 and FMA.", "a b w", "", clear2, func(l *loop) {
		d := sub(l.get("a"), l.operand("b"))
		ctx.VADDPS(d, sum[0], sum[0])
		fma(sum[1], d, l.operand("w"))
	}, " (s, weighted float32)", func() { giveBack(sumLanes(sum[0]), "s"); giveBack(sumLanes(sum[1]), "weighted") })
	each("powersVec"+suffix(), "powersVec is powersGo in AVX2 and FMA.", "a gain", "", clear2, func(l *loop) {
		a, g := l.get("a"), l.get("gain")
		ctx.VADDPS(a, sum[0], sum[0])
		fma(sum[1], mul(g, g), a)
	}, " (s, weighted float32)", func() { giveBack(sumLanes(sum[0]), "s"); giveBack(sumLanes(sum[1]), "weighted") })
}

// sumLogWide takes the logarithms of products of four vectors, as the plain Go twin
// those of four values.
func sumLogWide() {
	const name = "sumLogVecWide"
	wideKernels[name] = true
	kernel(name, "func(a *float32, n int, offset float32) (s, logs float32)",
		name+" is sumLogVec on vectors of 512 bits; it needs AVX-512 F and VL, and BMI2.")
	a, n, four := arg("a"), arg("n"), ctx.GP64()
	offset, one := splatArg("offset"), load(number(1))
	s, logs, product := zero(), zero(), move(one)
	top, next, tail, done := label("loop"), label("next"), label("tail"), label("done")
	flush := func() { ctx.VADDPS(log(product), logs, logs) }
	ctx.MOVQ(operand.U32(4), four)
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JL(operand.LabelRef(tail))
	ctx.Label(top)
	v := load(at(a, 0))
	ctx.VADDPS(v, s, s)
	ctx.VMULPS(add(v, offset), product, product)
	ctx.DECQ(four)
	ctx.JNZ(operand.LabelRef(next))
	flush()
	ctx.VMOVAPS(one, product)
	ctx.MOVQ(operand.U32(4), four)
	ctx.Label(next)
	ctx.ADDQ(operand.Imm(64), a)
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JGE(operand.LabelRef(top))
	ctx.Label(tail)
	ctx.ADDQ(operand.Imm(16), n)
	ctx.JZ(operand.LabelRef(done))
	k := lowest(n)
	rest := ymm()
	ctx.VMOVUPS_Z(at(a, 0), k, rest)
	ctx.VADDPS(rest, s, s)
	ctx.VMULPS(add(rest, offset), product, k, product)
	ctx.Label(done)
	flush()
	giveBack(sumLanes(s), "s")
	giveBack(sumLanes(logs), "logs")
	finish()
}

// lowest is a mask of the n lowest of 16 lanes.
func lowest(n gp) reg.Register {
	ones, k := ctx.GP64(), ctx.K()
	ctx.MOVQ(operand.I32(-1), ones)
	ctx.BZHIQ(n, ones, ones)
	ctx.KMOVW(ones.As32(), k)
	return k
}

// sumsAt adds up two slices below a place and from there on.
func sumsAt() {
	const name = "sumsAtVecWide"
	wideKernels[name] = true
	kernel(name, "func(a, b *float32, at, n int) (aLow, aHigh, bLow, bHigh float32)",
		name+" is SumsAt in AVX-512; at is at most n.")
	a, b, low, high := arg("a"), arg("b"), arg("at"), arg("n")
	ctx.SUBQ(low, high)
	var sums [2][2]vec
	for i, n := range []gp{low, high} {
		sa, sb := zero(), zero()
		top, tail := label("loop"), label("tail")
		ctx.SUBQ(operand.Imm(16), n)
		ctx.JL(operand.LabelRef(tail))
		ctx.Label(top)
		ctx.VADDPS(at(a, 0), sa, sa)
		ctx.VADDPS(at(b, 0), sb, sb)
		ctx.ADDQ(operand.Imm(64), a)
		ctx.ADDQ(operand.Imm(64), b)
		ctx.SUBQ(operand.Imm(16), n)
		ctx.JGE(operand.LabelRef(top))
		ctx.Label(tail)
		ctx.ADDQ(operand.Imm(16), n)
		k := lowest(n)
		ctx.VADDPS(at(a, 0), sa, k, sa)
		ctx.VADDPS(at(b, 0), sb, k, sb)
		ctx.LEAQ(atIndex(a, n, 4, 0), a)
		ctx.LEAQ(atIndex(b, n, 4, 0), b)
		sums[0][i], sums[1][i] = sa, sb
	}
	for i, names := range [][2]string{{"aLow", "aHigh"}, {"bLow", "bHigh"}} {
		for j, name := range names {
			giveBack(sumLanes(sums[i][j]), name)
		}
	}
	finish()
}

// dot has four sums, so that no addition waits for the last.
func dot() {
	kernel("dotVec", "func(a, b *float32, n int) (s float32)", "dotVec is dotGo in AVX2 and FMA.")
	a, b, n := arg("a"), arg("b"), arg("n")
	var acc [4]vec
	for i := range acc {
		acc[i] = zero()
	}
	wide, narrow, wideEnd, tail, done := label("wide"), label("narrow"), label("eight"), label("tail"), label("done")
	ctx.SUBQ(operand.Imm(32), n)
	ctx.JL(operand.LabelRef(wideEnd))
	ctx.Label(wide)
	for i := range acc {
		fma(acc[i], load(at(a, 32*i)), at(b, 32*i))
	}
	ctx.SUBQ(operand.I32(-128), a)
	ctx.SUBQ(operand.I32(-128), b)
	ctx.SUBQ(operand.Imm(32), n)
	ctx.JGE(operand.LabelRef(wide))
	ctx.Label(wideEnd)
	ctx.ADDQ(operand.Imm(24), n)
	ctx.JL(operand.LabelRef(tail))
	ctx.Label(narrow)
	fma(acc[0], load(at(a, 0)), at(b, 0))
	ctx.ADDQ(operand.Imm(32), a)
	ctx.ADDQ(operand.Imm(32), b)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JGE(operand.LabelRef(narrow))
	ctx.Label(tail)
	ctx.ADDQ(operand.Imm(8), n)
	ctx.JZ(operand.LabelRef(done))
	mask := tailMask(n)
	va, vb := ymm(), ymm()
	ctx.VMASKMOVPS(at(a, 0), mask, va)
	ctx.VMASKMOVPS(at(b, 0), mask, vb)
	fma(acc[1], va, vb)
	ctx.Label(done)
	giveBack(sumLanes(add(add(acc[0], acc[1]), add(acc[2], acc[3]))), "s")
	finish()
}

// fromInt16 and toInt16 do whole vectors alone: n is a multiple of 8.

func fromInt16() {
	kernel("fromInt16Vec", "func(dst *float32, src *int16, n int, scale float32)",
		"fromInt16Vec is fromInt16Go in AVX2; n is a multiple of 8, above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale := splatArg("scale")
	top := label("loop")
	ctx.Label(top)
	v, w := ymm(), ymm()
	ctx.VPMOVSXWD(at(src, 0), v)
	ctx.VCVTDQ2PS(v, w)
	store(mul(w, scale), at(dst, 0))
	ctx.ADDQ(operand.Imm(16), src)
	ctx.ADDQ(operand.Imm(32), dst)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}

func fromInt16Squares() {
	const name = "fromInt16SquaresVecWide"
	wideKernels[name] = true
	kernel(name, "func(dst *float32, src *int16, n int, scale float32) (square float32)",
		name+" is FromInt16Squares in AVX-512; n is a multiple of 16, above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale, sum := splatArg("scale"), zero()
	top := label("loop")
	ctx.Label(top)
	v, w := ymm(), ymm()
	ctx.VPMOVSXWD(at(src, 0), v)
	ctx.VCVTDQ2PS(v, w)
	x := mul(w, scale)
	store(x, at(dst, 0))
	fma(sum, x, x)
	ctx.ADDQ(operand.Imm(32), src)
	ctx.ADDQ(operand.Imm(64), dst)
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JNZ(operand.LabelRef(top))
	giveBack(sumLanes(sum), "square")
	finish()
}

func toInt16() {
	kernel("toInt16Vec", "func(dst *int16, src *float32, n int, scale float32)",
		"toInt16Vec is toInt16Go in AVX2; n is a multiple of 8, above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale := splatArg("scale")
	lo, hi := load(number(-32768)), load(number(32767))
	top := label("loop")
	ctx.Label(top)
	x := mul(scale, at(src, 0))
	ok, y, a, b := ymm(), ymm(), ymm(), ymm()
	ctx.VCMPPS(operand.U8(3), x, x, ok) // unordered: NaN
	ctx.VANDNPS(x, ok, y)               // becomes 0
	ctx.VMAXPS(lo, y, a)
	ctx.VMINPS(hi, a, b)
	q, packed := ymm(), ymm()
	ctx.VCVTPS2DQ(b, q)
	top4 := ctx.XMM()
	ctx.VEXTRACTI128(operand.U8(1), q, top4)
	ctx.VPACKSSDW(top4, q.AsX(), packed.AsX())
	ctx.VMOVUPS(packed.AsX(), at(dst, 0))
	ctx.ADDQ(operand.Imm(32), src)
	ctx.ADDQ(operand.Imm(16), dst)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}

// toInt16Wide has an instruction that clamps; what is far too large must not come to it
// as the least integer.
func toInt16Wide() {
	const name = "toInt16VecWide"
	wideKernels[name] = true
	kernel(name, "func(dst *int16, src *float32, n int, scale float32)",
		name+" is toInt16Go in AVX-512; n is a multiple of 16, above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale, most := splatArg("scale"), load(number(32767))
	top := label("loop")
	ctx.Label(top)
	x := mul(scale, at(src, 0))
	ordered, q := ctx.K(), ymm()
	ctx.VCMPPS(operand.U8(7), x, x, ordered) // all but NaN
	ctx.VCVTPS2DQ_Z(minFloat(x, most), ordered, q)
	ctx.VPMOVSDW(q, at(dst, 0))
	ctx.ADDQ(operand.Imm(64), src)
	ctx.ADDQ(operand.Imm(32), dst)
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}
