package spectral

import (
	"math"
	"math/cmplx"
	"math/rand"
	"strings"
	"sync"
	"testing"

	godsp "github.com/mjibson/go-dsp/fft"
	"gonum.org/v1/gonum/dsp/fourier"
)

// Stated accuracy against float64 oracles, on white noise: RMS error relative
// to the RMS of the result, and largest error relative to that RMS. float32
// rounds to 6e-8; measured are 1.6e-7 and 5.4e-7 at the worst of these sizes.
const (
	fftRMSTolerance = 3e-7
	fftMaxTolerance = 1.5e-6
)

// fftSizes calls f for every size 1 … 600 and for selected larger ones: frame
// sizes of audio, powers of each radix, products of all, primes.
func fftSizes(f func(n int)) {
	for n := 1; n <= 600; n++ {
		f(n)
	}
	for _, n := range []int{640, 720, 882, 960, 1009, 1024, 1050, 1260, 1323, 1470, 1764, 1920, 2027,
		2048, 2187, 2205, 2401, 2520, 2592, 3125, 3528, 3840, 4096, 4410, 5040, 6250, 7000, 7560, 8000, 8191, 8192} {
		f(n)
	}
}

func fftNoise(n int, seed int64) []float32 {
	rng := rand.New(rand.NewSource(seed))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func mustFFT(t testing.TB, n int) *FFT {
	t.Helper()
	p, err := NewFFT(n)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fftForward returns the spectrum of x as complex values.
func fftForward(p *FFT, x []float32) []complex128 {
	re, im := make([]float32, p.Bins()), make([]float32, p.Bins())
	p.Forward(re, im, x)
	c := make([]complex128, len(re))
	for k := range c {
		c[k] = complex(float64(re[k]), float64(im[k]))
	}
	return c
}

// fftCheck compares got with want within the stated accuracy.
func fftCheck(t *testing.T, what string, n int, got, want []complex128) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s n=%d: %d values, want %d", what, n, len(got), len(want))
	}
	var e, g, worst float64
	for k := range want {
		d := cmplx.Abs(got[k] - want[k])
		e += d * d
		worst = max(worst, d)
		g += real(want[k])*real(want[k]) + imag(want[k])*imag(want[k])
	}
	rms := math.Sqrt(g / float64(len(want)))
	if r := math.Sqrt(e / g); !(r <= fftRMSTolerance) {
		t.Errorf("%s n=%d: relative RMS error %.3g, want at most %g", what, n, r, fftRMSTolerance)
	}
	if r := worst / rms; !(r <= fftMaxTolerance) {
		t.Errorf("%s n=%d: largest error %.3g of the RMS, want at most %g", what, n, r, fftMaxTolerance)
	}
}

