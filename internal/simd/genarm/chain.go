package main

import "math"

// The stages of the classical engine, each a pass over the bins. The formulas
// stand with the plain Go twins.

func chainKernels() {
	var slope, unprob, own, rest vec
	each("noiseOddsVec", 2, "noiseOddsVec is the first loop of trackNoiseGo in NEON.",
		func() { slope = mul(splatArg("slope"), number(log2E)) },
		func(l *loop) {
			l.put("q", exp2Neg(mul(mul(reciprocal(l.get("psd")), slope), l.get("smooth"))))
		}, nil)
	each("noiseTrackVec", 2, "noiseTrackVec is the second loop of trackNoiseGo in NEON.",
		func() { unprob = sub(number(1), splatArg("prob")) },
		func(l *loop) {
			q := inverse(fma(number(1), l.get("q"), splatArg("odds")))
			mean := minUnsigned(fma(mul(l.get("mean"), splatArg("prob")), unprob, q), number(1))
			l.put("mean", mean)
			q = mul(q, l.get("belief"))
			q = choose(greater(minUnsigned(q, mean), splatArg("stagnant")), q, splatArg("stagnant"))
			l.put("q", q)
			psd := l.get("psd")
			d := sub(l.get("power"), psd)
			rate := choose(positive(d), splatArg("fall"), splatArg("rise"))
			l.put("psd", clampPower(fma(psd, mul(rate, d), sub(number(1), q))))
		}, nil)
	each("snrVec", 2, "snrVec is snrGo in NEON.", nil,
		func(l *loop) {
			inv := inverse(clampPower(mul(l.get("noise"), splatArg("over"))))
			zero, most := bitsOf(0), splatArg("most")
			g := minBits(maxBits(mul(inv, l.get("power")), zero), most)
			l.put("post", g)
			l.put("innov", maxBits(sub(g, number(1)), zero))
			l.put("prior", mul(minBits(maxBits(mul(inv, l.get("clean")), zero), most), splatArg("alpha")))
		}, nil)
	each("priorVec", 2, "priorVec is priorGo in NEON.", nil,
		func(l *loop) {
			p := fma(l.get("prior"), l.get("innov"), splatArg("own"))
			l.put("prior", maxBits(fma(p, l.get("mean"), splatArg("rest")), splatArg("floor")))
		}, nil)
	each("followVec", 2, "followVec is followGo in NEON.",
		func() { own, rest = mul(splatArg("own"), number(-log2E)), mul(splatArg("rest"), number(-log2E)) },
		func(l *loop) {
			x := fmaxnm.of(fma(mul(l.get("ln"), own), l.get("mean"), rest), bitsOf(0)) // NaN becomes 0
			gain := l.get("gain")
			d := sub(exp2Neg(x), gain)
			l.put("gain", fma(gain, choose(positive(d), splatArg("fall"), splatArg("rise")), d))
		}, nil)
	omlsa()
	each("tri3Vec", 4, "tri3Vec is the inner part of tri3Go in NEON; src begins with the left neighbour.", nil,
		func(l *loop) {
			sides := add(l.get("src"), l.getAt("src", 8))
			l.put("dst", fma(mul(l.getAt("src", 4), splatArg("centre")), sides, splatArg("side")))
		}, nil)
	symmetric()
	fixedSums("fixedSumsVec", "fixedSumsGo", false)
	fixedSums("fixedSumsWeightedVec", "fixedSumsWeightedGo", true)
	fixedMeans()
	lines("linesVec", "linesVec is linesGo in NEON but for what begins at the last seven values; lines are as in Line.", false)
	lines("mulLinesVec", "mulLinesVec is mulLinesGo in NEON but for what begins at the last seven values.", true)
}

// The bounds of noise powers, see package spectral: 1e-18 and 1e18.
func clampPower(v vec) vec {
	return minBits(maxBits(v, bitsOf(0x219392ef)), bitsOf(0x5d5e0b6b))
}

