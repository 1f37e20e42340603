package voicenet

import (
	"math"
	"math/rand"
	"testing"
)

// refFeatures is Extractor.Update over frames as one would write it down:
// float64, one array per frame.
func refFeatures(frames [][]float32, binHz float64) [][]float64 {
	var out [][]float64
	var level float64
	smooth, floor := make([]float64, Bands), make([]float64, Bands)
	for t, power := range frames {
		band := make([]float64, Bands)
		var total, mean float64
		for k := 0; k < len(power)-1; k++ {
			for b := range band {
				if hz := float64(k) * binHz; hz >= edges[b] && hz < edges[b+1] {
					band[b] += float64(power[k])
					total += float64(power[k])
				}
			}
		}
		for b := range band {
			band[b] = math.Max(math.Log(band[b]+1e-30), math.Log(total+1e-30)-14)
			if b < 14 {
				mean += band[b] / 14
			}
		}
		if t == 0 {
			level = mean
		}
		level += math.Max(0.01, 1/(float64(t)+1.5)) * math.Max(-8, math.Min(mean-level, 8))
		x := make([]float64, Features)
		for b := range band {
			p := math.Max(band[b]-level, -14)
			if t == 0 {
				smooth[b], floor[b] = p, p
			}
			smooth[b] = 0.4*smooth[b] + 0.6*p
			rate := 0.12
			if smooth[b] > floor[b] {
				rate = 0.01
			}
			floor[b] = (1-rate)*floor[b] + rate*smooth[b]
			x[b] = (math.Min(p, 14) + 6) / 4
			x[Bands+b] = math.Max(-2, math.Min(p-floor[b], 8)) / 3
		}
		x[2*Bands] = math.Max(-8, math.Min(mean-level, 8)) / 3
		out = append(out, x)
	}
	return out
}

// testFrames are spectra that rise and fall, band by band.
func testFrames(bins, n int, gain float32) [][]float32 {
	r := rand.New(rand.NewSource(3))
	var out [][]float32
	for t := range n {
		p := make([]float32, bins)
		for k := range p {
			swing := math.Exp(3 * math.Sin(float64(t)/9+float64(k)/20))
			p[k] = gain * float32(swing*r.ExpFloat64()/float64(k+3)) // any colour will do
		}
		out = append(out, p)
	}
	return out
}

func extract(frames [][]float32, l Layout) [][Features]float32 {
	var e Extractor
	out := make([][Features]float32, len(frames))
	for t := range frames {
		e.Update(&out[t], &l, frames[t])
	}
	return out
}

func TestFeatures(t *testing.T) {
	for _, bins := range []int{81, 161, 481} { // 8, 16, 48 kHz
		frames := testFrames(bins, 300, 1)
		got, want := extract(frames, NewLayout(bins, 50)), refFeatures(frames, 50)
		for i := range got {
			for j, g := range got[i] {
				if d := math.Abs(float64(g) - want[i][j]); !(d < 2e-4) {
					t.Fatalf("%d bins, frame %d: feature %d is %v, want %v", bins, i, j, g, want[i][j])
				}
			}
		}
	}
}

// TestGainDoesNotMatter, over 100 dB.
func TestGainDoesNotMatter(t *testing.T) {
	l := NewLayout(161, 50)
	want := extract(testFrames(161, 100, 1), l)
	for _, gain := range []float32{1e-6, 1e4} {
		for i, x := range extract(testFrames(161, 100, gain), l) {
			for j := range x {
				if d := x[j] - want[i][j]; !(d < 1e-4 && d > -1e-4) {
					t.Fatalf("gain %v, frame %d: feature %d is %v, want %v", gain, i, j, x[j], want[i][j])
				}
			}
		}
	}
}

// TestRateDoesNotMatter: what lies above 4 kHz is empty at 8 kHz, as it is in a
// band-limited recording at 48 kHz.
func TestRateDoesNotMatter(t *testing.T) {
	wide := testFrames(481, 100, 1)
	var narrow [][]float32
	for _, p := range wide {
		clear(p[80:])
		narrow = append(narrow, p[:81])
	}
	a, b := extract(wide, NewLayout(481, 50)), extract(narrow, NewLayout(81, 50))
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("frame %d: %v at 48 kHz, %v at 8 kHz", i, a[i], b[i])
		}
	}
}

// TestExtractorRecovers from frames that a caller should not give.
func TestExtractorRecovers(t *testing.T) {
	l := NewLayout(161, 50)
	good := testFrames(161, 1000, 1)
	want := extract(good, l)
	for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), -1, 0, math.MaxFloat32} {
		bad := make([]float32, 161)
		for k := range bad {
			bad[k] = v
		}
		var e Extractor
		var x [Features]float32
		e.Update(&x, &l, good[0])
		e.Update(&x, &l, bad)
		for _, p := range good {
			e.Update(&x, &l, p)
		}
		for j := range x {
			if d := x[j] - want[len(want)-1][j]; !(d < 0.05 && d > -0.05) {
				t.Errorf("10 s after %v: feature %d is %v, want %v", v, j, x[j], want[len(want)-1][j])
			}
		}
	}
}
