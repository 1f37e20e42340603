package main

import (
	"fmt"
	"math/bits"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
)

func fftKernels() {
	for _, wide := range []bool{false, true} {
		suffix := ""
		if wide {
			suffix = "Wide"
		}
		first8("fftFirst8"+suffix, interleaved, wide)
		first8("fftFirst8Window"+suffix, windowed, wide)
		first8("fftFirst8Split"+suffix, split, wide)
	}
	for _, r := range []int{2, 3, 4, 5, 6, 8, 12} {
		middle(r)
	}
	for _, r := range []int{2, 3, 4, 5, 6, 8} {
		last(r)
		lastReal(r)
	}
	first9("fftFirst9", interleaved)
	first9("fftFirst9Window", windowed)
	first9("fftFirst9Split", split)
	middle7()
	last7()
	last7Real()
	last5Overlap()
	splitReal()
	mergeReal()
}

// rows is an array read or written in rows a fixed number of bytes apart.
type rows struct {
	base  gp
	step  gp // bytes from one row to the next
	step3 gp
}

func newRows(base, step gp) rows {
	s3 := ctx.GP64()
	ctx.LEAQ(atIndex(step, step, 2, 0), s3)
	return rows{base, step, s3}
}

// row returns the memory of row k, disp bytes on.
func (r rows) row(base gp, k, disp int) mem {
	switch k {
	case 0:
		return at(base, disp)
	case 1, 2, 4:
		return atIndex(base, r.step, uint8(k), disp)
	case 3:
		return atIndex(base, r.step3, 1, disp)
	case 6:
		return atIndex(base, r.step3, 2, disp)
	default: // 5, 7
		b := ctx.GP64()
		ctx.LEAQ(atIndex(base, r.step, 4, 0), b)
		return r.row(b, k-4, disp)
	}
}

// twiddle multiplies b by the complex number at w in every lane.
func twiddle(b cv, w mem) cv {
	wr, wi := splat(w), splat(mem{Base: w.Base, Disp: w.Disp + 4})
	return cmul(b, wr, wi)
}

func cmul(b cv, wr, wi op) cv {
	re, im := mul(b.re, wr), mul(b.im, wr)
	return cv{fnma(re, b.im, wi), fma(im, b.re, wi)}
}

// middle writes the pass of radix r between the first and the last: for every
// p < m, s values q in runs with the same factors,
//
//	y[q + s(rp+k)] = w^(pk)·DFT(x[q + s(p + m·0…r−1)])[k]
func middle(r int) {
	name, isa := fmt.Sprintf("fftMiddle%d", r), ""
	if r > 8 {
		name, isa = name+"Wide", " It needs AVX-512 F and VL."
		wideKernels[name] = true
	}
	kernel(name, "func(yr, yi, xr, xi, tw *float32, s, m int)",
		fmt.Sprintf("%s is a pass of radix %d; s is a multiple of 8, m at least 1.%s", name, r, isa))
	xr, xi, tw := arg("xr"), arg("xi"), arg("tw")
	yr, yi := arg("yr"), arg("yi")
	s, m := arg("s"), arg("m")
	xs := ctx.GP64()
	ctx.MOVQ(s, xs)
	ctx.IMULQ(m, xs)
	ctx.SHLQ(operand.U8(2), xs)
	ctx.SHLQ(operand.U8(2), s)
	x, y := newRows(xr, xs), newRows(yr, s)
	pLoop, qLoop := label("p"), label("q")
	q := ctx.GP64()
	ctx.Label(pLoop)
	ctx.MOVQ(s, q)
	ctx.Label(qLoop)
	butterfly(r,
		func(k int) cv { return cv{load(x.row(xr, k, 0)), load(x.row(xi, k, 0))} },
		func(k int, b cv) {
			if k > 0 {
				b = twiddle(b, at(tw, 8*(k-1)))
			}
			store(b.re, y.row(yr, k, 0))
			store(b.im, y.row(yi, k, 0))
		})
	for _, p := range []gp{xr, xi, yr, yi} {
		ctx.ADDQ(operand.Imm(32), p)
	}
	ctx.SUBQ(operand.Imm(32), q)
	ctx.JNZ(operand.LabelRef(qLoop))
	// The next p's outputs begin r rows after this one's, of which one is done.
	for range r - 1 {
		ctx.ADDQ(s, yr)
		ctx.ADDQ(s, yi)
	}
	ctx.ADDQ(operand.Imm(uint64(8*(r-1))), tw)
	ctx.DECQ(m)
	ctx.JNZ(operand.LabelRef(pLoop))
	finish()
}

