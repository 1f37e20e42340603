package metrics

import (
	"errors"
	"math"
)

// maxSDR bounds SISDR on both sides: float32 resolves no more.
const maxSDR = 150

// SISDR returns the scale-invariant signal-to-distortion ratio of processed
// speech in dB (Le Roux, Wisdom, Erdogan and Hershey, "SDR – Half-baked or Well
// Done?", 2019, eq. 3): the energy of its projection onto the clean speech over
// that of the rest, both after their means were taken off. Neither gain nor
// polarity counts. Results lie in ±150 dB; digital silence as processed speech
// gives −150.
//
// The error tells of recordings of different length, of a silent reference and
// of samples that are not finite.
func SISDR(clean, processed []float32) (float64, error) {
	if err := checkPair(clean, processed); err != nil {
		return 0, err
	}
	s, e := float64s(clean), float64s(processed)
	removeMean(s)
	removeMean(e)
	ss, es := dot(s, s), dot(e, s)
	if ss <= 1e-20*float64(len(s)) {
		return 0, errors.New("metrics: SI-SDR against a silent reference: want speech")
	}
	scale := es / ss
	var rest float64 // not ee − es²/ss, which cancels
	for i := range e {
		d := e[i] - scale*s[i]
		rest += d * d
	}
	target := scale * scale * ss
	if target == 0 {
		return -maxSDR, nil
	}
	return math.Max(-maxSDR, math.Min(10*math.Log10(target/rest), maxSDR)), nil
}
