package spectral

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Helpers of the tests of the estimators (box, mmse, minstat, fixed, snr).

// estNoise is a source of frames of the power of white Gaussian noise: |X|² of
// complex normal bins is exponentially distributed. Successive frames are as
// correlated as those of half-overlapping sine windows are.
type estNoise struct {
	rng    *rand.Rand
	re, im []float64
}

func newEstNoise(seed uint64, bins int) *estNoise {
	return &estNoise{rng: rand.New(rand.NewPCG(seed, 7)), re: make([]float64, bins), im: make([]float64, bins)}
}

// estOverlap is the correlation of the spectra of white noise through sine
// windows half a window apart, Σ w(n)w(n+N/2)/Σ w² = 1/π.
const estOverlap = 1 / math.Pi

// frame fills dst with the next frame; psd is the true noise power.
func (s *estNoise) frame(dst []float32, psd float64) {
	c := math.Sqrt(1 - estOverlap*estOverlap)
	for k := range dst {
		s.re[k] = estOverlap*s.re[k] + c*s.rng.NormFloat64()
		s.im[k] = estOverlap*s.im[k] + c*s.rng.NormFloat64()
		dst[k] = float32(psd/2*(s.re[k]*s.re[k]+s.im[k]*s.im[k])) + 1e-12
	}
}

// estMeanDB is the level of the mean of a spectrum against a power, in dB.
func estMeanDB(psd []float32, power float64) float64 {
	var sum float64
	for _, p := range psd {
		sum += float64(p)
	}
	return 10 * math.Log10(sum/float64(len(psd))/power)
}

// estRefBox is Box from its definition.
func estRefBox(src []float64, fraction float64) []float64 {
	dst := make([]float64, len(src))
	for k := range src {
		h := int(fraction*float64(k) + 1e-9)
		n := 0
		for j := k - h; j <= k+h; j++ {
			if j >= 0 && j < len(src) {
				dst[k] += src[j]
				n++
			}
		}
		dst[k] /= float64(n)
	}
	return dst
}

func estTo64(src []float32) []float64 {
	dst := make([]float64, len(src))
	for i, x := range src {
		dst[i] = float64(x)
	}
	return dst
}

// estValid fails unless all values are normal floats of at least least.
func estValid(t *testing.T, what string, x []float32, least float32) {
	t.Helper()
	for k, v := range x {
		if !(v >= least) || math.IsInf(float64(v), 0) {
			t.Fatalf("%s: bin %d is %v", what, k, v)
		}
		if v != 0 && math.Abs(float64(v)) < 1.1754943e-38 {
			t.Fatalf("%s: bin %d is denormal: %v", what, k, v)
		}
	}
}

func estNoAlloc(t *testing.T, what string, f func()) {
	t.Helper()
	if n := testing.AllocsPerRun(50, f); n != 0 {
		t.Errorf("%s allocates %v times per frame", what, n)
	}
}

func estPanics(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	f()
}

// estContract asserts what every NoiseEstimator promises.
func estContract(t *testing.T, name string, e NoiseEstimator, bins int) {
	t.Helper()
	estValid(t, name+" before the first frame", e.PSD(), minPower)
	src := newEstNoise(99, bins)
	frames := make([][]float32, 300)
	for i := range frames {
		frames[i] = make([]float32, bins)
		// Levels all over the documented range, with jumps of 280 dB.
		src.frame(frames[i], math.Pow(10, float64((i*37)%29)-12))
		for k, p := range frames[i] {
			frames[i][k] = min(p, 1e16)
		}
		frames[i][i%bins] = 1e16
		frames[i][(i*3)%bins] = 1e-12
	}
	run := func() []float32 {
		for _, f := range frames {
			e.Update(f)
			estValid(t, name, e.PSD(), minPower)
		}
		return append([]float32(nil), e.PSD()...)
	}
	first := run()
	e.Reset()
	for k, again := range run() {
		if first[k] != again {
			t.Fatalf("%s: bin %d is %v after Reset and the same frames, was %v", name, k, again, first[k])
		}
	}
	estNoAlloc(t, name, func() { e.Update(frames[0]) })
	estPanics(t, name+".Update of a short frame", func() { e.Update(frames[0][:bins-1]) })
}
