package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/spectral"
)

// presence estimates the probability that a frame holds speech, and smooths the
// prior SNR over time and frequency for the presence of each bin (local and
// global mean of Cohen & Berdugo 2001, section 3).
//
// The frame's probability is a logistic function of three features: the mean
// ln(1+ξ) at 100–650 Hz, where voices have their pitch and first formant, the
// same above that, and the flatness of γ up to 5 kHz, which is low for voices
// and high for hiss and clicks.
type presence struct {
	prob     float32   // speech presence probability of the frame
	local    []float32 // ζ: ξ smoothed over time and three bins
	global   []float32 // ζg: ζ smoothed over ±15 bins; shared
	narrow   *spectral.Kernel
	wide     *spectral.Kernel
	xs       []float32 // shared
	low, mid band
	flat     band
	features presenceFeatures
}

// band is a range of bins, first to last inclusive.
type band struct{ first, last int }

// bandHz returns the bins from lo to hi Hz that exist.
func bandHz(lo, hi, binHz float64, bins int) band {
	last := min(int(math.Round(hi/binHz)), bins-2)
	return band{min(int(math.Round(lo/binHz)), last), last}
}

func newPresence(w *engineWork, b *block) presence {
	bins, binHz := w.bins, w.binHz
	return presence{
		local:  b.take(bins),
		global: w.global,
		xs:     w.xs,
		narrow: w.narrow,
		wide:   w.wide,
		low:    bandHz(100, 650, binHz, bins),
		mid:    bandHz(700, 1150, binHz, bins),
		flat:   bandHz(200, 4950, binHz, bins),
	}
}

const (
	presenceLocalSmooth = 0.5
	presenceRise        = 0.22
	presenceFall        = 0.93
)

// presenceFeatures are the smoothed features of a frame.
type presenceFeatures struct {
	low, mid float32 // mean ln(1+ξ) around pitch and first formant, and above
	flat     float32 // flatness of γ
}

// update takes the features of a frame, to be counted with weight 0 to 1, and
// returns its probability of speech. The weights are a logistic regression on
// 200 mixtures of speech and noise at −3 to 20 dB SNR, a quarter of them
// reverberant (all recordings CC0, public domain, MIT or Apache-2.0), against
// speech marked in the clean speech by its energy: bench/presence makes them.
func (f *presenceFeatures) update(low, mid, flat, weight float32) float32 {
	f.low += 0.15 * weight * (low - f.low)
	f.mid += 0.15 * weight * (mid - f.mid)
	f.flat += 0.4 * weight * (flat - f.flat)
	return logistic(-1.84 + 1.18*f.low - 0.58*f.mid - 0.55*f.flat)
}

// update takes ξ and γ of a frame, and how much of a click it is: clicks do not
// count.
func (p *presence) update(prior, post []float32, click float32) {
	p.narrow.Apply(p.xs, prior)
	local, xs := p.local, p.xs[:len(p.local)]
	for k, x := range xs {
		local[k] = presenceLocalSmooth*local[k] + (1-presenceLocalSmooth)*x
	}
	p.wide.Apply(p.global, local)

	s := p.features.update(
		meanLog1p(xs[p.low.first:p.low.last+1]),
		meanLog1p(xs[p.mid.first:p.mid.last+1]),
		flatness(post[p.flat.first:p.flat.last+1]),
		1-click)
	a := float32(presenceFall)
	if s > p.prob {
		a = presenceRise
	}
	p.prob = a*p.prob + (1-a)*s
}

// voiced maps the presence of a frame to the share of the stages that know only
// speech and pause: 0 where steady noise lies, 1 where words do. Between them
// are faint ends of words.
func voiced(prob float32) float32 { return ramp(prob, 0.2, 0.2) }

// decay lets the probability fall over a frame of digital silence.
func (p *presence) decay() {
	p.prob = max(presenceFall*p.prob-1e-6, 0)
}

func (p *presence) reset() {
	clear(p.local)
	p.prob, p.features = 0, presenceFeatures{}
}

// meanLog1p returns the mean of ln(1+x), x ≥ 0.
func meanLog1p(x []float32) float32 {
	var sum float32
	for _, v := range x {
		sum += fastmath.Log(1 + v)
	}
	return sum / float32(len(x))
}

// flatness returns the logarithm of the ratio of geometric to arithmetic mean
// of x+0.1: 0 when flat, negative when peaky.
func flatness(x []float32) float32 {
	var sum, logs float32
	for _, v := range x {
		sum += v
		logs += fastmath.Log(v + 0.1)
	}
	n := float32(len(x))
	return logs/n - fastmath.Log(sum/n+0.1)
}

func logistic(x float32) float32 {
	return 1 / (1 + fastmath.Exp(-x))
}
