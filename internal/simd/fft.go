package simd

import (
	"math"
	"slices"
)

// RealFFT is the transform of n real samples and back in vector kernels, for
// the lengths that NewRealFFT accepts. It is read only, so that any number of
// goroutines may share one; the scratch memory is the caller's. Its plain Go
// twin is the transform of package spectral.
//
// As there, the work is a complex transform of h = n/2 values by Stockham's
// algorithm, split in real and imaginary parts. The first pass has radix 8 (9
// for 882 samples) and transposes, so that all later passes find runs of at
// least 8 values with the same factors.
type RealFFT struct {
	h      int
	radix0 int         // of the first pass: 8, or 9 where h is odd
	radix  []int       // of the passes after the first
	middle [][]float32 // factors of all passes between first and last

	firstPairs []float32 // factors of the first pass, lanes as fftFirst8 wants them
	firstSplit []float32 // and as fftFirst8Split does

	forwardRe, forwardIm []float32 // ½exp(−πik/h), k = 0 … h/2
	inverseRe, inverseIm []float32 // 1/n·exp(−πik/h)
}

// NewRealFFT returns the tables for n real samples, or nil where there are no
// kernels for that length or none at all: n must be a multiple of 16, at least
// 128, and have no prime factor above 5, or be 882.
func NewRealFFT(n int) *RealFFT {
	switch {
	case !Available():
		return nil
	case n == 882: // 20 ms at 44.1 kHz
		return newRealFFT(n, 9, []int{7, 7})
	case n < 128 || n%16 != 0:
		return nil
	}
	radices := passes(n/16, wide)
	if radices == nil {
		return nil
	}
	return newRealFFT(n, 8, radices)
}

// newRealFFT returns the tables for a first pass of radix first, 8 or 9, and
// others after it.
func newRealFFT(n, first int, radices []int) *RealFFT {
	t := &RealFFT{h: n / 2, radix0: first, radix: radices}
	m := t.h / first
	t.firstPairs = firstFactors(first, m, [8]int{0, 1, 4, 5, 2, 3, 6, 7})
	t.firstSplit = firstFactors(first, m, [8]int{0, 1, 2, 3, 4, 5, 6, 7})
	for _, r := range t.radix[:len(t.radix)-1] {
		m /= r
		var tw []float32
		for p := range m {
			for k := 1; k < r; k++ {
				c, s := root(p*k, r*m)
				tw = append(tw, float32(c), float32(s))
			}
		}
		t.middle = append(t.middle, tw)
	}
	t.forwardRe, t.forwardIm = halfFactors(n, 0.5)
	t.inverseRe, t.inverseIm = halfFactors(n, 1/float64(n))
	return t
}

// passes splits m into the radices after the first pass: as few as possible and
// of those the smallest, small ones first, since the last pass has no factors to
// multiply by and is the cheapest place for a wide radix. It returns nil if m
// has a prime factor above 5. With many registers there may be passes of 12 between
// first and last, where they take the place of a 3 and a 4.
func passes(m int, many bool) []int {
	var best, rs []int
	bestCost := 0
	var split func(m, least int)
	split = func(m, least int) {
		cost := 100 * len(rs)
		for _, r := range rs {
			cost += r
		}
		if m == 1 && (best == nil || cost < bestCost) {
			best, bestCost = append(best[:0:0], rs...), cost
		}
		for _, r := range [...]int{2, 3, 4, 5, 6, 8} {
			if r >= least && m%r == 0 {
				rs = append(rs, r)
				split(m/r, r)
				rs = rs[:len(rs)-1]
			}
		}
	}
	split(m, 2)
	if i, j := slices.Index(best, 3), slices.Index(best, 4); many && i >= 0 && j >= 0 && len(best) > 2 {
		best = slices.Delete(slices.Delete(best, j, j+1), i, i+1)
		best = slices.Insert(best, 0, 12)
	}
	return best
}