// last writes the last pass, without factors: m = 1.
func last(r int) {
	kernel(fmt.Sprintf("fftLast%d", r), "func(yr, yi, xr, xi *float32, s int)",
		fmt.Sprintf("fftLast%d is the last pass, of radix %d; s is a multiple of 8.", r, r))
	xr, xi := arg("xr"), arg("xi")
	yr, yi := arg("yr"), arg("yi")
	s, n := arg("s"), arg("s")
	ctx.SHLQ(operand.U8(2), s)
	x := newRows(xr, s)
	loop := label("q")
	ctx.Label(loop)
	butterfly(r,
		func(k int) cv { return cv{load(x.row(xr, k, 0)), load(x.row(xi, k, 0))} },
		func(k int, b cv) {
			store(b.re, x.row(yr, k, 0))
			store(b.im, x.row(yi, k, 0))
		})
	for _, p := range []gp{xr, xi, yr, yi} {
		ctx.ADDQ(operand.Imm(32), p)
	}
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(loop))
	finish()
}

// lastReal writes the last pass of the way back: real and imaginary parts
// change places, which makes an inverse transform of the forward one, and lie
// interleaved, which are the samples.
func lastReal(r int) {
	kernel(fmt.Sprintf("fftLast%dReal", r), "func(y, xr, xi *float32, s int)",
		fmt.Sprintf("fftLast%dReal is the last pass, of radix %d; s is a multiple of 8. It writes im, re, im, re …", r, r))
	xr, xi, yp := arg("xr"), arg("xi"), arg("y")
	s, n := arg("s"), arg("s")
	ctx.SHLQ(operand.U8(2), s)
	s2 := ctx.GP64()
	ctx.MOVQ(s, s2)
	ctx.ADDQ(s2, s2)
	x, y := newRows(xr, s), newRows(yp, s2)
	loop := label("q")
	ctx.Label(loop)
	butterfly(r,
		func(k int) cv { return cv{load(x.row(xr, k, 0)), load(x.row(xi, k, 0))} },
		func(k int, b cv) { swapInterleave(b, y, yp, k) })
	ctx.ADDQ(operand.Imm(32), xr)
	ctx.ADDQ(operand.Imm(32), xi)
	ctx.ADDQ(operand.Imm(64), yp)
	ctx.SUBQ(operand.Imm(8), n)
	ctx.JNZ(operand.LabelRef(loop))
	finish()
}

// swapInterleave stores im, re, im, re … to row k at base.
func swapInterleave(b cv, y rows, base gp, k int) {
	for i, v := range swapped(b, false) {
		store(v, y.row(base, k, 32*i))
	}
}

// swapped returns im, re, im, re … in two vectors, many says whether these may be any
// of 32 registers.
func swapped(b cv, many bool) [2]vec {
	lo, hi, a, c := ymm(), ymm(), ymm(), ymm()
	ctx.VUNPCKLPS(b.re, b.im, lo)
	ctx.VUNPCKHPS(b.re, b.im, hi)
	if many {
		ctx.VSHUFF32X4(operand.U8(0), hi, lo, a)
		ctx.VSHUFF32X4(operand.U8(3), hi, lo, c)
	} else {
		ctx.VPERM2F128(operand.U8(0x20), hi, lo, a)
		ctx.VPERM2F128(operand.U8(0x31), hi, lo, c)
	}
	return [2]vec{a, c}
}

