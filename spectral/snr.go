package spectral

import (
	"fmt"

	"github.com/quietline/quietline/internal/simd"
)

// DecisionDirectedOptions are the constants of the prior SNR estimate. The
// zero value of each field means the default.
//
// The textbook estimator of Ephraim & Malah has no smoothing over frequency,
// α = 0.98, and a floor of −15 to −25 dB:
//
//	DecisionDirectedOptions{Alpha: 0.98, Blend: 1, Floor: 0.0032}
type DecisionDirectedOptions struct {
	// Alpha is the weight of the last frame's clean power, above 0 and below
	// 1. Default 0.92. Negative means 0: the maximum likelihood estimate.
	Alpha float64
	// Floor is the least ξ, a linear power ratio, at most Max. Default 0.0085
	// (−20.7 dB); negative means 0, no floor.
	Floor float64
	// Max is the greatest γ, and the greatest ratio of the last frame's clean
	// power to the present noise; above 0, at most 1e12. Default 1e4.
	Max float64
	// SmoothFraction is the Box fraction for the mean of γ−1 over frequency,
	// at most 1. Default 0.08; negative means none.
	SmoothFraction float64
	// Blend is the share of the bin's own γ−1, at most 1; the rest is the mean
	// over frequency. Default 0.5; 1 leaves out the mean; negative means 0,
	// the mean alone.
	Blend float64
	// Groups is the axis of the values; nil means one value per bin.
	Groups *Groups
	// GroupOver is what the noise of groups of more than two bins, and of what lies
	// above them, is multiplied by before it is used: for trackers that are further
	// below the truth in fewer bins. Above 0, at most 1e3; default 1.
	GroupOver float64
}

// DecisionDirected estimates the posterior SNR γ and the prior SNR ξ of each
// bin by the decision-directed rule of Ephraim & Malah, "Speech Enhancement
// Using a Minimum Mean-Square Error Short-Time Spectral Amplitude Estimator",
// IEEE TASSP 32(6), 1984, eq. 51, with the innovation partly smoothed over
// frequency:
//
//	γ  = min(|X|²/λd, Max)
//	m0 = max(γ−1, 0),  m = Blend·m0 + (1−Blend)·Box(m0)
//	ξ  = max(Floor, α·min(A/λd, Max) + (1−α)·m)
//
// A = G²|X|² is the clean power that the gain left in the last frame, given by
// Feedback. It is kept as a power and divided by the present noise, so that ξ
// falls at once where the noise estimate rises; the paper's G²γ of the last
// frame is the same where the noise stands still.
//
// Each frame is Update, then the gain rule, then Feedback. Without Feedback A
// stays what it was.
type DecisionDirected struct {
	bins               int
	alpha, floor, most float32
	blend              float32
	box                *Box // nil without smoothing
	few                int  // values before the first group of more than two bins
	groupOver          float32

	clean []float32 // A, the state

	// Working memory, see Share.
	shared                   bool
	prior, post, innov, mean []float32
}

// NewDecisionDirected returns an estimator for frames of the given number of
// bins. It returns an error when an option is outside its range.
func NewDecisionDirected(bins int, opt DecisionDirectedOptions) (*DecisionDirected, error) {
	if bins < 1 {
		return nil, fmt.Errorf("spectral: decision-directed SNR over %d bins, need at least 1", bins)
	}
	alpha := max(orDefault(opt.Alpha, 0.92), 0)
	if !(alpha < 1) {
		return nil, fmt.Errorf("spectral: decision-directed alpha %v, need below 1", opt.Alpha)
	}
	most := orDefault(opt.Max, 1e4)
	if !(most > 0 && most <= 1e12) {
		return nil, fmt.Errorf("spectral: decision-directed maximum %v, need above 0, at most 1e12", opt.Max)
	}
	floor := max(orDefault(opt.Floor, min(0.0085, most)), 0)
	if !(floor <= most) {
		return nil, fmt.Errorf("spectral: decision-directed floor %v, need at most the maximum %v", opt.Floor, most)
	}
	blend := max(orDefault(opt.Blend, 0.5), 0)
	if !(blend <= 1) {
		return nil, fmt.Errorf("spectral: decision-directed blend %v, need at most 1", opt.Blend)
	}
	fraction := max(orDefault(opt.SmoothFraction, 0.08), 0)
	if !(fraction <= 1) {
		return nil, fmt.Errorf("spectral: decision-directed smoothing fraction %v, need at most 1", opt.SmoothFraction)
	}
	d := &DecisionDirected{
		bins: bins, alpha: float32(alpha), floor: float32(floor), most: float32(most), blend: float32(blend),
	}
	groupOver := orDefault(opt.GroupOver, 1)
	if !(groupOver > 0 && groupOver <= 1e3) {
		return nil, fmt.Errorf("spectral: decision-directed group factor %v, need above 0, at most 1e3", opt.GroupOver)
	}
	d.few, d.groupOver = bins, float32(groupOver)
	if opt.Groups != nil {
		d.few = min(opt.Groups.upTo(2), bins)
	}
	n := 3
	if fraction > 0 && blend < 1 {
		box, err := d.newBox(opt.Groups, fraction, most)
		if err != nil {
			return nil, err
		}
		d.box = box
		n = 4
	}
	work := make([]float32, n*bins)
	d.prior, d.post, d.innov = cut(&work, bins), cut(&work, bins), cut(&work, bins)
	if d.box != nil {
		d.mean = cut(&work, bins)
	}
	d.place(nil)
	d.Reset()
	return d, nil
}

