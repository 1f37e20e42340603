package denoise

import "math"

// voiceDecision turns speech probabilities into a steady decision: voice starts
// when the probability reaches one threshold, goes on while it stays above a
// lower one, and holds for a while after that.
type voiceDecision struct {
	start, goOn float32
	holdHops    int
	left        int // hops of hold left
	voice       bool
}

func newVoiceDecision(c VADConfig, hopSeconds float64) voiceDecision {
	hold := 0
	if c.Hold > 0 {
		hold = int(math.Round(c.Hold.Seconds() / hopSeconds))
	}
	return voiceDecision{start: float32(c.Start), goOn: float32(c.Continue), holdHops: hold}
}

// update takes the probability of a hop and returns the decision.
func (v *voiceDecision) update(prob float32) bool {
	switch {
	case prob >= v.start, v.voice && prob >= v.goOn:
		v.voice, v.left = true, v.holdHops
	case v.left > 0:
		v.left--
	default:
		v.voice = false
	}
	return v.voice
}

func (v *voiceDecision) reset() { v.voice, v.left = false, 0 }
