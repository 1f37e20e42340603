package main

func vectorKernels() {
	each("mulVec", 4, "mulVec is mulGo in NEON.", nil, func(l *loop) {
		l.put("dst", mul(l.get("a"), l.get("b")))
	}, nil)
	each("mulAddVec", 4, "mulAddVec is mulAddGo in NEON.", nil, func(l *loop) {
		l.put("dst", fma(l.get("c"), l.get("a"), l.get("b")))
	}, nil)
	each("scaleVec", 4, "scaleVec is scaleGo in NEON.", nil, func(l *loop) {
		l.put("dst", mul(l.get("a"), splatArg("f")))
	}, nil)
	each("mixVec", 4, "mixVec is mixGo in NEON.", nil, func(l *loop) {
		l.put("dst", fma(mul(l.get("a"), splatArg("fa")), l.get("b"), splatArg("fb")))
	}, nil)
	each("gainVec", 4, "gainVec is gainGo in NEON.", nil, func(l *loop) {
		g := l.get("gain")
		l.put("re", mul(l.get("re"), g))
		l.put("im", mul(l.get("im"), g))
	}, nil)
	each("powerVec", 4, "powerVec is powerGo in NEON.", nil, func(l *loop) {
		re, im := l.get("re"), l.get("im")
		l.put("dst", fma(fma(splatArg("floor"), im, im), re, re))
	}, nil)
	each("addPowerVec", 4, "addPowerVec is addPowerGo in NEON.", nil, func(l *loop) {
		re, im := l.get("re"), l.get("im")
		l.put("dst", fma(fma(l.get("dst"), im, im), re, re))
	}, nil)
	each("affineVec", 4, "affineVec is affineGo in NEON.", nil, func(l *loop) {
		l.put("dst", minUnsigned(fma(splatArg("base"), l.get("a"), splatArg("slope")), splatArg("most")))
	}, nil)
	each("atLeastVec", 4, "atLeastVec is atLeastGo in NEON.", nil, func(l *loop) {
		l.put("dst", maxBits(mul(l.get("a"), splatArg("factor")), splatArg("least")))
	}, nil)
	var least vec
	each("finiteVec", 4, "finiteVec is finiteGo in NEON.", func() { least = neg(splatArg("most")) }, func(l *loop) {
		l.put("dst", finite(l.get("a"), least, splatArg("most")))
	}, nil)
	each("logVec", 2, "logVec is logGo in NEON.", nil, func(l *loop) {
		l.put("dst", log(add(l.get("a"), splatArg("offset"))))
	}, nil)
	sums()
	fromInt16()
	toInt16()
}

// finite is x bounded to least … most, 0 where it is NaN or infinite.
func finite(x, least, most vec) vec {
	ok := greater(bitsOf(0x7f800000), and(x, bitsOf(0x7fffffff)))
	return and(ok, fmin.of(fmax.of(x, least), most))
}

// sum is a sum in as many parts as a loop has vectors in a turn.
type sum []vec

func newSum(parts int) sum {
	s := make(sum, parts)
	for i := range s {
		s[i] = zero()
	}
	return s
}

func (s sum) add(l *loop, v vec) { fadd.on(s[l.u], s[l.u], v) }

func (s sum) addProduct(l *loop, a vec, b op) { accumulate(s[l.u], a, b) }

// total adds everything up into the lowest lane.
func (s sum) total() vec {
	vs := append([]vec(nil), s...)
	for len(vs) > 1 {
		half := (len(vs) + 1) / 2
		for i := half; i < len(vs); i++ {
			vs[i-half] = add(vs[i-half], vs[i])
		}
		vs = vs[:half]
	}
	return sumLanes(vs[0])
}

func sums() {
	var s, t sum
	each("sumVec", 4, "sumVec is sumGo in NEON.", func() { s = newSum(4) }, func(l *loop) {
		s.add(l, l.get("a"))
	}, func() { giveBack(s.total(), "s") })
	each("dotVec", 4, "dotVec is dotGo in NEON.", func() { s = newSum(4) }, func(l *loop) {
		s.addProduct(l, l.get("a"), l.get("b"))
	}, func() { giveBack(s.total(), "s") })
	each("peakVec", 4, "peakVec is peakGo in NEON.", func() { s = newSum(4) }, func(l *loop) {
		smax.on(s[l.u], s[l.u], and(l.get("a"), bitsOf(0x7fffffff)))
	}, func() {
		most := maxBits(maxBits(s[0], s[1]), maxBits(s[2], s[3]))
		most = maxBits(most, extract(most, most, 8))
		giveBack(maxBits(most, rev64.of(most)), "most")
	})
	two := func() { s, t = newSum(2), newSum(2) }
	each("sumLogVec", 2, "sumLogVec is sumLogGo in NEON.", two, func(l *loop) {
		a := l.get("a")
		s.add(l, a)
		t.add(l, l.only(log(add(a, splatArg("offset")))))
	}, func() { giveBack(s.total(), "s"); giveBack(t.total(), "logs") })
	each("excessVec", 2, "excessVec is excessGo in NEON.", two, func(l *loop) {
		d := sub(l.get("a"), l.get("b"))
		s.add(l, d)
		t.addProduct(l, d, l.get("w"))
	}, func() { giveBack(s.total(), "s"); giveBack(t.total(), "weighted") })
	each("powersVec", 2, "powersVec is powersGo in NEON.", two, func(l *loop) {
		a, g := l.get("a"), l.get("gain")
		s.add(l, a)
		t.addProduct(l, mul(g, g), a)
	}, func() { giveBack(s.total(), "s"); giveBack(t.total(), "weighted") })
}

// fromInt16 and toInt16 do whole vectors alone: n is a multiple of 8.

func fromInt16() {
	if !kernel("fromInt16Vec", "fromInt16Vec is fromInt16Go in NEON; n is a multiple of 8, above 0.") {
		return
	}
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale := splatArg("scale")
	top := label("loop")
	mark(top)
	v := load(at(src, 0))
	low, high := scvtf.of(sxtl.of(v)), scvtf.of(sxtl2.of(v))
	storeTwo(mul(low, scale), mul(high, scale), at(dst, 0))
	step(src, 16)
	step(dst, 32)
	countDown(n, 8, "NE", top)
}

// eightInts rounds eight values at src times scale to the nearest integers, halves
// to even, and narrows them to 16 bits; both saturate, and NaN becomes 0.
func eightInts(src gp, scale vec) vec {
	a, b := loadTwo(at(src, 0))
	a, b = fcvtns.of(mul(a, scale)), fcvtns.of(mul(b, scale))
	return sqxtn2.into(sqxtn.of(a), b)
}

func toInt16() {
	if !kernel("toInt16Vec", "toInt16Vec is toInt16Go in NEON; n is a multiple of 8, above 0.") {
		return
	}
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale := splatArg("scale")
	top := label("loop")
	mark(top)
	store(eightInts(src, scale), at(dst, 0))
	step(src, 32)
	step(dst, 16)
	countDown(n, 8, "NE", top)
}
