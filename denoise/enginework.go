package denoise

import "github.com/quietline/quietline/spectral"

// engineWork is the part of a workspace that engines use, one after the other:
// prototypes for their estimators, and the arrays that pass from stage to stage
// within an update.
type engineWork struct {
	bins    int
	binHz   float64
	rule    Rule
	mmse    *spectral.MMSE              // to Share from; nil with TrackMinimum
	minimum *spectral.MinimumStatistics // the same with TrackMinimum
	snr     *spectral.DecisionDirected
	narrow  *spectral.Kernel
	wide    *spectral.Kernel
	box     *spectral.Box
	bias    []float32 // true noise over λd in steady noise, per bin; a table

	over         []float32 // noise.go
	xs, global   []float32 // presence.go
	speechGain   []float32 // gain.go
	lnGain       []float32 // ln G of the rule, before smoothing
	near, smooth []float32 // smoothing.go
}

// newEngineWork allocates the arrays for bins bins, binHz apart.
func newEngineWork(t *tables, c Config, bins int, binHz float64) *engineWork {
	w := &engineWork{
		bins: bins, binHz: binHz, rule: c.Rule,
		snr:    t.snr.Clone(),
		narrow: t.narrow.Clone(), wide: t.wide.Clone(), box: t.box.Clone(),
		bias: t.mmseBias,
	}
	if c.Tracker == TrackMinimum {
		w.minimum, w.bias = t.minimum.Clone(), t.noBias
	} else {
		w.mmse = t.mmse.Clone()
	}
	for _, p := range []*[]float32{&w.over, &w.xs, &w.global, &w.speechGain, &w.lnGain, &w.near, &w.smooth} {
		*p = make([]float32, bins)
	}
	return w
}

// newTracker returns a noise estimator with its state in b.
func (w *engineWork) newTracker(b *block) tracker {
	if w.minimum != nil {
		return w.minimum.Share(b.take(w.minimum.StateLen()))
	}
	return w.mmse.Share(b.take(w.mmse.StateLen()))
}

// stateLen returns the number of values in a block that an engine takes.
func (w *engineWork) stateLen(music bool) int {
	n := w.snr.StateLen() + 2*w.bins // local of presence.go, linear of smoothing.go
	if w.minimum != nil {
		n += w.minimum.StateLen()
	} else {
		n += w.mmse.StateLen()
	}
	if music {
		n += w.bins
	}
	return n
}

// trackerView returns a noise PSD with the bias of the tracker, which the stages
// after it are tuned to.
func (w *engineWork) trackerView(psd []float32) []float32 {
	view := make([]float32, len(psd))
	for k, n := range psd {
		view[k] = n / w.bias[k]
	}
	return view
}
