// Package metrics measures what a processing made of speech and of noise,
// against the clean recording and against what it was given, and how good a
// voice activity detector is.
//
// Of the whole recording: STOI and ESTOI (how much can be understood), SISDR
// (how far the waveform is off), ActiveLevel of ITU-T P.56.
//
// Of the speech, where Activity finds it in the clean recording: SegmentalSNR
// and WeightedSegmentalSNR, LogSpectralDistance, SpeechGain and
// ActiveLevelChange (did it become quieter), OnsetClipping (do words lose their
// beginning).
//
// Of the noise, in the Pauses: PauseAttenuation (how much fainter),
// LogKurtosisRatio (does it tinkle), ConvergenceTime (how soon).
//
// Of detectors: ScoreVoice and FalseAlarmPerMinute, against Activity.
//
// All work on whole mono recordings with samples in ±1, at 8000 to 192000 Hz,
// of the same length and aligned to the sample, which Align does; a shift of
// 1 ms already costs. Masks, of speech or of pauses, have one value for each
// whole 10 ms; all measures take the same one, so that they agree on what speech
// is. The arithmetic is float64. The tests compare every figure with one of a
// reference implementation, which testdata/golden.json holds, or with its closed
// form.
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