// newBox returns the mean over frequency.
func (d *DecisionDirected) newBox(g *Groups, fraction, most float64) (*Box, error) {
	switch {
	case g == nil:
		return NewBoundedBox(d.bins, fraction, most)
	case g.Len() != d.bins:
		return nil, fmt.Errorf("spectral: decision-directed SNR over %d values of groups that have %d", d.bins, g.Len())
	}
	return NewGroupedBox(g, fraction, most)
}

// Clone returns a new estimator with the settings of d for another goroutine: it
// shares the tables, which are never written, and nothing else.
func (d *DecisionDirected) Clone() *DecisionDirected {
	c := *d
	c.shared = false
	n := (d.bins + 15) &^ 15 // whole cache lines
	work := make([]float32, 4*n)
	piece := func() []float32 { return cut(&work, n)[:d.bins:d.bins] }
	c.prior, c.post, c.innov = piece(), piece(), piece()
	if d.box != nil {
		c.box = d.box.Clone()
		c.mean = piece()
	}
	c.place(nil)
	c.Reset()
	return &c
}

// place takes the state's memory from state.
func (d *DecisionDirected) place(state []float32) {
	d.clean = stateOf("DecisionDirected", state, d.StateLen())
}

// StateLen returns the number of values that an estimator keeps from frame to
// frame: one per bin.
func (d *DecisionDirected) StateLen() int { return d.bins }

// Share returns a new estimator with the settings of d for one more stream of
// the same goroutine. It shares all of d but the state: tables, and the
// memory that is used within an Update only. What Prior and Post
// return is therefore valid until the next Update of d or of any estimator that
// shares with it.
//
// The state is kept in state, StateLen values that are the estimator's own from
// then on; nil allocates them. Other lengths panic.
func (d *DecisionDirected) Share(state []float32) *DecisionDirected {
	c := *d
	c.shared = true
	c.place(state)
	clear(c.clean)
	return &c
}

// Reset forgets the last frame.
func (d *DecisionDirected) Reset() {
	clear(d.clean)
	if d.shared {
		return // prior and post may be another estimator's
	}
	clear(d.post)
	for k := range d.prior {
		d.prior[k] = d.floor
	}
}

// Prior returns the prior SNR ξ per bin, Floor to about Max, a linear power
// ratio. The slice belongs to the estimator and is valid until the next Update.
func (d *DecisionDirected) Prior() []float32 { return d.prior }

// Post returns the posterior SNR γ per bin, 0 to Max, a linear power ratio.
// The slice belongs to the estimator and is valid until the next Update.
func (d *DecisionDirected) Post() []float32 { return d.post }

// Update computes γ and ξ of a frame from its power |X|² and the noise power
// λd, one value per bin each and in the same unit; other lengths panic. Noise
// below 1e-18 counts as 1e-18.
func (d *DecisionDirected) Update(power, noisePSD []float32) { d.UpdateOver(power, noisePSD, 1) }

// UpdateOver is Update with the noise taken over times as high as it is given:
// over-subtraction (Berouti et al. 1979). over is above 0.
func (d *DecisionDirected) UpdateOver(power, noisePSD []float32, over float32) {
	checkLen("DecisionDirected.Update power", len(power), d.bins)
	checkLen("DecisionDirected.Update noisePSD", len(noisePSD), d.bins)
	// γ, m0 and the first part of ξ
	n := d.few
	simd.SNR(d.post[:n], d.innov[:n], d.prior[:n], d.clean[:n], power[:n], noisePSD[:n], over, d.alpha, d.most)
	if n < d.bins {
		simd.SNR(d.post[n:], d.innov[n:], d.prior[n:], d.clean[n:], power[n:], noisePSD[n:], over*d.groupOver, d.alpha, d.most)
	}
	if d.box == nil {
		simd.Prior(d.prior, d.innov, d.innov, 1-d.alpha, 0, d.floor)
		return
	}
	d.box.Apply(d.mean, d.innov)
	own, rest := (1-d.alpha)*d.blend, (1-d.alpha)*(1-d.blend)
	simd.Prior(d.prior, d.innov, d.mean, own, rest, d.floor)
}

// Feedback stores the clean power A = G²|X|² for the next frame: the gain of
// the rule (before any presence weighting and floor, for the estimator's own
// sake) and the same power that Update got. Other lengths panic.
func (d *DecisionDirected) Feedback(gain, power []float32) {
	checkLen("DecisionDirected.Feedback gain", len(gain), d.bins)
	simd.Mul(d.clean, gain, gain)
	d.FeedbackSquare(d.clean, power)
}

// FeedbackSquare is Feedback for rules that compute G² rather than G.
func (d *DecisionDirected) FeedbackSquare(square, power []float32) {
	checkLen("DecisionDirected.Feedback gain", len(square), d.bins)
	checkLen("DecisionDirected.Feedback power", len(power), d.bins)
	simd.Mul(d.clean, square, power)
}