func omlsa() {
	each("logMMSEVec", 2, "logMMSEVec is logMMSEGo in NEON.", nil,
		func(l *loop) {
			xi := l.get("prior")
			w := mul(xi, reciprocal(add(xi, number(1))))
			gamma := maxBits(l.get("post"), number(1e-6))
			v := mul(w, gamma)
			l.put("v", v)
			b := fma(number(lsaB2), v, number(lsaB3))
			b = fma(number(lsaB1), b, v)
			b = fma(number(1), b, v)
			a := fma(number(lsaA0), v, number(lsaA1))
			square := mul(mul(w, fma(a, v, b)), reciprocal(mul(b, gamma)))
			l.put("square", minUnsigned(square, number(1)))
		}, nil)
	each("presenceVec", 2, "presenceVec is presenceGo in NEON.", nil,
		func(l *loop) {
			most := splatArg("most")
			absent := maxBits(fnma(most, most, l.get("here")), splatArg("least"))
			odds := mul(absent, add(number(1), l.get("prior")))
			here := sub(number(1), absent)
			l.put("v", mul(here, reciprocal(fma(here, odds, exp2Neg(mul(l.get("v"), number(log2E)))))))
		}, nil)
	var c vec
	each("weighGainVec", 2, "weighGainVec is weighGainGo in NEON.",
		func() { c = neg(splatArg("lnFloor")) },
		func(l *loop) {
			over := halfLogPlus(maxBits(l.get("square"), splatArg("least")), c)
			l.put("lnGain", fma(splatArg("lnFloor"), over, l.get("present")))
		}, nil)
}

// symmetric does six vectors at once, so that every tap is loaded once for 24
// values.
func symmetric() {
	if !kernel("symmetricVec", "symmetricVec is symmetricGo in NEON; half is at least 1, n a multiple of 8, above 0.") {
		return
	}
	dst, src, taps, half, n := arg("dst"), arg("src"), arg("taps"), arg("half"), arg("n")
	middle := plus(src, half, 2)
	for _, wide := range []int{6, 2} {
		top, inner, next := label("outputs"), label("taps"), label("next")
		mark(top)
		jumpIfNumber(n, "LT", 4*wide, next)
		centre := lane{loadS.load(at(taps, 0)), 0}
		acc := make([]vec, wide)
		for i := range acc {
			acc[i] = mul(load(at(middle, 16*i)), centre)
		}
		left, right, tap, j := clone(middle), clone(middle), clone(taps), clone(half)
		mark(inner)
		step(left, -4)
		step(right, 4)
		step(tap, 4)
		t := lane{loadS.load(at(tap, 0)), 0}
		for i := 0; i < wide; i += 2 {
			l0, l1 := loadTwo(at(left, 16*i))
			r0, r1 := loadTwo(at(right, 16*i))
			accumulate(acc[i], add(l0, r0), t)
			accumulate(acc[i+1], add(l1, r1), t)
		}
		countDown(j, 1, "NE", inner)
		for i := range acc {
			store(acc[i], at(dst, 16*i))
		}
		step(dst, 16*wide)
		step(middle, 16*wide)
		step(n, -4*wide)
		jump(top)
		mark(next)
	}
}

// fixedSums adds up within vectors; only one addition per vector waits for the
// one before. With weights every value has its own scale.
func fixedSums(name, twin string, weighted bool) {
	if !kernel(name, name+" is "+twin+" from pre[0] = 0 in NEON; n is a multiple of 8, above 0. It writes pre[0 … n].") {
		return
	}
	pre, src, n := arg("pre"), arg("src"), arg("n")
	half, none := number(0.5), bitsOf(0)
	var scales gp
	if weighted {
		scales = arg("scales")
	}
	carry := zero()
	storeZero(pre)
	step(pre, 4)
	top := label("loop")
	mark(top)
	a, b := loadTwo(at(src, 0))
	var f, g vec
	if weighted {
		f, g = loadTwo(at(scales, 0))
		step(scales, 32)
	} else {
		f = splatArg("scale")
		g = f
	}
	prefix := func(x, scale vec) vec {
		x = fcvtzs.of(fma(half, x, scale))
		x = addBits(x, extract(none, x, 12))
		return addBits(x, extract(none, x, 8))
	}
	a, b = prefix(a, f), prefix(b, g)
	b = addBits(b, dupLane(a, 3))
	store(addBits(a, carry), at(pre, 0))
	store(addBits(b, carry), at(pre, 16))
	addInt.on(carry, carry, dupLane(b, 3))
	step(src, 32)
	step(pre, 32)
	countDown(n, 8, "NE", top)
}

