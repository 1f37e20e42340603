package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

func groupKernels() {
	groupSums(2)
	groupSums(4)
	groupSums(8)
	spread2()
	spread(4)
	spread(8)
	fixedSums("fixedSumsWeightedVec", true)
	gatherMeans()
	gainRunsEach()
	powerRunsEach()
	lanes = 16
	permuteMeans()
	gainRuns()
	powerRuns()
	lanes = 8
	prefetch()
}

// permuteMeans takes sixteen means at a time, whose windows begin, and whose end,
// within 32 prefix sums each: a permutation of two vectors, which is much faster
// than looking them up.
func permuteMeans() {
	const name = "permuteMeansVecWide"
	wideKernels[name] = true
	kernel(name, "func(dst, inv *float32, pre, table *int32, bases *int, n int)",
		name+" is FixedMeans.gatherGo in AVX-512; of sixteen values begun, bases are where in pre (bytes) the starts and the ends are counted from by the 32 values of table.")
	dst, inv, pre, table, bases, n := arg("dst"), arg("inv"), arg("pre"), arg("table"), arg("bases"), arg("n")
	pick := func(i int) vec {
		from := ctx.GP64()
		ctx.MOVQ(at(bases, 8*i), from)
		ctx.ADDQ(pre, from)
		d := load(at(from, 0))
		ctx.VPERMT2D(at(from, 64), load(at(table, 64*i)), d)
		return d
	}
	sixteen := func() vec {
		f := ymm()
		ctx.VCVTDQ2PS(subBits(pick(1), pick(0)), f)
		return mul(f, at(inv, 0))
	}
	top, rest, done := label("loop"), label("rest"), label("done")
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JL(operand.LabelRef(rest))
	ctx.Label(top)
	store(sixteen(), at(dst, 0))
	ctx.ADDQ(operand.Imm(64), dst)
	ctx.ADDQ(operand.Imm(64), inv)
	ctx.SUBQ(operand.I32(-128), table)
	ctx.ADDQ(operand.Imm(16), bases)
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JGE(operand.LabelRef(top))
	ctx.Label(rest)
	ctx.ADDQ(operand.Imm(16), n)
	ctx.JZ(operand.LabelRef(done))
	ones, k := ctx.GP64(), ctx.K()
	ctx.MOVQ(operand.I32(-1), ones)
	ctx.BZHIQ(n, ones, ones)
	ctx.KMOVW(ones.As32(), k)
	ctx.VMOVUPS(sixteen(), k, at(dst, 0))
	ctx.Label(done)
	finish()
}

// prefetch goes to the second level: what comes is not needed at once, and must not
// drive from the first what is.
func prefetch() {
	kernel("prefetchLines", "func(p *byte, n int)", "prefetchLines asks for every cache line of n bytes, above 0, at p.")
	p, n := arg("p"), arg("n")
	end := ctx.GP64()
	ctx.LEAQ(mem{Base: p, Index: n, Scale: 1}, end)
	ctx.ANDQ(operand.I8(-64), p)
	top := label("loop")
	ctx.Label(top)
	ctx.PREFETCHT1(at(p, 0))
	ctx.ADDQ(operand.Imm(64), p)
	ctx.CMPQ(p, end)
	ctx.JLT(operand.LabelRef(top))
	ctx.RET()
}

