package metrics

import (
	"errors"
	"math"
)

// Constants of ITU-T P.56 (12/2011), clause 8, method B.
const (
	p56Time       = 0.03 // s, time constant of the envelope
	p56Hangover   = 0.2  // s, silence that still counts as active after the envelope fell
	p56Margin     = 15.9 // dB, of the active level over the threshold
	p56Thresholds = 16   // 2⁻¹⁵ to 1
)

// p56Threshold returns threshold j as an amplitude.
func p56Threshold(j int) float64 { return math.Ldexp(1, j+1-p56Thresholds) }

// ActiveLevel returns the active speech level of x by ITU-T P.56, method B, in
// dB to full scale (a square wave of ±1 is 0 dB), and the activity factor, the
// share of time in which somebody talks, 0 to 1: the level that x has in that
// time alone. sampleRate is 8000 to 192000 Hz.
//
// The error tells of no samples, digital silence and samples that are not
// finite.
func ActiveLevel(x []float32, sampleRate int) (level, activity float64, err error) {
	if err := checkRate(sampleRate); err != nil {
		return 0, 0, err
	}
	if err := checkFinite(x); err != nil {
		return 0, 0, err
	}
	total := energy(float64s(x))
	if total == 0 {
		return 0, 0, errors.New("metrics: active level of silence: want speech")
	}
	longTerm := decibels(total / float64(len(x)))

	// The active time falls as the threshold rises; the level over that time
	// minus the threshold crosses the margin once, between two thresholds.
	active := activeTimes(x, sampleRate)
	level = longTerm
	for j, n := range active {
		if n == 0 {
			break
		}
		a := decibels(total / float64(n))
		threshold := 20 * math.Log10(p56Threshold(j))
		if a-threshold > p56Margin {
			continue
		}
		if j == 0 { // so faint that even the lowest threshold is too high
			break
		}
		a0 := decibels(total / float64(active[j-1]))
		d0, d := a0-(threshold-20*math.Log10(2)), a-threshold
		level = a0 + (d0-p56Margin)/(d0-d)*(a-a0)
		break
	}
	return level, math.Min(math.Pow(10, (longTerm-level)/10), 1), nil
}

// activeTimes returns for every threshold 2⁻¹⁵ … 1 in how many samples the
// envelope reaches it, or did so within the hangover.
func activeTimes(x []float32, sampleRate int) (active [p56Thresholds]int) {
	g := math.Exp(-1 / (float64(sampleRate) * p56Time))
	hangover := sampleRate / 5
	var p, q float64 // the envelope: the magnitude, smoothed twice
	var thresholds [p56Thresholds]float64
	var last [p56Thresholds]int
	for j := range last {
		thresholds[j] = p56Threshold(j)
		last[j] = -hangover - 1 // never
	}
	for i, v := range x {
		p = g*p + (1-g)*math.Abs(float64(v))
		q = g*q + (1-g)*p
		for j := range last {
			if q >= thresholds[j] {
				last[j] = i
			}
			if i-last[j] <= hangover {
				active[j]++
			}
		}
	}
	return active
}

func decibels(power float64) float64 { return 10 * math.Log10(power) }
