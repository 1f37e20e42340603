package main

import "github.com/mmcloughlin/avo/operand"

func pairKernels() {
	kernel("splitFiniteVec", "func(left, right, src *float32, n int, most float32)", "splitFiniteVec is splitFiniteGo in AVX2; n is a multiple of 8, above 0.")
	left, right, src, n := arg("left"), arg("right"), arg("src"), arg("n")
	most := splatArg("most")
	least := sub(zero(), most)
	top := label("loop")
	ctx.Label(top)
	a, b := load(at(src, 0)), load(at(src, 32))
	channel := func(which uint8, dst gp) {
		mixed, x := ymm(), ymm()
		ctx.VSHUFPS(operand.U8(which), b, a, mixed)
		ctx.VPERMPD(operand.U8(0xd8), mixed, x)
		store(finite(x, least, most), at(dst, 0))
	}
	channel(0x88, left)
	channel(0xdd, right)
	ctx.ADDQ(operand.Imm(64), src)
	ctx.ADDQ(operand.Imm(32), left)
	ctx.ADDQ(operand.Imm(32), right)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()

	kernel("joinVec", "func(dst, left, right *float32, n int)", "joinVec is joinGo in AVX2; n is a multiple of 8, above 0.")
	dst, left, right, n := arg("dst"), arg("left"), arg("right"), arg("n")
	top = label("loop")
	ctx.Label(top)
	l, r := load(at(left, 0)), load(at(right, 0))
	low, high, first, second := ymm(), ymm(), ymm(), ymm()
	ctx.VUNPCKLPS(r, l, low)
	ctx.VUNPCKHPS(r, l, high)
	ctx.VPERM2F128(operand.U8(0x20), high, low, first)
	ctx.VPERM2F128(operand.U8(0x31), high, low, second)
	store(first, at(dst, 0))
	store(second, at(dst, 32))
	ctx.ADDQ(operand.Imm(64), dst)
	ctx.ADDQ(operand.Imm(32), left)
	ctx.ADDQ(operand.Imm(32), right)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(top))
	finish()
}

// finite is x bounded to least … most, 0 where it is NaN or infinite.
func finite(x, least, most vec) vec {
	ok := greater(load(bitsOf(0x7f800000)), and(x, bitsOf(0x7fffffff)))
	return choose(ok, zero(), minFloat(maxFloat(x, least), most))
}
