package main

import "github.com/mmcloughlin/avo/operand"

// What a recurrent network on the levels of bands needs beside matrices.

func netKernels() {
	lanes = 8
	gates("gatesVec")
	each("sigmoidVec", "sigmoidVec is sigmoidGo in AVX2 and FMA.", "dst a", "", nil, func(l *loop) {
		l.put("dst", sigmoid(l.get("a")))
	}, "", nil)
	levels()
	bandSums()
	lanes = 16
	gates("gatesVecWide")
	recurrent()
	features()
	lanes = 8
}

func gates(name string) {
	each(name, name+" is gatesGo in AVX2 and FMA.", "h az ar an uz ur un", "", nil, func(l *loop) {
		r := sigmoid(add(l.get("ar"), l.operand("ur")))
		c := tanh(fma(l.get("an"), r, l.operand("un")))
		z := sigmoid(add(l.get("az"), l.operand("uz")))
		h := l.get("h")
		l.put("h", fma(move(h), z, sub(c, h)))
	}, "", nil)
}

// features has the first sixteen bands in one vector, and the last with the sum of all
// in the lowest lanes of another.
func features() {
	const name = "featuresVecWide"
	wideKernels[name] = true
	kernel(name, "func(x, band, smooth, floor, rates *float32, level, rate float32) (newLevel, check float32)",
		name+" is BandRates.features in AVX-512; rates are the fields of BandRates.")
	x, band, smooth, floor, rates := arg("x"), arg("band"), arg("smooth"), arg("floor"), arg("rates")
	constant := func(i int) vec { return splat(at(rates, 4*i)) }
	const smallest, depth, most, rate, up, down, overScale, overShift, riseLeast, riseMost, scale, mean = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	one := func(m mem) vec { d := ymm(); ctx.VMOVSS(m, d.AsX()); return d } // the other lanes are 0
	all := func(v vec) vec { d := ymm(); ctx.VBROADCASTSS(v.AsX(), d); return d }

	p := [2]vec{load(at(band, 0)), one(at(band, 64))}
	sum := sumLanes(p[0])
	ctx.VADDSS(p[1].AsX(), sum.AsX(), sum.AsX())
	ctx.VUNPCKLPS(sum.AsX(), p[1].AsX(), p[1].AsX())
	for i := range p {
		p[i] = log(add(p[i], constant(smallest)))
	}
	total := ymm()
	ctx.VMOVSHDUP(p[1].AsX(), total.AsX())
	deep := constant(depth)
	least := sub(all(total), deep)
	for i := range p {
		p[i] = maxFloat(least, p[i]) // NaN stays
	}
	m := all(sumLanes(mul(p[0], at(rates, 4*mean))))
	level := splatArg("level")
	ends := [2]vec{sub(zero(), constant(most)), constant(most)}
	level = fma(level, splatArg("rate"), minFloat(ends[1], maxFloat(ends[0], sub(m, level))))

	bounded := func(v, lo, hi vec) vec { return mul(minFloat(maxFloat(v, lo), hi), constant(scale)) }
	store1 := func(v vec, m mem) { ctx.VMOVSS(v.AsX(), m) }
	var floors [2]vec
	for i := range p {
		get, put := load, store
		if i == 1 {
			get, put = one, store1
		}
		v := maxFloat(sub(p[i], level), sub(zero(), deep))
		s := get(at(smooth, 64*i))
		s = fma(s, sub(v, s), constant(rate))
		put(s, at(smooth, 64*i))
		f := get(at(floor, 64*i))
		d := sub(s, f)
		f = fma(f, d, choose(positive(d), constant(down), constant(up)))
		put(f, at(floor, 64*i))
		floors[i] = f
		put(fma(constant(overShift), minFloat(v, deep), constant(overScale)), at(x, 64*i))
		put(bounded(sub(v, f), constant(riseLeast), constant(riseMost)), at(x, 4*17+64*i))
	}
	store1(bounded(sub(m, level), ends[0], ends[1]), at(x, 4*34))
	check := sumLanes(floors[0])
	ctx.VADDSS(floors[1].AsX(), check.AsX(), check.AsX())
	ctx.VADDSS(level.AsX(), check.AsX(), check.AsX())
	giveBack(level, "newLevel")
	giveBack(check, "check")
	finish()
}