// fixedMeans does eight means in two widths at most: with fractions up to an
// eighth, widths grow once within eight values.
func fixedMeans() {
	if !kernel("fixedMeansVec", "fixedMeansVec is FixedMeans.applyGo in NEON; steps are as in meanStep, one for eight values begun; inv has values for all eight.") {
		return
	}
	dst, inv, pre, steps, n := arg("dst"), arg("inv"), arg("pre"), arg("steps"), arg("n")
	lanes := []vec{constants(0, 1, 2, 3), constants(4, 5, 6, 7)}
	eight := func() [2]vec {
		half, grow, split := loadGP(steps, 0), loadGP(steps, 8), dupGeneral(loadGP(steps, 16))
		hi, lo := plus(pre, half, 0), minus(pre, half)
		hi2, lo2 := plus(hi, grow, 0), minus(lo, grow)
		step(hi, 4)
		step(hi2, 4)
		var means [2]vec
		for i := range means {
			m := cmge.of(lanes[i], split)
			top := choose(m, load(at(hi, 16*i)), load(at(hi2, 16*i)))
			bottom := choose(m, load(at(lo, 16*i)), load(at(lo2, 16*i)))
			means[i] = mul(scvtf.of(subBits(top, bottom)), load(at(inv, 16*i)))
		}
		return means
	}
	top, rest, two, one, done := label("loop"), label("rest"), label("two"), label("one"), label("done")
	step(n, -8)
	jumpIfNumber(n, "LT", 0, rest)
	mark(top)
	v := eight()
	storeTwo(v[0], v[1], at(dst, 0))
	for _, p := range []gp{dst, inv, pre, steps} {
		step(p, 32)
	}
	countDown(n, 8, "GE", top)
	mark(rest)
	step(n, 8)
	jumpIfNumber(n, "EQ", 0, done)
	v = eight()
	left := newVec()
	left.hint = v[0]
	copyTo := func(v vec) {
		emit(&line{def: []*reg{left}, use: []*reg{v}, copies: true, text: func() string { return word(encodeMove(left.number, v.number)) }})
	}
	copyTo(v[0])
	jumpIfNumber(n, "LT", 4, two)
	store(left, at(dst, 0))
	step(dst, 16)
	step(n, -4)
	copyTo(v[1])
	mark(two)
	jumpIfNumber(n, "LT", 2, one)
	storeD.store(left, at(dst, 0))
	step(dst, 8)
	step(n, -2)
	emit(&line{def: []*reg{left}, use: []*reg{left}, text: func() string {
		return word(encodeExtract(left.number, left.number, left.number, 8))
	}})
	mark(one)
	jumpIfNumber(n, "LT", 1, done)
	storeS.store(left, at(dst, 0))
	mark(done)
}

// lines writes past the end of a line, which the next one mends; the end of dst
// it does not pass. With a factor it multiplies src by the lines.
func lines(name, doc string, factor bool) {
	if !kernel(name, doc) {
		return
	}
	dst, line, count, n := arg("dst"), arg("lines"), arg("count"), arg("n")
	var src gp
	if factor {
		src = arg("src")
	}
	last := shifted(offset(n, -4), 2) // the last offset of a whole vector
	bits := math.Float32bits
	first, four := constants(0, bits(1), bits(2), bits(3)), number(4)
	each, inner, next, done := label("line"), label("values"), label("next"), label("done")
	mark(each)
	k, end := shifted(loadGP(line, 0), 2), shifted(loadGP(line, 8), 2)
	jumpIf(k, "GE", end, next)
	v := loadD.load(at(line, 16)) // value and slope
	value, slope := dupLane(v, 0), lane{v, 1}
	x := move(first)
	mark(inner)
	jumpIf(k, "GT", last, done)
	y := fma(value, x, slope)
	if factor {
		y = mul(y, load(atIndex(src, k)))
	}
	store(y, atIndex(dst, k))
	fadd.on(x, x, four)
	step(k, 16)
	jumpIf(k, "LT", end, inner)
	mark(next)
	step(line, 24)
	countDown(count, 1, "NE", each)
	mark(done)
}
