package metrics

import "math"

const leastGain = 1e-6 // −120 dB

// SpeechGain returns how much louder the speech became, in dB, 0 for no change
// and at least −120: the gain of the part of the processed signal y that goes
// with the clean speech s,
//
//	20 lg( Σ y·s / Σ s² )
//
// over the samples of the frames in the mask speech of Activity. What noise is
// left in y is not correlated with s and hardly counts. Opposite polarity gives
// −120 dB: see Align.
//
// The error tells of recordings or a mask of different length; ErrTooShort of
// no speech.
func SpeechGain(clean, processed []float32, speech []bool, sampleRate int) (float64, error) {
	if err := checkMasked(clean, processed, speech, sampleRate); err != nil {
		return 0, err
	}
	var ys, ss float64
	for i, on := range speech {
		if !on {
			continue
		}
		for j := frameStart(i, sampleRate); j < frameStart(i+1, sampleRate); j++ {
			s := float64(clean[j])
			ys += float64(processed[j]) * s
			ss += s * s
		}
	}
	if ss == 0 {
		return 0, tooShort("the speech gain", 1, 0)
	}
	return 20 * math.Log10(math.Max(ys/ss, leastGain)), nil
}

// ActiveLevelChange returns the active level (ITU-T P.56) of the processed
// recording over that of the clean one, in dB. It is meant for clean speech as
// input: noise that is left counts as speech; with noise, SpeechGain.
//
// The error tells of recordings of different length and of digital silence.
func ActiveLevelChange(clean, processed []float32, sampleRate int) (float64, error) {
	if err := checkPair(clean, processed); err != nil {
		return 0, err
	}
	before, _, err := ActiveLevel(clean, sampleRate)
	if err != nil {
		return 0, err
	}
	after, _, err := ActiveLevel(processed, sampleRate)
	if err != nil {
		return 0, err
	}
	return after - before, nil
}
