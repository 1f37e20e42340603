package metrics

import (
	"errors"
	"math"
	"testing"
	"time"
)

// TestConvergenceTimeKnown: gains with a known course. The time is that at
// which a window of 100 ms first lies within 3 dB.
func TestConvergenceTimeKnown(t *testing.T) {
	const rate = 16000
	noisy := gaussian(5*rate, -30, 1)
	course := func(gain func(t float64) float64) []float32 { // in dB
		y := make([]float32, len(noisy))
		for i, v := range noisy {
			y[i] = v * float32(math.Pow(10, gain(float64(i)/rate)/20))
		}
		return y
	}
	for _, c := range []struct {
		name      string
		at        time.Duration
		y         []float32
		want      time.Duration
		within    time.Duration
		final     float64
		converged bool
	}{
		{"constant", 0, course(func(float64) float64 { return -15 }), 0, 0, 15, true},
		{"from the step", 2 * time.Second, course(func(float64) float64 { return -15 }), 0, 0, 15, true},
		{"jump after 0.7 s", 0, course(func(t float64) float64 {
			if t < 0.7 {
				return 0
			}
			return -20
		}), 700 * ms, 0, 20, true},
		// 30 dB in 1 s, to within 3 dB after 0.9 s, which a window meets some 30 ms after its start.
		{"ramp", time.Second, course(func(t float64) float64 { return -30 * math.Min(1, math.Max(0, t-1)) }), 870 * ms, 30 * ms, 30, true},
		{"overshoot", 0, course(func(t float64) float64 {
			if t < 1 {
				return -40
			}
			return -15
		}), 0, 0, 15, true},
		{"relapse within the hold", 0, course(func(t float64) float64 {
			if t < 0.3 || (t > 0.7 && t < 0.9) {
				return 0
			}
			return -15
		}), 900 * ms, 0, 15, true},
		{"relapse after the hold", 0, course(func(t float64) float64 {
			if t < 0.3 || (t > 2 && t < 2.2) {
				return 0
			}
			return -15
		}), 300 * ms, 0, 15, true},
		{"down at the very end", 2 * time.Second, course(func(t float64) float64 {
			if t < 4.8 {
				return 0
			}
			return -60
		}), 0, 0, 0.97, true}, // 0.2 s of 1 s: hardly louder in energy
		{"never", 0, course(func(t float64) float64 {
			if t < 4.6 {
				return 10 * math.Mod(math.Floor(10*t), 2)
			}
			return -60
		}), 5 * time.Second, 0, math.NaN(), false},
	} {
		got, err := ConvergenceTime(noisy, c.y, c.at, rate)
		if err != nil || got.Converged != c.converged || (got.Time-c.want).Abs() > c.within || math.Abs(got.Final-c.final) > 0.2 {
			t.Errorf("%s: %+v, %v; want %v, %.1f dB, %v", c.name, got, err, c.want, c.final, c.converged)
		}
	}
	for _, at := range []time.Duration{-1, 3010 * ms, 6 * time.Second} {
		if _, err := ConvergenceTime(noisy, noisy, at, rate); !errors.Is(err, ErrTooShort) {
			t.Errorf("at %v: %v", at, err)
		}
	}
	if c, err := ConvergenceTime(noisy, noisy, 3*time.Second, rate); err != nil || !c.Converged {
		t.Errorf("2 s before the end: %+v, %v", c, err)
	}
}