func toFloat64(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func toComplex(x []float32) []complex128 {
	y := make([]complex128, len(x))
	for i, v := range x {
		y[i] = complex(float64(v), 0)
	}
	return y
}

// slowDFT evaluates the definition in float64.
func slowDFT(x []float64) []complex128 {
	n := len(x)
	c := make([]complex128, n/2+1)
	for k := range c {
		for j, v := range x {
			c[k] += complex(v, 0) * cmplx.Rect(1, -2*math.Pi*float64(j*k%n)/float64(n))
		}
	}
	return c
}

// The oracle is itself checked against the definition.
func TestGonumAgainstDefinition(t *testing.T) {
	for n := 1; n <= 64; n++ {
		x := toFloat64(fftNoise(n, int64(n)))
		got, want := fourier.NewFFT(n).Coefficients(nil, x), slowDFT(x)
		for k := range want {
			if d := cmplx.Abs(got[k] - want[k]); d > 1e-12*float64(n) {
				t.Errorf("n=%d bin %d: gonum is %.3g off the definition", n, k, d)
			}
		}
	}
}

func TestFFTForwardAgainstGonum(t *testing.T) {
	fftSizes(func(n int) {
		x := fftNoise(n, int64(n))
		fftCheck(t, "forward", n, fftForward(mustFFT(t, n), x), fourier.NewFFT(n).Coefficients(nil, toFloat64(x)))
	})
}

func TestFFTInverseAgainstGonum(t *testing.T) {
	fftSizes(func(n int) {
		p := mustFFT(t, n)
		re, im := fftNoise(p.Bins(), int64(n)), fftNoise(p.Bins(), int64(-n))
		c := make([]complex128, p.Bins())
		// The imaginary parts that a real signal does not have must not matter.
		for k := range c {
			if k == 0 || 2*k == n {
				c[k] = complex(float64(re[k])/float64(n), 0)
			} else {
				c[k] = complex(float64(re[k]), float64(im[k])) / complex(float64(n), 0)
			}
		}
		want := fourier.NewFFT(n).Sequence(nil, c)
		re0, im0 := append([]float32(nil), re...), append([]float32(nil), im...)
		x := make([]float32, n)
		p.Inverse(x, re, im)
		wantC := make([]complex128, n)
		for i, v := range want {
			wantC[i] = complex(v, 0)
		}
		fftCheck(t, "inverse", n, toComplex(x), wantC)
		for k := range re {
			if re[k] != re0[k] || im[k] != im0[k] {
				t.Fatalf("n=%d: Inverse changed its input at bin %d", n, k)
			}
		}
	})
}

func TestFFTForwardAgainstGoDSP(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 11, 16, 30, 49, 97, 160, 320, 441, 480, 640, 882, 960, 1024, 1920, 3840} {
		x := fftNoise(n, int64(n))
		want := godsp.FFTReal(toFloat64(x))[:n/2+1]
		fftCheck(t, "forward against go-dsp", n, fftForward(mustFFT(t, n), x), want)
	}
}

func TestFFTRoundTrip(t *testing.T) {
	fftSizes(func(n int) {
		p := mustFFT(t, n)
		x := fftNoise(n, int64(n))
		x0 := append([]float32(nil), x...)
		re, im := make([]float32, p.Bins()), make([]float32, p.Bins())
		y := make([]float32, n)
		p.Forward(re, im, x)
		for i := range x {
			if x[i] != x0[i] {
				t.Fatalf("n=%d: Forward changed its input at %d", n, i)
			}
		}
		if im[0] != 0 || n%2 == 0 && im[n/2] != 0 {
			t.Errorf("n=%d: imaginary part at 0 Hz or at half the sample rate is not zero", n)
		}
		p.Inverse(y, re, im)
		fftCheck(t, "round trip", n, toComplex(y), toComplex(x))
	})
}

// One impulse at a time shows every column of the transform matrix, so no
// twiddle factor can hide in an average.
func TestFFTImpulses(t *testing.T) {
	for _, n := range []int{2, 6, 15, 16, 60, 105, 160, 210, 240, 480, 882} {
		p := mustFFT(t, n)
		x := make([]float32, n)
		for j := range x {
			x[j] = 1
			for k, c := range fftForward(p, x) {
				want := cmplx.Rect(1, -2*math.Pi*float64(j*k%n)/float64(n))
				if d := cmplx.Abs(c - want); d > 4e-7 {
					t.Fatalf("n=%d impulse at %d: bin %d is %v, want %v", n, j, k, c, want)
				}
			}
			x[j] = 0
		}
	}
}

func TestFFTLinear(t *testing.T) {
	for _, n := range []int{13, 45, 160, 882, 960} {
		p := mustFFT(t, n)
		x, y := fftNoise(n, 1), fftNoise(n, 2)
		sum := make([]float32, n)
		for i := range sum {
			sum[i] = 2*x[i] - 0.5*y[i]
		}
		a, b := fftForward(p, x), fftForward(p, y)
		for k := range a {
			a[k] = 2*a[k] - 0.5*b[k]
		}
		fftCheck(t, "linearity", n, fftForward(p, sum), a)
	}
}

