package main

import "math"

// cv is a vector of four complex numbers.
type cv struct{ re, im vec }

func cadd(a, b cv) cv { return cv{add(a.re, b.re), add(a.im, b.im)} }
func csub(a, b cv) cv { return cv{sub(a.re, b.re), sub(a.im, b.im)} }

// cmul multiplies by the complex number wr + i·wi, vectors or lanes.
func cmul(b cv, wr, wi op) cv {
	return cv{fnma(mul(b.re, wr), b.im, wi), fma(mul(b.im, wr), b.re, wi)}
}

// butterfly computes the discrete Fourier transform of r complex numbers in
// every lane. It asks get for its inputs and hands each output to put as soon
// as it is known.
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
	case 7:
		dft7(get, put)
	case 8:
		dft8(get, put)
	default:
		panic("no butterfly of that radix")
	}
}

// dft3: b = a0 − ½(a1+a2) ∓ i·sin(2π/3)·(a1−a2).
func dft3(a0, a1, a2 cv) [3]cv {
	t, v := cadd(a1, a2), csub(a1, a2)
	b0 := cadd(a0, t)
	c := numbers(0.5, math.Sin(2*math.Pi/3))
	half, s := c[0], c[1]
	ur, ui := fnma(a0.re, t.re, half), fnma(a0.im, t.im, half)
	b1 := cv{fma(ur, v.im, s), fnma(ui, v.re, s)}
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
	c := numbers(math.Cos(2*math.Pi/5), math.Sin(2*math.Pi/5), math.Cos(4*math.Pi/5), math.Sin(4*math.Pi/5))
	c1, s1, c2, s2 := c[0], c[1], c[2], c[3]
	a1, a4 := get(1), get(4)
	t1, d1 := cadd(a1, a4), csub(a1, a4)
	a2, a3 := get(2), get(3)
	t2, d2 := cadd(a2, a3), csub(a2, a3)
	a0 := get(0)
	put(0, cadd(cadd(a0, t1), t2))
	u1 := cv{fma(fma(a0.re, t1.re, c1), t2.re, c2), fma(fma(a0.im, t1.im, c1), t2.im, c2)}
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

// dft7 follows dft5.
func dft7(get func(k int) cv, put func(k int, b cv)) {
	var angles []float64
	for k := 1; k < 4; k++ {
		s, c := math.Sincos(2 * math.Pi * float64(k) / 7)
		angles = append(angles, c, s)
	}
	w := numbers(angles...)
	a0 := get(0)
	var t, d [4]cv
	for k := 1; k < 4; k++ {
		a, b := get(k), get(7-k)
		t[k], d[k] = cadd(a, b), csub(a, b)
	}
	put(0, cadd(cadd(cadd(a0, t[1]), t[2]), t[3]))
	for k := 1; k < 4; k++ {
		u := a0
		var v cv
		for l := 1; l < 4; l++ {
			j := k * l % 7
			turn := fma
			if j > 3 {
				j, turn = 7-j, fnma
			}
			c, s := w[2*j-2], w[2*j-1]
			u = cv{fma(u.re, t[l].re, c), fma(u.im, t[l].im, c)}
			if l == 1 { // j = k here, so the sign is plus
				v = cv{mul(d[l].re, s), mul(d[l].im, s)}
			} else {
				v = cv{turn(v.re, d[l].re, s), turn(v.im, d[l].im, s)}
			}
		}
		put(k, cv{add(u.re, v.im), sub(u.im, v.re)})
		put(7-k, cv{sub(u.re, v.im), add(u.im, v.re)})
	}
}

// dft8: values four apart; sums give the even outputs, differences the odd ones.
func dft8(get func(k int) cv, put func(k int, b cv)) {
	var p, m [4]cv
	for _, k := range []int{0, 2, 1, 3} {
		a, b := get(k), get(k+4)
		p[k], m[k] = cadd(a, b), csub(a, b)
	}
	dft4(p[0], p[1], p[2], p[3], func(k int, b cv) { put(2*k, b) })
	dft8odd(m, put)
}

// dft8odd makes the odd outputs of dft8 from the differences.
func dft8odd(m [4]cv, put func(k int, b cv)) {
	e0 := cv{add(m[0].re, m[2].im), sub(m[0].im, m[2].re)}
	e1 := cv{sub(m[0].re, m[2].im), add(m[0].im, m[2].re)}
	o0 := cv{add(m[1].re, m[3].im), sub(m[1].im, m[3].re)}
	o1 := cv{sub(m[1].re, m[3].im), add(m[1].im, m[3].re)}
	h := numbers(math.Sqrt(0.5))[0]
	s0, d0 := add(o0.re, o0.im), sub(o0.im, o0.re)
	put(1, cv{fma(e0.re, s0, h), fma(e0.im, d0, h)})
	put(5, cv{fnma(e0.re, s0, h), fnma(e0.im, d0, h)})
	d1, s1 := sub(o1.im, o1.re), add(o1.re, o1.im)
	put(3, cv{fma(e1.re, d1, h), fnma(e1.im, s1, h)})
	put(7, cv{fnma(e1.re, d1, h), fma(e1.im, s1, h)})
}
