package main

import "fmt"

func fftKernels() {
	first8("fftFirst8", interleaved)
	first8("fftFirst8Window", windowed)
	first8("fftFirst8Split", split)
	for _, r := range []int{2, 3, 4, 5, 6, 7, 8} {
		middle(r)
		last(r)
		lastReal(r)
	}
	first9("fftFirst9", interleaved)
	first9("fftFirst9Window", windowed)
	first9("fftFirst9Split", split)
	splitReal()
	mergeReal()
}

// rows are arrays read or written in rows a fixed number of bytes apart; offsets
// are those of the rows after the first.
type rows []gp

func newRows(step gp, count int) rows {
	r := rows{nil, step}
	for k := 2; k < count; k++ {
		if k%2 == 0 {
			r = append(r, shifted(r[k/2], 1))
		} else {
			r = append(r, plus(r[k-1], step, 0))
		}
	}
	return r
}

// row returns the memory of row k of the array at base.
func (r rows) row(base gp, k int) place { return place{base: base, index: r[k]} }

// run loops over a run of s values in vectors; with odd the last one overlaps the
// one before where s is no multiple of 4. The pointers advance by as many
// vectors as their weights say.
func run(s gp, odd bool, body func(), pointers map[int][]gp) {
	left := clone(s)
	each := func(f func(p gp, weight int)) {
		for weight := 1; weight <= 2; weight++ {
			for _, p := range pointers[weight] {
				f(p, weight)
			}
		}
	}
	top, done := label("run"), label("end")
	mark(top)
	body()
	each(func(p gp, weight int) { step(p, 16*weight) })
	if !odd {
		countDown(left, 4, "NE", top)
		return
	}
	countDown(left, 4, "EQ", done)
	jumpIfNumber(left, "GE", 4, top)
	// Back by the values that the last vector reaches too far.
	back := shifted(offset(left, -4), 2)
	each(func(p gp, weight int) {
		for range weight {
			advance(p, back)
		}
	})
	setNumber(left, 4)
	jump(top)
	mark(done)
}

// sizes says what a pass of radix r may rely on.
func sizes(r int) string {
	if r == 7 {
		return "s is at least 8"
	}
	return "s is a multiple of 8"
}

// middle writes the pass of radix r between the first and the last: for every
// p < m, s values q in runs with the same factors,
//
//	y[q + s(rp+k)] = w^(pk)·DFT(x[q + s(p + m·0…r−1)])[k]
func middle(r int) {
	if !kernel(fmt.Sprintf("fftMiddle%d", r), fmt.Sprintf("fftMiddle%d is a pass of radix %d in NEON; %s, m at least 1.", r, r, sizes(r))) {
		return
	}
	xr, xi, tw := arg("xr"), arg("xi"), arg("tw")
	yr, yi := arg("yr"), arg("yi")
	s, m := arg("s"), arg("m")
	x, y := newRows(shifted(times(s, m), 2), r), newRows(shifted(s, 2), r)
	loop := label("p")
	mark(loop)
	factors := make([]vec, r)
	for k := 1; k < r; k++ {
		factors[k] = loadD.load(at(tw, 8*(k-1)))
	}
	run(s, r == 7, func() {
		butterfly(r,
			func(k int) cv { return cv{load(x.row(xr, k)), load(x.row(xi, k))} },
			func(k int, b cv) {
				if k > 0 {
					b = cmul(b, lane{factors[k], 0}, lane{factors[k], 1})
				}
				store(b.re, y.row(yr, k))
				store(b.im, y.row(yi, k))
			})
	}, map[int][]gp{1: {xr, xi, yr, yi}})
	// The next p's outputs begin r rows after this one's, of which one is done.
	advance(yr, y[r-1])
	advance(yi, y[r-1])
	step(tw, 8*(r-1))
	countDown(m, 1, "NE", loop)
}

// last writes the last pass, without factors: m = 1.
func last(r int) {
	if !kernel(fmt.Sprintf("fftLast%d", r), fmt.Sprintf("fftLast%d is the last pass, of radix %d, in NEON; %s.", r, r, sizes(r))) {
		return
	}
	xr, xi := arg("xr"), arg("xi")
	yr, yi := arg("yr"), arg("yi")
	s := arg("s")
	x := newRows(shifted(s, 2), r)
	run(s, r == 7, func() {
		butterfly(r,
			func(k int) cv { return cv{load(x.row(xr, k)), load(x.row(xi, k))} },
			func(k int, b cv) {
				store(b.re, x.row(yr, k))
				store(b.im, x.row(yi, k))
			})
	}, map[int][]gp{1: {xr, xi, yr, yi}})
}

