package main

import (
	"time"

	"github.com/quietline/quietline/bench/metrics"
	"github.com/quietline/quietline/denoise"
)

// variant is our Denoiser's probability decided by other thresholds and holds.
type variant struct {
	Start    float64 `json:"start"`
	Continue float64 `json:"continue"`
	Hold     float64 `json:"hold_ms"`
	Default  bool    `json:"default,omitempty"`
	decision
}

// variantCurve is the ROC of the decision for one hold: Start runs through 0 to
// 1 with Continue in the default proportion to it.
type variantCurve struct {
	Hold  float64 `json:"hold_ms"`
	Curve []point `json:"curve"`
}

// variantRules are the thresholds and holds of the table.
var variantRules = []rule{
	ourRule,
	{ourRule.start, ourRule.goOn, 0}, {ourRule.start, ourRule.goOn, 10}, {ourRule.start, ourRule.goOn, 30},
	{0.4, 0.3, 20}, {0.5, 0.35, 20}, {0.6, 0.45, 20}, {0.8, 0.65, 20},
	{0.5, 0.5, 0}, {0.5, 0.5, 20}, {0.7, 0.35, 20}, {0.7, 0.5, 10},
}

var variantHolds = []int{0, 10, 20}

// config returns the configuration of a denoiser that decides by the rule.
func (r rule) config() denoise.VADConfig {
	c := denoise.VADConfig{
		Start: float64(r.start), Continue: float64(r.goOn),
		Hold: time.Duration(r.hold) * 10 * time.Millisecond,
	}
	if r.hold == 0 {
		c.Hold = -1
	}
	return c
}

// variants decides the probabilities of a system anew.
func variants(recs []*recording, tracks []*track) (list []variant, curves []variantCurve, err error) {
	for _, r := range variantRules {
		d, err := decide(recs, "VADConfig", func(i int) []bool { return r.decide(tracks[i].prob) })
		if err != nil {
			return nil, nil, err
		}
		list = append(list, variant{round2(r.start), round2(r.goOn), float64(10 * r.hold), r == ourRule, d})
	}
	all, err := probabilities(recs, tracks)
	if err != nil {
		return nil, nil, err
	}
	mixes := pick(recs, all, isMix)
	for _, hold := range variantHolds {
		c := variantCurve{Hold: float64(10 * hold), Curve: []point{{}}}
		for step := 40; step >= 0; step-- {
			start := float32(step) / 40
			r := rule{start, start * ourRule.goOn / ourRule.start, hold}
			c.Curve = append(c.Curve, operate(replaced(mixes, func(t metrics.VoiceTrack) []float32 { return numbers(r.decide(t.Prob)) })))
		}
		curves = append(curves, c)
	}
	return list, curves, nil
}

// operate returns the operating point of decisions, 0 or 1.
func operate(tracks []metrics.VoiceTrack) point {
	var hit, voiced, alarms, unvoiced float64
	for _, t := range tracks {
		for i, p := range t.Prob {
			if t.Speech[i] {
				voiced++
				hit += float64(p)
			} else {
				unvoiced++
				alarms += float64(p)
			}
		}
	}
	return point{alarms / max(unvoiced, 1), hit / max(voiced, 1)}
}

func round2(v float32) float64 { return float64(int(v*100+0.5)) / 100 }
