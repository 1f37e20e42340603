package main

import "math"

// The first pass for 882 samples, 20 ms at 44.1 kHz, whose complex transform of
// 441 = 9·7·7 values has no factor 2.

// first9 is first8 with radix 9: eight butterflies give eight runs of nine.
//
//	y[9p+k] = w^(pk)·DFT(x[p + m·0…8])[k]
//
// Interleaved input is in one piece here, since m is odd.
func first9(name string, in input) {
	var xr, xi, win gp
	switch in {
	case split:
		if !kernel(name, name+" is a first pass of radix 9 in NEON, from separate parts. m is at least 8.") {
			return
		}
		xr, xi = arg("xr"), arg("xi")
	case interleaved:
		if !kernel(name, name+" is a first pass of radix 9 in NEON, from interleaved parts. m is at least 8.") {
			return
		}
		xr = arg("x")
	case windowed:
		if !kernel(name, name+" is a first pass of radix 9 in NEON, from interleaved parts times a window. m is at least 8.") {
			return
		}
		xr, win = arg("x"), arg("win")
	}
	yr, yi, tw, m := arg("yr"), arg("yi"), arg("tw"), arg("m")
	size := 3
	if in == split {
		size = 2
	}
	step1 := shifted(m, size)
	step3 := plus(step1, step1, 1)
	threes := newRows(step3, 3)
	var angles []float64 // of the factors 1, 2 and 4 between the stages
	for _, k := range []int{1, 2, 4} {
		s, c := math.Sincos(-2 * math.Pi * float64(k) / 9)
		angles = append(angles, c, s)
	}
	p := newGP()
	setNumber(p, 0)
	loop := label("block")
	mark(loop)
	for h := range 2 {
		var mid [3][3]cv
		base := func(x gp) gp {
			b := plus(x, p, size)
			if h > 0 {
				step(b, 16)
			}
			return b
		}
		a, b := base(xr), gp(nil)
		if in == split {
			b = base(xi)
		} else {
			b = offset(a, 32)
		}
		var wa, wb gp
		if in == windowed {
			wa = base(win)
			wb = offset(wa, 32)
		}
		// Rows are read in the order 0 3 6, 1 4 7, 2 5 8: three steps apart.
		for j := range 3 {
			get := func(l int) cv {
				u, v := load(threes.row(a, l)), load(threes.row(b, l))
				if in == split {
					return cv{u, v}
				}
				if in == windowed {
					u, v = mul(u, load(threes.row(wa, l))), mul(v, load(threes.row(wb, l)))
				}
				return deinterleave(u, v)
			}
			mid[j] = dft3(get(0), get(1), get(2))
			w := numbers(angles...)
			for k := 1; k < 3 && j > 0; k++ {
				i := map[int]int{1: 0, 2: 2, 4: 4}[j*k]
				mid[j][k] = cmul(mid[j][k], w[i], w[i+1])
			}
			for _, q := range []gp{a, b, wa, wb} {
				if q != nil && j < 2 {
					advance(q, step1)
				}
			}
		}
		var outputs [9]cv
		for k := range 3 {
			for l, b := range dft3(mid[0][k], mid[1][k], mid[2][k]) {
				o := k + 3*l
				if o > 0 {
					b = cmul(b, load(at(tw, 64*(o-1)+16*h)), load(at(tw, 64*(o-1)+32+16*h)))
				}
				outputs[o] = b
			}
		}
		nine := plus(p, p, 3)
		for _, part := range []struct {
			y  gp
			of func(b cv) vec
		}{{yr, func(b cv) vec { return b.re }}, {yi, func(b cv) vec { return b.im }}} {
			y := plus(part.y, nine, 2)
			half := offset(y, 4*36)
			var low, high [4]vec
			for k := range 4 {
				low[k], high[k] = part.of(outputs[k]), part.of(outputs[k+4])
			}
			low, high = transpose(low), transpose(high)
			ninth := part.of(outputs[8])
			for i := range 4 {
				row := laneOrder(in)[4*h+i]
				to := at(y, 36*row)
				if row >= 4 {
					to = at(half, 36*(row-4))
				}
				store(low[i], to)
				store(high[i], to.plus(16))
				v := newGP()
				emit(&line{def: []*reg{v}, use: []*reg{ninth}, text: func() string {
					return word(encodeLaneToGeneral(v.number, ninth.number, i))
				}})
				storeW.store(v, to.plus(32))
			}
		}
	}
	step(tw, 8*64)
	step(p, 8)
	nextBlock(p, m, loop)
}
