package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

func matrixKernels() {
	matVec(72, 1)
	matVec(64, 1)
	matVec(16, 4)
	matVec(8, 4)
	matVec8()
	for _, rows := range []int{128, 32} {
		matVec8Dot(rows)
	}
	splitBytes()
}

// matVec multiplies a block of rows with a vector: column by column, so that
// nothing has to be added across lanes. unroll columns have sums of their own.
func matVec(rows, unroll int) {
	kernel(fmt.Sprintf("matVec%d", rows), "func(y, bias, w, x *float32, cols int)",
		fmt.Sprintf("matVec%d is matVecGo of %d rows in AVX2 and FMA; cols is at least 1.", rows, rows))
	y, bias, w, x, n := arg("y"), arg("bias"), arg("w"), arg("x"), arg("cols")
	k := rows / 8
	acc := make([][]vec, unroll)
	for u := range acc {
		for i := range k {
			if u == 0 {
				acc[u] = append(acc[u], load(at(bias, 32*i)))
			} else {
				acc[u] = append(acc[u], zero())
			}
		}
	}
	columns := func(count int) {
		for u := range count {
			b := splat(at(x, 4*u))
			for i := range k {
				fma(acc[u][i], b, at(w, 4*rows*u+32*i))
			}
		}
		ctx.ADDQ(operand.Imm(uint64(4*count)), x)
		ctx.SUBQ(operand.I32(int32(-4*rows*count)), w)
	}
	top, rest, single, done := label("columns"), label("rest"), label("single"), label("done")
	if unroll > 1 {
		ctx.SUBQ(operand.Imm(uint64(unroll)), n)
		ctx.JL(operand.LabelRef(rest))
		ctx.Label(top)
		columns(unroll)
		ctx.SUBQ(operand.Imm(uint64(unroll)), n)
		ctx.JGE(operand.LabelRef(top))
		ctx.Label(rest)
		ctx.ADDQ(operand.Imm(uint64(unroll)), n)
		ctx.JZ(operand.LabelRef(done))
	}
	ctx.Label(single)
	columns(1)
	ctx.DECQ(n)
	ctx.JNZ(operand.LabelRef(single))
	ctx.Label(done)
	for i := range k {
		sum := acc[0][i]
		for u := 1; u < unroll; u++ {
			sum = add(sum, acc[u][i])
		}
		store(sum, at(y, 32*i))
	}
	finish()
}

// matVec8 is the same in integers, weights of 8 bits with inputs of 16, for a block of 32 rows: products of four columns
// in two sums a row, which are added up at the end.
func matVec8() {
	const rows = 32
	kernel("mat8Vec32", "func(y, bias, scale *float32, w *int8, x *int16, quads int, step float32)",
		"mat8Vec32 is mat8Go of 32 rows in AVX2, the weights as in Matrix8.w; quads is at least 1.")
	w, x, n := arg("w"), arg("x"), arg("quads")
	acc := make([]vec, rows/4)
	for i := range acc {
		acc[i] = zero()
	}
	top := label("quads")
	ctx.Label(top)
	xs := ymm()
	ctx.VPBROADCASTQ(at(x, 0), xs)
	for i := range acc {
		ws, sums := ymm(), ymm()
		ctx.VPMOVSXBW(at(w, 16*i), ws)
		ctx.VPMADDWD(xs, ws, sums)
		ctx.VPADDD(sums, acc[i], acc[i])
	}
	ctx.ADDQ(operand.Imm(8), x)
	ctx.SUBQ(operand.I32(-4*rows), w)
	ctx.DECQ(n)
	ctx.JNZ(operand.LabelRef(top))
	var out []vec
	for i := 0; i < len(acc); i += 2 {
		pairs, ordered := ymm(), ymm()
		ctx.VPHADDD(acc[i+1], acc[i], pairs) // rows 0, 1, 4, 5, 2, 3, 6, 7
		ctx.VPERMQ(operand.U8(0b11_01_10_00), pairs, ordered)
		out = append(out, ordered)
	}
	mat8End(out)
}