// last5Overlap is lastReal with windowed overlap-add: the samples never lie in memory
// by themselves. Half of the 10s samples are added to the tail and go out, half
// take its place, in rows of s floats: butterfly q makes samples of the rows 0, 2 and
// 4 of what goes out and of 1 and 3 of the new tail, butterfly q + s/2 the others, so
// the two go together and nothing of the tail is lost before it is read.
func last5Overlap() {
	const name = "fftLast5OverlapWide"
	wideKernels[name] = true
	kernel(name, "func(hop, tail, win, xr, xi *float32, s int)",
		name+" is the last pass, of radix 5, with windowed overlap-add; s is a multiple of 16. It needs AVX-512 F and VL.")
	hop, tail, win, xr, xi := arg("hop"), arg("tail"), arg("win"), arg("xr"), arg("xi")
	s, n := arg("s"), arg("s")
	ctx.SHLQ(operand.U8(2), s)
	row := newRows(xr, s)
	late := ctx.GP64() // the window's second half
	ctx.LEAQ(atIndex(win, s, 4, 0), late)
	ctx.ADDQ(s, late)
	yr, yi := ctx.GP64(), ctx.GP64() // butterfly q + s/2
	half := ctx.GP64()
	ctx.MOVQ(s, half)
	ctx.SHRQ(operand.U8(1), half)
	ctx.LEAQ(atIndex(xr, half, 1, 0), yr)
	ctx.LEAQ(atIndex(xi, half, 1, 0), yi)
	loop := label("q")
	ctx.Label(loop)
	// Of what was last used a hop ago: fifteen streams are more than a processor
	// follows by itself.
	for k := range 5 {
		for _, p := range []gp{tail, win, late} {
			ctx.PREFETCHT0(row.row(p, k, 64))
		}
	}
	var kept [5][2]vec // rows 1 and 3 of the tail
	for _, k := range []int{1, 3} {
		kept[k] = [2]vec{load(row.row(tail, k, 0)), load(row.row(tail, k, 32))}
	}
	for second, x := range [][2]gp{{xr, xi}, {yr, yi}} {
		butterfly(5,
			func(k int) cv { return cv{load(row.row(x[0], k, 0)), load(row.row(x[1], k, 0))} },
			func(k int, b cv) {
				at := 2*k + second
				for i, v := range swapped(b, true) {
					if at >= 5 {
						store(mul(v, row.row(late, at-5, 32*i)), row.row(tail, at-5, 32*i))
						continue
					}
					old := kept[at][i]
					if second == 0 {
						old = load(row.row(tail, at, 32*i))
					}
					store(fma(old, v, row.row(win, at, 32*i)), row.row(hop, at, 32*i))
				}
			})
	}
	for _, p := range []gp{xr, xi, yr, yi} {
		ctx.ADDQ(operand.Imm(32), p)
	}
	for _, p := range []gp{hop, tail, win, late} {
		ctx.ADDQ(operand.Imm(64), p)
	}
	ctx.SUBQ(operand.Imm(16), n)
	ctx.JNZ(operand.LabelRef(loop))
	finish()
}

type input int

const (
	interleaved input = iota // re, im, re, im …: real samples, taken in pairs
	windowed                 // the same, times a window
	split
)

