package metrics

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// VoiceTrack is what a voice activity detector made of a recording.
type VoiceTrack struct {
	Prob   []float32 // probability of speech in each 10 ms, or any score that grows with it
	Speech []bool    // the truth, from Activity of the clean recording
}

// voiceSlack is by how many frames the two parts of a track may differ in
// length; the rest is cut off.
const voiceSlack = 2

func (t VoiceTrack) cut() (VoiceTrack, error) {
	n := min(len(t.Prob), len(t.Speech))
	if d := max(len(t.Prob), len(t.Speech)) - n; d > voiceSlack {
		return t, fmt.Errorf("metrics: %d probabilities for %d frames: want one for each 10 ms, give or take %d", len(t.Prob), len(t.Speech), voiceSlack)
	}
	for i, p := range t.Prob[:n] {
		if p != p {
			return t, fmt.Errorf("metrics: probability %d is NaN: want a number", i)
		}
	}
	return VoiceTrack{t.Prob[:n], t.Speech[:n]}, nil
}

// decide returns where the probability is over the threshold.
func decide(prob []float32, threshold float32) []bool {
	on := make([]bool, len(prob))
	for i, p := range prob {
		on[i] = p > threshold
	}
	return on
}

// ROCArea returns the area under the receiver operating characteristic of a
// detector, 0 to 1: the probability that a frame of speech has a higher prob
// than another one, ties counted half (Mann and Whitney 1947). 0.5 is chance;
// no threshold counts. Lengths may differ by two frames.
//
// The error tells of lengths, of NaN, and of frames of one kind only, which is
// ErrTooShort.
func ROCArea(prob []float32, speech []bool) (float64, error) {
	t, err := VoiceTrack{prob, speech}.cut()
	if err != nil {
		return 0, err
	}
	order := make([]int, len(t.Prob))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case t.Prob[a] < t.Prob[b]:
			return -1
		case t.Prob[a] > t.Prob[b]:
			return 1
		}
		return 0
	})
	// Σ over frames of speech of the others below it, and half of those beside.
	var area, others, total float64
	for i := 0; i < len(order); {
		var voiced, unvoiced float64
		p := t.Prob[order[i]]
		for ; i < len(order) && t.Prob[order[i]] == p; i++ {
			if t.Speech[order[i]] {
				voiced++
			} else {
				unvoiced++
			}
		}
		area += voiced * (others + unvoiced/2)
		others += unvoiced
		total += voiced
	}
	if total == 0 || others == 0 {
		return 0, fmt.Errorf("%w: the ROC area wants frames with and without speech, found %.0f and %.0f", ErrTooShort, total, others)
	}
	return area / (total * others), nil
}

// FalseAlarmPerMinute returns for how many seconds in a minute, 0 to 60, a
// detector takes recordings without any speech for it: where Prob is over the
// threshold. The truth of the tracks does not count and may be absent.
func FalseAlarmPerMinute(tracks []VoiceTrack, threshold float32) (float64, error) {
	var on, frames int
	for _, t := range tracks {
		for i, p := range t.Prob {
			if p != p {
				return 0, fmt.Errorf("metrics: probability %d is NaN: want a number", i)
			}
			if p > threshold {
				on++
			}
		}
		frames += len(t.Prob)
	}
	if frames == 0 {
		return 0, errors.New("metrics: no probabilities")
	}
	return 60 * float64(on) / float64(frames), nil
}

// inFrames returns n frames as a time.
func inFrames(n int) time.Duration { return time.Duration(n) * time.Second / framesPerSecond }
