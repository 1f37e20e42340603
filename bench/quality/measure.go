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

// afterStep is what a convergence that never comes counts as: the time there was.
const afterStep = 4 * time.Second

// truth is what of the measures depends on the reference alone.
type truth struct {
	item                 *lab.Item
	noisy, ref           []float32
	speech               []bool
	first, quiet, pauses []bool // frames of noise alone: in the first second, from 2 s on, anywhere
}

// newTruth finds where there is speech and where there is none. Reverberation
// counts neither as speech nor as pause.
func newTruth(it *lab.Item, noisy, ref []float32) (*truth, error) {
	speech, err := metrics.Activity(ref, lab.Rate)
	if err != nil {
		return nil, err
	}
	after := metrics.PauseAfter
	if it.Reverb {
		after = 300 * time.Millisecond
	}
	pauses := metrics.Pauses(speech, metrics.PauseBefore, after)
	return &truth{
		item: it, noisy: noisy, ref: ref, speech: speech, pauses: pauses,
		first: metrics.Between(pauses, 0, time.Second),
		quiet: metrics.Between(pauses, 2*time.Second, 0),
	}, nil
}

// measure returns every Go metric of what a system made of an item, and what it
// lost at the start of each word.
func (t *truth) measure(out []float32) (map[string]float64, []float64, error) {
	scores := map[string]float64{}
	var failed error
	// put keeps a value. Too little speech or pause leaves a metric out.
	put := func(key string, v float64, err error) {
		switch {
		case errors.Is(err, metrics.ErrTooShort):
		case err != nil:
			failed = errors.Join(failed, fmt.Errorf("%s of %s: %w", key, t.item.Name, err))
		case !math.IsNaN(v) && !math.IsInf(v, 0):
			scores[key] = v
		}
	}
	if t.item.Kind == lab.Step {
		at := time.Duration(t.item.StepAt) * time.Second / lab.Rate
		c, err := metrics.ConvergenceTime(t.noisy[:t.item.StepAt], out[:t.item.StepAt], 0, lab.Rate)
		put("converge_start", settled(c), err)
		c, err = metrics.ConvergenceTime(t.noisy, out, at, lab.Rate)
		put("converge_step", settled(c), err)
		put("att", c.Final, err)
		return scores, nil, failed
	}
	if t.item.Kind != lab.Clean {
		a, err := metrics.PauseAttenuation(t.noisy, out, t.first, lab.Rate)
		put("att_first", a.Energy, err)
		a, err = metrics.PauseAttenuation(t.noisy, out, t.quiet, lab.Rate)
		put("att", a.Energy, err)
		put("att_median", a.Median, err)
		v, err := metrics.LogKurtosisRatio(t.noisy, out, t.quiet, lab.Rate)
		put("musical", v, err)
	}
	if t.item.Kind == lab.Noise || !slices.Contains(t.speech, true) {
		return scores, nil, failed
	}
	v, err := metrics.STOI(t.ref, out, lab.Rate)
	put("stoi", v, err)
	v, err = metrics.ESTOI(t.ref, out, lab.Rate)
	put("estoi", v, err)
	v, err = metrics.SISDR(t.ref, out)
	put("sisdr", v, err)
	v, err = metrics.SegmentalSNR(t.ref, out, t.speech, lab.Rate)
	put("segsnr", v, err)
	v, err = metrics.WeightedSegmentalSNR(t.ref, out, t.speech, lab.Rate)
	put("fwsegsnr", v, err)
	v, err = metrics.LogSpectralDistance(t.ref, out, t.speech, lab.Rate)
	put("lsd", v, err)
	v, err = metrics.SpeechGain(t.ref, out, t.speech, lab.Rate)
	put("gain", v, err)
	if t.item.Kind == lab.Clean {
		v, err = metrics.ActiveLevelChange(t.ref, out, lab.Rate)
		put("level", v, err)
	}
	o, err := metrics.OnsetClipping(t.ref, t.noisy, out, t.speech, lab.Rate)
	if err == nil && len(o.Losses) > 0 {
		put("onset_loss", o.Mean(), nil)
		put("onset_clipped", 100*o.Clipped(), nil)
	} else {
		put("onset_loss", math.NaN(), errors.Join(err, metrics.ErrTooShort))
	}
	return scores, o.Losses, failed
}

// settled returns the seconds until the noise came down to where it stays, NaN
// for what hardly takes any noise away.
func settled(c metrics.Convergence) float64 {
	if c.Final < 3 {
		return math.NaN()
	}
	if !c.Converged {
		return afterStep.Seconds()
	}
	return c.Time.Seconds()
}
