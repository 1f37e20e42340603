package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/internal/voicenet"
	"github.com/quietline/quietline/spectral"
)

// presence estimates the probability that a frame holds speech, and the same for
// six bands, by a small recurrent network on the power of the frame alone
// (internal/voicenet). It knows nothing of the noise estimate, so that estimate
// may depend on it without the two talking each other into silence.
type presence struct {
	prob  float32    // speech presence probability of the frame
	bands bandValues // and in each band
	// curve is the latter per bin, between the middles of the bands; shared
	curve []float32

	middles *simd.Polyline
	layout  *voicenet.Layout
	levels  voicenet.Extractor
	net     voicenet.Net
}

// bandValues is one value per band of presence.
type bandValues [voicenet.Groups]float32

func newPresence(w *engineWork) presence {
	return presence{curve: w.curve, middles: w.middles, layout: w.layout}
}

const (
	// Probabilities rise at once, so that words keep their beginnings; they
	// fall more slowly, so that the gains do not flutter.
	presenceFall     = 0.6
	presenceBandFall = 0.6
	// presenceSilence is how the frame's falls in digital silence.
	presenceSilence = 0.93
)

// update takes the power of a frame.
func (p *presence) update(power []float32) {
	var x [voicenet.Features]float32
	var y [voicenet.Outputs]float32
	p.levels.Update(&x, p.layout, power)
	p.net.Probabilities(&y, &x)
	p.prob = fallTo(p.prob, y[0], presenceFall)
	for i := range p.bands {
		p.bands[i] = fallTo(p.bands[i], y[1+i], presenceBandFall)
	}
	p.middles.Write(p.curve, p.bands[:])
}

// fallTo moves a probability to q: at once upwards, by the share 1−keep of the
// way downwards.
func fallTo(p, q, keep float32) float32 { return max(q, q+keep*(p-q)) }

// voiced maps the presence of a frame to the share of the stages that know only
// speech and pause: 0 where steady noise lies, 1 where words do. Between them
// are faint ends of words.
func voiced(prob float32) float32 { return ramp(prob, 0.2, 0.2) }

// decay lets the probability fall over a frame of digital silence.
func (p *presence) decay() {
	p.prob = max(presenceSilence*p.prob-1e-6, 0)
}

func (p *presence) reset() {
	p.prob, p.bands = 0, bandValues{}
	p.levels.Reset()
	p.net.Reset()
}

// bandMiddles are where the middles of the bands of presence lie, counted in bins or
// in points.
type bandMiddles [voicenet.Groups]float32

func newBandMiddles(binHz float64) *bandMiddles {
	var m bandMiddles
	for i := range m {
		lo, hi := voicenet.Group(i)
		m[i] = float32((lo + hi) / 2 / binHz)
	}
	return &m
}

// onPoints returns the middles on an axis that is wide enough for all of them.
func (m *bandMiddles) onPoints(axis *spectral.Groups) *bandMiddles {
	var on bandMiddles
	for i, x := range m {
		p := axis.Point(int(x + 0.5))
		first, end := axis.Range(p)
		on[i] = float32(p) + (x-float32(first+end-1)/2)/float32(end-first)
	}
	return &on
}

// curve returns what spreads values of the bands over so many bins or points: straight
// lines from the middle of one band to the next, level below the first and above the
// last. Bands above the spectrum count as far as lines lead to them.
func (m *bandMiddles) curve(n int) *simd.Polyline { return simd.NewPolyline(m[:], n) }

// band is a range of bins, first to last inclusive.
type band struct{ first, last int }

// bandHz returns the bins from lo to hi Hz that exist.
func bandHz(lo, hi, binHz float64, bins int) band {
	last := min(int(math.Round(hi/binHz)), bins-2)
	return band{min(int(math.Round(lo/binHz)), last), last}
}
