package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

func matrixKernels() {
	matVec(72, 1)
	matVec(64, 1)
	matVec(16, 4)
	matVec(8, 4)
	for _, vnni := range []bool{false, true} {
		matVec8(32, vnni)
		matVec8(8, vnni)
	}
	quantize()
	for _, lanes = range []int{16, 8} {
		matVecShort(64)
		matVecShort(32)
	}
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

// matVecShort is the same with weights of 16 bits, those of two columns in a word: it takes a large matrix half as long
// to come from the second cache.
func matVecShort(rows int) {
	name, isa := fmt.Sprintf("matVecShort%d", rows), "AVX2 and FMA"
	if lanes == 16 {
		name, isa = name+"Wide", "AVX-512"
		wideKernels[name] = true
	}
	kernel(name, "func(y, bias *float32, w *uint32, x *float32, pairs int)",
		fmt.Sprintf("%s is matVecGo of %d rows in %s, the weights as shortPairs has them; pairs is at least 1.", name, rows, isa))
	y, bias, w, x, n := arg("y"), arg("bias"), arg("w"), arg("x"), arg("pairs")
	acc := make([]vec, rows/lanes)
	for i := range acc {
		acc[i] = load(at(bias, 4*lanes*i))
	}
	upper := load(bitsOf(0xffff0000))
	top := label("pairs")
	ctx.Label(top)
	a, b := splat(at(x, 0)), splat(at(x, 4))
	for i := range acc {
		first, second := ymm(), ymm()
		words := load(at(w, 4*lanes*i))
		ctx.VPSLLD(operand.U8(16), words, second)
		if lanes == 16 {
			ctx.VPANDD(words, upper, first)
		} else {
			ctx.VPAND(words, upper, first)
		}
		fma(acc[i], a, first)
		fma(acc[i], b, second)
	}
	ctx.ADDQ(operand.Imm(8), x)
	ctx.ADDQ(operand.U32(uint32(4*rows)), w)
	ctx.DECQ(n)
	ctx.JNZ(operand.LabelRef(top))
	for i := range acc {
		store(acc[i], at(y, 4*lanes*i))
	}
	finish()
}

// matVec8 is the same in integers, four columns at a time: bytes of |x| times
// those of w with the sign of x, which cannot saturate for values within ±127.
func matVec8(rows int, vnni bool) {
	name, isa := fmt.Sprintf("mat8Vec%d", rows), "AVX2"
	if vnni {
		name, isa = name+"VNNI", "AVX-512 VNNI"
	}
	kernel(name, "func(y, bias, scale *float32, w, x *int8, quads int, xscale float32)",
		fmt.Sprintf("%s is mat8VecGo of %d rows in %s; quads is at least 1.", name, rows, isa))
	w, x, n := arg("w"), arg("x"), arg("quads")
	k := rows / 8
	acc := make([]vec, k)
	for i := range acc {
		acc[i] = zero()
	}
	var ones vec
	if !vnni {
		ones = load(bitsOf(0x00010001))
	}
	top := label("quads")
	ctx.Label(top)
	xv, magnitude := ymm(), ymm()
	ctx.VPBROADCASTD(at(x, 0), xv)
	ctx.VPABSB(xv, magnitude)
	for i := range acc {
		signed, wv := ymm(), ymm()
		ctx.VMOVDQU(at(w, 32*i), wv)
		ctx.VPSIGNB(xv, wv, signed)
		if vnni {
			ctx.VPDPBUSD(signed, magnitude, acc[i])
			continue
		}
		pairs, sums := ymm(), ymm()
		ctx.VPMADDUBSW(signed, magnitude, pairs)
		ctx.VPMADDWD(ones, pairs, sums)
		ctx.VPADDD(sums, acc[i], acc[i])
	}
	ctx.ADDQ(operand.Imm(4), x)
	ctx.SUBQ(operand.I32(int32(-4*rows)), w)
	ctx.DECQ(n)
	ctx.JNZ(operand.LabelRef(top))
	y, bias, scale := arg("y"), arg("bias"), arg("scale")
	xs := splatArg("xscale")
	for i := range acc {
		f := ymm()
		ctx.VCVTDQ2PS(acc[i], f)
		store(mulAdd(f, mul(xs, at(scale, 32*i)), at(bias, 32*i)), at(y, 32*i))
	}
	finish()
}

func quantize() {
	kernel("quantizeVec", "func(dst *int8, src *float32, n int, scale float32)",
		"quantizeVec is quantizeGo in AVX2; n is a multiple of 8, above 0.")
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale := splatArg("scale")
	lo, hi := load(number(-127)), load(number(127))
	top := label("loop")
	ctx.Label(top)
	x := mul(scale, at(src, 0))
	ok, y := ymm(), ymm()
	ctx.VCMPPS(operand.U8(3), x, x, ok)
	ctx.VANDNPS(x, ok, y)
	q := ymm()
	ctx.VCVTPS2DQ(minFloat(hi, maxFloat(lo, y)), q)
	high := ctx.XMM()
	ctx.VEXTRACTI128(operand.U8(1), q, high)
	words, bytes := ctx.XMM(), ctx.XMM()
	ctx.VPACKSSDW(high, q.AsX(), words)
	ctx.VPACKSSWB(words, words, bytes)
	ctx.VMOVQ(bytes, at(dst, 0))
	ctx.ADDQ(operand.Imm(32), src)
	ctx.ADDQ(operand.Imm(8), dst)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}
