package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/bench/metrics"
)

// recording is an item with the truth about it.
type recording struct {
	*lab.Item
	speech []bool // of every frame of 10 ms
}

// skipStart is what the second column of ROC areas leaves out: the time in which
// every system settles, and all of it without speech.
const skipStart = 600 * time.Millisecond

const skipFrames = int(skipStart / (10 * time.Millisecond))

// optional is a figure that may be absent: JSON and tables leave it out.
type optional struct {
	v  float64
	ok bool
}

func (o optional) MarshalJSON() ([]byte, error) {
	if !o.ok || math.IsNaN(o.v) {
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, "%.6g", o.v), nil
}

func some(v float64) optional { return optional{v, true} }

// areas are ROC areas, 0 to 1, over the frames of all mixtures of a group.
type areas struct {
	All         optional            `json:"all"`
	Interval    optional            `json:"interval"`    // ±, 95 %, by drawing recordings anew
	Difference  optional            `json:"difference"`  // to our Denoiser
	DiffRange   optional            `json:"diff_range"`  // ±, 95 %, draw by draw
	AfterStart  optional            `json:"after_start"` // without the first 0.6 s
	SNR         []optional          `json:"snr"`         // as Report.SNRs
	Reverberant optional            `json:"reverberant"`
	Clean       optional            `json:"clean"` // clean speech alone
	Held        optional            `json:"held"`  // all, of the probability held for 100 ms
	MissAt10    optional            `json:"miss_at_10"`
	Noise       map[string]optional `json:"noise"` // by kind of noise
}

// decision is how a system does with one way of deciding.
type decision struct {
	By         string   `json:"by"`
	Miss       float64  `json:"miss"`              // share of frames with speech, 0 to 1
	False      float64  `json:"false_alarm"`       // share of the others
	FalseAfter optional `json:"false_after_start"` // without the first 0.6 s
	Onset      float64  `json:"onset_ms"`          // median
	Onset90    float64  `json:"onset90_ms"`
	Missed     float64  `json:"missed_onsets"` // share
	Clipped    float64  `json:"clipped_start"` // share of the frames in the first 200 ms of words
	Switches   float64  `json:"switches_per_minute"`
	Ratio      float64  `json:"switch_ratio"` // to the truth's
	NoiseAlarm optional `json:"noise_only"`   // s/min
	CleanMiss  optional `json:"clean_miss"`
	CleanFalse optional `json:"clean_false_alarm"`
}

// Ways of deciding.
const (
	byThreshold = "threshold"
	byHold      = "threshold, 100 ms hold"
	byItself    = "its own"
)

// scored is a system with its figures.
type scored struct {
	*system
	CPU       optional   `json:"us_per_10ms"`
	Areas     areas      `json:"roc_area"`
	Curve     []point    `json:"curve"`
	HeldCurve []point    `json:"held_curve"`
	Decisions []decision `json:"decisions"`
	draws     []float64
}

// score judges the tracks of a system, one for every recording.
func score(s *system, recs []*recording, tracks []*track, snrs []float64) (*scored, error) {
	out := &scored{system: s}
	var cpu time.Duration
	hops := 0
	for _, t := range tracks {
		cpu += t.cpu
		hops += t.hops
	}
	if hops > 0 {
		out.CPU = some(float64(cpu.Nanoseconds()) / float64(hops) / 1000)
	}
	all, err := probabilities(recs, tracks)
	if err != nil {
		return nil, err
	}
	mixes := pick(recs, all, isMix)
	if err := out.scoreAreas(recs, all, snrs); err != nil {
		return nil, err
	}
	out.Curve = curve(mixes)
	out.Areas.MissAt10 = some(missAt(out.Curve, 0.1))
	heldMixes := replaced(mixes, func(t metrics.VoiceTrack) []float32 { return held(t.Prob, holdFrames) })
	out.HeldCurve = curve(heldMixes)
	if out.Areas.Held, err = area(heldMixes); err != nil {
		return nil, err
	}
	if len(mixes) >= bootstrapLeast {
		out.draws = bootstrap(mixes)
	}
	out.Areas.Interval = some(interval(out.draws))

	for _, way := range []struct {
		by string
		on func(i int) []bool
	}{
		{byItself, func(i int) []bool { return tracks[i].voice }},
		{byThreshold, func(i int) []bool { return threshold(s.Threshold, 0).decide(tracks[i].prob) }},
		{byHold, func(i int) []bool { return threshold(s.Threshold, holdFrames).decide(tracks[i].prob) }},
	} {
		if way.by == byItself && tracks[0].voice == nil {
			continue
		}
		d, err := decide(recs, way.by, way.on)
		if err != nil {
			return nil, err
		}
		out.Decisions = append(out.Decisions, d)
	}
	return out, nil
}

// scoreAreas fills in the ROC areas of the groups.
func (out *scored) scoreAreas(recs []*recording, all []metrics.VoiceTrack, snrs []float64) (err error) {
	a := &out.Areas
	noises := map[string]bool{}
	for _, r := range recs {
		if isMix(r) && r.Noise != "" {
			noises[r.Noise] = true
		}
	}
	group := func(to *optional, keep func(*recording) bool) {
		if err == nil {
			*to, err = area(pick(recs, all, keep))
		}
	}
	group(&a.All, isMix)
	group(&a.Reverberant, func(r *recording) bool { return isMix(r) && r.Reverb })
	group(&a.Clean, func(r *recording) bool { return r.Kind == lab.Clean })
	a.SNR = make([]optional, len(snrs))
	for i, snr := range snrs {
		group(&a.SNR[i], func(r *recording) bool { return isMix(r) && r.SNR == snr })
	}
	a.Noise = map[string]optional{}
	for name := range noises {
		var o optional
		group(&o, func(r *recording) bool { return isMix(r) && r.Noise == name })
		a.Noise[name] = o
	}
	if err == nil {
		a.AfterStart, err = area(afterStart(pick(recs, all, isMix)))
	}
	return err
}

