package main

// What a recurrent network on the levels of bands needs beside matrices.

func netKernels() {
	each("gatesVec", 1, "gatesVec is gatesGo in NEON.", nil, func(l *loop) {
		r := sigmoid(add(l.get("ar"), l.get("ur")))
		c := tanh(fma(l.get("an"), r, l.get("un")))
		z := sigmoid(add(l.get("az"), l.get("uz")))
		h := l.get("h")
		l.put("h", fma(h, z, sub(c, h)))
	}, nil)
	each("sigmoidVec", 1, "sigmoidVec is sigmoidGo in NEON.", nil, func(l *loop) {
		l.put("dst", sigmoid(l.get("a")))
	}, nil)
	var least vec
	each("levelsVec", 2, "levelsVec is levelsGo in NEON.", func() { least = neg(splatArg("depth")) }, func(l *loop) {
		p := fmax.of(sub(l.get("band"), splatArg("level")), least)
		s := l.get("smooth")
		s = fma(s, sub(p, s), splatArg("rate"))
		l.put("smooth", s)
		f := l.get("floor")
		d := sub(s, f)
		f = fma(f, d, choose(positive(d), splatArg("down"), splatArg("up")))
		l.put("floor", f)
		l.put("over", fmin.of(p, splatArg("depth")))
		l.put("rise", sub(p, f))
	}, nil)
	bandSums()
}

// bandSums adds what is left after whole vectors one by one.
func bandSums() {
	if !kernel("bandSumsVec", "bandSumsVec is bandSumsGo in NEON; n is at least 1.") {
		return
	}
	dst, src, edges, n := arg("dst"), arg("src"), arg("edges"), arg("n")
	band, inner, rest, tail, store := label("band"), label("values"), label("rest"), label("tail"), label("store")
	sum := newVec()
	mark(band)
	from, to := loadGP(edges, 0), loadGP(edges, 8)
	count := minus(to, from)
	p := plus(src, from, 2)
	movi0.on(sum)
	step(count, -4)
	jumpIfNumber(count, "LT", 0, rest)
	mark(inner)
	fadd.on(sum, sum, load(at(p, 0)))
	step(p, 16)
	countDown(count, 4, "GE", inner)
	mark(rest)
	step(count, 4)
	jumpIfNumber(count, "EQ", 0, store)
	mark(tail)
	fadd.on(sum, sum, loadS.load(at(p, 0)))
	step(p, 4)
	countDown(count, 1, "NE", tail)
	mark(store)
	storeS.store(sumLanes(sum), at(dst, 0))
	step(dst, 4)
	step(edges, 8)
	countDown(n, 1, "NE", band)
}
