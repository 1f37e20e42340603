package spectral

import "gonum.org/v1/gonum/dsp/fourier"

// fallback transforms lengths with a prime factor above 7 through gonum, in
// float64. Its buffers are made once; a transform allocates nothing.
type fallback struct {
	fft   *fourier.FFT
	seq   []float64
	coeff []complex128
}

func newFallback(n int) *fallback {
	return &fallback{
		fft:   fourier.NewFFT(n),
		seq:   make([]float64, n),
		coeff: make([]complex128, n/2+1),
	}
}

func (f *fallback) forward(re, im, x []float32) {
	for i, v := range x {
		f.seq[i] = float64(v)
	}
	f.fft.Coefficients(f.coeff, f.seq)
	for k, c := range f.coeff {
		re[k], im[k] = float32(real(c)), float32(imag(c))
	}
}

func (f *fallback) inverse(x, re, im []float32) {
	scale := 1 / float64(len(x))
	for k := range f.coeff {
		f.coeff[k] = complex(scale*float64(re[k]), scale*float64(im[k]))
	}
	// What gonum would ignore, it must: real signals have none.
	f.coeff[0] = complex(real(f.coeff[0]), 0)
	f.fft.Sequence(f.seq, f.coeff)
	for i, v := range f.seq {
		x[i] = float32(v)
	}
}