// firstFactors lists, for every block of eight butterflies, the factors of the
// outputs 1 … radix−1: eight real parts, eight imaginary ones.
func firstFactors(radix, m int, lanes [8]int) []float32 {
	var tw []float32
	for block := 0; block < m; block += 8 {
		for k := 1; k < radix; k++ {
			var re, im [8]float32
			for i, lane := range lanes {
				c, s := root((min(block, m-8)+lane)*k, radix*m)
				re[i], im[i] = float32(c), float32(s)
			}
			tw = append(append(tw, re[:]...), im[:]...)
		}
	}
	return tw
}

func halfFactors(n int, scale float64) (re, im []float32) {
	for k := 0; k <= n/4; k++ {
		c, s := root(k, n)
		re, im = append(re, float32(scale*c)), append(im, float32(scale*s))
	}
	return re, im
}

// root returns real and imaginary part of exp(−2πi·k/n).
func root(k, n int) (re, im float64) {
	s, c := math.Sincos(-2 * math.Pi * float64(k%n) / float64(n))
	return c, s
}

// Halves tells whether the samples for Forward may lie in two places.
func (t *RealFFT) Halves() bool { return t.radix0 == 8 }

// Forward computes the bins 0 … h, real parts in re and imaginary ones in im, of
// 2h samples: all in lo, or if Halves tells so h in lo and h in hi. win is nil
// or holds 2h factors for the samples. work has room for 2h values. Nothing may
// overlap but lo, hi and win among each other.
func (t *RealFFT) Forward(re, im, lo, hi, win, work []float32) {
	h := t.h
	re, im, work = re[:h+1], im[:h+1], work[:2*h]
	// The last pass must write to work, the ones before in turns.
	a := [2]*float32{&work[0], &re[0]}
	b := [2]*float32{&work[h], &im[0]}
	to := len(t.radix) & 1
	if hi == nil {
		lo, hi = lo[:h], lo[h:2*h]
	} else {
		lo, hi = lo[:h], hi[:h]
	}
	m := h / t.radix0
	switch {
	case win != nil && t.radix0 == 9:
		fftFirst9Window(a[to], b[to], &lo[0], &win[:2*h][0], &t.firstPairs[0], m)
	case win != nil && wide:
		fftFirst8WindowWide(a[to], b[to], &lo[0], &hi[0], &win[:2*h][0], &t.firstPairs[0], m)
	case win != nil:
		fftFirst8Window(a[to], b[to], &lo[0], &hi[0], &win[:2*h][0], &t.firstPairs[0], m)
	case t.radix0 == 9:
		fftFirst9(a[to], b[to], &lo[0], &t.firstPairs[0], m)
	case wide:
		fftFirst8Wide(a[to], b[to], &lo[0], &hi[0], &t.firstPairs[0], m)
	default:
		fftFirst8(a[to], b[to], &lo[0], &hi[0], &t.firstPairs[0], m)
	}
	s := t.between(&a, &b, to)
	switch t.radix[len(t.radix)-1] {
	case 2:
		fftLast2(a[0], b[0], a[1], b[1], s)
	case 3:
		fftLast3(a[0], b[0], a[1], b[1], s)
	case 4:
		fftLast4(a[0], b[0], a[1], b[1], s)
	case 5:
		fftLast5(a[0], b[0], a[1], b[1], s)
	case 6:
		fftLast6(a[0], b[0], a[1], b[1], s)
	case 7:
		fftLast7(a[0], b[0], a[1], b[1], s)
	case 8:
		fftLast8(a[0], b[0], a[1], b[1], s)
	}
	fftSplit(&re[0], &im[0], &work[0], &work[h], &t.forwardRe[0], &t.forwardIm[0], h)
	re[0], im[0] = work[0]+work[h], 0
	re[h], im[h] = work[0]-work[h], 0
}