// groupSums adds neighbours in pairs until every lane holds a group's sum; they
// come out in the order of the halves of the vectors that went in.
func groupSums(width int) {
	name := fmt.Sprintf("groupSums%dVec", width)
	kernel(name, "func(dst, src *float32, n int)", name+" is groupSumsGo in AVX2; n is a multiple of 8, above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	pairs := func(a, b vec) vec { d := ymm(); ctx.VHADDPS(b, a, d); return d }
	order := ctx.StaticGlobal(name + "Order")
	ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	lanes := [8]uint32{0, 4, 1, 5, 2, 6, 3, 7}
	if width == 2 {
		lanes = [8]uint32{0, 1, 4, 5, 2, 3, 6, 7}
	}
	for i, lane := range lanes {
		ctx.AddDatum(4*i, operand.U32(lane))
	}
	top := label("loop")
	ctx.Label(top)
	switch width {
	case 2:
		// Pairs of halves: a0 b0 a1 b1.
		d := ymm()
		ctx.VPERMPS(pairs(load(at(src, 0)), load(at(src, 32))), load(order), d)
		store(d, at(dst, 0))
	case 4:
		// Halves of a, b, c, d: a0 b0 c0 d0 a1 b1 c1 d1.
		s := pairs(pairs(load(at(src, 0)), load(at(src, 32))), pairs(load(at(src, 64)), load(at(src, 96))))
		d := ymm()
		ctx.VPERMPS(s, load(order), d)
		store(d, at(dst, 0))
	default:
		// The same of eight vectors, whose two halves belong together.
		four := func(disp int) vec {
			return pairs(pairs(load(at(src, disp)), load(at(src, disp+32))), pairs(load(at(src, disp+64)), load(at(src, disp+96))))
		}
		p, q := four(0), four(128)
		low, high := ymm(), ymm()
		ctx.VPERM2F128(operand.U8(0x20), q, p, low)
		ctx.VPERM2F128(operand.U8(0x31), q, p, high)
		store(add(low, high), at(dst, 0))
	}
	ctx.SUBQ(operand.I32(int32(-32*width)), src)
	ctx.ADDQ(operand.Imm(32), dst)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}

// spread2 does four values at a time.
func spread2() {
	kernel("spread2Vec", "func(dst, src *float32, n int)", "spread2Vec is spreadGo in AVX2; n is a multiple of 4, above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	top := label("loop")
	ctx.Label(top)
	x := ctx.XMM()
	low, high := ctx.XMM(), ctx.XMM()
	ctx.VMOVUPS(at(src, 0), x)
	ctx.VUNPCKLPS(x, x, low)
	ctx.VUNPCKHPS(x, x, high)
	ctx.VMOVUPS(low, at(dst, 0))
	ctx.VMOVUPS(high, at(dst, 16))
	ctx.ADDQ(operand.Imm(16), src)
	ctx.ADDQ(operand.Imm(32), dst)
	ctx.SUBQ(operand.Imm(4), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}

func spread(width int) {
	name := fmt.Sprintf("spread%dVec", width)
	kernel(name, "func(dst, src *float32, n int)", name+" is spreadGo in AVX2; n is above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	top := label("loop")
	ctx.Label(top)
	if width == 4 {
		x := ctx.XMM()
		ctx.VBROADCASTSS(at(src, 0), x)
		ctx.VMOVUPS(x, at(dst, 0))
	} else {
		store(splat(at(src, 0)), at(dst, 0))
	}
	ctx.ADDQ(operand.Imm(4), src)
	ctx.ADDQ(operand.Imm(uint64(4*width)), dst)
	ctx.DECQ(n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}

// longRun is the layout of the Go type of that name, in bytes.
const (
	runBin    = 0
	runPoint  = 8
	runBlocks = 16
	runWidth  = 24
	runStep   = 32
	runMask   = 40
	runLanes  = 48
	runSize   = 112
)

// gainRuns spreads the gains of groups over vectors of sixteen bins by a permutation.
func gainRuns() {
	const name = "gainRunsVecWide"
	wideKernels[name] = true
	kernel(name, "func(re, im, gain *float32, runs *int, count int)",
		name+" is GroupRuns.Gain of the runs, above 0, as in longRun, on vectors of 512 bits; it needs AVX-512 F and VL, and BMI2.")
	re, im, gain, run, count := arg("re"), arg("im"), arg("gain"), arg("runs"), arg("count")
	each, top := label("run"), label("loop")
	k, g, blocks := ctx.GP64(), ctx.GP64(), ctx.GP64()
	mask := ctx.K()
	ctx.Label(each)
	ctx.MOVQ(at(run, runBin), k)
	ctx.MOVQ(at(run, runPoint), g)
	ctx.ADDQ(gain, g)
	ctx.MOVQ(at(run, runBlocks), blocks)
	ctx.KMOVW(at(run, runMask), mask)
	lanes := load(at(run, runLanes))
	ctx.Label(top)
	few, x := ymm(), ymm()
	ctx.VMOVUPS_Z(at(g, 0), mask, few)
	ctx.VPERMPS(few, lanes, x)
	store(mul(x, atIndex(re, k, 1, 0)), atIndex(re, k, 1, 0))
	store(mul(x, atIndex(im, k, 1, 0)), atIndex(im, k, 1, 0))
	ctx.ADDQ(operand.Imm(64), k)
	ctx.ADDQ(at(run, runStep), g)
	ctx.DECQ(blocks)
	ctx.JNZ(operand.LabelRef(top))
	ctx.ADDQ(operand.Imm(runSize), run)
	ctx.DECQ(count)
	ctx.JNZ(operand.LabelRef(each))
	finish()
}

// eachRun loops over runs, and over the blocks of each in a loop of its own for every
// width: k is where bins begin, in bytes, and point where groups do in the array at
// points. before, if not nil, comes ahead of a loop.
func eachRun(run, count, points gp, before func(width int), block func(width int, k, point gp)) {
	each, next := label("run"), label("next")
	k, point, blocks := ctx.GP64(), ctx.GP64(), ctx.GP64()
	ctx.Label(each)
	ctx.MOVQ(at(run, runBin), k)
	ctx.MOVQ(at(run, runPoint), point)
	ctx.ADDQ(points, point)
	ctx.MOVQ(at(run, runBlocks), blocks)
	for _, width := range []int{1, 2, 4, 8, 16} {
		top, other := label("loop"), label("wider")
		if width < 16 {
			ctx.CMPQ(at(run, runWidth), operand.Imm(uint64(width)))
			ctx.JNE(operand.LabelRef(other))
		}
		if before != nil {
			before(width)
		}
		ctx.Label(top)
		block(width, k, point)
		ctx.ADDQ(operand.Imm(64), k)
		ctx.ADDQ(operand.Imm(uint64(64/width)), point)
		ctx.DECQ(blocks)
		ctx.JNZ(operand.LabelRef(top))
		if width < 16 {
			ctx.JMP(operand.LabelRef(next))
			ctx.Label(other)
		}
	}
	ctx.Label(next)
	ctx.ADDQ(operand.Imm(runSize), run)
	ctx.DECQ(count)
	ctx.JNZ(operand.LabelRef(each))
}

// gainRunsEach is gainRuns on vectors of eight bins: what repeats gains depends on how
// often.
func gainRunsEach() {
	kernel("gainRunsVec", "func(re, im, gain *float32, runs *int, count int)",
		"gainRunsVec is GroupRuns.Gain of the runs, above 0, as in longRun.")
	re, im, gain, run, count := arg("re"), arg("im"), arg("gain"), arg("runs"), arg("count")
	repeat := func(width int) (index [2]vec) {
		m := ctx.StaticGlobal(fmt.Sprintf("repeat%d", width))
		ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 16 {
			ctx.AddDatum(4*i, operand.U32(uint32(i/width)))
		}
		for i := range index {
			index[i] = load(mem{Base: m.Base, Symbol: m.Symbol, Disp: 32 * i})
		}
		return index
	}
	pairs, fours := repeat(2), repeat(4)
	permute := func(v, index vec) vec { d := ymm(); ctx.VPERMPS(v, index, d); return d }
	eachRun(run, count, gain, nil, func(width int, k, g gp) {
		var x [2]vec
		switch width {
		case 1:
			x = [2]vec{load(at(g, 0)), load(at(g, 32))}
		case 2:
			v := load(at(g, 0))
			x = [2]vec{permute(v, pairs[0]), permute(v, pairs[1])}
		case 4:
			v := ymm()
			ctx.VBROADCASTF128(at(g, 0), v)
			x = [2]vec{permute(v, fours[0]), permute(v, fours[1])}
		case 8:
			x = [2]vec{splat(at(g, 0)), splat(at(g, 4))}
		default:
			v := splat(at(g, 0))
			x = [2]vec{v, v}
		}
		for i, v := range x {
			store(mul(v, atIndex(re, k, 1, 32*i)), atIndex(re, k, 1, 32*i))
			store(mul(v, atIndex(im, k, 1, 32*i)), atIndex(im, k, 1, 32*i))
		}
	})
	finish()
}

// powerRuns adds neighbours up in the lanes, in pairs, and takes one lane of each group.
func powerRuns() {
	const name = "powerRunsVecWide"
	wideKernels[name] = true
	kernel(name, "func(power, sums, re, im *float32, runs *int, count int, floor float32)",
		name+" is GroupRuns.Power of the runs, above 0, as in longRun, on vectors of 512 bits; it needs AVX-512 F and VL, and BMI2.")
	power, sums, re, im := arg("power"), arg("sums"), arg("re"), arg("im")
	run, count := arg("runs"), arg("count")
	floor := splatArg("floor")
	first := ctx.K()
	bits := ctx.GP32()
	eachRun(run, count, sums, func(width int) {
		ctx.MOVL(operand.U32(map[int]uint32{1: 0xffff, 2: 0x5555, 4: 0x1111, 8: 0x0101, 16: 0x0001}[width]), bits)
		ctx.KMOVW(bits, first)
	}, func(width int, k, s gp) {
		a, b := load(atIndex(re, k, 1, 0)), load(atIndex(im, k, 1, 0))
		p := fma(fma(move(floor), b, b), a, a)
		store(p, atIndex(power, k, 1, 0))
		for w := 1; w < width; w *= 2 {
			turned := ymm()
			switch w {
			case 1:
				ctx.VPERMILPS(operand.U8(0xb1), p, turned)
			case 2:
				ctx.VPERMILPS(operand.U8(0x4e), p, turned)
			case 4:
				ctx.VSHUFF32X4(operand.U8(0xb1), p, p, turned)
			case 8:
				ctx.VSHUFF32X4(operand.U8(0x4e), p, p, turned)
			}
			p = add(p, turned)
		}
		if width > 1 {
			few := ymm()
			ctx.VCOMPRESSPS_Z(p, first, few)
			p = few
		}
		// Not through a mask: where such a store crosses a cache line it takes some
		// 30 cycles (Zen 4).
		switch width {
		case 1:
			store(p, at(s, 0))
		case 2:
			ctx.VMOVUPS(p.AsY(), at(s, 0))
		case 4:
			ctx.VMOVUPS(p.AsX(), at(s, 0))
		case 8:
			ctx.VMOVQ(p.AsX(), at(s, 0))
		default:
			ctx.VMOVSS(p.AsX(), at(s, 0))
		}
	})
	finish()
}

// powerRunsEach is powerRuns on vectors of eight bins, of which two give the sums of a
// block.
func powerRunsEach() {
	kernel("powerRunsVec", "func(power, sums, re, im *float32, runs *int, count int, floor float32)",
		"powerRunsVec is GroupRuns.Power of the runs, above 0, as in longRun.")
	power, sums, re, im := arg("power"), arg("sums"), arg("re"), arg("im")
	run, count := arg("runs"), arg("count")
	floor := splatArg("floor")
	eachRun(run, count, sums, nil, func(width int, k, s gp) {
		var p [2]vec
		for i := range p {
			a, b := load(atIndex(re, k, 1, 32*i)), load(atIndex(im, k, 1, 32*i))
			p[i] = fma(fma(move(floor), b, b), a, a)
			store(p[i], atIndex(power, k, 1, 32*i))
		}
		if width == 1 {
			store(p[0], at(s, 0))
			store(p[1], at(s, 32))
			return
		}
		pairs := ymm()
		ctx.VHADDPS(p[1], p[0], pairs) // the halves of p[0], then of p[1], in both halves
		if width == 2 {
			ctx.VPERMPD(operand.U8(0xd8), pairs, pairs)
			store(pairs, at(s, 0))
			return
		}
		ctx.VHADDPS(pairs, pairs, pairs)
		low, high := pairs.AsX(), ctx.XMM()
		ctx.VEXTRACTF128(operand.U8(1), pairs, high)
		switch width {
		case 4:
			ctx.VUNPCKLPS(high, low, low)
			ctx.VMOVUPS(low, at(s, 0))
		case 8:
			ctx.VADDPS(high, low, low)
			ctx.VMOVQ(low, at(s, 0))
		default:
			ctx.VADDPS(high, low, low)
			ctx.VHADDPS(low, low, low)
			ctx.VMOVSS(low, at(s, 0))
		}
	})
	finish()
}

// gatherMeans is for windows that follow no rule: their ends are looked up.
func gatherMeans() {
	kernel("gatherMeansVec", "func(dst, inv *float32, pre, lo, hi *int32, n int)",
		"gatherMeansVec is FixedMeans.gatherGo in AVX2; inv, lo and hi have values for all of the last eight begun.")
	dst, inv, pre, lo, hi, n := arg("dst"), arg("inv"), arg("pre"), arg("lo"), arg("hi"), arg("n")
	i := ctx.GP64()
	ctx.XORQ(i, i)
	gather := func(index gp) vec {
		mask, d := ymm(), ymm()
		ctx.VPCMPEQD(mask, mask, mask)
		ctx.VPGATHERDD(mask, mem{Base: pre, Index: load(atIndex(index, i, 1, 0)), Scale: 4}, d)
		return d
	}
	eight := func() vec {
		f := ymm()
		ctx.VCVTDQ2PS(subBits(gather(hi), gather(lo)), f)
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