func TestFFTParseval(t *testing.T) {
	fftSizes(func(n int) {
		x := fftNoise(n, int64(n))
		var want, got float64
		for _, v := range x {
			want += float64(v) * float64(v)
		}
		for k, c := range fftForward(mustFFT(t, n), x) {
			e := real(c)*real(c) + imag(c)*imag(c)
			if k > 0 && 2*k != n { // also stands for bin n−k
				e *= 2
			}
			got += e / float64(n)
		}
		if math.Abs(got-want) > 1e-6*want {
			t.Errorf("n=%d: energy %v in the spectrum, %v in the signal", n, got, want)
		}
	})
}

func TestNewFFTErrors(t *testing.T) {
	for _, n := range []int{0, -1, math.MinInt} {
		if p, err := NewFFT(n); err == nil || p != nil || !strings.HasPrefix(err.Error(), "spectral: ") {
			t.Errorf("NewFFT(%d) = %v, %v, want an error", n, p, err)
		}
	}
}

func TestFFTPanicsOnWrongLengths(t *testing.T) {
	p := mustFFT(t, 8)
	for _, c := range [][3]int{{5, 5, 7}, {5, 5, 9}, {4, 5, 8}, {5, 6, 8}, {0, 0, 0}} {
		re, im, x := make([]float32, c[0]), make([]float32, c[1]), make([]float32, c[2])
		for name, f := range map[string]func(){
			"Forward": func() { p.Forward(re, im, x) },
			"Inverse": func() { p.Inverse(x, re, im) },
		} {
			if !panics(f) {
				t.Errorf("%s with lengths %v did not panic", name, c)
			}
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func TestFFTAllocatesNothing(t *testing.T) {
	for _, n := range []int{1, 2, 8, 441, 960, 1013} {
		p := mustFFT(t, n)
		x, re, im := fftNoise(n, 1), make([]float32, p.Bins()), make([]float32, p.Bins())
		if a := testing.AllocsPerRun(20, func() { p.Forward(re, im, x); p.Inverse(x, re, im) }); a != 0 {
			t.Errorf("n=%d: %v allocations per run", n, a)
		}
	}
}

// Plans of one length share tables and nothing else; run with -race.
func TestFFTPlansAreIndependent(t *testing.T) {
	for _, n := range []int{45, 960, 1018} {
		want := fftForward(mustFFT(t, n), fftNoise(n, 1))
		var wg sync.WaitGroup
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				p, err := NewFFT(n)
				if err != nil {
					t.Error(err)
					return
				}
				x, y := fftNoise(n, 1), make([]float32, n)
				re, im := make([]float32, p.Bins()), make([]float32, p.Bins())
				for range 50 {
					p.Forward(re, im, x)
					p.Inverse(y, re, im)
					for k := range re {
						if complex(float64(re[k]), float64(im[k])) != want[k] {
							t.Errorf("n=%d: bin %d differs between plans", n, k)
							return
						}
					}
				}
			}()
		}
		wg.Wait()
	}
	if a, b := mustFFT(t, 960), mustFFT(t, 960); a.tables != b.tables {
		t.Error("two plans of 960 have tables each")
	}
}

func TestFastLen(t *testing.T) {
	for n, want := range map[int]int{-3: 0, 0: 0, 1: 1, 7: 7, 11: 10, 13: 12, 97: 96, 221: 216, 480: 480, 961: 960, 8191: 8100} {
		if got := FastLen(n); got != want {
			t.Errorf("FastLen(%d) = %d, want %d", n, got, want)
		}
	}
}

func FuzzFFT(f *testing.F) {
	f.Add(uint16(960), int64(1))
	f.Add(uint16(441), int64(2))
	f.Add(uint16(22), int64(3))
	f.Fuzz(func(t *testing.T, size uint16, seed int64) {
		n := int(size)%2048 + 1
		p := mustFFT(t, n)
		x := fftNoise(n, seed)
		re, im, y := make([]float32, p.Bins()), make([]float32, p.Bins()), make([]float32, n)
		p.Forward(re, im, x)
		p.Inverse(y, re, im)
		fftCheck(t, "round trip", n, toComplex(y), toComplex(x))
		fftCheck(t, "forward", n, fftForward(p, x), fourier.NewFFT(n).Coefficients(nil, toFloat64(x)))
	})
}
