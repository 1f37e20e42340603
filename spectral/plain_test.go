package spectral

import (
	"fmt"
	"testing"

	"github.com/quietline/quietline/internal/simd"
)

// Where there are vector kernels the other tests use them; these are the same
// tests without.
func TestWithoutVectorKernels(t *testing.T) {
	if !simd.Available() {
		t.Skip("there are none: all tests run plain Go")
	}
	defer simd.SetEnabled(simd.SetEnabled(false))
	for _, c := range []struct {
		name string
		test func(*testing.T)
	}{
		{"FFT forward", TestFFTForwardAgainstGonum},
		{"FFT inverse", TestFFTInverseAgainstGonum},
		{"FFT allocations", TestFFTAllocatesNothing},
		{"STFT", TestSTFTReconstructs},
		{"STFT analysis", TestSTFTAnalyze},
		{"STFT synthesis", TestSTFTSynthesizeOneFrame},
		{"STFT clone", TestSTFTResetAndClone},
		{"STFT allocations", TestSTFTAllocatesNothing},
		{"power", TestPower},
	} {
		t.Run(c.name, c.test)
	}
}

// One spectrum with kernels and without, and back.
func TestVectorsAgainstPlain(t *testing.T) {
	if !simd.Available() {
		t.Skip("no vector kernels in this build or on this machine")
	}
	defer simd.SetEnabled(simd.SetEnabled(true))
	for _, n := range []int{128, 160, 256, 320, 480, 512, 640, 882, 960, 1024, 1920, 2048} {
		p := mustFFT(t, n)
		x := fftNoise(n, int64(n))
		var spectra [2][]complex128
		var signals [2][]float32
		for i, on := range []bool{true, false} {
			simd.SetEnabled(on)
			spectra[i] = fftForward(p, x)
			re, im := make([]float32, p.Bins()), make([]float32, p.Bins())
			p.Forward(re, im, x)
			signals[i] = make([]float32, n)
			p.Inverse(signals[i], re, im)
		}
		fftCheck(t, "vectors against plain", n, spectra[0], spectra[1])
		for i := range x {
			if d := signals[0][i] - signals[1][i]; d > 3e-6 || d < -3e-6 {
				t.Fatalf("n=%d: sample %d is %v with vectors, %v without", n, i, signals[0][i], signals[1][i])
			}
		}
	}
}

// BenchmarkTransformPair is a forward and an inverse transform, as a hop has.
func BenchmarkTransformPair(b *testing.B) {
	for _, size := range []int{160, 320, 640, 882, 960, 1024} {
		for _, on := range []bool{true, false} {
			name := fmt.Sprint(size, "/plain")
			if on {
				name = fmt.Sprint(size, "/vector")
			}
			b.Run(name, func(b *testing.B) {
				defer simd.SetEnabled(simd.SetEnabled(on))
				p := mustFFT(b, size)
				x, re, im := fftNoise(size, 1), make([]float32, p.Bins()), make([]float32, p.Bins())
				for b.Loop() {
					p.Forward(re, im, x)
					p.Inverse(x, re, im)
				}
			})
		}
	}
}
