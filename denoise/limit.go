package denoise

import "github.com/quietline/quietline/internal/fastmath"

// strengthStage holds the gains above the limit that the user set. The engine
// before it does not know the limit, so statistics and voice activity are the
// same at every strength.
type strengthStage struct {
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

// apply limits gains of a frame that holds speech with probability prob. A
// limit beyond what the engine reaches deepens pauses only. The two lowest bins
// keep the engine's high-pass, except for music.
func (s *strengthStage) apply(gain []float32, prob float32, music bool) {
	if s.limitDB > depthDB {
		deeper := fastmath.Exp(dbToLn((depthDB - s.limitDB) * (1 - voiced(prob))))
		for k := range gain {
			gain[k] *= deeper
		}
	}
	floor, first := s.floor, 2
	if music {
		first = 0
	}
	for k := first; k < len(gain); k++ {
		gain[k] = max(gain[k], floor)
	}
}
