package main

// Arithmetic on complex spectra, real and imaginary parts apart.

func spectraKernels() {
	each("complexAddVec", 2, "complexAddVec is complexAddGo in NEON.", nil, func(l *loop) {
		a, b, c, d := l.get("ar"), l.get("ai"), l.get("br"), l.get("bi")
		l.put("yr", fnma(fma(l.get("yr"), a, c), b, d))
		l.put("yi", fma(fma(l.get("yi"), a, d), b, c))
	}, nil)
	each("addDistanceVec", 4, "addDistanceVec is addDistanceGo in NEON.", nil, func(l *loop) {
		re, im := sub(l.get("ar"), l.get("br")), sub(l.get("ai"), l.get("bi"))
		l.put("dst", fma(fma(l.get("dst"), re, re), im, im))
	}, nil)
	each("atLeastOfVec", 2, "atLeastOfVec is atLeastOfGo in NEON.", nil, func(l *loop) {
		a, b := mul(l.get("xr"), splatArg("factor")), mul(l.get("xi"), splatArg("factor"))
		re, im := l.get("yr"), l.get("yi")
		low := fcmgt.of(fma(mul(a, a), b, b), fma(mul(re, re), im, im))
		l.put("yr", choose(low, re, a))
		l.put("yi", choose(low, im, b))
	}, nil)
	pairs()
}

// pairs has the signs of four bins in a register. Single values take the
// lowest; the first of them lies in an odd bin, as that of every vector does, and
// after each the signs change places.
func pairs() {
	var odd vec
	signs := func() { odd = move(constants(1<<31, 0, 1<<31, 0)) }
	each("pairsVec", 1, "pairsVec is pairsGo in NEON.", signs, func(l *loop) {
		a, b, c, d := l.get("ar"), l.get("ai"), l.get("br"), l.get("bi")
		p, q := fma(mul(a, a), b, b), fma(mul(c, c), d, d)
		l.put("power", add(l.get("power"), p))
		l.put("crossRe", add(l.get("crossRe"), eor.of(fma(mul(a, c), b, d), odd)))
		l.put("crossIm", add(l.get("crossIm"), eor.of(fnma(mul(b, c), a, d), odd)))
		l.put("product", add(l.get("product"), fsqrt.of(mul(p, q))))
		if l.single {
			rev64.on(odd, odd)
		}
	}, nil)
}