// recurrent keeps a step of a unit of 24 in registers from the inputs to the
// probabilities. Update and reset gates, 48 rows, are summed over inputs and state in
// three vectors; the candidate's 24 rows take one and a half for each, since the
// reset gate comes between them. Columns come in pairs, two weights a word: four vectors
// of the first 64 rows, then, behind all pairs, half a vector of the last eight of both; no load
// crosses a cache line. The state comes first, since the inputs may still be on their way.
func recurrent() {
	const name = "recurrentVecWide"
	wideKernels[name] = true
	kernel(name, "func(logits, prob, h, x *float32, input *uint16, inputBias *float32, state *uint16, stateBias, out, outBias *float32, cols int)",
		name+" is Recurrent.steps of 24 units and 8 outputs in AVX-512; input and state are as columnPairs has them, cols is at least 1.")
	h := arg("h")
	w, b := arg("state"), arg("inputBias")
	half := func(m mem) vec { d := ctx.YMM(); ctx.VMOVUPS(m, d); return d } // the rest is 0
	long := func(v vec) vec { return v.AsZ().(vec) }
	gates := [3]vec{load(at(b, 0)), load(at(b, 64)), load(at(b, 128))}
	fromInput := [2]vec{load(at(b, 192)), long(half(at(b, 256)))}
	// last points to the eight rows of both
	pair := func(from, last gp, candidate [2]vec, odd bool) {
		first := splat(at(from, 0))
		both, second := ymm(), vec(nil)
		if odd {
			ctx.VMOVAPS(first.AsY(), both.AsY())
		} else {
			second = splat(at(from, 4))
			ctx.VINSERTF64X4(operand.U8(1), second.AsY(), first, both)
		}
		for i, sum := range [4]vec{gates[0], gates[1], gates[2], candidate[0]} {
			words := load(at(w, 64*i))
			fma(sum, first, words)
			if !odd {
				ctx.VPSLLD(operand.U8(16), words, words)
				fma(sum, second, words)
			}
		}
		rest := ymm()
		ctx.VPMOVZXWD(at(last, 0), rest)
		ctx.VPSLLD(operand.U8(16), rest, rest)
		fma(candidate[1], both, rest)
	}
	b = arg("stateBias")
	fromState := [2]vec{load(at(b, 192)), long(half(at(b, 256)))}
	from, n, last := ctx.GP64(), ctx.GP64(), ctx.GP64()
	states, inputs, odd, done := label("states"), label("inputs"), label("odd"), label("done")
	ctx.MOVQ(h, from)
	ctx.MOVQ(operand.U32(12), n)
	ctx.LEAQ(at(w, 12*256), last)
	ctx.Label(states)
	pair(from, last, fromState, false)
	ctx.ADDQ(operand.Imm(8), from)
	ctx.ADDQ(operand.U32(256), w)
	ctx.ADDQ(operand.Imm(32), last)
	ctx.DECQ(n)
	ctx.JNZ(operand.LabelRef(states))

	x := arg("x")
	w, n = arg("input"), arg("cols")
	ctx.LEAQ(at(n, 1), last)
	ctx.SHRQ(operand.U8(1), last)
	ctx.SHLQ(operand.U8(8), last)
	ctx.ADDQ(w, last)
	ctx.SUBQ(operand.Imm(2), n)
	ctx.JL(operand.LabelRef(odd))
	ctx.Label(inputs)
	pair(x, last, fromInput, false)
	ctx.ADDQ(operand.Imm(8), x)
	ctx.ADDQ(operand.U32(256), w)
	ctx.ADDQ(operand.Imm(32), last)
	ctx.SUBQ(operand.Imm(2), n)
	ctx.JGE(operand.LabelRef(inputs))
	ctx.Label(odd)
	ctx.ADDQ(operand.Imm(2), n)
	ctx.JZ(operand.LabelRef(done))
	pair(x, last, fromInput, true)
	ctx.Label(done)
	for _, sum := range []vec{fromInput[1], fromState[1]} {
		other := ymm()
		ctx.VEXTRACTF64X4(operand.U8(1), sum, other.AsY())
		ctx.VADDPS(other, sum, sum)
	}

	for i, x := range gates {
		gates[i] = sigmoid(x)
	}
	// The reset gate begins in the middle of the second vector.
	reset := [2]vec{ymm(), ctx.YMM()}
	ctx.VSHUFF32X4(operand.U8(0x4e), gates[2], gates[1], reset[0])
	ctx.VEXTRACTF64X4(operand.U8(1), gates[2], reset[1])
	was := [2]vec{load(at(h, 0)), long(half(at(h, 64)))}
	for i := range was {
		c := tanh(fma(fromInput[i], long(reset[i]), fromState[i]))
		was[i] = fma(was[i], gates[i], sub(c, was[i]))
	}
	store(was[0], at(h, 0))
	ctx.VMOVUPS(was[1].AsY(), at(h, 64))

	out := arg("out")
	lanes = 8
	acc := [4]vec{half(at(arg("outBias"), 0)), zero(), zero(), zero()}
	for i := range 24 {
		fma(acc[i%4], splat(at(h, 4*i)), at(out, 32*i))
	}
	y := add(add(acc[0], acc[1]), add(acc[2], acc[3]))
	store(y, at(arg("logits"), 0))
	lanes = 16
	ctx.VMOVUPS(sigmoid(long(y)).AsY(), at(arg("prob"), 0))
	finish()
}