// lastReal writes the last pass of the way back: real and imaginary parts
// change places, which makes an inverse transform of the forward one, and lie
// interleaved, which are the samples.
func lastReal(r int) {
	if !kernel(fmt.Sprintf("fftLast%dReal", r),
		fmt.Sprintf("fftLast%dReal is the last pass, of radix %d, in NEON; %s. It writes im, re, im, re …", r, r, sizes(r))) {
		return
	}
	xr, xi, low := arg("xr"), arg("xi"), arg("y")
	s := arg("s")
	high := offset(low, 16)
	step := shifted(s, 2)
	x, y := newRows(step, r), newRows(shifted(step, 1), r)
	run(s, r == 7, func() {
		butterfly(r,
			func(k int) cv { return cv{load(x.row(xr, k)), load(x.row(xi, k))} },
			func(k int, b cv) {
				store(zip1.of(b.im, b.re), y.row(low, k))
				store(zip2.of(b.im, b.re), y.row(high, k))
			})
	}, map[int][]gp{1: {xr, xi}, 2: {low, high}})
}

type input int

const (
	interleaved input = iota // re, im, re, im …: real samples, taken in pairs
	windowed                 // the same, times a window
	split
)

// laneOrder says which of eight neighbours a lane of two vectors holds: the order
// of the table of factors.
func laneOrder(in input) [8]int {
	if in == split {
		return [8]int{0, 1, 2, 3, 4, 5, 6, 7}
	}
	return [8]int{0, 1, 4, 5, 2, 3, 6, 7}
}

// deinterleave takes real and imaginary parts of two pairs of complex numbers.
func deinterleave(a, b vec) cv { return cv{uzp1.of(a, b), uzp2.of(a, b)} }

// first8 writes the first pass, of radix 8: s = 1, so that eight butterflies
// side by side, four lanes at a time, give eight runs of eight, which are
// transposed.
//
//	y[8p+k] = w^(pk)·DFT(x[p + m·0…7])[k]
//
// The last eight p of m are done again where m is no multiple of 8. Interleaved
// input comes in two halves, rows 0–3 and 4–7; its p are taken in the order
// 0 1 4 5 and 2 3 6 7, in which the table tw has the factors.
func first8(name string, in input) {
	var xr, xi, win gp
	switch in {
	case split:
		if !kernel(name, name+" is the first pass in NEON, from separate parts. m is at least 8.") {
			return
		}
		xr, xi = arg("xr"), arg("xi")
	case interleaved:
		if !kernel(name, name+" is the first pass in NEON, from interleaved parts. m is at least 8.") {
			return
		}
		xr, xi = arg("xlo"), arg("xhi")
	case windowed:
		if !kernel(name, name+" is the first pass in NEON, from interleaved parts times a window. m is at least 8.") {
			return
		}
		xr, xi, win = arg("xlo"), arg("xhi"), arg("win")
	}
	yr, yi, tw, m := arg("yr"), arg("yi"), arg("tw"), arg("m")
	size := 3 // log2 of the bytes of an input
	if in == split {
		size = 2
	}
	count := 4
	if in == split {
		count = 8
	}
	x := newRows(shifted(m, size), count)
	var win4 gp
	if in == windowed {
		win4 = plus(win, x[2], 1)
	}
	p := newGP()
	setNumber(p, 0)
	loop := label("block")
	mark(loop)
	for h := range 2 {
		get := getter(in, h, x, p, size, xr, xi, win, win4)
		var outputs [8]cv
		dft8(get, func(k int, b cv) {
			if k > 0 {
				b = cmul(b, load(at(tw, 64*(k-1)+16*h)), load(at(tw, 64*(k-1)+32+16*h)))
			}
			outputs[k] = b
		})
		for _, part := range []struct {
			y  gp
			of func(b cv) vec
		}{{yr, func(b cv) vec { return b.re }}, {yi, func(b cv) vec { return b.im }}} {
			y := plus(part.y, p, 5)
			var low, high [4]vec
			for k := range 4 {
				low[k], high[k] = part.of(outputs[k]), part.of(outputs[k+4])
			}
			low, high = transpose(low), transpose(high)
			for i := range 4 {
				storeTwo(low[i], high[i], at(y, 32*laneOrder(in)[4*h+i]))
			}
		}
	}
	step(tw, 7*64)
	step(p, 8)
	nextBlock(p, m, loop)
}

