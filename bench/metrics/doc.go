// Package metrics measures what became of speech, against the clean recording:
// STOI and ESTOI (how much can be understood), SI-SDR (how far the waveform is
// off) and the active speech level of ITU-T P.56.
//
// All work on whole mono recordings with samples in ±1, of the same length and
// aligned to the sample; a shift of 1 ms already costs. The arithmetic is
// float64. The tests compare every figure with one of a reference
// implementation, which testdata/golden.json holds.
package metrics

import (
	"errors"
	"fmt"
)

// checkPair reports two recordings that cannot be compared.
func checkPair(clean, processed []float32) error {
	if len(clean) != len(processed) {
		return fmt.Errorf("metrics: clean has %d samples, processed %d: want the same number", len(clean), len(processed))
	}
	if len(clean) == 0 {
		return errors.New("metrics: no samples")
	}
	if err := checkFinite(clean); err != nil {
		return err
	}
	return checkFinite(processed)
}

func checkFinite(x []float32) error {
	for i, v := range x {
		if v-v != 0 { // infinite or NaN
			return fmt.Errorf("metrics: sample %d is %v: want finite ones, in ±1", i, v)
		}
	}
	return nil
}

// Rates that every measure takes, in Hz.
const minRate, maxRate = 8000, 192000

func checkRate(sampleRate int) error {
	if sampleRate < minRate || sampleRate > maxRate {
		return fmt.Errorf("metrics: sample rate %d Hz: want %d to %d", sampleRate, minRate, maxRate)
	}
	return nil
}

// float64s returns x in double precision.
func float64s(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