// first8 writes the first pass, of radix 8: s = 1, so that eight butterflies
// side by side give eight runs of eight, which are transposed.
//
//	y[8p+k] = w^(pk)·DFT(x[p + m·0…7])[k]
//
// The last eight p of m are done again where m is no multiple of 8. Interleaved
// input comes in two halves, rows 0–3 and 4–7, and its lanes hold the
// p in the order 0 1 4 5 2 3 6 7, which is what one shuffle gives; the table
// tw has the factors in the order of the lanes.
//
// The wide form keeps all in the 32 registers of AVX-512, on vectors of 256
// bits; the other has to store differences and outputs on the way.
func first8(name string, in input, wide bool) {
	laneDoc := " m is at least 8."
	if wide {
		laneDoc += " It needs AVX-512 F and VL."
		wideKernels[name] = true
	}
	var xr, xi, win gp
	switch in {
	case split:
		kernel(name, "func(yr, yi, xr, xi, tw *float32, m int)", name+" is the first pass, from separate parts."+laneDoc)
		xr, xi = arg("xr"), arg("xi")
	case interleaved:
		kernel(name, "func(yr, yi, xlo, xhi, tw *float32, m int)", name+" is the first pass, from interleaved parts."+laneDoc)
		xr, xi = arg("xlo"), arg("xhi")
	case windowed:
		kernel(name, "func(yr, yi, xlo, xhi, win, tw *float32, m int)", name+" is the first pass, from interleaved parts times a window."+laneDoc)
		xr, xi, win = arg("xlo"), arg("xhi"), arg("win")
	}
	yr, yi, tw, m := arg("yr"), arg("yi"), arg("tw"), arg("m")

	// Rows for the outputs of the butterflies.
	var buf gp
	if !wide {
		buf = alignedLocal(16 * 32)
	}
	var outputs [8]cv
	out := func(k int, im bool) mem {
		d := 32 * k
		if im {
			d += 256
		}
		return at(buf, d)
	}

	step := ctx.GP64() // bytes between rows of x
	ctx.MOVQ(m, step)
	size := 8
	if in == split {
		size = 4
	}
	ctx.SHLQ(operand.U8(uint8(bits.TrailingZeros(uint(size)))), step)
	p := ctx.GP64()
	ctx.XORQ(p, p)
	loop := label("block")

	x := newRows(xr, step)
	xp, xq, wp := ctx.GP64(), ctx.GP64(), ctx.GP64()
	ctx.Label(loop)
	ctx.LEAQ(atIndex(xr, p, uint8(size), 0), xp)
	ctx.LEAQ(atIndex(xi, p, uint8(size), 0), xq)
	if in == windowed {
		ctx.LEAQ(atIndex(win, p, 8, 0), wp)
	}
	if in == windowed && wide {
		// See last5Overlap.
		for k := range 8 {
			ctx.PREFETCHT0(x.row(wp, k, 64))
		}
		for k := range 4 {
			ctx.PREFETCHT0(x.row(xp, k, 64))
		}
	}
	get := func(k int) cv {
		if in == split && wide {
			re, im := ymm(), ymm()
			ctx.VPERMPD(operand.U8(0xd8), x.row(xp, k, 0), re)
			ctx.VPERMPD(operand.U8(0xd8), x.row(xq, k, 0), im)
			return cv{re, im}
		}
		if in == split {
			return cv{load(x.row(xp, k, 0)), load(x.row(xq, k, 0))}
		}
		base := xp
		if k >= 4 {
			base = xq
		}
		a, b := load(x.row(base, k&3, 0)), load(x.row(base, k&3, 32))
		if in == windowed {
			a, b = mul(a, x.row(wp, k, 0)), mul(b, x.row(wp, k, 32))
		}
		re, im := ymm(), ymm()
		ctx.VSHUFPS(operand.U8(0x88), b, a, re)
		ctx.VSHUFPS(operand.U8(0xdd), b, a, im)
		return cv{re, im}
	}
	put := func(k int, b cv) {
		if k > 0 {
			b = cmul(b, at(tw, 64*(k-1)), at(tw, 64*(k-1)+32))
		}
		if wide {
			outputs[k] = b
			return
		}
		ctx.VMOVAPS(b.re, out(k, false))
		ctx.VMOVAPS(b.im, out(k, true))
	}
	// dft8, with the differences kept in the places of the odd outputs.
	var sum, diff [4]cv
	for _, k := range []int{0, 2, 1, 3} {
		a, b := get(k), get(k+4)
		sum[k] = cadd(a, b)
		diff[k] = csub(a, b)
		if !wide {
			ctx.VMOVAPS(diff[k].re, out(2*k+1, false))
			ctx.VMOVAPS(diff[k].im, out(2*k+1, true))
		}
	}
	dft4(sum[0], sum[1], sum[2], sum[3], func(k int, b cv) { put(2*k, b) })
	for k := range diff {
		if !wide {
			diff[k] = cv{load(out(2*k+1, false)), load(out(2*k+1, true))}
		}
	}
	dft8odd(diff, put)

	at8 := ctx.GP64()
	ctx.MOVQ(p, at8)
	ctx.SHLQ(operand.U8(5), at8)
	if wide {
		transposeRegisters(outputs, yr, yi, at8)
	} else {
		transpose(in, out, yr, yi, at8, 32)
	}
	ctx.ADDQ(operand.U32(7*64), tw)
	ctx.ADDQ(operand.Imm(8), p)
	nextBlock(p, m, loop)
	finish()
}

// nextBlock goes on with the eight p from p on, or with the last eight of m, or
// not at all.
func nextBlock(p, m gp, loop string) {
	done := label("done")
	left := ctx.GP64()
	ctx.MOVQ(m, left)
	ctx.SUBQ(p, left)
	ctx.JLE(operand.LabelRef(done))
	ctx.CMPQ(left, operand.Imm(8))
	ctx.JGE(operand.LabelRef(loop))
	ctx.LEAQ(at(m, -8), p)
	ctx.JMP(operand.LabelRef(loop))
	ctx.Label(done)
}

