package simd

import (
	"math"
	"math/rand"
	"testing"
)

var testBands = BandRates{
	Smallest: 1e-30, Depth: 14, Most: 8, Smooth: 0.6, Up: 0.01, Down: 0.12,
	OverScale: 0.25, OverShift: 1.5, RiseLeast: -2, RiseMost: 8, Scale: 1.0 / 3,
	Mean: [16]float32{0.1, 0.2, 0.3, 0, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.2},
}

// bandStep is Features in float64, one band after the other.
func bandStep(r *BandRates, x []float64, band []float32, smooth, floor []float64, level, rate float64) float64 {
	var total, mean float64
	for _, p := range band {
		total += float64(p)
	}
	p := make([]float64, len(band))
	for b := range p {
		p[b] = math.Max(math.Log(float64(band[b])+1e-30), math.Log(total+1e-30)-float64(r.Depth))
		if b < len(r.Mean) {
			mean += float64(r.Mean[b]) * p[b]
		}
	}
	most := float64(r.Most)
	level += rate * math.Max(-most, math.Min(mean-level, most))
	for b := range p {
		v := math.Max(p[b]-level, -float64(r.Depth))
		smooth[b] += float64(r.Smooth) * (v - smooth[b])
		d := smooth[b] - floor[b]
		if d > 0 {
			floor[b] += float64(r.Up) * d
		} else {
			floor[b] += float64(r.Down) * d
		}
		x[b] = math.Min(v, float64(r.Depth))*float64(r.OverScale) + float64(r.OverShift)
		x[len(p)+b] = math.Max(float64(r.RiseLeast), math.Min(v-floor[b], float64(r.RiseMost))) * float64(r.Scale)
	}
	x[2*len(p)] = math.Max(-most, math.Min(mean-level, most)) * float64(r.Scale)
	return level
}

func TestFeatures(t *testing.T) {
	run := func(how string) {
		rng := rand.New(rand.NewSource(14))
		var x [2*FeatureBands + 1]float32
		var smooth, floor [FeatureBands]float32
		var level float32
		wantX, wantSmooth, wantFloor := make([]float64, len(x)), make([]float64, FeatureBands), make([]float64, FeatureBands)
		var want float64
		for step := range 300 {
			var band [FeatureBands]float32
			for b := range band {
				band[b] = float32(math.Exp(20*rng.Float64() - 15))
			}
			if step%50 == 40 {
				clear(band[rng.Intn(FeatureBands):]) // no power at all
			}
			rate := float32(0.3 * rng.Float64())
			want = bandStep(&testBands, wantX, band[:], wantSmooth, wantFloor, want, float64(rate))
			var check float32
			level, check = testBands.Features(&x, &band, &smooth, &floor, level, rate)
			if !near(level, float32(want), 1e-4, 1) || check-check != 0 {
				t.Fatalf("%s, step %d: level %v, want %v; check %v", how, step, level, want, check)
			}
			for i := range x {
				if !near(x[i], float32(wantX[i]), 1e-4, 1) {
					t.Fatalf("%s, step %d: feature %d is %v, want %v", how, step, i, x[i], wantX[i])
				}
			}
			for b := range floor {
				if !near(floor[b], float32(wantFloor[b]), 1e-4, 1) || !near(smooth[b], float32(wantSmooth[b]), 1e-4, 1) {
					t.Fatalf("%s, step %d: band %d has %v over %v, want %v over %v", how, step, b, smooth[b], floor[b], wantSmooth[b], wantFloor[b])
				}
			}
		}
		var band [FeatureBands]float32
		if _, check := testBands.Features(&x, &band, &smooth, &floor, float32(math.NaN()), 0.1); check-check == 0 {
			t.Errorf("%s: check is %v though the level is not a number", how, check)
		}
	}
	run("as it is")
	withoutAVX512(func() { run("without AVX-512") })
	was := SetEnabled(false)
	run("plain")
	SetEnabled(was)
}