// decide scores decisions, given for each recording.
func decide(recs []*recording, by string, on func(i int) []bool) (decision, error) {
	d := decision{By: by}
	all := make([]metrics.VoiceTrack, len(recs))
	for i, r := range recs {
		all[i] = cut(numbers(on(i)), r.speech)
	}
	mixes := pick(recs, all, isMix)
	s, err := metrics.ScoreVoice(mixes, 0.5)
	if err != nil {
		return d, err
	}
	d.Miss, d.False = s.Miss, s.FalseAlarm
	d.Onset = milliseconds(s.MedianDelay)
	d.Onset90 = milliseconds(onset90(mixes))
	d.Missed, d.Clipped = s.MissedOnsets, s.ClippedStart
	d.Switches, d.Ratio = s.SwitchesPerMinute, s.SwitchRatio
	if s, err := metrics.ScoreVoice(afterStart(mixes), 0.5); err == nil {
		d.FalseAfter = some(s.FalseAlarm)
	}
	if noise := pick(recs, all, func(r *recording) bool { return r.Kind == lab.Noise }); len(noise) > 0 {
		alarm, err := metrics.FalseAlarmPerMinute(noise, 0.5)
		if err != nil {
			return d, err
		}
		d.NoiseAlarm = some(alarm)
	}
	if s, err := metrics.ScoreVoice(pick(recs, all, func(r *recording) bool { return r.Kind == lab.Clean }), 0.5); err == nil {
		d.CleanMiss, d.CleanFalse = some(s.Miss), some(s.FalseAlarm)
	}
	return d, nil
}

// onset90 returns the delay that nine onsets in ten do not exceed, counted as in
// metrics.VoiceScore.MedianDelay.
func onset90(tracks []metrics.VoiceTrack) time.Duration {
	var delays []int
	for _, t := range tracks {
		for i := 0; i < len(t.Speech); i++ {
			if !t.Speech[i] {
				continue
			}
			delay, found := 0, false
			for ; i < len(t.Speech) && t.Speech[i]; i++ {
				found = found || t.Prob[i] > 0.5
				if !found {
					delay++
				}
			}
			delays = append(delays, delay)
		}
	}
	if len(delays) == 0 {
		return 0
	}
	slices.Sort(delays)
	return time.Duration(delays[(9*len(delays)+9)/10-1]) * 10 * time.Millisecond
}

func isMix(r *recording) bool { return r.Kind == lab.Mix }

// probabilities pairs tracks with the truth.
func probabilities(recs []*recording, tracks []*track) ([]metrics.VoiceTrack, error) {
	all := make([]metrics.VoiceTrack, len(recs))
	for i, r := range recs {
		for j, p := range tracks[i].prob {
			if p != p {
				return nil, fmt.Errorf("%s: probability %d is NaN", r.Name, j)
			}
		}
		all[i] = cut(tracks[i].prob, r.speech)
	}
	return all, nil
}

// cut takes both to the length of the shorter.
func cut(prob []float32, speech []bool) metrics.VoiceTrack {
	n := min(len(prob), len(speech))
	return metrics.VoiceTrack{Prob: prob[:n], Speech: speech[:n]}
}

// numbers returns 1 for true.
func numbers(on []bool) []float32 {
	out := make([]float32, len(on))
	for i, v := range on {
		if v {
			out[i] = 1
		}
	}
	return out
}

// pick returns the tracks of the recordings to keep.
func pick(recs []*recording, all []metrics.VoiceTrack, keep func(*recording) bool) (list []metrics.VoiceTrack) {
	for i, r := range recs {
		if keep(r) {
			list = append(list, all[i])
		}
	}
	return list
}

// replaced returns tracks with other probabilities.
func replaced(tracks []metrics.VoiceTrack, prob func(metrics.VoiceTrack) []float32) []metrics.VoiceTrack {
	out := make([]metrics.VoiceTrack, len(tracks))
	for i, t := range tracks {
		out[i] = metrics.VoiceTrack{Prob: prob(t), Speech: t.Speech}
	}
	return out
}

// afterStart leaves out the first 0.6 s of every track.
func afterStart(tracks []metrics.VoiceTrack) []metrics.VoiceTrack {
	out := make([]metrics.VoiceTrack, len(tracks))
	for i, t := range tracks {
		from := min(skipFrames, len(t.Prob))
		out[i] = metrics.VoiceTrack{Prob: t.Prob[from:], Speech: t.Speech[from:]}
	}
	return out
}

// area is the ROC area of tracks taken together, absent where they hold frames
// of one kind only.
func area(tracks []metrics.VoiceTrack) (optional, error) {
	a, err := metrics.ROCArea(pool(tracks))
	if errors.Is(err, metrics.ErrTooShort) {
		return optional{}, nil
	}
	return optional{a, err == nil}, err
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
