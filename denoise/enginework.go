package denoise

import (
	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/internal/voicenet"
	"github.com/quietline/quietline/spectral"
)

// engineWork is the part of a workspace that engines use, one after the other:
// prototypes for their estimators, and the arrays that pass from stage to stage
// within an update.
type engineWork struct {
	bins    int
	binHz   float64
	points  *spectral.Groups // what stages work on, see points.go
	rule    Rule
	mmse    *spectral.MMSE              // to Share from; nil with TrackMinimum
	minimum *spectral.MinimumStatistics // the same with TrackMinimum
	snr     *spectral.DecisionDirected
	narrow  *spectral.Kernel
	middles *simd.Polyline
	layout  *voicenet.Layout
	box     *spectral.Box
	bias    []float32 // true noise over λd in steady noise, per point; a table

	power        []float32 // |X|² of the points
	binned       []float32 // λd of the bins
	onBins       []float32 // G of the bins, for comfort.go
	curve        []float32 // presence.go
	lnGain       []float32 // ln G of the rule, before smoothing
	square, work []float32 // gain.go; before it noise.go, after it smoothing.go
}

// newEngineWork allocates the arrays for bins bins, binHz apart.
func newEngineWork(t *tables, c Config, bins int, binHz float64) *engineWork {
	layout := voicenet.NewLayout(bins, binHz)
	w := &engineWork{
		bins: bins, binHz: binHz, points: t.points, rule: c.Rule,
		snr:    t.snr.Clone(),
		narrow: t.narrow.Clone(), box: t.box.Clone(),
		layout: &layout, middles: newBandMiddles(binHz).onPoints(t.endless).curve(t.points.Len()),
		bias: t.mmseBias,
	}
	if c.Tracker == TrackMinimum {
		w.minimum, w.bias = t.minimum.Clone(), t.noBias
	} else {
		w.mmse = t.mmse.Clone()
	}
	b := newBlock(5*lineLen(t.points.Len()) + 2*lineLen(bins))
	for _, p := range []*[]float32{&w.power, &w.curve, &w.lnGain, &w.square, &w.work} {
		*p = b.take(t.points.Len())
	}
	w.binned, w.onBins = b.take(bins), b.take(bins)
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
	n := lineLen(w.snr.StateLen()) + lineLen(w.points.Len()) // linear of smoothing.go
	if w.minimum != nil {
		n += lineLen(w.minimum.StateLen())
	} else {
		n += lineLen(w.mmse.StateLen())
	}
	if music {
		n += lineLen(w.points.Len())
	}
	return n
}

// trackerView returns a noise PSD, |X|² per bin, as noise.go keeps it: on points,
// and with the bias of the tracker, which the stages after it are tuned to.
func (w *engineWork) trackerView(psd []float32) []float32 {
	view := make([]float32, w.points.Len())
	w.points.Sum(view, psd)
	for i := range view {
		view[i] /= w.bias[i]
	}
	return view
}
