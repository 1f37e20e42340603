package spectral

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestBoxAgainstDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, bins := range []int{1, 2, 3, 5, 81, 161, 222, 481, 961} {
		for _, fraction := range []float64{0, 0.004, 0.01, 0.02, 0.05, 0.08, 0.12, 0.29, 0.5, 1} {
			b, err := NewBox(bins, fraction)
			if err != nil {
				t.Fatal(err)
			}
			src := make([]float32, bins)
			for k := range src {
				src[k] = float32(rng.ExpFloat64())
			}
			got := make([]float32, bins)
			b.Apply(got, src)
			for k, want := range estRefBox(estTo64(src), fraction) {
				if math.Abs(float64(got[k])-want) > 3e-7*want {
					t.Errorf("%d bins, fraction %v: bin %d is %v, want %v", bins, fraction, k, got[k], want)
				}
			}
		}
	}
}

func TestBoxHalfWidthIsExact(t *testing.T) {
	// 0.29·100 is 28.999… in floating point, and must count as 29.
	if got := boxHalf(0.29, 100); got != 29 {
		t.Errorf("⌊0.29·100⌋ = %d", got)
	}
	if got := boxHalf(0.01, 99); got != 0 {
		t.Errorf("⌊0.01·99⌋ = %d", got)
	}
}

// A quiet bin must not drown in the rounding of a loud one far away.
func TestBoxDynamicRange(t *testing.T) {
	src := make([]float32, 481)
	for k := range src {
		src[k] = 1
	}
	src[3] = 1e10
	for _, fraction := range []float64{0.01, 0.08, 0.12} {
		b, _ := NewBox(len(src), fraction)
		got := make([]float32, len(src))
		b.Apply(got, src)
		for k := 10; k < len(src); k++ {
			if math.Abs(float64(got[k])-1) > 1e-4 {
				t.Errorf("fraction %v: bin %d is %v beside a bin of 1e10, want 1", fraction, k, got[k])
			}
		}
	}
	// Beyond what float64 holds the mean may lose bins, but is never negative.
	src[3] = 1e30
	b, _ := NewBox(len(src), 0.12)
	got := make([]float32, len(src))
	b.Apply(got, src)
	estValid(t, "Box beside 1e30", got, 0)
}

func TestSmootherErrors(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		bins     int
		fraction float64
	}{{0, 0.1}, {-1, 0.1}, {10, -0.1}, {10, 1.5}, {10, nan}} {
		if _, err := NewBox(c.bins, c.fraction); err == nil || !strings.HasPrefix(err.Error(), "spectral: ") {
			t.Errorf("NewBox(%d, %v): error %v", c.bins, c.fraction, err)
		}
	}
	for _, c := range []struct {
		bins int
		taps []float64
	}{
		{0, []float64{1}}, {10, nil}, {10, []float64{1, 1}}, {1, Tri3()}, {10, []float64{1, 2, 3}}, {10, []float64{-1, 3, -1}},
		{10, []float64{nan}}, {10, []float64{math.Inf(1)}}, {10, []float64{1, 0, 1}}, {10, []float64{0}},
	} {
		if _, err := NewKernel(c.bins, c.taps); err == nil || !strings.HasPrefix(err.Error(), "spectral: ") {
			t.Errorf("NewKernel(%d, %v): error %v", c.bins, c.taps, err)
		}
	}
	b, _ := NewBox(10, 0.1)
	k, _ := NewKernel(10, Tri3())
	estPanics(t, "Box.Apply of short dst", func() { b.Apply(make([]float32, 9), make([]float32, 10)) })
	estPanics(t, "Box.Apply of short src", func() { b.Apply(make([]float32, 10), make([]float32, 9)) })
	estPanics(t, "Kernel.Apply of short dst", func() { k.Apply(make([]float32, 9), make([]float32, 10)) })
	estPanics(t, "Kernel.Apply of short src", func() { k.Apply(make([]float32, 10), make([]float32, 9)) })
}

func TestSmoothersDoNotAllocate(t *testing.T) {
	src, dst := make([]float32, 481), make([]float32, 481)
	for _, f := range []float64{0.01, 0.12} {
		b, _ := NewBox(481, f)
		estNoAlloc(t, "Box", func() { b.Apply(dst, src) })
	}
	k, _ := NewKernel(481, RaisedCosine(15))
	estNoAlloc(t, "Kernel", func() { k.Apply(dst, src) })
}

func BenchmarkBox(b *testing.B) {
	for _, fraction := range []float64{0.01, 0.08, 0.12} {
		for _, bins := range []int{81, 161, 481} {
			b.Run(fmt.Sprintf("%v/%d", fraction, bins), func(b *testing.B) {
				x, _ := NewBox(bins, fraction)
				src, dst := make([]float32, bins), make([]float32, bins)
				newEstNoise(1, bins).frame(src, 1)
				b.ReportAllocs()
				for range b.N {
					x.Apply(dst, src)
				}
			})
		}
	}
}
