package spectral

import (
	"fmt"

	"github.com/quietline/quietline/internal/simd"
)

// FFT is a plan for the discrete Fourier transform of n real samples and back.
//
// With w = exp(−2πi/n), Forward computes
//
//	X[k] = Σ_j x[j]·w^(jk)    k = 0 … n/2
//
// unnormalised, as separate real and imaginary parts; the bins above n/2 are
// the complex conjugates of those below and are not stored. Inverse divides
// by n, so that Inverse undoes Forward.
//
// Any n ≥ 1 works. A length whose prime factors are 2, 3, 5 and 7 only (see
// [FastLen]) runs in float32 code made for it, best when n is even; any other
// length goes through gonum's float64 transform, which is at least five times
// slower and takes time in proportion to length times largest prime factor.
// On amd64 with AVX2 and FMA, 882 and all multiples of 16 from 128 that have no
// factor 7 are some eight times faster again; on arm64 the same lengths have kernels.
//
// A plan owns scratch memory and serves one goroutine at a time. Plans of one
// length share their tables, so one plan per goroutine is cheap: n floats for
// a fast even length.
type FFT struct {
	n      int
	bins   int
	tables *tables   // shared, read only; nil when other is set
	work   []float32 // scratch: one frame for even n, three complex frames for odd n
	other  *fallback // for lengths with a prime factor above 7
}

// NewFFT returns a plan for n real samples. The error is not nil when n < 1.
func NewFFT(n int) (*FFT, error) {
	if n < 1 {
		return nil, fmt.Errorf("spectral: transform length %d, want at least 1", n)
	}
	p := &FFT{n: n, bins: n/2 + 1}
	switch {
	case !smooth(n):
		p.other = newFallback(n)
	case n%2 == 0:
		p.tables = tablesFor(n)
		p.work = make([]float32, n)
	default:
		p.tables = tablesFor(n)
		p.work = make([]float32, 6*n)
	}
	return p, nil
}

// besides puts an array next to the plan's scratch memory. Arrays of their own are apt
// to lie a multiple of 4 KB apart, which a processor mistakes for the same place.
func (p *FFT) besides(x *[]float32) {
	n := (len(*x) + 31) &^ 15 // a cache line or two between them
	both := make([]float32, n+len(p.work))
	*x, p.work = both[:len(*x):len(*x)], both[n:]
}

// Len returns n, the number of real samples.
func (p *FFT) Len() int { return p.n }

// Bins returns n/2+1, the number of complex values of a spectrum.
func (p *FFT) Bins() int { return p.bins }

// Forward transforms the n samples of x into Bins values, real parts in re and
// imaginary parts in im. im[0] is zero and so is the last im when n is even.
// x is left unchanged; the three slices must not overlap.
// Forward panics when a slice has the wrong length.
func (p *FFT) Forward(re, im, x []float32) {
	p.check(re, im, x)
	switch {
	case p.other != nil:
		p.other.forward(re, im, x)
	case p.n&1 == 1:
		p.forwardOdd(re, im, x)
	case p.n == 2:
		re[0], im[0] = x[0]+x[1], 0
		re[1], im[1] = x[0]-x[1], 0
	case p.vector() != nil:
		p.vector().Forward(re, im, x, nil, nil, p.work)
	default:
		h := p.n / 2
		p.tables.transform(p.work, x, pair{re[:h], im[:h]}, pair{p.work[:h], p.work[h:]})
		splitReal(re, im, p.work, p.tables.forward)
	}
}

// Inverse transforms the Bins values re + i·im back into the n samples of x,
// scaled by 1/n. It takes im[0], and for even n the last im, as zero: in the
// spectrum of a real signal they are. re and im are left unchanged; the three
// slices must not overlap. Inverse panics when a slice has the wrong length.
func (p *FFT) Inverse(x, re, im []float32) {
	p.check(re, im, x)
	switch {
	case p.other != nil:
		p.other.inverse(x, re, im)
	case p.n&1 == 1:
		p.inverseOdd(x, re, im)
	case p.n == 2:
		x[0], x[1] = 0.5*(re[0]+re[1]), 0.5*(re[0]-re[1])
	case p.vector() != nil:
		p.vector().Inverse(x, re, im, p.work)
	default:
		h := p.n / 2
		in := p.work // or x, whichever the first pass does not write
		if n := len(p.tables.passes); n == 1 || n%2 == 0 {
			in = x
		}
		mergeReal(in, re, im, p.tables.inverse, 1/float32(p.n))
		p.tables.transform(x, in, pair{p.work[:h], p.work[h:]}, pair{x[:h], x[h:]})
	}
}

// vector returns the transform in vector kernels, nil where there is none for
// this length or machine.
func (p *FFT) vector() *simd.RealFFT {
	if p.tables == nil || !simd.Enabled() {
		return nil
	}
	return p.tables.vector
}

func (p *FFT) check(re, im, x []float32) {
	if len(x) != p.n || len(re) != p.bins || len(im) != p.bins {
		panic(fmt.Sprintf("spectral: FFT of %d samples and %d bins got %d samples, %d real and %d imaginary parts",
			p.n, p.bins, len(x), len(re), len(im)))
	}
}

// FastLen returns the largest m ≤ n whose only prime factors are 2, 3, 5 and
// 7, a length that [FFT] transforms fast. It returns 0 when n < 1.
func FastLen(n int) int {
	for m := n; m > 0; m-- {
		if smooth(m) {
			return m
		}
	}
	return 0
}

// smooth tells whether n ≥ 1 has no prime factor above 7.
func smooth(n int) bool {
	for _, f := range [...]int{2, 3, 5, 7} {
		for n%f == 0 {
			n /= f
		}
	}
	return n == 1
}
