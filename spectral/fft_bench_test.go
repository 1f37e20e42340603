package spectral

import (
	"fmt"
	"testing"

	godsp "github.com/mjibson/go-dsp/fft"
	"gonum.org/v1/gonum/dsp/fourier"
)

var fftBenchSizes = []int{160, 320, 480, 640, 882, 960, 1024, 1920}

func BenchmarkFFTForward(b *testing.B) {
	for _, n := range fftBenchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := mustFFT(b, n)
			x, re, im := fftNoise(n, 1), make([]float32, p.Bins()), make([]float32, p.Bins())
			b.ReportAllocs()
			for b.Loop() {
				p.Forward(re, im, x)
			}
		})
	}
}

func BenchmarkFFTInverse(b *testing.B) {
	for _, n := range fftBenchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := mustFFT(b, n)
			x, re, im := fftNoise(n, 1), make([]float32, p.Bins()), make([]float32, p.Bins())
			p.Forward(re, im, x)
			b.ReportAllocs()
			for b.Loop() {
				p.Inverse(x, re, im)
			}
		})
	}
}

// The two public transforms, for comparison.

func BenchmarkGonumForward(b *testing.B) {
	for _, n := range fftBenchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := fourier.NewFFT(n)
			x, c := toFloat64(fftNoise(n, 1)), make([]complex128, n/2+1)
			b.ReportAllocs()
			for b.Loop() {
				p.Coefficients(c, x)
			}
		})
	}
}

func BenchmarkGonumInverse(b *testing.B) {
	for _, n := range fftBenchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := fourier.NewFFT(n)
			x := toFloat64(fftNoise(n, 1))
			c := p.Coefficients(nil, x)
			b.ReportAllocs()
			for b.Loop() {
				p.Sequence(x, c)
			}
		})
	}
}

func BenchmarkGoDSPForward(b *testing.B) {
	for _, n := range fftBenchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := toFloat64(fftNoise(n, 1))
			b.ReportAllocs()
			for b.Loop() {
				godsp.FFTReal(x)
			}
		})
	}
}

func BenchmarkGoDSPInverse(b *testing.B) {
	for _, n := range fftBenchSizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := godsp.FFTReal(toFloat64(fftNoise(n, 1)))
			b.ReportAllocs()
			for b.Loop() {
				godsp.IFFT(c)
			}
		})
	}
}
