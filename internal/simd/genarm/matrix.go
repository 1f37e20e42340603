package main

import "fmt"

func matrixKernels() {
	for _, rows := range []int{72, 64, 16, 8} {
		matVec(rows)
	}
	matVec8()
	matVec8Dot()
	splitBytes()
}

// matVec multiplies a block of rows with a vector: column by column, so that
// nothing has to be added across lanes. Four columns take their factors from the
// lanes of one register; where there are few rows they have sums of their own.
func matVec(rows int) {
	if !kernel(fmt.Sprintf("matVec%d", rows), fmt.Sprintf("matVec%d is matVecGo of %d rows in NEON; cols is at least 1.", rows, rows)) {
		return
	}
	y, bias, w, x, n := arg("y"), arg("bias"), arg("w"), arg("x"), arg("cols")
	pairs := rows / 8
	groups := 1
	if rows <= 16 {
		groups = 4
	}
	acc := make([][]vec, groups)
	for g := range acc {
		for i := range pairs {
			if g == 0 {
				a, b := loadTwo(at(bias, 32*i))
				acc[g] = append(acc[g], a, b)
			} else {
				acc[g] = append(acc[g], zero(), zero())
			}
		}
	}
	column := func(c int, factor lane) {
		for i := range pairs {
			a, b := loadTwo(at(w, 32*i))
			sums := acc[c%groups]
			accumulate(sums[2*i], a, factor)
			accumulate(sums[2*i+1], b, factor)
		}
		step(w, 4*rows)
	}
	top, rest, single, done := label("columns"), label("rest"), label("single"), label("done")
	step(n, -4)
	jumpIfNumber(n, "LT", 0, rest)
	mark(top)
	v := load(at(x, 0))
	for c := range 4 {
		column(c, lane{v, c})
	}
	step(x, 16)
	countDown(n, 4, "GE", top)
	mark(rest)
	step(n, 4)
	jumpIfNumber(n, "EQ", 0, done)
	mark(single)
	column(0, lane{loadS.load(at(x, 0)), 0})
	step(x, 4)
	countDown(n, 1, "NE", single)
	mark(done)
	total := func(i int) vec {
		s := acc[0][i]
		for _, other := range acc[1:] {
			s = add(s, other[i])
		}
		return s
	}
	for i := range pairs {
		storeTwo(total(2*i), total(2*i+1), at(y, 32*i))
	}
}

// matVec8 is the same in integers, weights of 8 bits with inputs of 16, for a block of 32 rows: products of four columns
// in two sums a row, which are added up at the end. A pair of bytes is taken for a number of 16 bits and shifted, so that
// either of its columns is left.
func matVec8() {
	if !kernel("mat8Vec32", "mat8Vec32 is mat8Go of 32 rows in NEON, the weights as in Matrix8.w; quads is at least 1.") {
		return
	}
	w, x, n := arg("w"), arg("x"), arg("quads")
	sums := make([]vec, 16)
	for i := range sums {
		sums[i] = zero()
	}
	top := label("quads")
	mark(top)
	quad := loadD.load(at(x, 0))
	twice := zip1d.of(quad, quad)
	even, odd := uzp1h.of(twice, twice), uzp2h.of(twice, twice) // columns 0, 2, 0, 2 … and 1, 3, 1, 3 …
	for i := 0; i < len(sums); i += 4 {
		a, b := loadTwo(at(w, 8*i))
		for j, v := range []vec{a, b} {
			first, second := sums[i+2*j], sums[i+2*j+1]
			left := sshr8h.of(shl8h.of(v))
			smlal.into(first, left, even)
			smlal2.into(second, left, even)
			right := sshr8h.of(v)
			smlal.into(first, right, odd)
			smlal2.into(second, right, odd)
		}
	}
	step(x, 8)
	step(w, 4*32)
	countDown(n, 1, "NE", top)
	var totals []vec
	for i := 0; i < len(sums); i += 2 {
		totals = append(totals, addp4s.of(sums[i], sums[i+1]))
	}
	mat8End(totals)
}

// mat8End turns sums into outputs.
func mat8End(sums []vec) {
	y, bias, scale := arg("y"), arg("bias"), arg("scale")
	steps := splatArg("step")
	for i := 0; i < len(sums); i += 2 {
		s0, s1 := loadTwo(at(scale, 16*i))
		b0, b1 := loadTwo(at(bias, 16*i))
		y0 := fma(b0, scvtf.of(sums[i]), mul(s0, steps))
		y1 := fma(b1, scvtf.of(sums[i+1]), mul(s1, steps))
		storeTwo(y0, y1, at(y, 16*i))
	}
}

// matVec8Dot is the same with dot products of bytes: x comes as splitVec leaves it, four high
// bytes and four low ones of a quad of columns in turn.
func matVec8Dot() {
	if !kernel("mat8Vec32Dot", "mat8Vec32Dot is mat8Go of 32 rows in NEON with the dot products of Armv8.4, the weights as in Matrix8.w, x as splitVec leaves it; quads is at least 1.") {
		return
	}
	w, x, n := arg("w"), arg("x"), arg("quads")
	high, low := make([]vec, 8), make([]vec, 8)
	for i := range high {
		high[i], low[i] = zero(), zero()
	}
	top := label("quads")
	mark(top)
	quad := loadD.load(at(x, 0))
	dot := func(into, v vec, part int) {
		emit(&line{def: []*reg{into}, use: []*reg{into, v, quad}, text: func() string {
			return word(encodeSDOT(into.number, v.number, quad.number, part))
		}})
	}
	for i := 0; i < len(high); i += 2 {
		a, b := loadTwo(at(w, 16*i))
		dot(high[i], a, 0)
		dot(low[i], a, 1)
		dot(high[i+1], b, 0)
		dot(low[i+1], b, 1)
	}
	step(x, 8)
	step(w, 4*32)
	countDown(n, 1, "NE", top)
	var totals []vec
	for i := range high {
		totals = append(totals, addBits(shiftLeft(high[i], 8), low[i]))
	}
	mat8End(totals)
}

// splitBytes makes two bytes with sign of 16-bit numbers, 256 times the first plus the second: eight at a time, twice
// four high bytes and four low ones.
func splitBytes() {
	if !kernel("splitVec", "splitVec writes 16-bit numbers as 256 times a byte plus a byte, both with sign, the high ones of every four in front of their low ones; n is a multiple of 8, above 0.") {
		return
	}
	x, n := arg("x"), arg("n")
	both := bitsOf(0x80808080)
	top := label("loop")
	mark(top)
	v := eor.of(add8h.of(load(at(x, 0)), both), both)
	store(zip1.of(uzp2b.of(v, v), uzp1b.of(v, v)), at(x, 0))
	step(x, 16)
	countDown(n, 8, "NE", top)
}
