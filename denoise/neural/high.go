package neural

import (
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// Above 8 kHz there is a gain per band, not a filter per bin: by a small head of the
// network where the model has one, else by rule.

// highGains is the number of means over the highest positions, four of them each,
// whose gains the bands above take into account.
const highGains = 4

// updateHigh writes the gains of the bands above 8 kHz to s.high.
func (s *Stream) updateHigh(rise []float32) {
	w := s.work
	if w.bins <= lowBins {
		return
	}
	if w.model.sizes.High == 0 {
		s.ruleHigh(rise)
		return
	}
	m := w.model
	x := w.highX[2*highBands:]
	copy(x, s.global)
	x = x[len(s.global):]
	for i := range x {
		g := s.gain[positions-4*highGains+4*i:][:4]
		x[i] = ((g[0] + g[1]) + (g[2] + g[3])) * 0.25
	}
	m.highIn.apply(w.highG, w.highX, w.integers)
	rectify(w.highG)
	m.high.step(s.highState, w.highG, w.gates, w.moves, w.integers)
	m.highOut.apply(s.high, s.highState, w.integers)
	simd.Sigmoid(s.high, s.high)
}

// ruleHigh is for models without the head: the mean gain from 7.2 to 8 kHz times a
// Wiener gain of the band, its noise being its floor, which lies somewhat below the
// mean of the noise. rise is that of the frame that the gains are for.
func (s *Stream) ruleHigh(rise []float32) {
	const share, least = 1.5, 0.05
	top := simd.Sum(s.gain[positions-8:]) * (1.0 / 8)
	for b := range s.high {
		over := float32(math.Exp(float64(-4 * rise[b]))) // the floor over the power
		s.high[b] = top * max(1-share*over, least)
	}
}

// spreadHigh writes the gain of every bin above 8 kHz: straight lines from the
// middle of a band to that of the next, level below the first and above the last.
func (w *Work) spreadHigh(gains []float32) {
	if len(w.curve) == 0 {
		return
	}
	var lines [highBands + 1]simd.Line
	first := 0
	for i := range lines { // up to the middle of band i
		l := simd.Line{First: first, Last: len(w.curve), Value: gains[min(i, highBands-1)]}
		if i < highBands {
			l.Last = min(int(middle(i))+1-lowBins, len(w.curve))
		}
		if 0 < i && i < highBands {
			l.Slope = (gains[i] - gains[i-1]) / (middle(i) - middle(i-1))
			l.Value = gains[i] + l.Slope*(float32(first+lowBins)-middle(i))
		}
		lines[i] = l
		first = l.Last
	}
	simd.Lines(w.curve, lines[:])
}