// getter returns what reads input k of the butterflies from p on, lanes 4h … 4h+3,
// of which rows 0–3 lie at xr and rows 4–7 at xi if it is interleaved.
func getter(in input, h int, x rows, p gp, size int, xr, xi, win, win4 gp) func(k int) cv {
	if in == split {
		re, im := plus(xr, p, size), plus(xi, p, size)
		if h > 0 {
			step(re, 16)
			step(im, 16)
		}
		return func(k int) cv { return cv{load(x.row(re, k)), load(x.row(im, k))} }
	}
	near := func(base gp) [2]gp {
		a := plus(base, p, size)
		if h > 0 {
			step(a, 16)
		}
		return [2]gp{a, offset(a, 32)}
	}
	bases := [][2]gp{near(xr), near(xi)}
	var wins [][2]gp
	if in == windowed {
		wins = [][2]gp{near(win), near(win4)}
	}
	return func(k int) cv {
		base := bases[k/4]
		a, b := load(x.row(base[0], k%4)), load(x.row(base[1], k%4))
		if in == windowed {
			w := wins[k/4]
			a, b = mul(a, load(x.row(w[0], k%4))), mul(b, load(x.row(w[1], k%4)))
		}
		return deinterleave(a, b)
	}
}

// transpose turns four rows of four into columns.
func transpose(r [4]vec) [4]vec {
	a0, a1 := trn1.of(r[0], r[1]), trn2.of(r[0], r[1])
	b0, b1 := trn1.of(r[2], r[3]), trn2.of(r[2], r[3])
	return [4]vec{zip1d.of(a0, b0), zip1d.of(a1, b1), zip2d.of(a0, b0), zip2d.of(a1, b1)}
}

// nextBlock goes on with the eight p from p on, or with the last eight of m, or
// not at all.
func nextBlock(p, m gp, loop string) {
	done := label("done")
	left := minus(m, p)
	jumpIfNumber(left, "LE", 0, done)
	jumpIfNumber(left, "GE", 8, loop)
	setOffset(p, m, -8)
	jump(loop)
	mark(done)
}

// bothEnds loops over k = 1 … ⌊h/2⌋ in fours, forward in the first half and
// backward in the second, the last four overlapping those before if they must.
// body gets the byte offsets 4k and 4(h−k−3).
func bothEnds(h gp, body func(k, j gp)) {
	k, end := newGP(), shifted(offset(shifted(h, -1), -3), 2) // the last k of a whole vector
	top := offset(shifted(h, 2), -12)                         // k + j stays the same
	setNumber(k, 4)
	loop, done := label("pairs"), label("done")
	mark(loop)
	body(k, minus(top, k))
	jumpIf(k, "GE", end, done)
	step(k, 16)
	jumpIf(k, "LE", end, loop)
	set(k, end)
	jump(loop)
	mark(done)
}

// splitReal: see real.go of package spectral for the formulas.
func splitReal() {
	if !kernel("fftSplit", "fftSplit makes bins 1 … h−1 of the real transform from the complex one of h ≥ 16; w is ½exp(−πik/h).") {
		return
	}
	re, im, zr, zi, wr, wi, h := arg("re"), arg("im"), arg("zr"), arg("zi"), arg("wr"), arg("wi"), arg("h")
	half := number(0.5)
	bothEnds(h, func(k, j gp) {
		ar, ai := load(atIndex(zr, k)), load(atIndex(zi, k))
		br, bi := reverse(load(atIndex(zr, j))), reverse(load(atIndex(zi, j)))
		sr, di := mul(add(ar, br), half), mul(sub(ai, bi), half)
		or, oi := add(ai, bi), sub(br, ar)
		t := cmul(cv{or, oi}, load(atIndex(wr, k)), load(atIndex(wi, k)))
		store(add(sr, t.re), atIndex(re, k))
		store(add(t.im, di), atIndex(im, k))
		store(reverse(sub(sr, t.re)), atIndex(re, j))
		store(reverse(sub(t.im, di)), atIndex(im, j))
	})
}

// mergeReal undoes splitReal.
func mergeReal() {
	if !kernel("fftMerge", "fftMerge makes values 1 … h−1 of the complex transform of h ≥ 16 from the bins of the real one; w is scale·exp(−πik/h).") {
		return
	}
	re, im, zr, zi, wr, wi, h := arg("re"), arg("im"), arg("zr"), arg("zi"), arg("wr"), arg("wi"), arg("h")
	scale := splatArg("scale")
	bothEnds(h, func(k, j gp) {
		ar, ai := load(atIndex(re, k)), load(atIndex(im, k))
		br, bi := reverse(load(atIndex(re, j))), reverse(load(atIndex(im, j)))
		sr, di := mul(add(ar, br), scale), mul(sub(ai, bi), scale)
		dr, si := sub(ar, br), add(ai, bi)
		cr, ci := load(atIndex(wr, k)), load(atIndex(wi, k))
		or, oi := fma(mul(dr, cr), si, ci), fnma(mul(si, cr), dr, ci)
		store(sub(sr, oi), atIndex(zr, k))
		store(add(or, di), atIndex(zi, k))
		store(reverse(add(sr, oi)), atIndex(zr, j))
		store(reverse(sub(or, di)), atIndex(zi, j))
	})
}
