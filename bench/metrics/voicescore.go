package metrics

import (
	"fmt"
	"slices"
	"time"
)

// voiceStart is how many frames count as the start of a word, 200 ms.
const voiceStart = 20

// VoiceScore is how good the decisions of a detector are, over all frames of all
// its tracks together.
type VoiceScore struct {
	ROCArea    float64 // see ROCArea
	Miss       float64 // share of the frames of speech that were not detected, 0 to 1
	FalseAlarm float64 // share of the others that were, 0 to 1

	Onsets       int           // runs of speech in the truth
	MissedOnsets float64       // share of them without any frame detected, 0 to 1
	MedianDelay  time.Duration // from the start of a run to the first frame detected in it; a missed run counts as long as it was
	ClippedStart float64       // share of the frames in the first 200 ms of runs that were not detected, 0 to 1

	SwitchesPerMinute float64 // how often the decision changes, on and off
	SwitchRatio       float64 // over how often the truth does

	Frames int // of 10 ms
}

// ScoreVoice scores a detector that decides for speech where Prob is over the
// threshold. A decision that was on already when speech began has no delay.
// Tracks of noise alone have a figure of their own, FalseAlarmPerMinute; leave
// them out here, or their false alarms count as well.
//
// The error tells of lengths that differ by more than two frames and of NaN;
// ErrTooShort of frames of one kind only.
func ScoreVoice(tracks []VoiceTrack, threshold float32) (VoiceScore, error) {
	var s VoiceScore
	var all VoiceTrack
	var delays []int
	var voiced, missed, alarms, starts, clipped, switches, trueSwitches, lost int
	for i, t := range tracks {
		t, err := t.cut()
		if err != nil {
			return s, fmt.Errorf("%w (track %d)", err, i)
		}
		all.Prob, all.Speech = append(all.Prob, t.Prob...), append(all.Speech, t.Speech...)
		on := decide(t.Prob, threshold)
		for j, speech := range t.Speech {
			switch {
			case speech && on[j]:
				voiced++
			case speech:
				voiced++
				missed++
			case on[j]:
				alarms++
			}
		}
		for _, r := range runs(t.Speech) {
			delay := slices.Index(on[r.start:r.end], true)
			if delay < 0 {
				lost++
				delay = r.end - r.start
			}
			delays = append(delays, delay)
			for j := r.start; j < min(r.end, r.start+voiceStart); j++ {
				starts++
				if !on[j] {
					clipped++
				}
			}
		}
		switches += changes(on)
		trueSwitches += changes(t.Speech)
	}
	var err error
	if s.ROCArea, err = ROCArea(all.Prob, all.Speech); err != nil {
		return s, err
	}
	s.Frames = len(all.Speech)
	s.Miss = float64(missed) / float64(voiced)
	s.FalseAlarm = float64(alarms) / float64(s.Frames-voiced)
	s.Onsets = len(delays)
	s.MissedOnsets = float64(lost) / float64(len(delays))
	slices.Sort(delays)
	s.MedianDelay = (inFrames(delays[(len(delays)-1)/2]) + inFrames(delays[len(delays)/2])) / 2
	s.ClippedStart = float64(clipped) / float64(starts)
	s.SwitchesPerMinute = float64(switches) / (float64(s.Frames) / (60 * framesPerSecond))
	s.SwitchRatio = float64(switches) / float64(max(1, trueSwitches))
	return s, nil
}

// changes returns how often mask changes. It is off before its first frame.
func changes(mask []bool) (n int) {
	last := false
	for _, v := range mask {
		if v != last {
			n++
		}
		last = v
	}
	return n
}
