package spectral

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/internal/simd"
)

// MMSEOptions are the constants of the MMSE noise estimator. The zero value of
// each field means the default.
type MMSEOptions struct {
	// PriorSNR is ξ1, the SNR that speech is assumed to have where it is
	// present: a linear power ratio above 0. Default 29.5 (14.7 dB); the paper
	// has 15 dB.
	PriorSNR float64
	// SpeechPrior is π, the probability of speech before the bin was seen,
	// above 0 and below 1. Default 0.71; the paper has 0.5. A high prior makes
	// the estimate less eager to take speech for noise.
	SpeechPrior float64
	// ProbSmoothing is the smoothing over time, from one frame to the next, of
	// the probability that watches for stagnation: 0 < … < 1, default 0.91.
	// Negative means none.
	ProbSmoothing float64
	// Rise and Fall are the weights of the old estimate while it grows and
	// while it shrinks, from 0 to below 1. Defaults 0.85 and 0.80 per frame;
	// negative means 0.
	Rise, Fall float64
	// StartFrames is the number of frames at the beginning that are averaged
	// as if they were noise, with protection against a start in the middle of
	// speech. Default 22; negative means none.
	StartFrames int
	// SmoothFraction is the Box fraction of the power that decides about
	// speech, at most 1. Default 0.01; negative means no smoothing.
	SmoothFraction float64
	// Groups is the axis that powers are given on, as sums; nil means that there
	// is one value per bin. Groups are not smoothed further.
	Groups *Groups
}

// MMSE tracks the noise with the minimum mean-square error estimator of
// Gerkmann & Hendriks, "Unbiased MMSE-Based Noise Power Estimation With Low
// Complexity and Low Tracking Delay", IEEE TASLP 20(4), 2012, with a
// higher speech prior and separate rates up and down.
//
// Every bin has a probability of speech q; the noise power expected given the
// observation is q·λd + (1−q)·|X|², and smoothing that over time gives λd.
// There is no search for minima, so a rising noise is followed at once as far
// as q allows and, by the guard against stagnation, always within a second or so.
//
// In stationary noise the estimate settles below the truth, with the defaults
// by 3 dB in bins that the Box leaves alone (the first hundred) and by 0.8 dB
// in those above; as published (SpeechPrior 0.5, Rise 0.8, no Box) by 1.1 dB.
// Gain rules make up for that by over-subtraction. Groups of bins, whose powers
// are means, are decided about as the Box decides about single bins.
type MMSE struct {
	bins  int
	start int // frames of the start-up phase
	frame int // frames seen, counted up to start (at least to 1)

	rates simd.NoiseRates
	box   *Box      // over the first bins; nil without smoothing
	boxed int       // how many these are
	sure  []float32 // belief of Update: 1; a table

	psd  []float32 // N = λd
	mean []float32 // p̄

	// Working memory, see Share.
	shared bool
	q      []float32 // Ps, then the probability of speech
}

// NewMMSE returns an estimator for frames of the given number of bins. It
// returns an error when an option is outside its range.
func NewMMSE(bins int, opt MMSEOptions) (*MMSE, error) {
	if bins < 1 {
		return nil, fmt.Errorf("spectral: MMSE over %d bins, need at least 1", bins)
	}
	xi := orDefault(opt.PriorSNR, 29.5)
	if !(xi > 0 && xi <= 1e6) {
		return nil, fmt.Errorf("spectral: MMSE prior SNR %v, need a linear ratio above 0, at most 1e6", opt.PriorSNR)
	}
	pi := orDefault(opt.SpeechPrior, 0.71)
	if !(pi > 0 && pi < 1) {
		return nil, fmt.Errorf("spectral: MMSE speech prior %v, need above 0 and below 1", opt.SpeechPrior)
	}
	m := &MMSE{bins: bins, start: opt.StartFrames}
	if m.start == 0 {
		m.start = 22
	}
	m.start = max(m.start, 0)
	var rates [3]float64
	for i, r := range []struct {
		name     string
		val, def float64
	}{
		{"probability smoothing", opt.ProbSmoothing, 0.91}, {"rise", opt.Rise, 0.85}, {"fall", opt.Fall, 0.80},
	} {
		rates[i] = max(orDefault(r.val, r.def), 0)
		if !(rates[i] < 1) {
			return nil, fmt.Errorf("spectral: MMSE %s %v, need below 1", r.name, r.val)
		}
	}
	fraction := orDefault(opt.SmoothFraction, 0.01)
	if math.IsNaN(fraction) || fraction > 1 {
		return nil, fmt.Errorf("spectral: MMSE smoothing fraction %v, need at most 1", opt.SmoothFraction)
	}
	m.rates = simd.NoiseRates{
		Odds: float32((1 - pi) / pi * (1 + xi)), Slope: float32(xi / (1 + xi)),
		Prob: float32(rates[0]), Rise: float32(1 - rates[1]), Fall: float32(1 - rates[2]), Stagnant: stagnant,
	}
	m.sure = make([]float32, bins)
	for k := range m.sure {
		m.sure[k] = 1
	}
	m.boxed = bins
	if g := opt.Groups; g != nil {
		if g.Len() != bins {
			return nil, fmt.Errorf("spectral: MMSE over %d values of groups that have %d", bins, g.Len())
		}
		m.boxed = g.Singles()
	}
	if m.boxed > 0 && boxHalf(fraction, m.boxed-1) > 0 {
		box, err := NewBox(m.boxed, fraction)
		if err != nil {
			return nil, err
		}
		m.box = box
	}
	m.q = make([]float32, bins)
	m.place(nil)
	m.Reset()
	return m, nil
}

