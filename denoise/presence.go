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

	middles *bandMiddles
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
	p.middles.curve(p.curve, &p.bands)
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
type bandMiddles struct {
	at    [voicenet.Groups]float32
	first [voicenet.Groups]int         // the first bin or point from each on
	per   [voicenet.Groups - 1]float32 // 1 over the way to the next
}

func newBandMiddles(binHz float64) *bandMiddles {
	var at [voicenet.Groups]float32
	for i := range at {
		lo, hi := voicenet.Group(i)
		at[i] = float32((lo + hi) / 2 / binHz)
	}
	return middlesAt(at)
}

func middlesAt(at [voicenet.Groups]float32) *bandMiddles {
	m := bandMiddles{at: at}
	for i, x := range at {
		m.first[i] = int(math.Ceil(float64(x)))
		if i > 0 {
			m.per[i-1] = 1 / (x - at[i-1])
		}
	}
	return &m
}

// onPoints returns the middles on an axis that is wide enough for all of them.
func (m *bandMiddles) onPoints(axis *spectral.Groups) *bandMiddles {
	var on [voicenet.Groups]float32
	for i, x := range m.at {
		p := axis.Point(int(x + 0.5))
		first, end := axis.Range(p)
		on[i] = float32(p) + (x-float32(first+end-1)/2)/float32(end-first)
	}
	return middlesAt(on)
}

// curve writes values per bin or point: straight lines from the middle of one band to the
// next, level below the first and above the last. Bands above the spectrum count
// as far as lines lead to them.
func (m *bandMiddles) curve(dst []float32, v *bandValues) {
	var lines [voicenet.Groups + 1]simd.Line
	m.lines(&lines, len(dst), v)
	simd.Lines(dst, lines[:])
}

// lines makes the lines of curve over bins bins.
func (m *bandMiddles) lines(lines *[voicenet.Groups + 1]simd.Line, bins int, v *bandValues) {
	lines[0] = simd.Line{First: 0, Last: min(m.first[0], bins), Value: v[0]}
	for i, value := range v {
		first, end, slope := min(m.first[i], bins), bins, float32(0)
		if i+1 < len(v) {
			end, slope = min(m.first[i+1], bins), (v[i+1]-value)*m.per[i]
		}
		lines[i+1] = simd.Line{First: first, Last: end, Value: value + slope*(float32(first)-m.at[i]), Slope: slope}
	}
}

// band is a range of bins, first to last inclusive.
type band struct{ first, last int }

// bandHz returns the bins from lo to hi Hz that exist.
func bandHz(lo, hi, binHz float64, bins int) band {
	last := min(int(math.Round(hi/binHz)), bins-2)
	return band{min(int(math.Round(lo/binHz)), last), last}
}
