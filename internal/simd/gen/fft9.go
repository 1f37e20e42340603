package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
)

// Passes for 882 samples, 20 ms at 44.1 kHz, whose complex transform of 441 =
// 9·7·7 values has no factor 2: runs have odd lengths, of which the last vector
// overlaps the one before.

// first9 is first8 with radix 9: eight butterflies give eight runs of nine.
//
//	y[9p+k] = w^(pk)·DFT(x[p + m·0…8])[k]
//
// Interleaved input is in one piece here, since m is odd.
func first9(name string, in input) {
	const laneDoc = " m is at least 8."
	var xr, xi, win gp
	switch in {
	case split:
		kernel(name, "func(yr, yi, xr, xi, tw *float32, m int)", name+" is a first pass of radix 9, from separate parts."+laneDoc)
		xr, xi = arg("xr"), arg("xi")
	case interleaved:
		kernel(name, "func(yr, yi, x, tw *float32, m int)", name+" is a first pass of radix 9, from interleaved parts."+laneDoc)
		xr = arg("x")
	case windowed:
		kernel(name, "func(yr, yi, x, win, tw *float32, m int)", name+" is a first pass of radix 9, from interleaved parts times a window."+laneDoc)
		xr, win = arg("x"), arg("win")
	}
	yr, yi, tw, m := arg("yr"), arg("yi"), arg("tw"), arg("m")
	buf := alignedLocal(18 * 32)
	out := func(k int, im bool) mem {
		d := 32 * k
		if im {
			d += 9 * 32
		}
		return at(buf, d)
	}
	size := 8
	if in == split {
		size = 4
	}
	step := ctx.GP64()
	ctx.MOVQ(m, step)
	ctx.SHLQ(operand.U8(map[int]uint8{8: 3, 4: 2}[size]), step)
	p := ctx.GP64()
	ctx.XORQ(p, p)
	loop := label("block")
	ctx.Label(loop)
	// Rows are read in the order 0 3 6, 1 4 7, 2 5 8: three steps apart.
	step3 := ctx.GP64()
	ctx.LEAQ(atIndex(step, step, 2, 0), step3)
	xp, xq, wp := ctx.GP64(), ctx.GP64(), ctx.GP64()
	ctx.LEAQ(atIndex(xr, p, uint8(size), 0), xp)
	if in == split {
		ctx.LEAQ(atIndex(xi, p, uint8(size), 0), xq)
	}
	if in == windowed {
		ctx.LEAQ(atIndex(win, p, 8, 0), wp)
	}
	for j := range 3 {
		get := func(l int) cv {
			row := func(base gp, disp int) mem {
				if l == 0 {
					return at(base, disp)
				}
				return atIndex(base, step3, uint8(l), disp)
			}
			if in == split {
				return cv{load(row(xp, 0)), load(row(xq, 0))}
			}
			a, b := load(row(xp, 0)), load(row(xp, 32))
			if in == windowed {
				a, b = mul(a, row(wp, 0)), mul(b, row(wp, 32))
			}
			re, im := ymm(), ymm()
			ctx.VSHUFPS(operand.U8(0x88), b, a, re)
			ctx.VSHUFPS(operand.U8(0xdd), b, a, im)
			return cv{re, im}
		}
		for k, b := range dft3(get(0), get(1), get(2)) {
			if j*k > 0 {
				s, c := math.Sincos(-2 * math.Pi * float64(j*k) / 9)
				b = cmul(b, number(c), number(s))
			}
			ctx.VMOVAPS(b.re, out(k+3*j, false))
			ctx.VMOVAPS(b.im, out(k+3*j, true))
		}
		if j < 2 {
			ctx.ADDQ(step, xp)
			if in == split {
				ctx.ADDQ(step, xq)
			}
			if in == windowed {
				ctx.ADDQ(step, wp)
			}
		}
	}
	for k := range 3 {
		c := func(j int) cv { return cv{load(out(k+3*j, false)), load(out(k+3*j, true))} }
		for l, b := range dft3(c(0), c(1), c(2)) {
			o := k + 3*l
			if o > 0 {
				b = cmul(b, at(tw, 64*(o-1)), at(tw, 64*(o-1)+32))
			}
			ctx.VMOVAPS(b.re, out(o, false))
			ctx.VMOVAPS(b.im, out(o, true))
		}
	}
	offset := ctx.GP64()
	ctx.LEAQ(atIndex(p, p, 8, 0), offset)
	ctx.SHLQ(operand.U8(2), offset)
	transpose(in, out, yr, yi, offset, 36)
	// The ninth of every run, one by one.
	order := laneOrder(in)
	for _, part := range []struct {
		y  gp
		im bool
	}{{yr, false}, {yi, true}} {
		for lane, row := range order {
			m, v := out(8, part.im), ctx.GP32()
			m.Disp += 4 * lane
			ctx.MOVL(m, v)
			ctx.MOVL(v, atIndex(part.y, offset, 1, 36*row+32))
		}
	}
	ctx.ADDQ(operand.U32(8*64), tw)
	ctx.ADDQ(operand.U8(8), p)
	nextBlock(p, m, loop)
	finish()
}

