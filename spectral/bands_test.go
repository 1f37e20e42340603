package spectral

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestScales(t *testing.T) {
	for _, c := range []struct {
		name     string
		to, from func(float64) float64
		hz, want float64
		within   float64
	}{
		{"ERB", HzToERB, ERBToHz, 0, 0, 1e-12},
		{"ERB", HzToERB, ERBToHz, 1000, 15.62, 0.01}, // Glasberg & Moore 1990, from eq. 4
		{"ERB", HzToERB, ERBToHz, 20000, 41.65, 0.02},
		{"Bark", HzToBark, BarkToHz, 100, 1, 0.1}, // Zwicker's band edges
		{"Bark", HzToBark, BarkToHz, 510, 5, 0.1},
		{"Bark", HzToBark, BarkToHz, 1270, 10, 0.1},
		{"Bark", HzToBark, BarkToHz, 2700, 15, 0.1},
		{"Bark", HzToBark, BarkToHz, 6400, 20, 0.1},
		{"Bark", HzToBark, BarkToHz, 12000, 23, 0.15},
	} {
		if got := c.to(c.hz); math.Abs(got-c.want) > c.within {
			t.Errorf("%s at %v Hz is %v, want %v", c.name, c.hz, got, c.want)
		}
	}
	for _, c := range []struct {
		name     string
		to, from func(float64) float64
	}{{"ERB", HzToERB, ERBToHz}, {"Bark", HzToBark, BarkToHz}} {
		last := math.Inf(-1)
		for f := 0.0; f <= 96000; f += 37 {
			z := c.to(f)
			if z <= last {
				t.Errorf("%s does not rise at %v Hz", c.name, f)
			}
			last = z
			if back := c.from(z); math.Abs(back-f) > 1e-8*(1+f) {
				t.Errorf("%s: %v Hz there and back is %v", c.name, f, back)
			}
		}
	}
	if w := ERBWidth(1000); math.Abs(w-132.6) > 0.1 {
		t.Errorf("ERB at 1 kHz is %v Hz, want 132.6", w)
	}
	// The ERB number grows by one per bandwidth (its constants are rounded: 0.2 %).
	for _, f := range []float64{100, 1000, 8000} {
		if n := HzToERB(f+ERBWidth(f)/2) - HzToERB(f-ERBWidth(f)/2); math.Abs(n-1) > 0.01 {
			t.Errorf("%v bandwidths in one bandwidth at %v Hz", n, f)
		}
	}
}

type bandsMaker struct {
	name string
	make func(int, float64, int) (*Bands, error)
}

var bandsMakers = []bandsMaker{{"ERB", ERBBands}, {"Bark", BarkBands}}

// eachBands calls f for bands at all the usual rates, few bands to as many as
// there are bins.
func eachBands(t *testing.T, f func(t *testing.T, b *Bands, n int)) {
	for _, m := range bandsMakers {
		for _, c := range []struct{ n, rate int }{
			{160, 8000}, {220, 11025}, {320, 16000}, {441, 22050}, {480, 24000}, {882, 44100},
			{960, 48000}, {1920, 96000}, {3840, 192000}, {1024, 48000}, {45, 8000}, {2, 8000}, {3, 8000},
		} {
			bins := c.n/2 + 1
			for _, count := range []int{2, 18, 32, 64, bins - 1, bins} {
				if count < 2 || count > bins {
					continue
				}
				b, err := m.make(c.n, float64(c.rate), count)
				if err != nil {
					t.Fatal(err)
				}
				t.Run(fmt.Sprintf("%s %d bands %d Hz", m.name, count, c.rate), func(t *testing.T) { f(t, b, c.n) })
			}
		}
	}
}

func TestBandsArePartitionOfUnity(t *testing.T) {
	eachBands(t, func(t *testing.T, b *Bands, n int) {
		if b.Bins() != n/2+1 {
			t.Fatalf("%d bins, want %d", b.Bins(), n/2+1)
		}
		// Weights of one bin, by Apply of a unit spectrum: not negative, sum 1,
		// in at most two neighbouring bands.
		unit, w := make([]float32, b.Bins()), make([]float32, b.Len())
		widths := make([]float64, b.Len())
		for k := range unit {
			unit[k] = 1
			b.Apply(w, unit)
			unit[k] = 0
			sum, first, lastBand := float32(0), -1, -1
			for i, v := range w {
				if v < 0 {
					t.Fatalf("weight %v of bin %d in band %d", v, k, i)
				}
				if v > 0 {
					if first < 0 {
						first = i
					}
					lastBand = i
				}
				sum += v
				widths[i] += float64(v)
			}
			if math.Abs(float64(sum)-1) > 1e-6 || lastBand-first > 1 {
				t.Fatalf("bin %d: weights add up to %v over bands %d to %d", k, sum, first, lastBand)
			}
		}
		for i, want := range widths {
			if got := float64(b.Width(i)); !(got > 0) || math.Abs(got-want) > 1e-5*want {
				t.Errorf("width of band %d is %v, want %v", i, got, want)
			}
		}
		// Expand of equal bands.
		dst := make([]float32, b.Bins())
		for i := range w {
			w[i] = 0.25
		}
		b.Expand(dst, w)
		for k, v := range dst {
			if v != 0.25 {
				t.Fatalf("expanding 0.25 gives %v at bin %d", v, k)
			}
		}
	})
}

