package metrics

import (
	"math"
	"slices"
)

// Constants of Activity, in dB and in frames of 10 ms.
const (
	activityFloor    = -100.0 // dB to full scale; fainter frames are digital silence
	activityLeast    = -75.0  // dB to full scale; nobody hears fainter speech
	activityRange    = 40.0   // dB under the active level at which speech ends
	activityOverRest = 8.0    // dB over the recording's own floor at which it does
	activityLoud     = 28.0   // dB under the active level that speech reaches somewhere
	activityRise     = 6.0    // dB over where it ends that it reaches somewhere
	activityGap      = 8      // shorter gaps are the closures of stops, and speech
	activityShortest = 4      // shorter runs are clicks
	activityHighPass = 60.0   // Hz; hum and rumble of a recording are no speech
)

// Activity returns in which frames of 10 ms the clean recording holds speech:
// what the other measures and the voice activity detectors are measured
// against. Frame i is the samples from i·rate/100 up to (i+1)·rate/100;
// sampleRate is 8000 to 192000 Hz. Digital silence holds none, which is no
// error.
//
// The rule has a hysteresis. With L the active level of ITU-T P.56 and F the
// floor of the recording, the 10th percentile of its frames over −100 dB, all
// after a 60 Hz high-pass:
//
//	low  = max(L − 40, min(F + 8, L − 20), −75) dB
//	high = max(L − 28, low + 6) dB
//
// A run of frames over low is speech if one of them is over high: faint
// consonants and the ends of words belong to the vowel beside them; breath,
// clicks and the floor alone are none. Then gaps below 80 ms are filled, the
// closures of stops, and runs below 40 ms dropped. The floor counts because
// recordings have one 33 to 55 dB under the speech, which L − 40 alone would
// call speech.
//
// The error tells of no samples and of samples that are not finite.
func Activity(clean []float32, sampleRate int) ([]bool, error) {
	if err := checkPair(clean, clean); err != nil {
		return nil, err
	}
	if err := checkRate(sampleRate); err != nil {
		return nil, err
	}
	speech := make([]bool, framesIn(len(clean), sampleRate))
	if !slices.ContainsFunc(clean, func(v float32) bool { return v != 0 }) {
		return speech, nil
	}
	level, _, err := ActiveLevel(clean, sampleRate)
	if err != nil {
		return nil, err
	}
	e := frameLevels(clean, sampleRate)
	var live []float64
	for _, v := range e {
		if v > activityFloor {
			live = append(live, v)
		}
	}
	if len(live) == 0 {
		return speech, nil
	}
	floor := percentile(live, 0.1)
	low := max(level-activityRange, min(floor+activityOverRest, level-20), activityLeast)
	high := max(level-activityLoud, low+activityRise)

	over := make([]bool, len(e))
	for i, v := range e {
		over[i] = v > low
	}
	for _, r := range runs(over) {
		if slices.Max(e[r.start:r.end]) > high {
			fill(speech, r, true)
		}
	}
	for _, r := range runs(not(speech)) {
		if r.start > 0 && r.end < len(speech) && r.end-r.start < activityGap {
			fill(speech, r, true)
		}
	}
	for _, r := range runs(speech) {
		if r.end-r.start < activityShortest {
			fill(speech, r, false)
		}
	}
	return speech, nil
}

func fill(mask []bool, r run, v bool) {
	for i := r.start; i < r.end; i++ {
		mask[i] = v
	}
}

func not(mask []bool) []bool {
	n := make([]bool, len(mask))
	for i, v := range mask {
		n[i] = !v
	}
	return n
}

// frameLevels returns the level of every frame in dB to full scale, after a
// Butterworth high-pass of second order at 60 Hz (bilinear transform).
func frameLevels(x []float32, sampleRate int) []float64 {
	w := math.Tan(math.Pi * activityHighPass / float64(sampleRate))
	a0 := 1 + math.Sqrt2*w + w*w
	a1, a2 := 2*(w*w-1)/a0, (1-math.Sqrt2*w+w*w)/a0
	e := make([]float64, framesIn(len(x), sampleRate))
	var s1, s2 float64
	for i := range e {
		from, to := frameStart(i, sampleRate), frameStart(i+1, sampleRate)
		var sum float64
		for _, v := range x[from:to] {
			in := float64(v) / a0
			out := in + s1
			s1 = s2 - 2*in - a1*out
			s2 = in - a2*out
			sum += out * out
		}
		e[i] = decibels(sum/float64(to-from) + 1e-20)
	}
	return e
}

// percentile returns the quantile q, 0 to 1, of v, between two values in
// proportion. It sorts v.
func percentile(v []float64, q float64) float64 {
	slices.Sort(v)
	at := q * float64(len(v)-1)
	i := min(int(at), len(v)-1)
	next := v[min(i+1, len(v)-1)]
	return v[i] + (at-float64(i))*(next-v[i])
}
