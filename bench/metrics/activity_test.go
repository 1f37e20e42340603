package metrics

import (
	"fmt"
	"testing"
	"time"
)

// TestActivityBursts: speech is found to the frame, at every rate; gaps below
// 80 ms are filled, runs below 40 ms dropped, but not longer ones.
func TestActivityBursts(t *testing.T) {
	for _, rate := range []int{8000, 11025, 16000, 44100, 48000} {
		x := bursts(rate, 3*time.Second, 500*ms, 800*ms, 870*ms, 1000*ms, // a gap of 70 ms
			1400*ms, 1430*ms, // a click of 30 ms
			1700*ms, 1760*ms, 1840*ms, 2000*ms) // 60 ms, and a gap of 80 ms
		speech, err := Activity(x, rate)
		check(t, err)
		if got, want := fmt.Sprint(runs(speech)), "[{50 100} {170 176} {184 200}]"; got != want || len(speech) != 300 {
			t.Errorf("%d Hz: %s of %d frames, want %s of 300", rate, got, len(speech), want)
		}
	}
}

// TestActivityHysteresis: a faint end belongs to the loud part before it, but
// is no speech by itself; the floor of a recording is none, and neither is hum.
func TestActivityHysteresis(t *testing.T) {
	const rate = 16000
	x := bursts(rate, 4*time.Second, 500*ms, 1500*ms)
	faint := gaussian(len(x), -20-34, 3)
	at := func(d time.Duration) int { return samples(d, rate) }
	copy(x[at(1500*ms):at(1700*ms)], faint) // the end of the word
	copy(x[at(2500*ms):at(2700*ms)], faint) // the same alone
	floor := gaussian(len(x), -20-55, 4)
	for name, y := range map[string][]float32{
		"floor": mix(1, x, 1, floor), "fainter, inverted": scaled(mix(-1, x, 1, floor), -18),
	} {
		speech, err := Activity(y, rate)
		check(t, err)
		if got, want := fmt.Sprint(runs(speech)), "[{50 170}]"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if speech, err := Activity(make([]float32, 1234), 8000); err != nil || draw(speech) != "---------------" {
		t.Errorf("digital silence: %v, %v", draw(speech), err)
	}
	if speech, err := Activity(gaussian(8000, -130, 1), 8000); err != nil || countTrue(speech) != 0 {
		t.Errorf("next to silence: %v, %v", draw(speech), err)
	}
}
