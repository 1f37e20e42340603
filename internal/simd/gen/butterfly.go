package main

import "math"

// cv is a vector of eight complex numbers.
type cv struct{ re, im vec }

func cadd(a, b cv) cv { return cv{add(a.re, b.re), add(a.im, b.im)} }
func csub(a, b cv) cv { return cv{sub(a.re, b.re), sub(a.im, b.im)} }

// butterfly computes the discrete Fourier transform of r complex numbers in
// every lane. It asks get for its inputs and hands each output to put as soon
// as it is known, in the order that leaves fewest registers in use.
func butterfly(r int, get func(k int) cv, put func(k int, b cv)) {
	switch r {
	case 2:
		a0, a1 := get(0), get(1)
		put(0, cadd(a0, a1))
		put(1, csub(a0, a1))
	case 3:
		b := dft3(get(0), get(1), get(2))
		for k := range b {
			put(k, b[k])
		}
	case 4:
		dft4(get(0), get(1), get(2), get(3), put)
	case 5:
		dft5(get, put)
	case 6:
		dft6(get, put)
	case 8:
		dft8(get, put)
	case 12:
		dft12(get, put)
	default:
		panic("no butterfly of that radix")
	}
}

// dft3: b = a0 − ½(a1+a2) ∓ i·sin(2π/3)·(a1−a2).
func dft3(a0, a1, a2 cv) [3]cv {
	t, v := cadd(a1, a2), csub(a1, a2)
	b0 := cadd(a0, t)
	half, s := number(0.5), number(math.Sin(2*math.Pi/3))
	ur, ui := fnma(a0.re, t.re, half), fnma(a0.im, t.im, half)
	b1 := cv{fma(move(ur), v.im, s), fnma(move(ui), v.re, s)}
	b2 := cv{fnma(ur, v.im, s), fma(ui, v.re, s)}
	return [3]cv{b0, b1, b2}
}

// dft4: sums and differences two apart; a turn by −i is a swap.
func dft4(a0, a1, a2, a3 cv, put func(k int, b cv)) {
	s0, d0 := cadd(a0, a2), csub(a0, a2)
	s1, d1 := cadd(a1, a3), csub(a1, a3)
	put(0, cadd(s0, s1))
	put(2, csub(s0, s1))
	put(1, cv{add(d0.re, d1.im), sub(d0.im, d1.re)})
	put(3, cv{sub(d0.re, d1.im), add(d0.im, d1.re)})
}

// dft5 uses the symmetry of the roots: cosines act on sums, sines on
// differences of the inputs k and 5−k.
func dft5(get func(k int) cv, put func(k int, b cv)) {
	c1, s1 := number(math.Cos(2*math.Pi/5)), number(math.Sin(2*math.Pi/5))
	c2, s2 := number(math.Cos(4*math.Pi/5)), number(math.Sin(4*math.Pi/5))
	a1, a4 := get(1), get(4)
	t1, d1 := cadd(a1, a4), csub(a1, a4)
	a2, a3 := get(2), get(3)
	t2, d2 := cadd(a2, a3), csub(a2, a3)
	a0 := get(0)
	put(0, cadd(cadd(a0, t1), t2))
	u1 := cv{fma(fma(move(a0.re), t1.re, c1), t2.re, c2), fma(fma(move(a0.im), t1.im, c1), t2.im, c2)}
	u2 := cv{fma(fma(a0.re, t1.re, c2), t2.re, c1), fma(fma(a0.im, t1.im, c2), t2.im, c1)}
	v1 := cv{fma(mul(d1.re, s1), d2.re, s2), fma(mul(d1.im, s1), d2.im, s2)}
	put(1, cv{add(u1.re, v1.im), sub(u1.im, v1.re)})
	put(4, cv{sub(u1.re, v1.im), add(u1.im, v1.re)})
	v2 := cv{fnma(mul(d1.re, s2), d2.re, s1), fnma(mul(d1.im, s2), d2.im, s1)}
	put(2, cv{add(u2.re, v2.im), sub(u2.im, v2.re)})
	put(3, cv{sub(u2.re, v2.im), add(u2.im, v2.re)})
}

// dft6 is 2 × 3 by the prime factor mapping (Good 1958): no factors between.
func dft6(get func(k int) cv, put func(k int, b cv)) {
	even := dft3(get(0), get(2), get(4))
	odd := dft3(get(3), get(5), get(1))
	put(0, cadd(even[0], odd[0]))
	put(3, csub(even[0], odd[0]))
	put(4, cadd(even[1], odd[1]))
	put(1, csub(even[1], odd[1]))
	put(2, cadd(even[2], odd[2]))
	put(5, csub(even[2], odd[2]))
}

