package mic

import (
	"math"
	"testing"

	"github.com/quietline/quietline/spectral"
)

// A sine of amplitude 1 has -3 dB, in the band that holds its frequency.
func TestBandsOfSines(t *testing.T) {
	for _, rate := range []int{8000, 16000, 44100, 48000, 96000} {
		for _, hz := range []float64{120, 500, 1000, 3000, 3900} {
			m, err := New(rate, 1)
			if err != nil {
				t.Fatal(err)
			}
			m.SetEnabled(false)
			x := make([]float32, rate/2)
			for i := range x {
				x[i] = float32(math.Sin(2 * math.Pi * hz * float64(i) / float64(rate)))
			}
			_, reports := run(m, x, 128)
			got := reports[len(reports)-1].SpectrumIn
			top := spectral.HzToERB(math.Min(16000, float64(rate)/2))
			want := int(spectral.HzToERB(hz) / top * Bands)
			// The window spreads a line over four bins: in power, around it.
			var sum, mean float64
			for i, v := range got {
				p := math.Pow(10, (float64(v)/2.55-100)/10)
				sum += p
				mean += p * float64(i)
			}
			if mean /= sum; math.Abs(mean-float64(want)) > 1.5 {
				t.Errorf("%d Hz: %g Hz is in band %.1f, want %d", rate, hz, mean, want)
			}
			if db := 10 * math.Log10(sum); math.Abs(db+3.01) > 0.3 {
				t.Errorf("%d Hz: %g Hz has %.2f dB in all bands, want -3.01", rate, hz, db)
			}
		}
	}
}

// Narrow or wide, the bands divide all power among themselves.
func TestBandsDivide(t *testing.T) {
	const rate, size = 32000, 640 // topHz is all there is
	b := newBands(rate, size)
	power := make([]float32, size/2+1)
	for k := range power {
		power[k] = 1e-4
	}
	var dst [Bands]uint8
	b.show(&dst, power, 1)
	for i, v := range dst {
		width := b.edge[i+1] - b.edge[i]
		if want := 2.55 * (100 + 10*math.Log10(1e-4*width)); math.Abs(float64(v)-want) > 0.51 {
			t.Errorf("band %d of %.2f bins shows %d, want %.1f", i, width, v, want)
		}
	}
	if b.edge[0] != 0 || math.Abs(b.edge[Bands]-size/2) > 1e-6 {
		t.Errorf("the bands go from bin %g to %g, want 0 to %d", b.edge[0], b.edge[Bands], size/2)
	}
	clear(power)
	if b.show(&dst, power, 1); dst != [Bands]uint8{} {
		t.Error("silence shows")
	}
}
