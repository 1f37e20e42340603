package spectral

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/internal/fastmath"
)

// MinimumStatisticsOptions are the constants of the minimum statistics
// estimator. The zero value of each field means the default.
type MinimumStatisticsOptions struct {
	// WindowFrames is D, the number of frames that the minimum is searched
	// over, at least 3 for each of the SubWindows and at
	// most 10000: longer than the longest
	// stretch of speech (or music) without a gap in a bin. Rounded up to a
	// multiple of SubWindows. Default 150, 1.5 s of 10 ms hops (152 with 8
	// sub-windows); with music use about 400.
	WindowFrames int
	// SubWindows is U, the number of parts that the window moves in, 2 to 64;
	// a rise of the noise is seen at the latest U+1 parts later. Default 8.
	SubWindows int
	// HopSeconds is the time from frame to frame, 1 ms to 100 ms, from which
	// the time constants follow. Default 0.010.
	HopSeconds float64
}

// MinimumStatistics tracks the noise as the bias-corrected minimum of the
// optimally smoothed power over about 1.5 s: Martin, "Noise Power Spectral
// Density Estimation Based on Optimal Smoothing and Minimum Statistics", IEEE
// TSAP 9(5), 2001. It needs no decision about speech, and follows a rise of
// the noise only after its window has passed (or sooner, by the slope rule).
type MinimumStatistics struct {
	bins int
	u, v int // sub-windows, frames in each

	// Constants of the hop and the window.
	alphaCKeep   float32 // smoothing of α_c, eq. 10
	alphaMax     float32 // eq. 11
	alphaMinMost float32 // eq. 12
	alphaMinExp  float64 // −R/(0.064 fs), eq. 12
	betaMax      float32 // eq. 20, 21
	biasD, biasV minBias // eq. 17 for D and for V frames
	slopes       [4]float32

	// State.
	frame  int // 0 before the first frame, counts to V+1 during the start-up
	inPart int // frames in the present sub-window
	part   int // ring position of the sub-window being replaced next
	alphaC float32

	psd    []float32 // σ_N² = λd
	p      []float32 // smoothed power, eq. 4
	mean   []float32 // E{P}, eq. 20
	mean2  []float32 // E{P²}, eq. 21
	actMin []float32 // least corrected power of this sub-window, corrected for D frames
	subMin []float32 // the same, corrected for V frames
	stored []float32 // U rows of actMin of the past sub-windows
	uMin   []float32 // least of stored and of what this sub-window found
	local  []uint32  // lmin_flag: 1 where the minimum lies inside the sub-window

	invQ []float32 // 1/Q_eq, eq. 23: working memory, see Share
}

// minBias holds what eq. 16 and 17 need for windows of one length.
type minBias struct {
	twoM, gain float32 // 2M(D), 2(D−1)(1−M(D))
}

// of is B_min, eq. 17, for an inverse Q_eq of at most ½.
func (b minBias) of(invQ float32) float32 {
	// Q̃ = (Q−2M)/(1−M) ⇒ 1/Q̃ = (1−M)/Q · 1/(1 − 2M/Q)
	return 1 + b.gain*invQ/(1-b.twoM*invQ)
}

// meanOfMinimum is M(D) of Martin's table III: how far the mean of the minimum
// of D correlated values lies from that of independent ones.
var meanOfMinimum = [][2]float64{
	{1, 0}, {2, 0.26}, {5, 0.48}, {8, 0.58}, {10, 0.61}, {15, 0.668}, {20, 0.705}, {30, 0.762},
	{40, 0.8}, {60, 0.841}, {80, 0.865}, {120, 0.89}, {140, 0.9}, {160, 0.91},
	{180, 0.92}, {220, 0.93}, {260, 0.935}, {300, 0.94},
}

func newMinBias(frames int) minBias {
	d := float64(frames)
	last := meanOfMinimum[len(meanOfMinimum)-1]
	// Beyond the table 1−M keeps falling as 1/√D, as it does at its end.
	m := 1 - (1-last[1])*math.Sqrt(last[0]/d)
	for i := 1; i < len(meanOfMinimum); i++ {
		a, b := meanOfMinimum[i-1], meanOfMinimum[i]
		if d <= b[0] {
			// Linear in √D, in which the table is nearly straight.
			t := (math.Sqrt(d) - math.Sqrt(a[0])) / (math.Sqrt(b[0]) - math.Sqrt(a[0]))
			m = a[1] + t*(b[1]-a[1])
			break
		}
	}
	return minBias{twoM: float32(2 * m), gain: float32(2 * (d - 1) * (1 - m))}
}