// dft12 is 4 × 3 in the same way: input 4j + 3i is number j of transform i of three,
// and output k is of residue k mod 3 in that and k mod 4 in one of four. It takes 24
// registers and some, so AVX-512.
func dft12(get func(k int) cv, put func(k int, b cv)) {
	var t [4][3]cv
	for i := range t {
		t[i] = dft3(get(3*i), get((3*i+4)%12), get((3*i+8)%12))
	}
	for j := range 3 {
		dft4(t[0][j], t[1][j], t[2][j], t[3][j], func(k int, b cv) { put((4*j+9*k)%12, b) })
	}
}

// dft7 follows dft5. Real parts of the outputs need the real parts of the sums
// and the imaginary ones of the differences alone, and the other way round, so
// two turns of half the size fit in the registers. The first one's results wait
// in scratch, seven vectors.
func dft7(getRe, getIm func(k int) op, scratch func(k int) mem, put func(k int, b cv)) {
	var c, s [4]float64
	for k := 1; k < 4; k++ {
		s[k], c[k] = math.Sincos(2 * math.Pi * float64(k) / 7)
	}
	for _, imaginary := range []bool{false, true} {
		// b[k] = u ± v; u from the sums a, v from the differences b, of which a
		// turn by −i makes −v for imaginary parts.
		a, b := getRe, getIm
		if imaginary {
			a, b = getIm, getRe
		}
		var t, d [4]vec
		for k := 1; k < 4; k++ {
			t[k] = add(load(a(k).(mem)), a(7-k))
			d[k] = sub(load(b(k).(mem)), b(7-k))
		}
		a0 := load(a(0).(mem))
		out := func(k int, v vec) {
			if !imaginary {
				ctx.VMOVUPS(v, scratch(k))
				return
			}
			put(k, cv{load(scratch(k)), v})
		}
		out(0, add(add(add(a0, t[1]), t[2]), t[3]))
		for k := 1; k < 4; k++ {
			u := move(a0)
			var v vec
			for l := 1; l < 4; l++ {
				j := k * l % 7
				sine := s[min(j, 7-j)]
				if j > 3 {
					j, sine = 7-j, -sine
				}
				u = fma(u, t[l], number(c[j]))
				if l == 1 {
					v = mul(d[l], number(sine))
				} else {
					v = fma(v, d[l], number(sine))
				}
			}
			if imaginary {
				out(k, sub(u, v))
				out(7-k, add(u, v))
			} else {
				out(k, add(u, v))
				out(7-k, sub(u, v))
			}
		}
	}
}

// dft8: values four apart; sums give the even outputs, differences the odd
// ones. It asks for every input twice.
func dft8(get func(k int) cv, put func(k int, b cv)) {
	var p [4]cv
	for _, k := range []int{0, 2, 1, 3} {
		p[k] = cadd(get(k), get(k+4))
	}
	dft4(p[0], p[1], p[2], p[3], func(k int, b cv) { put(2*k, b) })
	var m [4]cv
	for _, k := range []int{0, 2, 1, 3} {
		m[k] = csub(get(k), get(k+4))
	}
	dft8odd(m, put)
}

// dft8odd makes the odd outputs of dft8 from the differences.
func dft8odd(m [4]cv, put func(k int, b cv)) {
	e0 := cv{add(m[0].re, m[2].im), sub(m[0].im, m[2].re)}
	e1 := cv{sub(m[0].re, m[2].im), add(m[0].im, m[2].re)}
	o0 := cv{add(m[1].re, m[3].im), sub(m[1].im, m[3].re)}
	o1 := cv{sub(m[1].re, m[3].im), add(m[1].im, m[3].re)}
	h := number(math.Sqrt(0.5))
	s0, d0 := add(o0.re, o0.im), sub(o0.im, o0.re)
	put(1, cv{fma(move(e0.re), s0, h), fma(move(e0.im), d0, h)})
	put(5, cv{fnma(e0.re, s0, h), fnma(e0.im, d0, h)})
	d1, s1 := sub(o1.im, o1.re), add(o1.re, o1.im)
	put(3, cv{fma(move(e1.re), d1, h), fnma(move(e1.im), s1, h)})
	put(7, cv{fnma(e1.re, d1, h), fma(e1.im, s1, h)})
}
