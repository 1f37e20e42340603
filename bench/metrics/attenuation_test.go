package metrics

import (
	"errors"
	"math"
	"testing"
	"time"
)

// TestPauseAttenuationKnown: only the frames of the mask count, energy and
// median as defined, and silence is limited.
func TestPauseAttenuationKnown(t *testing.T) {
	for _, rate := range []int{8000, 44100} {
		noisy := gaussian(3*rate, -30, 1)
		n := framesIn(len(noisy), rate)
		parts := func(first, last float64) []float32 { // gains in dB of the first second and of the rest
			y := scaled(noisy, last)
			copy(y, scaled(noisy[:rate], first))
			return y
		}
		all := span(n, 0, n)
		for _, c := range []struct {
			name           string
			y              []float32
			mask           []bool
			energy, median float64
		}{
			{"unprocessed", noisy, all, 0, 0},
			{"fainter", scaled(noisy, -12), all, 12, 12},
			{"louder", scaled(noisy, 3), all, -3, -3},
			{"first second", parts(-5, -25), Between(all, 0, time.Second), 5, 5},
			{"the rest", parts(-5, -25), Between(all, time.Second, 0), 25, 25},
			{"one frame beside", parts(-5, -25), Between(all, 990*ms, 1990*ms), -decibels((math.Pow(10, -0.5) + 99*math.Pow(10, -2.5)) / 100), 25},
			{"muted", make([]float32, len(noisy)), all, 70, 70}, // −30 to −100 dB
		} {
			got, err := PauseAttenuation(noisy, c.y, c.mask, rate)
			// The noise itself varies: 0.2 dB where seconds differ.
			if err != nil || math.Abs(got.Energy-c.energy) > 0.2 || math.Abs(got.Median-c.median) > 0.2 || got.Frames != countTrue(c.mask) {
				t.Errorf("%d Hz, %s: %+v, %v; want %.2f, %.2f", rate, c.name, got, err, c.energy, c.median)
			}
		}
		for name, c := range map[string][]float32{"silent input": make([]float32, len(noisy)), "noise": noisy} {
			mask := Between(all, 0, 190*ms)
			if name == "silent input" {
				mask = all
			}
			if _, err := PauseAttenuation(c, noisy, mask, rate); !errors.Is(err, ErrTooShort) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