// transposeRegisters is transpose of outputs in registers, rows of eight floats
// one after the other.
func transposeRegisters(out [8]cv, yr, yi, offset gp) {
	order := laneOrder(interleaved)
	for _, part := range []struct {
		y  gp
		im bool
	}{{yr, false}, {yi, true}} {
		row := func(k int) vec {
			if part.im {
				return out[k].im
			}
			return out[k].re
		}
		var quads [2][4]vec // of outputs 0–3 and 4–7: lanes i and i+4
		for h := range quads {
			l01, h01, l23, h23 := ymm(), ymm(), ymm(), ymm()
			ctx.VUNPCKLPS(row(4*h+1), row(4*h), l01)
			ctx.VUNPCKHPS(row(4*h+1), row(4*h), h01)
			ctx.VUNPCKLPS(row(4*h+3), row(4*h+2), l23)
			ctx.VUNPCKHPS(row(4*h+3), row(4*h+2), h23)
			for i, pair := range [][2]vec{{l01, l23}, {h01, h23}} {
				a, b := ymm(), ymm()
				ctx.VSHUFPS(operand.U8(0x44), pair[1], pair[0], a)
				ctx.VSHUFPS(operand.U8(0xee), pair[1], pair[0], b)
				quads[h][2*i], quads[h][2*i+1] = a, b
			}
		}
		for lane := range 8 {
			v := ymm()
			imm := operand.U8(0)
			if lane >= 4 {
				imm = 3
			}
			ctx.VSHUFF32X4(imm, quads[1][lane&3], quads[0][lane&3], v)
			store(v, atIndex(part.y, offset, 1, 32*order[lane]))
		}
	}
}

// laneOrder says which of eight neighbours a lane holds.
func laneOrder(in input) [8]int {
	if in == split {
		return [8]int{0, 1, 2, 3, 4, 5, 6, 7}
	}
	return [8]int{0, 1, 4, 5, 2, 3, 6, 7}
}

// transpose writes the outputs 0 … 7 of eight butterflies, vectors out(k), as
// rows of eight, rowBytes apart, in the order of the lanes, to the arrays at yr
// and yi, offset bytes on.
func transpose(in input, out func(k int, im bool) mem, yr, yi, offset gp, rowBytes int) {
	order := laneOrder(in)
	for _, part := range []struct {
		y  gp
		im bool
	}{{yr, false}, {yi, true}} {
		for half := range 2 {
			var r [4]vec // outputs k and k+4 of four butterflies each
			for k := range r {
				v := ymm()
				lo, hi := out(k, part.im), out(k+4, part.im)
				lo.Disp += 16 * half
				hi.Disp += 16 * half
				ctx.VBROADCASTF128(lo, v)
				ctx.VINSERTF128(operand.U8(1), hi, v, v)
				r[k] = v
			}
			l01, h01, l23, h23 := ymm(), ymm(), ymm(), ymm()
			ctx.VUNPCKLPS(r[1], r[0], l01)
			ctx.VUNPCKHPS(r[1], r[0], h01)
			ctx.VUNPCKLPS(r[3], r[2], l23)
			ctx.VUNPCKHPS(r[3], r[2], h23)
			for i, pair := range [][2]vec{{l01, l23}, {h01, h23}} {
				a, b := ymm(), ymm()
				ctx.VSHUFPS(operand.U8(0x44), pair[1], pair[0], a)
				ctx.VSHUFPS(operand.U8(0xee), pair[1], pair[0], b)
				for j, v := range []vec{a, b} {
					store(v, atIndex(part.y, offset, 1, rowBytes*order[4*half+2*i+j]))
				}
			}
		}
	}
}

// reverse turns the order of the lanes around.
func reverse(a op, index vec) vec { d := ymm(); ctx.VPERMPS(a, index, d); return d }

func reverseIndex() vec {
	if reversed == nil {
		m := ctx.StaticGlobal("reversed")
		reversed = &m
		ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 8 {
			ctx.AddDatum(4*i, operand.U32(uint32(7-i)))
		}
	}
	return load(*reversed)
}

var reversed *mem

