package metrics

import (
	"math"
	"time"
)

const (
	convergenceWindow = 10  // frames, 100 ms, over which the attenuation is taken
	convergenceHold   = 50  // frames, 0.5 s, for which it must last
	convergenceFinal  = 100 // frames, the last second, whose attenuation is the final one
	convergenceLeast  = 200 // frames after the step
	convergenceNear   = 3   // dB
)

// Convergence is how a processing took to a noise.
type Convergence struct {
	Time      time.Duration // from the step, in steps of 10 ms
	Final     float64       // attenuation of the last second, dB
	Converged bool          // false: never before the end; Time is how long that was
}

// ConvergenceTime returns how long after the time `at` a processing of noise
// alone needed: 0 for the start of a recording, or when the noise changed. The
// attenuation is that of the energy in 100 ms,
//
//	A(t) = 10 lg( Σ noisy² / Σ processed² ),  from t to t + 100 ms,
//
// and the result the first t, less at, from which A stays for 0.5 s no more
// than 3 dB below the final attenuation, that of the last second. More than
// the final attenuation is no fault: only noise that comes through is heard. A
// constant gain needs 0 s.
//
// The noise must be steady from `at` to the end: no speech, no further step.
// Power below −100 dB to full scale counts as that.
//
// The error tells of recordings of different length and of a time outside of
// them; ErrTooShort of less than 2 s after it and of digital silence.
func ConvergenceTime(noisy, processed []float32, at time.Duration, sampleRate int) (Convergence, error) {
	if err := checkPair(noisy, processed); err != nil {
		return Convergence{}, err
	}
	if err := checkRate(sampleRate); err != nil {
		return Convergence{}, err
	}
	x, y := meanPower(noisy, sampleRate), meanPower(processed, sampleRate)
	start := toFrames(at)
	if at < 0 || start+convergenceLeast > len(x) {
		return Convergence{}, tooShort("the convergence time", convergenceLeast, max(0, len(x)-start))
	}
	x, y = x[start:], y[start:]
	attenuation := func(from, to int) float64 {
		var before, after float64
		for i := from; i < to; i++ {
			before += math.Max(x[i], attenuationFloor)
			after += math.Max(y[i], attenuationFloor)
		}
		return decibels(before / after)
	}
	n := len(x)
	c := Convergence{Final: attenuation(n-convergenceFinal, n)}
	good := 0
	for i := 0; i+convergenceWindow <= n; i++ {
		if attenuation(i, i+convergenceWindow) < c.Final-convergenceNear {
			good = 0
			continue
		}
		if good++; good > convergenceHold {
			c.Converged = true
			c.Time = time.Duration(i-convergenceHold) * time.Second / framesPerSecond
			return c, nil
		}
	}
	c.Time = time.Duration(n) * time.Second / framesPerSecond
	return c, nil
}