// NewMinimumStatistics returns an estimator for frames of the given number of
// bins. It returns an error when an option is outside its range.
func NewMinimumStatistics(bins int, opt MinimumStatisticsOptions) (*MinimumStatistics, error) {
	if bins < 1 {
		return nil, fmt.Errorf("spectral: minimum statistics over %d bins, need at least 1", bins)
	}
	u := opt.SubWindows
	if u == 0 {
		u = 8
	}
	if u < 2 || u > 64 {
		return nil, fmt.Errorf("spectral: %d sub-windows for minimum statistics, need 2 to 64", opt.SubWindows)
	}
	d := opt.WindowFrames
	if d == 0 {
		d = max(150, 3*u)
	}
	if d < 3*u || d > 10000 {
		return nil, fmt.Errorf("spectral: minimum statistics window of %d frames, need %d (3 for each sub-window) to 10000", opt.WindowFrames, 3*u)
	}
	hop := orDefault(opt.HopSeconds, 0.010)
	if !(hop >= 0.001 && hop <= 0.1) {
		return nil, fmt.Errorf("spectral: minimum statistics hop of %v s, need 0.001 to 0.1", opt.HopSeconds)
	}
	v := (d + u - 1) / u
	// The paper's constants are for hops of 16 ms (128 samples at 8 kHz).
	per16 := func(c float64) float32 { return float32(math.Pow(c, hop/0.016)) }
	m := &MinimumStatistics{
		bins: bins, u: u, v: v,
		alphaCKeep:   per16(0.7),
		alphaMax:     per16(0.96),
		alphaMinMost: per16(0.3),
		alphaMinExp:  -hop / 0.064,
		betaMax:      per16(0.8),
		biasD:        newMinBias(u * v),
		biasV:        newMinBias(v),
	}
	// Largest rise over one sub-window: 8, 4, 2, 1.2 in the paper, whose
	// sub-windows have 12 frames of 16 ms.
	for i, s := range []float64{8, 4, 2, 1.2} {
		m.slopes[i] = float32(math.Pow(s, float64(v)*hop/(12*0.016)))
	}
	m.invQ = make([]float32, bins)
	m.place(nil)
	m.Reset()
	return m, nil
}

// place takes the state's memory from state, but for the flags.
func (m *MinimumStatistics) place(state []float32) {
	s := stateOf("MinimumStatistics", state, m.StateLen())
	for _, p := range []*[]float32{&m.psd, &m.p, &m.mean, &m.mean2, &m.actMin, &m.subMin, &m.uMin} {
		*p = cut(&s, m.bins)
	}
	m.stored = s
	m.local = make([]uint32, m.bins)
}

// StateLen returns the number of values that an estimator keeps from frame to
// frame: seven and SubWindows per bin. (The flags of Share come on top.)
func (m *MinimumStatistics) StateLen() int { return (7 + m.u) * m.bins }

// Share returns a new estimator with the settings of m for one more stream of
// the same goroutine. It shares all of m but the state: tables, and the
// memory that is used within an Update only.
//
// The state is kept in state, StateLen values that are the estimator's own from
// then on; nil allocates them. Other lengths panic. One more value per bin, a
// flag, is allocated.
func (m *MinimumStatistics) Share(state []float32) *MinimumStatistics {
	c := *m
	c.place(state)
	c.Reset()
	return &c
}

// Clone returns a new estimator with the settings of m for another goroutine: it
// shares the tables, which are never written, and nothing else.
func (m *MinimumStatistics) Clone() *MinimumStatistics {
	c := *m
	c.invQ = make([]float32, m.bins)
	c.place(nil)
	c.Reset()
	return &c
}

// Reset implements NoiseEstimator.
func (m *MinimumStatistics) Reset() {
	m.frame, m.inPart, m.part, m.alphaC = 0, 0, 0, 1
	for k := range m.psd {
		m.psd[k] = minPower
	}
}

// PSD implements NoiseEstimator.
func (m *MinimumStatistics) PSD() []float32 { return m.psd }