// bothEnds loops over k = 1 … ⌊h/2⌋ in eights, forward in the first half and
// backward in the second, the last eight overlapping those before if they must.
// body gets the byte offsets 4k and 4(h−k−7).
func bothEnds(h gp, body func(k, j gp)) {
	k, j, end := ctx.GP64(), ctx.GP64(), ctx.GP64()
	ctx.MOVQ(h, end)
	ctx.SHRQ(operand.U8(1), end)
	ctx.SUBQ(operand.Imm(7), end) // the last k of a whole vector
	ctx.SHLQ(operand.U8(2), end)
	ctx.MOVQ(operand.U32(4), k)
	ctx.MOVQ(h, j)
	ctx.SHLQ(operand.U8(2), j)
	ctx.SUBQ(operand.Imm(32), j)
	top := ctx.GP64() // k + j stays the same
	ctx.LEAQ(atIndex(k, j, 1, 0), top)
	loop, done := label("pairs"), label("done")
	ctx.Label(loop)
	body(k, j)
	ctx.CMPQ(k, end)
	ctx.JGE(operand.LabelRef(done))
	ctx.ADDQ(operand.Imm(32), k)
	ctx.CMPQ(k, end)
	ctx.CMOVQGT(end, k)
	ctx.MOVQ(top, j)
	ctx.SUBQ(k, j)
	ctx.JMP(operand.LabelRef(loop))
	ctx.Label(done)
}

// splitReal: see real.go of package spectral for the formulas.
func splitReal() {
	kernel("fftSplit", "func(re, im, zr, zi, wr, wi *float32, h int)",
		"fftSplit makes bins 1 … h−1 of the real transform from the complex one of h ≥ 16; w is ½exp(−πik/h).")
	re, im, zr, zi, wr, wi, h := arg("re"), arg("im"), arg("zr"), arg("zi"), arg("wr"), arg("wi"), arg("h")
	idx := reverseIndex()
	half := load(number(0.5))
	bothEnds(h, func(k, j gp) {
		ar, ai := load(atIndex(zr, k, 1, 0)), load(atIndex(zi, k, 1, 0))
		br, bi := reverse(atIndex(zr, j, 1, 0), idx), reverse(atIndex(zi, j, 1, 0), idx)
		sr, di := add(ar, br), sub(ai, bi)
		or, oi := add(ai, bi), sub(br, ar)
		t := cmul(cv{or, oi}, load(atIndex(wr, k, 1, 0)), load(atIndex(wi, k, 1, 0)))
		store(fma(move(t.re), sr, half), atIndex(re, k, 1, 0))
		store(fma(move(t.im), di, half), atIndex(im, k, 1, 0))
		store(reverse(mulSub(sr, half, t.re), idx), atIndex(re, j, 1, 0))
		store(reverse(fnma(t.im, di, half), idx), atIndex(im, j, 1, 0))
	})
	finish()
}

// mergeReal undoes splitReal.
func mergeReal() {
	kernel("fftMerge", "func(zr, zi, re, im, wr, wi *float32, h int, scale float32)",
		"fftMerge makes values 1 … h−1 of the complex transform of h ≥ 16 from the bins of the real one; w is scale·exp(−πik/h).")
	re, im, zr, zi, wr, wi, h := arg("re"), arg("im"), arg("zr"), arg("zi"), arg("wr"), arg("wi"), arg("h")
	idx := reverseIndex()
	scale := splatArg("scale")
	bothEnds(h, func(k, j gp) {
		ar, ai := load(atIndex(re, k, 1, 0)), load(atIndex(im, k, 1, 0))
		br, bi := reverse(atIndex(re, j, 1, 0), idx), reverse(atIndex(im, j, 1, 0), idx)
		sr, di := add(ar, br), sub(ai, bi)
		dr, si := sub(ar, br), add(ai, bi)
		cr, ci := load(atIndex(wr, k, 1, 0)), load(atIndex(wi, k, 1, 0))
		or, oi := mul(dr, cr), mul(si, cr)
		or, oi = fma(or, si, ci), fnma(oi, dr, ci)
		store(mulSub(move(sr), scale, oi), atIndex(zr, k, 1, 0))
		store(fma(move(or), di, scale), atIndex(zi, k, 1, 0))
		store(reverse(mulAdd(sr, scale, oi), idx), atIndex(zr, j, 1, 0))
		store(reverse(fnma(or, di, scale), idx), atIndex(zi, j, 1, 0))
	})
	finish()
}
