package main

import "github.com/mmcloughlin/avo/operand"

// What a recurrent network on the levels of bands needs beside matrices.

func netKernels() {
	lanes = 8
	each("gatesVec", "gatesVec is gatesGo in AVX2 and FMA.", "h az ar an uz ur un", "", nil, func(l *loop) {
		r := sigmoid(add(l.get("ar"), l.operand("ur")))
		c := tanh(fma(l.get("an"), r, l.operand("un")))
		z := sigmoid(add(l.get("az"), l.operand("uz")))
		h := l.get("h")
		l.put("h", fma(move(h), z, sub(c, h)))
	}, "", nil)
	each("sigmoidVec", "sigmoidVec is sigmoidGo in AVX2 and FMA.", "dst a", "", nil, func(l *loop) {
		l.put("dst", sigmoid(l.get("a")))
	}, "", nil)
	levels()
	bandSums()
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