// Expand is the transpose of Apply: ⟨Apply(x), y⟩ = ⟨x, Expand(y)⟩.
func TestBandsExpandIsTransposeOfApply(t *testing.T) {
	eachBands(t, func(t *testing.T, b *Bands, n int) {
		x, y := fftNoise(b.Bins(), 1), fftNoise(b.Len(), 2)
		ax, ey := make([]float32, b.Len()), make([]float32, b.Bins())
		b.Apply(ax, x)
		b.Expand(ey, y)
		var left, right, size float64
		for i := range y {
			left += float64(ax[i]) * float64(y[i])
		}
		for k := range x {
			right += float64(x[k]) * float64(ey[k])
			size += math.Abs(float64(x[k]) * float64(ey[k]))
		}
		if math.Abs(left-right) > 1e-6*(size+1) {
			t.Errorf("%v and %v", left, right)
		}
	})
}

func TestBandsFollowTheScale(t *testing.T) {
	eachBands(t, func(t *testing.T, b *Bands, n int) {
		if b.Center(0) != 0 {
			t.Errorf("first centre at %v Hz", b.Center(0))
		}
		bin := b.Center(b.Len()-1) / float64(b.Bins()-1)
		for i := 1; i < b.Len(); i++ {
			if d := b.Center(i) - b.Center(i-1); d < bin*(1-1e-9) {
				t.Errorf("centres %d and %d are %v Hz apart, a bin is %v", i-1, i, d, bin)
			}
		}
	})
	b, err := ERBBands(960, 48000, 24)
	if err != nil {
		t.Fatal(err)
	}
	step := HzToERB(24000) / 23
	for i := range b.Len() {
		want := ERBToHz(float64(i) * step)
		if i > 1 && math.Abs(b.Center(i)-want) > 1e-6 {
			t.Errorf("centre %d at %v Hz, want %v", i, b.Center(i), want)
		}
	}
}

func TestBandsErrors(t *testing.T) {
	for _, m := range bandsMakers {
		for _, c := range []struct {
			n     int
			rate  float64
			count int
		}{
			{1, 8000, 2}, {0, 8000, 2}, {-4, 8000, 2}, {160, 0, 20}, {160, -1, 20}, {160, math.NaN(), 20},
			{160, math.Inf(1), 20}, {160, 8000, 1}, {160, 8000, 0}, {160, 8000, 82},
		} {
			if b, err := m.make(c.n, c.rate, c.count); err == nil || b != nil || !strings.HasPrefix(err.Error(), "spectral: ") {
				t.Errorf("%s%v = %v, %v, want an error", m.name, c, b, err)
			}
		}
	}
}

func TestBandsPanicOnWrongLengths(t *testing.T) {
	b, err := ERBBands(160, 8000, 20)
	if err != nil {
		t.Fatal(err)
	}
	bins, bands := make([]float32, 81), make([]float32, 20)
	for name, f := range map[string]func(){
		"Apply short bins":   func() { b.Apply(bands, bins[:80]) },
		"Apply short bands":  func() { b.Apply(bands[:19], bins) },
		"Expand short bins":  func() { b.Expand(bins[:80], bands) },
		"Expand short bands": func() { b.Expand(bins, bands[:19]) },
	} {
		if !panics(f) {
			t.Errorf("%s did not panic", name)
		}
	}
	if a := testing.AllocsPerRun(10, func() { b.Apply(bands, bins); b.Expand(bins, bands) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}

func BenchmarkBands(b *testing.B) {
	e, err := ERBBands(960, 48000, 32)
	if err != nil {
		b.Fatal(err)
	}
	bins, bands := fftNoise(481, 1), make([]float32, 32)
	b.Run("Apply", func(b *testing.B) {
		for b.Loop() {
			e.Apply(bands, bins)
		}
	})
	b.Run("Expand", func(b *testing.B) {
		for b.Loop() {
			e.Expand(bins, bands)
		}
	})
}
