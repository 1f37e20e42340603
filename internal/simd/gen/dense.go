package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// What a network with many places on the frequency axis needs, and the spectra
// around it.

func denseKernels() {
	lanes = 8
	dense("denseVec16", "denseVec16 is denseGo of 16 outputs and six places at a time in AVX2 and FMA.", 2)
	dense("denseVec8", "denseVec8 is denseGo of 8 outputs and six places at a time in AVX2 and FMA.", 1)
	lanes = 16
	dense("denseVecWide", "denseVecWide is denseGo of n outputs and six places at a time on vectors of 512 bits; it needs AVX-512 F and VL, and BMI2.", 1)
	lanes = 8
	spectra()
	pairs()
}

// dense keeps the sums of six places in registers: each weight that is loaded serves
// six products, each input as many as there are vectors of outputs. Steps and the
// stride are in values; in and groups, the places by six, are at least 1.
func dense(name, doc string, vectors int) {
	signature := "func(dst, start, w, x *float32, in, stride, startStep, step, groups int, least float32)"
	if lanes == 16 {
		wideKernels[name] = true
		signature = "func(dst, start, w, x *float32, in, stride, startStep, step, groups, n int, least float32)"
	}
	kernel(name, signature, doc)
	dst, start, w, x := arg("dst"), arg("start"), arg("w"), arg("x")
	stride, startStep, step, groups := arg("stride"), arg("startStep"), arg("step"), arg("groups")
	for _, r := range []gp{stride, startStep, step} {
		ctx.SHLQ(operand.U8(2), r)
	}
	least := splatArg("least")
	var k reg.Register
	if lanes == 16 {
		ones := ctx.GP64()
		ctx.MOVQ(operand.I32(-1), ones)
		ctx.BZHIQ(arg("n"), ones, ones)
		k = ctx.K()
		ctx.KMOVW(ones.As32(), k)
	}
	var acc [6][]vec
	for p := range acc {
		for range vectors {
			acc[p] = append(acc[p], ymm())
		}
	}
	a, b, column, count := ctx.GP64(), ctx.GP64(), ctx.GP64(), ctx.GP64()
	// six sets a and b to the places 0 and 3, which the others lie a step or two
	// behind, and base to the next six.
	six := func(base, step gp) {
		ctx.MOVQ(base, a)
		ctx.LEAQ(atIndex(base, step, 2, 0), b)
		ctx.ADDQ(step, b)
		ctx.LEAQ(atIndex(b, step, 2, 0), base)
		ctx.ADDQ(step, base)
	}
	place := func(p int, step gp, disp int) mem {
		base := a
		if p >= 3 {
			base = b
		}
		if p%3 == 0 {
			return at(base, disp)
		}
		return atIndex(base, step, uint8(p%3), disp)
	}
	group, four, rest, single, done := label("group"), label("four"), label("rest"), label("single"), label("done")
	ctx.Label(group)
	six(start, startStep)
	for p := range acc {
		for v := range acc[p] {
			if m := place(p, startStep, 32*v); k != nil {
				ctx.VMOVUPS_Z(m, k, acc[p][v])
			} else {
				ctx.VMOVUPS(m, acc[p][v])
			}
		}
	}
	six(x, step)
	ctx.MOVQ(w, column)
	ctx.Load(ctx.Param("in"), count)
	inputs := func(n int) {
		for i := range n {
			var ws []vec
			for v := range vectors {
				ws = append(ws, load(at(column, 64*i+32*v)))
			}
			for p := range acc {
				m := place(p, step, 4*i)
				if lanes == 16 {
					ctx.VFMADD231PS_BCST(m, ws[0], acc[p][0])
					continue
				}
				s := splat(m)
				for v := range acc[p] {
					fma(acc[p][v], s, ws[v])
				}
			}
		}
		ctx.ADDQ(operand.I32(int32(64*n)), column)
		ctx.ADDQ(operand.Imm(uint64(4*n)), a)
		ctx.ADDQ(operand.Imm(uint64(4*n)), b)
	}
	ctx.SUBQ(operand.Imm(4), count)
	ctx.JL(operand.LabelRef(rest))
	ctx.Label(four)
	inputs(4)
	ctx.SUBQ(operand.Imm(4), count)
	ctx.JGE(operand.LabelRef(four))
	ctx.Label(rest)
	ctx.ADDQ(operand.Imm(4), count)
	ctx.JZ(operand.LabelRef(done))
	ctx.Label(single)
	inputs(1)
	ctx.DECQ(count)
	ctx.JNZ(operand.LabelRef(single))
	ctx.Label(done)
	six(dst, stride)
	for p := range acc {
		for v := range acc[p] {
			ctx.VMAXPS(least, acc[p][v], acc[p][v])
			if m := place(p, stride, 32*v); k != nil {
				ctx.VMOVUPS(acc[p][v], k, m)
			} else {
				ctx.VMOVUPS(acc[p][v], m)
			}
		}
	}
	ctx.DECQ(groups)
	ctx.JNZ(operand.LabelRef(group))
	finish()
}

func spectra() {
	each("complexAddVec", "complexAddVec is complexAddGo in AVX2 and FMA.", "yr yi ar ai br bi", "", nil, func(l *loop) {
		a, b, c, d := l.get("ar"), l.get("ai"), l.get("br"), l.get("bi")
		l.put("yr", fnma(fma(l.get("yr"), a, c), b, d))
		l.put("yi", fma(fma(l.get("yi"), a, d), b, c))
	}, "", nil)
	each("addDistanceVec", "addDistanceVec is addDistanceGo in AVX2 and FMA.", "dst ar ai br bi", "", nil, func(l *loop) {
		re, im := sub(l.get("ar"), l.operand("br")), sub(l.get("ai"), l.operand("bi"))
		l.put("dst", fma(fma(l.get("dst"), re, re), im, im))
	}, "", nil)
	var f vec
	each("atLeastOfVec", "atLeastOfVec is atLeastOfGo in AVX2 and FMA.", "yr yi xr xi", "factor", func() { f = splatArg("factor") }, func(l *loop) {
		a, b := mul(f, l.operand("xr")), mul(f, l.operand("xi"))
		re, im := l.get("yr"), l.get("yi")
		low := greater(fma(mul(a, a), b, b), fma(mul(re, re), im, im))
		l.put("yr", choose(low, re, a))
		l.put("yi", choose(low, im, b))
	}, "", nil)
}

func pairs() {
	odd := ctx.StaticGlobal("oddSigns") // of the values at 0, 2, 4 …
	ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 8 {
		ctx.AddDatum(4*i, operand.U32(uint32(1-i%2)<<31))
	}
	sign := func(v vec) vec { d := ymm(); ctx.VXORPS(odd, v, d); return d }
	each("pairsVec", "pairsVec is pairsGo in AVX2 and FMA.", "power crossRe crossIm product ar ai br bi", "", nil, func(l *loop) {
		a, b, c, d := l.get("ar"), l.get("ai"), l.get("br"), l.get("bi")
		p, q := fma(mul(a, a), b, b), fma(mul(c, c), d, d)
		l.put("power", add(p, l.operand("power")))
		l.put("crossRe", add(sign(fma(mul(a, c), b, d)), l.operand("crossRe")))
		l.put("crossIm", add(sign(fnma(mul(b, c), a, d)), l.operand("crossIm")))
		root := ymm()
		ctx.VSQRTPS(mul(p, q), root)
		l.put("product", add(root, l.operand("product")))
	}, "", nil)
}
