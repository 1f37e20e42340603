package metrics

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// delayed returns x behind by lag samples, zeros or what follows in place of
// what is missing.
func delayed(x []float32, lag int) []float32 {
	y := make([]float32, len(x))
	for i := range y {
		if j := i - lag; j >= 0 && j < len(x) {
			y[i] = x[j]
		}
	}
	return y
}

// TestFindLag: any lag is found to the sample, through gain, inversion, noise,
// a low-pass, suppression and clipping, from the noisy input and from the clean.
func TestFindLag(t *testing.T) {
	const rate = 8000
	clean := bursts(rate, 3*time.Second, 400*ms, 900*ms, 1300*ms, 1700*ms, 2200*ms, 2500*ms)
	for i := 2; i < len(clean); i++ { // a resonance, as speech has them
		clean[i] += 1.5*clean[i-1] - 0.8*clean[i-2]
	}
	hum := make([]float32, len(clean))
	for i := range hum {
		hum[i] = float32(0.5 * math.Sin(2*math.Pi*50*float64(i)/rate))
	}
	noisy := mix(0.3, clean, 1, gaussian(len(clean), -25, 2))
	humming := mix(1, noisy, 1, hum)
	// A gain that falls with frequency and follows the power: rough suppression.
	suppressed := throughBins(noisy, rate, func(frame, bin int, c complex128) float64 {
		p := power(c)
		return p / (p + 8) / (1 + float64(bin)/20)
	})
	clipped := append([]float32(nil), noisy...)
	for i, v := range clipped {
		clipped[i] = min(max(v, -0.05), 0.05)
	}
	lowPass := throughBins(noisy, rate, func(_, bin int, _ complex128) float64 {
		if bin > 40 { // 2 kHz
			return 0
		}
		return 1
	})
	// Nothing but leakage above 500 Hz, which must not count.
	narrow := throughBins(noisy, rate, func(_, bin int, _ complex128) float64 { return math.Pow(0.1, float64(max(0, bin-10))) })
	drone := mix(1, narrow, 1, hum)
	for _, c := range []struct {
		name string
		ref  []float32
		y    []float32
	}{
		{"itself", clean, clean}, {"noisy", clean, noisy}, {"fainter", noisy, scaled(noisy, -50)}, {"suppressed", noisy, suppressed},
		{"suppressed, of the clean", clean, suppressed}, {"clipped", noisy, clipped}, {"low-pass", noisy, lowPass},
		{"narrow", narrow, mix(1, narrow, 0.01, gaussian(len(noisy), -25, 6))}, {"narrow, loud at the edges", drone, mix(1, drone, 0.02, noisy)},
		{"hum", humming, suppressed}, {"hum left", humming, mix(1, suppressed, 1, hum)},
	} {
		for _, lag := range []int{0, 1, 160, 377, 800, -3, -800} {
			sign := float64(1 - 2*(lag&1)) // odd ones inverted
			y := mix(sign, delayed(c.y, lag), 0, clean)
			a, err := FindLag(c.ref, y, 800)
			if err != nil || a.Lag != lag || a.Inverted != (sign < 0) || a.Peak < 0.1 || a.Peak > 1 {
				t.Errorf("%s, %d, %g: %+v, %v", c.name, lag, sign, a, err)
			}
		}
	}
	if a, err := FindLag(clean, noisy, 0); err != nil || a.Lag != 0 || a.Inverted {
		t.Errorf("no lag allowed: %+v, %v", a, err)
	}
	if a, err := FindLag(noisy, gaussian(len(noisy), -20, 99), 800); err != nil || a.Peak > 0.1 {
		t.Errorf("nothing in common: %+v, %v", a, err)
	}
	for name, c := range map[string]struct {
		x, y []float32
		max  int
	}{
		"negative": {clean, clean, -1}, "short": {clean[:100], clean, 100}, "short processed": {clean, clean[:100], 100},
		"silent": {clean, make([]float32, len(clean)), 10}, "NaN": {clean, []float32{0, float32(math.NaN()), 1}, 1},
	} {
		if _, err := FindLag(c.x, c.y, c.max); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestApplyAndAlign(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5}
	for _, c := range []struct {
		a    Alignment
		n    int
		want string
	}{
		{Alignment{}, 5, "[1 2 3 4 5]"}, {Alignment{Lag: 2}, 5, "[3 4 5 0 0]"}, {Alignment{Lag: 2}, 2, "[3 4]"},
		{Alignment{Lag: -2}, 4, "[0 0 1 2]"}, {Alignment{Lag: -2}, 9, "[0 0 1 2 3 4 5 0 0]"}, {Alignment{Lag: -2}, 1, "[0]"},
		{Alignment{Lag: 9}, 2, "[0 0]"}, {Alignment{Lag: 3, Inverted: true}, 2, "[-4 -5]"},
	} {
		if got := fmt.Sprint(c.a.Apply(x, c.n)); got != c.want {
			t.Errorf("%+v, %d: %s, want %s", c.a, c.n, got, c.want)
		}
	}
	ref := gaussian(8000, -20, 1)
	for _, lag := range []int{0, 100, -70} {
		late := mix(-1, delayed(ref, lag), 0, ref)
		late = append(late, 7, 7, 7) // longer
		r, y, a, err := Align(ref, late, 400)
		check(t, err)
		want := 8000 - max(-lag, 0)
		if lag > 0 {
			want = 8000 + 3 - lag
		}
		if a.Lag != lag || !a.Inverted || len(r) != len(y) || len(r) != min(want, 8000) {
			t.Fatalf("lag %d: %+v, %d and %d samples, want %d", lag, a, len(r), len(y), want)
		}
		same := 0
		for i := range r {
			if r[i] == y[i] {
				same++
			}
		}
		if same < len(r)-3-max(lag, 0) {
			t.Errorf("lag %d: %d of %d samples agree", lag, same, len(r))
		}
	}
	if _, _, _, err := Align(ref, nil, 1); err == nil {
		t.Error("nothing aligned")
	}
}