// alignedLocal returns a pointer to size bytes on the stack, a multiple of 32.
func alignedLocal(size int) gp {
	frame := ctx.AllocLocal(size + 32)
	buf := ctx.GP64()
	ctx.LEAQ(frame, buf)
	ctx.ADDQ(operand.U8(31), buf)
	ctx.ANDQ(operand.I32(-32), buf)
	return buf
}

// run loops over a run of s ≥ 8 values in vectors, of which the last overlaps
// the one before where s is no multiple of 8. The pointers advance by as many
// vectors as their weights say.
func run(s gp, body func(), pointers map[int][]gp) {
	q, by := ctx.GP64(), ctx.GP64()
	loop, whole, done := label("run"), label("whole"), label("end")
	ctx.MOVQ(s, q)
	advance := func(step op) {
		for weight := 1; weight <= 2; weight++ {
			for _, p := range pointers[weight] {
				for range weight {
					ctx.ADDQ(step, p)
				}
			}
		}
	}
	ctx.Label(loop)
	body()
	ctx.SUBQ(operand.U8(8), q)
	ctx.JZ(operand.LabelRef(done))
	ctx.MOVQ(operand.U32(32), by)
	ctx.CMPQ(q, operand.U8(8))
	ctx.JGE(operand.LabelRef(whole))
	ctx.MOVQ(q, by)
	ctx.SHLQ(operand.U8(2), by)
	ctx.MOVQ(operand.U32(8), q)
	ctx.Label(whole)
	advance(by)
	ctx.JMP(operand.LabelRef(loop))
	ctx.Label(done)
	advance(operand.U8(32))
}

func scratch7(buf gp) func(k int) mem { return func(k int) mem { return at(buf, 32*k) } }

func middle7() {
	kernel("fftMiddle7", "func(yr, yi, xr, xi, tw *float32, s, m int)",
		"fftMiddle7 is a pass of radix 7; s is at least 8, m at least 1.")
	xr, xi, tw := arg("xr"), arg("xi"), arg("tw")
	yr, yi := arg("yr"), arg("yi")
	s, m := arg("s"), arg("m")
	buf := alignedLocal(7 * 32)
	xs, ys := ctx.GP64(), ctx.GP64()
	ctx.MOVQ(s, xs)
	ctx.IMULQ(m, xs)
	ctx.SHLQ(operand.U8(2), xs)
	ctx.MOVQ(s, ys)
	ctx.SHLQ(operand.U8(2), ys)
	x, y := rows{base: xr, step: xs}, rows{base: yr, step: ys}
	loop := label("p")
	ctx.Label(loop)
	run(s, func() {
		x3, y3 := ctx.GP64(), ctx.GP64()
		ctx.LEAQ(atIndex(xs, xs, 2, 0), x3)
		ctx.LEAQ(atIndex(ys, ys, 2, 0), y3)
		x.step3, y.step3 = x3, y3
		dft7(func(k int) op { return x.row(xr, k, 0) }, func(k int) op { return x.row(xi, k, 0) }, scratch7(buf),
			func(k int, b cv) {
				if k > 0 {
					b = twiddle(b, at(tw, 8*(k-1)))
				}
				store(b.re, y.row(yr, k, 0))
				store(b.im, y.row(yi, k, 0))
			})
	}, map[int][]gp{1: {xr, xi, yr, yi}})
	for range 6 {
		ctx.ADDQ(ys, yr)
		ctx.ADDQ(ys, yi)
	}
	ctx.ADDQ(operand.U8(48), tw)
	ctx.DECQ(m)
	ctx.JNZ(operand.LabelRef(loop))
	finish()
}

func last7() {
	kernel("fftLast7", "func(yr, yi, xr, xi *float32, s int)",
		"fftLast7 is the last pass, of radix 7; s is at least 8.")
	xr, xi := arg("xr"), arg("xi")
	yr, yi := arg("yr"), arg("yi")
	s := arg("s")
	buf := alignedLocal(7 * 32)
	xs := ctx.GP64()
	ctx.MOVQ(s, xs)
	ctx.SHLQ(operand.U8(2), xs)
	x := newRows(xr, xs)
	run(s, func() {
		dft7(func(k int) op { return x.row(xr, k, 0) }, func(k int) op { return x.row(xi, k, 0) }, scratch7(buf),
			func(k int, b cv) {
				store(b.re, x.row(yr, k, 0))
				store(b.im, x.row(yi, k, 0))
			})
	}, map[int][]gp{1: {xr, xi, yr, yi}})
	finish()
}

func last7Real() {
	kernel("fftLast7Real", "func(y, xr, xi *float32, s int)",
		"fftLast7Real is the last pass, of radix 7; s is at least 8. It writes im, re, im, re …")
	xr, xi, yp, s := arg("xr"), arg("xi"), arg("y"), arg("s")
	buf := alignedLocal(7 * 32)
	xs, ys := ctx.GP64(), ctx.GP64()
	ctx.MOVQ(s, xs)
	ctx.SHLQ(operand.U8(2), xs)
	ctx.LEAQ(atIndex(xs, xs, 1, 0), ys)
	x, y := newRows(xr, xs), newRows(yp, ys)
	run(s, func() {
		dft7(func(k int) op { return x.row(xr, k, 0) }, func(k int) op { return x.row(xi, k, 0) }, scratch7(buf),
			func(k int, b cv) { swapInterleave(b, y, yp, k) })
	}, map[int][]gp{1: {xr, xi}, 2: {yp}})
	finish()
}