// place takes the state's memory from state.
func (m *MMSE) place(state []float32) {
	s := stateOf("MMSE", state, m.StateLen())
	m.psd, m.mean = s[:m.bins:m.bins], s[len(s)-m.bins:]
}

// StateLen returns the number of values that an estimator keeps from frame to
// frame: two per bin, the second ones some up to a multiple of 16 after the first.
func (m *MMSE) StateLen() int { return (m.bins+15)&^15 + m.bins }

// Share returns a new estimator with the settings of m for one more stream of
// the same goroutine. It shares all of m but the state: tables, and the
// memory that is used within an Update only. What SpeechProb returns
// is therefore valid until the next Update of m or of any estimator that
// shares with it.
//
// The state is kept in state, StateLen values that are the estimator's own from
// then on; nil allocates them. Other lengths panic.
func (m *MMSE) Share(state []float32) *MMSE {
	c := *m
	c.shared = true
	c.place(state)
	c.forget()
	return &c
}

// Clone returns a new estimator with the settings of m for another goroutine: it
// shares the tables, which are never written, and nothing else.
func (m *MMSE) Clone() *MMSE {
	c := *m
	c.shared = false
	c.q = make([]float32, m.bins)
	if m.box != nil {
		c.box = m.box.Clone()
	}
	c.place(nil)
	c.Reset()
	return &c
}

// orDefault is v, or def when v is the zero value of an option.
func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// Reset implements NoiseEstimator: the next frame is the first one again.
func (m *MMSE) Reset() {
	m.forget()
	m.clearProb()
}

// forget is Reset for the state alone.
func (m *MMSE) forget() {
	m.frame = 0
	for k := range m.psd {
		m.psd[k] = minPower
	}
	clear(m.mean)
}

// clearProb sets q to zero, unless it may be another estimator's.
func (m *MMSE) clearProb() {
	if !m.shared {
		clear(m.q)
	}
}

// SetPSD starts from a known noise, one finite power per bin, and skips the
// start-up phase. Values outside 1e-18 … 1e18 are moved to the nearer end.
func (m *MMSE) SetPSD(psd []float32) {
	checkLen("MMSE.SetPSD psd", len(psd), m.bins)
	for k, p := range psd {
		m.psd[k] = clampPower(p)
	}
	clear(m.mean)
	m.clearProb()
	m.frame = max(m.start, 1)
}

// PSD implements NoiseEstimator.
func (m *MMSE) PSD() []float32 { return m.psd }

// SpeechProb returns the probability of speech q, 0 to 1, of each bin in the
// last frame. The slice belongs to the estimator and is valid until the next Update.
func (m *MMSE) SpeechProb() []float32 { return m.q }

// Update implements NoiseEstimator.
//
//	Ps  = Box(|X|²)
//	q   = 1/(1 + (1−π)/π · (1+ξ1) · exp(−Ps/λd · ξ1/(1+ξ1)))          eq. 18
//	p̄   = s p̄ + (1−s) q                                               eq. 23
//	q   = min(q, 0.99) where p̄ > 0.99                                 eq. 24
//	E   = q λd + (1−q) |X|²                                           eq. 22
//	λd  = a λd + (1−a) E,  a = Rise where E > λd, else Fall           eq. 8
//
// In the first StartFrames frames t = 0, 1, … instead E = |X|², at most 2 λd
// (so that a stream beginning with speech does not fill the estimate with it),
// and a is at most t/(t+1): a running mean.
func (m *MMSE) Update(power []float32) { m.UpdateGuided(power, m.sure) }

// UpdateGuided is Update for a caller who knows more of the speech: q is
// multiplied by belief, one value from 0 to 1 per bin. Where it is 1 the
// estimator decides by itself; where it is b it takes at least the share 1−b of
// what it would learn from noise.
func (m *MMSE) UpdateGuided(power, belief []float32) {
	checkLen("MMSE.Update power", len(power), m.bins)
	checkLen("MMSE.UpdateGuided belief", len(belief), m.bins)
	smooth := power
	if m.box != nil {
		m.box.Apply(m.q[:m.boxed], power[:m.boxed])
		copy(m.q[m.boxed:], power[m.boxed:])
		smooth = m.q
	}
	if m.frame == 0 {
		for k, p := range smooth {
			m.psd[k] = clampPower(p)
		}
	}
	if m.frame < m.start {
		m.startUp(power, smooth, belief)
		m.frame++
		return
	}
	m.frame = max(m.frame, 1)
	// eqs. 18 and 22 to 24 in one pass. E − λd = (1−q)(|X|² − λd), so whether the
	// estimate rises or falls does not depend on q.
	simd.TrackNoise(m.psd, m.mean, m.q, smooth, power, belief, &m.rates)
}

// stagnant is the probability above which a bin that seems to be speech all the
// time is not fully believed.
const stagnant = 0.99

// startUp is Update for the first frames.
func (m *MMSE) startUp(power, smooth, belief []float32) {
	still := m.rates
	still.Rise, still.Fall = 0, 0 // q and p̄ alone
	simd.TrackNoise(m.psd, m.mean, m.q, smooth, power, belief, &still)
	t := float32(m.frame)
	least := 1 / (t + 1) // 1 − t/(t+1)
	rise, fall := math.Float32bits(max(m.rates.Rise, least)), math.Float32bits(max(m.rates.Fall, least))
	most := float32(2)
	if m.frame == 0 {
		most = maxPower
	}
	psd := m.psd[:len(power)]
	for k, p := range power {
		n := psd[k]
		d := fastmath.AtMost(p, most*n) - n
		w := rise
		if int32(math.Float32bits(d)) <= 0 {
			w = fall
		}
		psd[k] = clampPower(n + math.Float32frombits(w)*d)
	}
}
