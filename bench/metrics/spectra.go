package metrics

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// spectra takes the spectra of 20 ms under a periodic Hann window, each of which
// begins with a frame of a mask. Bins are 50 Hz apart at every rate that is a
// multiple of 50.
type spectra struct {
	rate   int
	window []float64
	fft    *fourier.FFT
	buf    []float64
}

func newSpectra(sampleRate int) *spectra {
	n := sampleRate / 50
	return &spectra{rate: sampleRate, window: periodicHann(n), fft: fourier.NewFFT(n), buf: make([]float64, n)}
}

// count returns how many whole 20 ms begin with a frame in n samples.
func (s *spectra) count(n int) int { return max(0, framesIn(n, s.rate)-1) }

// bin returns the bin nearest to hz, at most the last one behind the spectrum.
func (s *spectra) bin(hz float64) int {
	return min(int(math.Round(hz*float64(len(s.window))/float64(s.rate))), len(s.window)/2+1)
}

// at fills dst, len(window)/2+1 long or nil, with the spectrum that begins with
// frame i of x.
func (s *spectra) at(dst []complex128, x []float32, i int) []complex128 {
	x = x[frameStart(i, s.rate):]
	for j, w := range s.window {
		s.buf[j] = w * float64(x[j])
	}
	return s.fft.Coefficients(dst, s.buf)
}

// periodicHann returns n samples of a Hann window of period n.
func periodicHann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n))
	}
	return w
}

func power(c complex128) float64 { return real(c)*real(c) + imag(c)*imag(c) }
