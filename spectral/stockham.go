package spectral

// pair is an array of complex numbers as separate real and imaginary parts,
// the layout that vector instructions want.
type pair struct{ re, im []float32 }

// transform computes the complex discrete Fourier transform of src into dst,
// both interleaved: re, im, re, im …
//
// It is Stockham's autosort algorithm, decimating in frequency (Van Loan 1992,
// Computational Frameworks for the Fast Fourier Transform, section 1.7): a
// pass of radix r after passes of product s reads, for p < m and q < s with
// m = n/(rs),
//
//	a[k] = x[q + s(p + mk)]                       k = 0 … r−1
//	y[q + s(rp + k)] = w^(pk)·DFT(a)[k]           w = exp(−2πi/(rm))
//
// so that results come out in order without a bit-reversal step, and both
// sides are read and written in runs of s consecutive values.
//
// Between the first and the last pass the values lie split, in even and odd in
// turns such that the last pass reads from even. dst may share memory with odd
// and with src, not with even; src may share memory with what the first pass
// does not write: odd if the number of passes is even or one, else even.
func (t *tables) transform(dst, src []float32, even, odd pair) {
	last := len(t.passes) - 1
	if last == 0 {
		t.passes[0].first(even, src)
		interleave(dst, even)
		return
	}
	to, from := even, odd
	if last%2 == 0 {
		to, from = odd, even
	}
	t.passes[0].first(to, src)
	for i := 1; i < last; i++ {
		to, from = from, to
		t.passes[i].middle(to, from)
	}
	t.passes[last].last(dst, to)
}

// first does the first pass, s = 1, whose results are runs of one butterfly.
func (ps *pass) first(y pair, x []float32) {
	switch ps.radix {
	case 2:
		first2(y.re, y.im, x, ps.tw)
	case 3:
		first3(y.re, y.im, x, ps.tw)
	case 4:
		first4(y.re, y.im, x, ps.tw)
	case 5:
		first5(y.re, y.im, x, ps.tw)
	case 7:
		first7(y.re, y.im, x, ps.tw)
	case 8:
		first8(y.re, y.im, x, ps.tw)
	}
}

// middle does a pass between first and last; radices never puts 2 or 8 there.
func (ps *pass) middle(y, x pair) {
	switch ps.radix {
	case 3:
		middle3(y.re, y.im, x.re, x.im, ps.tw, ps.s)
	case 4:
		middle4(y.re, y.im, x.re, x.im, ps.tw, ps.s)
	case 5:
		middle5(y.re, y.im, x.re, x.im, ps.tw, ps.s)
	case 7:
		middle7(y.re, y.im, x.re, x.im, ps.tw, ps.s)
	}
}

// last does the last pass, m = 1, where all twiddle factors are 1; it is never
// of radix 8 (a single pass is a first one).
func (ps *pass) last(y []float32, x pair) {
	switch ps.radix {
	case 2:
		last2(y, x.re, x.im)
	case 3:
		last3(y, x.re, x.im)
	case 4:
		last4(y, x.re, x.im)
	case 5:
		last5(y, x.re, x.im)
	case 7:
		last7(y, x.re, x.im)
	}
}

// interleave writes x to y as re, im, re, im …; y must not overlap x.
func interleave(y []float32, x pair) {
	for i, v := range x.re {
		y[2*i], y[2*i+1] = v, x.im[i]
	}
}
