package main

import "math"

// ticks returns round values from lo to hi, about so many at most, and their
// distance: 1, 2 or 5 times a power of ten.
func ticks(lo, hi float64, most int) (values []float64, step float64) {
	if !(hi > lo) {
		return []float64{lo}, 1
	}
	step = math.Pow(10, math.Floor(math.Log10((hi-lo)/float64(most))))
	for _, f := range []float64{1, 2, 5, 10} {
		if (hi-lo)/(step*f) <= float64(most) {
			step *= f
			break
		}
	}
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		values = append(values, i*step+0) // not −0
	}
	return values, step
}

// timeTicks is ticks for seconds: beyond a minute the steps are parts and
// multiples of minutes and hours.
func timeTicks(seconds float64, most int) []float64 {
	if seconds <= 100 {
		v, _ := ticks(0, seconds, most)
		return v
	}
	step := 10.0
	for _, s := range []float64{10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 4 * 3600, 6 * 3600, 12 * 3600} {
		if step = s; seconds/s <= float64(most) {
			break
		}
	}
	for seconds/step > float64(most) {
		step *= 2
	}
	var values []float64
	for t := 0.0; t <= seconds; t += step {
		values = append(values, t)
	}
	return values
}