// mat8End turns sums into outputs.
func mat8End(sums []vec) {
	y, bias, scale := arg("y"), arg("bias"), arg("scale")
	step := splatArg("step")
	for i, s := range sums {
		f, disp := ymm(), 4*lanes*i
		ctx.VCVTDQ2PS(s, f)
		store(mulAdd(f, mul(step, at(scale, disp)), at(bias, disp)), at(y, disp))
	}
	finish()
}

// matVec8Dot is the same with dot products of bytes: x comes as splitVec leaves it, four high
// bytes and four low ones of a quad of columns in turn, which are 0x8080 too much together; offset takes that off.
// Blocks of 32 rows follow one another; four of them are read side by side.
func matVec8Dot(rows int) {
	lanes = 16
	defer func() { lanes = 8 }()
	name := fmt.Sprintf("mat8Vec%dDot", rows)
	wideKernels[name] = true
	kernel(name, "func(y, bias, scale *float32, offset *int32, w *int8, x *int16, quads int, step float32)", fmt.Sprintf("%s is mat8Go of %d rows in AVX-512 VNNI, the weights as in Matrix8.w, x as splitVec leaves it; quads is at least 1.", name, rows))
	w, x, n, offset := arg("w"), arg("x"), arg("quads"), arg("offset")
	blocks := []gp{w}
	for len(blocks) < rows/32 {
		next := ctx.GP64()
		ctx.MOVQ(n, next)
		ctx.SHLQ(operand.U8(7), next)
		ctx.ADDQ(blocks[len(blocks)-1], next)
		blocks = append(blocks, next)
	}
	high, low := make([]vec, rows/16), make([]vec, rows/16)
	for i := range high {
		high[i], low[i] = zero(), ymm()
		ctx.VMOVDQU32(at(offset, 64*i), low[i])
	}
	i, end := ctx.GP64(), n
	ctx.XORQ(i, i)
	ctx.SHLQ(operand.U8(7), end)
	top := label("quads")
	ctx.Label(top)
	h, l := ymm(), ymm()
	ctx.VPBROADCASTD(at(x, 0), h)
	ctx.VPBROADCASTD(at(x, 4), l)
	for b, block := range blocks {
		for j := range 2 {
			ws := ymm()
			ctx.VMOVDQU32(atIndex(block, i, 1, 64*j), ws)
			ctx.VPDPBUSD(ws, h, high[2*b+j])
			ctx.VPDPBUSD(ws, l, low[2*b+j])
		}
	}
	ctx.ADDQ(operand.Imm(8), x)
	ctx.SUBQ(operand.I32(-128), i)
	ctx.CMPQ(i, end)
	ctx.JLT(operand.LabelRef(top))
	for i := range high {
		ctx.VPSLLD(operand.U8(8), high[i], high[i])
		ctx.VPADDD(high[i], low[i], low[i])
	}
	mat8End(low)
}

// splitBytes makes bytes without sign of 16-bit numbers: eight at a time, twice four high bytes and four low ones.
func splitBytes() {
	kernel("splitVec", "func(x *int16, n int)", "splitVec adds 0x8080 to 16-bit numbers and moves the high bytes of every four in front of their low ones; n is a multiple of 8, above 0.")
	m := ctx.StaticGlobal("quadOrder")
	ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i, u := range []uint64{0x0604_0200_0705_0301, 0x0e0c_0a08_0f0d_0b09} {
		ctx.AddDatum(8*i, operand.U64(u))
	}
	x, n := arg("x"), arg("n")
	order, move := ctx.XMM(), ctx.XMM()
	ctx.VMOVDQU(m, order)
	ctx.VMOVDQU(bitsOf(0x80808080), move)
	top := label("loop")
	ctx.Label(top)
	v := ctx.XMM()
	ctx.VPADDW(at(x, 0), move, v)
	ctx.VPSHUFB(order, v, v)
	ctx.VMOVDQU(v, at(x, 0))
	ctx.ADDQ(operand.Imm(16), x)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}