func levels() {
	each("levelsVec", "levelsVec is levelsGo in AVX2 and FMA.", "over rise smooth floor band", "level depth rate up down", nil, func(l *loop) {
		depth := splatArg("depth")
		p := maxFloat(sub(l.get("band"), splatArg("level")), sub(zero(), depth))
		s := l.get("smooth")
		s = fma(move(s), sub(p, s), splatArg("rate"))
		l.put("smooth", s)
		f := l.get("floor")
		d := sub(s, f)
		f = fma(f, d, choose(positive(d), splatArg("down"), splatArg("up")))
		l.put("floor", f)
		l.put("over", minFloat(p, depth))
		l.put("rise", sub(p, f))
	}, "", nil)
}

// bandSums has a masked turn at the end of every band, of no values where the
// band is a number of whole vectors: no jump depends on that.
func bandSums() {
	kernel("bandSumsVec", "func(dst, src *float32, edges *int, n int)",
		"bandSumsVec is bandSumsGo in AVX2; n is at least 1.")
	dst, src, edges, n := arg("dst"), arg("src"), arg("edges"), arg("n")
	band, inner, tail := label("band"), label("values"), label("tail")
	from, count := ctx.GP64(), ctx.GP64()
	sum := ymm()
	ctx.Label(band)
	ctx.MOVQ(at(edges, 0), from)
	ctx.MOVQ(at(edges, 8), count)
	ctx.SUBQ(from, count)
	ctx.LEAQ(atIndex(src, from, 4, 0), from)
	ctx.VXORPS(sum, sum, sum)
	ctx.SUBQ(operand.Imm(8), count)
	ctx.JL(operand.LabelRef(tail))
	ctx.Label(inner)
	ctx.VADDPS(at(from, 0), sum, sum)
	ctx.ADDQ(operand.Imm(32), from)
	ctx.SUBQ(operand.Imm(8), count)
	ctx.JGE(operand.LabelRef(inner))
	ctx.Label(tail)
	ctx.ADDQ(operand.Imm(8), count)
	rest := ymm()
	ctx.VMASKMOVPS(at(from, 0), tailMask(count), rest)
	ctx.VMOVSS(sumLanes(add(sum, rest)).AsX(), at(dst, 0))
	ctx.ADDQ(operand.Imm(4), dst)
	ctx.ADDQ(operand.Imm(8), edges)
	ctx.DECQ(n)
	ctx.JNZ(operand.LabelRef(band))
	finish()
}
