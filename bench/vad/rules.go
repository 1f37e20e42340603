package main

// This file holds the rules that turn probabilities into decisions, one value
// per frame of 10 ms. Each gives at frame i what is known when that frame's last
// sample is in; none looks ahead.

// rule is how a probability becomes a decision: voice begins at start, goes on
// while the probability stays at goOn or above, and is held for some frames
// after that. It is the rule of denoise.VADConfig; with goOn = start and no hold
// it is a plain threshold.
type rule struct {
	start, goOn float32
	hold        int // frames
}

// threshold returns the rule of a plain threshold with a hold.
func threshold(at float32, hold int) rule { return rule{at, at, hold} }

// decide applies the rule to a whole recording.
func (r rule) decide(prob []float32) []bool {
	voice := make([]bool, len(prob))
	on, left := false, 0
	for i, p := range prob {
		switch {
		case p >= r.start, on && p >= r.goOn:
			on, left = true, r.hold
		case left > 0:
			left--
		default:
			on = false
		}
		voice[i] = on
	}
	return voice
}

// held returns the largest probability of a frame and the hold frames before
// it. A threshold on that is the same decision as the threshold with a hold, so
// its ROC is that of the held decision.
func held(prob []float32, hold int) []float32 {
	out := make([]float32, len(prob))
	for i := range prob {
		for _, p := range prob[max(0, i-hold) : i+1] {
			out[i] = max(out[i], p)
		}
	}
	return out
}

// telegramFrames and telegramThreshold are the rule by which Telegram's client
// takes RNNoise's probabilities for voice.
const (
	telegramFrames    = 8
	telegramThreshold = 0.8
)

// meanOfLast returns the mean of the last n probabilities; before the first
// there were zeros.
func meanOfLast(prob []float32, n int) []float32 {
	out := make([]float32, len(prob))
	for i := range prob {
		var sum float64
		for _, p := range prob[max(0, i-n+1) : i+1] {
			sum += float64(p)
		}
		out[i] = float32(sum / float64(n))
	}
	return out
}