// SetPSD starts from a known noise, one finite power per bin, as if every frame
// so far had been that; it skips the start-up phase. Values outside
// 1e-18 … 1e18 are moved to the nearer end.
func (m *MinimumStatistics) SetPSD(psd []float32) {
	checkLen("MinimumStatistics.SetPSD psd", len(psd), m.bins)
	for k, y := range psd {
		y = clampPower(y)
		m.psd[k], m.p[k], m.mean[k], m.mean2[k] = y, y, y, y*y
	}
	m.alphaC = 1
	m.beginWindow()
	m.endStartUp()
}

// beginWindow empties the window of the minimum.
func (m *MinimumStatistics) beginWindow() {
	m.frame = 1
	m.part = 0
	m.openPart()
	for k := range m.stored {
		m.stored[k] = maxPower
	}
	clear(m.local)
}

// endStartUp makes the present estimate the minimum of the first sub-window.
func (m *MinimumStatistics) endStartUp() {
	copy(m.stored, m.psd)
	copy(m.uMin, m.psd)
	m.part = 1
	m.frame = m.v + 1
}

// begin sets the state from the first frame, averaged over k ± 4: single bins
// of one frame of noise are anywhere between nothing and several times its power.
func (m *MinimumStatistics) begin(power []float32) {
	for k := range power {
		near := power[max(k-4, 0):min(k+5, m.bins)]
		var y float32
		for _, x := range near {
			y += clampPower(x)
		}
		y = clampPower(y / float32(len(near)))
		m.psd[k], m.p[k], m.mean[k], m.mean2[k] = y, y, y, y*y
	}
	m.beginWindow()
}

// startUp takes the place of the search in the first sub-window, where a
// minimum over few frames would say little: the estimate is the running mean of
// the power, each frame counting at most twice the mean so far, lest a stream
// that begins with speech fills the estimate with it. The limit costs 1 to 2 dB
// in noise, so at the end the smoothed power is taken instead, unless that is
// more than twice as large. (Not in the paper, which starts from the first
// frame.)
func (m *MinimumStatistics) startUp(power []float32) {
	w := 1 / float32(m.frame)
	for k, y := range power {
		n := m.psd[k]
		m.psd[k] = clampPower(n + w*(min(y, 2*n)-n))
	}
	m.frame++
	if m.frame > m.v {
		for k, p := range m.p {
			m.psd[k] = min(p, 2*m.psd[k])
		}
		m.endStartUp()
	}
}

// openPart begins a sub-window.
func (m *MinimumStatistics) openPart() {
	m.inPart = 0
	for k := range m.actMin {
		m.actMin[k], m.subMin[k] = maxPower, maxPower
	}
}

// Update implements NoiseEstimator. Equation numbers are those of the paper.
func (m *MinimumStatistics) Update(power []float32) {
	checkLen("MinimumStatistics.Update power", len(power), m.bins)
	if m.frame == 0 {
		m.begin(power)
	}
	meanInvQ := m.smooth(power)
	if m.frame <= m.v {
		m.startUp(power)
		return
	}
	m.search(1 + 2.12*float32(math.Sqrt(float64(meanInvQ)))) // B_c, §V-B
	m.inPart++
	if m.inPart == m.v {
		m.closePart(meanInvQ)
	}
}

// smooth does eq. 4 to 12 and 20 to 23: the smoothed power and the inverse of
// its degrees of freedom, of which it returns the mean over the bins.
func (m *MinimumStatistics) smooth(power []float32) float32 {
	n := len(power)
	p, psd, mean, mean2, invQ := m.p[:n], m.psd[:n], m.mean[:n], m.mean2[:n], m.invQ[:n]

	// Eq. 9, 10: the smoothed power as a whole against the frame's.
	var sumP, sumY, sumN float32
	for k, y := range power {
		sumY += y
		sumP += p[k]
		sumN += psd[k]
	}
	off := sumP/clampPower(sumY) - 1
	tilde := 1 / (1 + min(off*off, 1e30))
	m.alphaC = m.alphaCKeep*m.alphaC + (1-m.alphaCKeep)*max(tilde, 0.7)

	// Eq. 12: α_min = min(0.3, SNR^(−R/(0.064 fs))).
	snr := max(float64(sumP/clampPower(sumN)), 1e-3)
	alphaMin := min(m.alphaMinMost, float32(math.Pow(snr, m.alphaMinExp)))

	top := m.alphaMax * m.alphaC
	betaMax := m.betaMax
	var sumQ float32
	for k, y := range power {
		pk, nk := p[k], psd[k]
		// Eq. 11 with the lower limit of eq. 12. The quotient is bounded so
		// that its square is finite.
		x := fastmath.Clamp(pk/nk, 0, 1e15) - 1
		a := fastmath.AtLeast(top/(1+x*x), alphaMin)
		// Eq. 4.
		pk = clampPower(a*pk + (1-a)*y)
		p[k] = pk
		// Eq. 20 to 22: first and second moment, variance.
		b := fastmath.Clamp(a*a, 0, betaMax)
		e := b*mean[k] + (1-b)*pk
		e2 := fastmath.Clamp(b*mean2[k]+(1-b)*pk*pk, 0, maxSquare)
		mean[k], mean2[k] = e, e2
		// Eq. 23: var/(2σ⁴), at most ½.
		iq := fastmath.Clamp((e2-e*e)/(2*nk*nk), 0, 0.5)
		invQ[k] = iq
		sumQ += iq
	}
	return sumQ / float32(n)
}

