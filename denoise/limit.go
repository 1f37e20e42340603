package denoise

import (
	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/internal/simd"
)

// strengthStage holds the gains above the limit that the user set. The engine
// before it does not know the limit, so statistics and voice activity are the
// same at every strength.
type strengthStage struct {
	depthDB float32 // of the engine, with Default
	limitDB float32
	floor   float32 // 10^(−limit/20)
}

// aim takes the limit in dB for the coming hop. The overlap of the frames fades
// from one limit to the next.
func (s *strengthStage) aim(limitDB float32) {
	if limitDB != s.limitDB {
		s.reset(limitDB)
	}
}

func (s *strengthStage) reset(limitDB float32) {
	s.limitDB = limitDB
	s.floor = fastmath.Exp(dbToLn(-limitDB))
}

// least returns the gain below which nothing is to fall, given the gain that is low
// enough by the engine's word: whoever asks for more than the default gets it.
func (s *strengthStage) least(enough float32) float32 {
	if s.limitDB > s.depthDB {
		return s.floor
	}
	return max(s.floor, enough)
}

// apply limits gains of a frame that holds speech with probability prob, and to
// the gain that is low enough by the engine's word. A limit beyond what the
// engine reaches deepens pauses only, as far as it goes. The two lowest bins keep
// the engine's high-pass, except for music.
func (s *strengthStage) apply(gain []float32, prob, enough float32, music bool) {
	floor, deeper := max(s.floor, enough), float32(1)
	if s.limitDB > s.depthDB {
		floor = s.floor // whoever asks for more than the default gets it
		deeper = fastmath.Exp(dbToLn((s.depthDB - s.limitDB) * (1 - voiced(prob))))
	}
	if !music {
		gain[0] *= deeper
		gain[1] *= deeper
		gain = gain[2:]
	}
	simd.AtLeast(gain, gain, deeper, floor)
}
