package spectral

import (
	"fmt"
	"math"
)

// NoiseEstimator tracks the power spectral density λd of the noise under a
// signal, one frame after the other.
//
// Powers are |X|² of whatever transform the caller uses, in any unit as long
// as it stays the same: the estimate comes out in that unit. Estimators are
// meant for values between 1e-12 (add such a floor, digital silence has no
// logarithm and no ratio) and 1e16; within that range no state becomes NaN,
// infinite or denormal. Frames of digital silence say nothing about the room:
// do not pass them to Update.
//
// Implementations hold no lock and allocate nothing after construction. They
// belong to one goroutine at a time.
type NoiseEstimator interface {
	// Update takes the power |X|² of the next frame, one value per bin. It
	// panics when len(power) is not the number of bins.
	Update(power []float32)
	// PSD returns the estimate λd per bin after the last Update. The slice
	// belongs to the estimator, is read only, and stays valid until the next
	// Update. Before the first frame it is at the smallest power, never zero.
	PSD() []float32
	// Reset returns to the state after construction.
	Reset()
}

const (
	// minPower is the least noise power an estimator holds. It is 60 dB below
	// the 1e-12 that callers add against digital silence, so it never biases a
	// real estimate, and large enough that its square (1e-36) is still a normal
	// float32 and the ratio of the loudest power to it (1e34) a finite one.
	minPower = 1e-18
	// maxPower is the greatest, 20 dB above the documented range; its square is
	// finite too.
	maxPower = 1e18

	// The same as bit patterns. Positive floats compare like their bits, and
	// the compiler turns integer min and max into conditional moves where the
	// float ones cost several instructions. NaN lies beyond one of the ends:
	// clamping by bits also heals a state that an invalid sample has poisoned.
	minPowerBits = 0x219392ef
	maxPowerBits = 0x5d5e0b6b
)

func checkLen(name string, got, want int) {
	if got != want {
		panicLen(name, got, want)
	}
}

func panicLen(name string, got, want int) {
	panic(fmt.Sprintf("spectral: %s has %d values, need %d", name, got, want))
}

// clampPower bounds a power to [minPower, maxPower]. Negative values, which
// have the sign bit, go to the bottom, +Inf to the top, NaN to either, by its
// sign.
func clampPower(p float32) float32 {
	b := int32(math.Float32bits(p))
	return math.Float32frombits(uint32(min(max(b, minPowerBits), maxPowerBits)))
}
