package main

import "fmt"

func matrixKernels() {
	for _, rows := range []int{72, 64, 16, 8} {
		matVec(rows)
	}
	for _, rows := range []int{64, 32} {
		matVecShort(rows)
	}
	for _, dot := range []bool{false, true} {
		matVec8(32, dot)
		matVec8(8, dot)
	}
	quantize()
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

// matVecShort is the same with weights of 16 bits, those of two columns in a word.
func matVecShort(rows int) {
	if !kernel(fmt.Sprintf("matVecShort%d", rows), fmt.Sprintf("matVecShort%d is matVecGo of %d rows in NEON, the weights as shortPairs has them; pairs is at least 1.", rows, rows)) {
		return
	}
	y, bias, w, x, n := arg("y"), arg("bias"), arg("w"), arg("x"), arg("pairs")
	acc := make([]vec, rows/4)
	for i := 0; i < len(acc); i += 2 {
		acc[i], acc[i+1] = loadTwo(at(bias, 16*i))
	}
	upper := bitsOf(0xffff0000)
	top := label("pairs")
	mark(top)
	factors := loadD.load(at(x, 0))
	for i := 0; i < len(acc); i += 2 {
		a, b := loadTwo(at(w, 16*i))
		for j, words := range []vec{a, b} {
			accumulate(acc[i+j], and(words, upper), lane{factors, 0})
			accumulate(acc[i+j], shiftLeft(words, 16), lane{factors, 1})
		}
	}
	step(x, 8)
	step(w, 4*rows)
	countDown(n, 1, "NE", top)
	for i := 0; i < len(acc); i += 2 {
		storeTwo(acc[i], acc[i+1], at(y, 16*i))
	}
}

// matVec8 is the same in integers, four columns at a time. With dot products they
// take one instruction for four rows; without, products in 16 bits, of which two
// cannot overflow for values within ±127.
func matVec8(rows int, dot bool) {
	name, isa := fmt.Sprintf("mat8Vec%d", rows), "NEON"
	if dot {
		name, isa = name+"VNNI", "NEON with the dot products of Armv8.4, ARM's counterpart of VNNI"
	}
	if !kernel(name, fmt.Sprintf("%s is mat8VecGo of %d rows in %s; quads is at least 1.", name, rows, isa)) {
		return
	}
	w, x, n := arg("w"), arg("x"), arg("quads")
	acc := make([]vec, rows/4)
	for i := range acc {
		acc[i] = zero()
	}
	top := label("quads")
	mark(top)
	quad := loadS.load(at(x, 0))
	if !dot {
		quad = dupLane(quad, 0)
	}
	for i := 0; i < len(acc); i += 2 {
		a, b := loadTwo(at(w, 16*i))
		for j, v := range []vec{a, b} {
			into := acc[i+j]
			if dot {
				emit(&line{def: []*reg{into}, use: []*reg{into, v, quad}, text: func() string {
					return word(encodeSDOT(into.number, v.number, quad.number, 0))
				}})
				continue
			}
			sadalp.into(into, addp8h.of(smull.of(v, quad), smull2.of(v, quad)))
		}
	}
	step(x, 4)
	step(w, 4*rows)
	countDown(n, 1, "NE", top)
	y, bias, scale := arg("y"), arg("bias"), arg("scale")
	xs := splatArg("xscale")
	for i := 0; i < len(acc); i += 2 {
		s0, s1 := loadTwo(at(scale, 16*i))
		b0, b1 := loadTwo(at(bias, 16*i))
		y0 := fma(b0, scvtf.of(acc[i]), mul(s0, xs))
		y1 := fma(b1, scvtf.of(acc[i+1]), mul(s1, xs))
		storeTwo(y0, y1, at(y, 16*i))
	}
}

func quantize() {
	if !kernel("quantizeVec", "quantizeVec is quantizeGo in NEON; n is a multiple of 8, above 0.") {
		return
	}
	dst, src, n := arg("dst"), arg("src"), arg("n")
	scale, least := splatArg("scale"), bitsOf(0x81818181) // bytes of −127
	top := label("loop")
	mark(top)
	storeD.store(smaxB.of(sqxtnB.of(eightInts(src, scale)), least), at(dst, 0))
	step(src, 32)
	step(dst, 8)
	countDown(n, 8, "NE", top)
}