// between does the passes between first and last, the first having written to
// buffer to, and returns the s of the last, which is left to read buffer 1.
func (t *RealFFT) between(re, im *[2]*float32, to int) (s int) {
	s = t.radix0
	m := t.h / t.radix0
	for i, tw := range t.middle {
		r := t.radix[i]
		m /= r
		yr, yi, xr, xi := re[1-to], im[1-to], re[to], im[to]
		switch r {
		case 2:
			fftMiddle2(yr, yi, xr, xi, &tw[0], s, m)
		case 3:
			fftMiddle3(yr, yi, xr, xi, &tw[0], s, m)
		case 4:
			fftMiddle4(yr, yi, xr, xi, &tw[0], s, m)
		case 5:
			fftMiddle5(yr, yi, xr, xi, &tw[0], s, m)
		case 6:
			fftMiddle6(yr, yi, xr, xi, &tw[0], s, m)
		case 7:
			fftMiddle7(yr, yi, xr, xi, &tw[0], s, m)
		case 8:
			fftMiddle8(yr, yi, xr, xi, &tw[0], s, m)
		case 12:
			fftMiddle12Wide(yr, yi, xr, xi, &tw[0], s, m)
		}
		to = 1 - to
		s *= r
	}
	return s
}

// Inverse computes the 2h samples x, scaled by 1/n, from the bins 0 … h, which
// it leaves unchanged; im[0] and im[h] count as zero. work has room for 2h
// values. Nothing may overlap.
func (t *RealFFT) Inverse(x, re, im, work []float32) {
	a, b, s := t.backTo(x, re, im, work)
	switch t.radix[len(t.radix)-1] {
	case 2:
		fftLast2Real(&x[0], a, b, s)
	case 3:
		fftLast3Real(&x[0], a, b, s)
	case 4:
		fftLast4Real(&x[0], a, b, s)
	case 5:
		fftLast5Real(&x[0], a, b, s)
	case 6:
		fftLast6Real(&x[0], a, b, s)
	case 7:
		fftLast7Real(&x[0], a, b, s)
	case 8:
		fftLast8Real(&x[0], a, b, s)
	}
}

// Overlap is Inverse with windowed overlap-add: half of the samples, times the first
// half of win, are added to tail and written to hop, the other half, times the
// second, become the tail. hop and tail hold h values, win 2h; x and work have room
// for 2h. Nothing may overlap.
func (t *RealFFT) Overlap(hop, tail, win, re, im, x, work []float32) {
	h := t.h
	hop, tail, win = hop[:h], tail[:h], win[:2*h]
	if s := h / 5; wide && t.radix[len(t.radix)-1] == 5 && s%16 == 0 {
		a, b, s := t.backTo(x, re, im, work)
		fftLast5OverlapWide(&hop[0], &tail[0], &win[0], a, b, s)
		return
	}
	t.Inverse(x, re, im, work)
	MulAdd(hop, tail, x[:h], win[:h])
	Mul(tail, x[h:2*h], win[h:])
}

// backTo does all of Inverse but the last pass, and returns what that has to read
// and its s.
func (t *RealFFT) backTo(x, re, im, work []float32) (xr, xi *float32, s int) {
	h := t.h
	re, im, work, x = re[:h+1], im[:h+1], work[:2*h], x[:2*h]
	// The last pass writes to x, so the ones before write to work and x in
	// turns, and the merge to the other one than the first.
	a := [2]*float32{&x[0], &work[0]}
	b := [2]*float32{&x[h], &work[h]}
	to := len(t.radix) & 1
	in := x
	if to == 0 {
		in = work
	}
	// Exchanging real and imaginary parts before and after makes an inverse of
	// the forward transform: zr is the imaginary part here.
	scale := 1 / float32(2*h)
	fftMerge(b[1-to], a[1-to], &re[0], &im[0], &t.inverseRe[0], &t.inverseIm[0], h, scale)
	in[h], in[0] = scale*(re[0]+re[h]), scale*(re[0]-re[h])
	switch {
	case t.radix0 == 9:
		fftFirst9Split(a[to], b[to], a[1-to], b[1-to], &t.firstSplit[0], h/9)
	case wide:
		fftFirst8SplitWide(a[to], b[to], a[1-to], b[1-to], &t.firstPairs[0], h/8)
	default:
		fftFirst8Split(a[to], b[to], a[1-to], b[1-to], &t.firstSplit[0], h/8)
	}
	s = t.between(&a, &b, to)
	return a[1], b[1], s
}