// maxSquare bounds E{P²}: maxPower squared.
const maxSquare = maxPower * maxPower

// search corrects the bias of the smoothed power as a minimum (eq. 17 times
// B_c), keeps the least of it in this sub-window, and lowers the estimate to it.
func (m *MinimumStatistics) search(bc float32) {
	n := len(m.p)
	p, invQ := m.p, m.invQ[:n]
	actMin, subMin, local := m.actMin[:n], m.subMin[:n], m.local[:n]
	biasD, biasV := m.biasD, m.biasV
	// A minimum in the first or the last frame of a sub-window may be one only
	// because the sub-window is cut there: it is not a local minimum.
	var inside uint32
	if m.inPart > 0 && m.inPart < m.v-1 {
		inside = 1
	}
	for k, x := range p {
		x *= bc
		iq := invQ[k]
		full := int32(math.Float32bits(clampPower(x * biasD.of(iq))))
		sub := int32(math.Float32bits(clampPower(x * biasV.of(iq))))
		was, least, flag := int32(math.Float32bits(actMin[k])), int32(math.Float32bits(subMin[k])), local[k]
		if full < was {
			least = sub
		}
		if full < was {
			flag = inside
		}
		actMin[k] = math.Float32frombits(uint32(min(full, was)))
		subMin[k] = math.Float32frombits(uint32(least))
		local[k] = flag
	}
	if inside == 0 {
		return
	}
	// In the frame in which a rise of the noise comes through, the correction
	// was made with the variance over the square of the old, low estimate, and
	// is far too large (15 dB for a step of 20). The paper lets it pass; here
	// the estimate stays below twice the mean power, which binds only then.
	psd, uMin, mean := m.psd[:n], m.uMin[:n], m.mean[:n]
	for k, s := range subMin {
		u := min(math.Float32bits(s), math.Float32bits(uMin[k]))
		uMin[k] = math.Float32frombits(u)
		psd[k] = math.Float32frombits(min(u, math.Float32bits(2*mean[k])))
	}
}

// closePart ends a sub-window (figure 5 of the paper): its minimum takes the
// place of the oldest, and a local minimum not far above the least of all
// becomes the estimate at once and for all sub-windows, which lets the estimate
// follow a rise of the noise before the whole window has passed.
func (m *MinimumStatistics) closePart(meanInvQ float32) {
	slope := m.slopes[3]
	for i, limit := range [3]float32{0.03, 0.05, 0.06} { // table of §VI
		if meanInvQ < limit {
			slope = m.slopes[i]
			break
		}
	}
	n := len(m.p)
	copy(m.stored[m.part*n:(m.part+1)*n], m.actMin)
	m.part = (m.part + 1) % m.u

	uMin := m.uMin
	copy(uMin, m.stored[:n])
	for r := 1; r < m.u; r++ {
		row := m.stored[r*n : (r+1)*n]
		row = row[:len(uMin)]
		for k, x := range row {
			uMin[k] = math.Float32frombits(min(math.Float32bits(uMin[k]), math.Float32bits(x)))
		}
	}
	for k, flag := range m.local {
		if s := m.subMin[k]; flag != 0 && s > uMin[k] && s < slope*uMin[k] {
			uMin[k] = s
			for r := range m.u {
				m.stored[r*n+k] = s
			}
		}
	}
	clear(m.local)
	// The estimate itself stays until the second frame of the next sub-window:
	// after a rise of the noise uMin is overcorrected, because the variance was
	// divided by the old estimate, and the minimum found by then mends it.
	m.openPart()
}
