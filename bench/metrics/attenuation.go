package metrics

import "math"

const (
	attenuationFrames = 20    // least number, 0.2 s
	attenuationFloor  = 1e-10 // mean power, −100 dB to full scale: rounding to 16 bit
)

// Attenuation is by how much a processing took the noise down, in dB; positive
// means fainter.
type Attenuation struct {
	Energy float64 // of the energies over all frames: the loudest rest counts most
	Median float64 // median over frames: what is usual, whatever single bursts did
	Frames int     // of 10 ms, that were measured
}

// PauseAttenuation returns by how much the noise in the frames of the mask
// pauses, from Pauses or Between, became fainter from noisy to processed:
//
//	Energy = 10 lg( Σ noisy² / Σ processed² )
//	Median = the median over frames of 10 lg( noisy² / processed² )
//
// Frames of noisy below −100 dB to full scale, digital silence, do not count;
// fainter ones of processed count as −100 dB, so that a muted output has the
// noise's own height over that as its attenuation and not infinity.
//
// The error tells of recordings or a mask of different length; ErrTooShort of
// less than 0.2 s of noise.
func PauseAttenuation(noisy, processed []float32, pauses []bool, sampleRate int) (Attenuation, error) {
	if err := checkMasked(noisy, processed, pauses, sampleRate); err != nil {
		return Attenuation{}, err
	}
	x, y := meanPower(noisy, sampleRate), meanPower(processed, sampleRate)
	var before, after float64
	var each []float64
	for i, on := range pauses {
		if !on || x[i] < attenuationFloor {
			continue
		}
		p := math.Max(y[i], attenuationFloor)
		before += x[i]
		after += p
		each = append(each, decibels(x[i]/p))
	}
	if len(each) < attenuationFrames {
		return Attenuation{}, tooShort("the attenuation in pauses", attenuationFrames, len(each))
	}
	return Attenuation{Energy: decibels(before / after), Median: percentile(each, 0.5), Frames: len(each)}, nil
}
