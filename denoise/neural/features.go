package neural

import "github.com/quietline/quietline/internal/simd"

// features is the number of features of a position: level, rise over the floor,
// and the two parts of the coherence with the frame before.
const features = 4

const (
	smallest  = 1e-8  // added to powers: 80 dB under a sample of 1
	loudest   = 11    // of logarithms: what is louder is above full scale, and must not decide for seconds
	levelRate = 0.01  // per frame: 1 s
	floorDown = 0.118 // per frame: 80 ms
	floorUp   = 0.01
	below     = 2 // where floors begin, under the first frame (8.7 dB): it may be a word
)

// quadratics sums the powers and products of the newest two frames over the
// channels and then over the bins of every position:
//
//	power    Σ |X_n|²
//	cross    Σ (−1)^k X_n conj(X_{n−1})   (a tone in the middle of a bin: real and positive)
//	product  Σ |X_n||X_{n−1}|
func (w *Work) quadratics(channels []*History) {
	clear(w.power)
	clear(w.crossRe)
	clear(w.crossIm)
	clear(w.product)
	clear(w.highPower)
	n := w.low - 1
	for _, h := range channels {
		re, im := h.spectrum(0)
		lastRe, lastIm := h.spectrum(1)
		simd.Pairs(w.power[:n], w.crossRe, w.crossIm, w.product, re[1:], im[1:], lastRe[1:], lastIm[1:])
		w.powerAbove(h)
	}
	share := w.scale * w.scale / float32(len(channels))
	for _, p := range [][]float32{w.power, w.crossRe, w.crossIm, w.product} {
		fold(p, p)
		simd.Scale(p[:positions], p[:positions], share)
	}
	for b := range w.highPower {
		w.highPower[b] *= share / float32(highFirst[b+1]-highFirst[b])
	}
}

// powerAbove adds the power of a channel's bands above 8 kHz.
func (w *Work) powerAbove(h *History) {
	for b := range w.highPower {
		first, end := highFirst[b]-lowBins, min(highFirst[b+1], w.bins)-lowBins
		if first >= end {
			break
		}
		re, im := h.highRe[first:end], h.highIm[first:end]
		w.highPower[b] += simd.Dot(re, re) + simd.Dot(im, im)
	}
}

// levels are what the features of a stream are relative to: the slow mean of the
// logarithm of the power, and its lower edge per position and per band above 8 kHz.
type levels struct {
	started bool
	level   float32
	floor   []float32
	high    []float32
	rise    []float32 // of the bands above 8 kHz over their floors, in the last frame
}

// update turns quadratics into features. Where learn is false the levels stay.
func (l *levels) update(w *Work, learn bool) {
	for j, p := range w.power[:positions] {
		w.logs[j] = p * perWidth[j]
	}
	simd.Log(w.logs, w.logs, smallest)
	for j, v := range w.logs {
		w.logs[j] = min(v, loudest)
	}
	var high [highBands]float32
	simd.Log(high[:], w.highPower, smallest)
	for b, v := range high {
		high[b] = min(v, loudest)
	}

	mean := simd.Sum(w.logs[:levelPositions]) * (1.0 / levelPositions)
	if !l.started {
		l.started, l.level = true, mean
		begin(l.floor, w.logs)
		begin(l.high, high[:])
		clear(l.rise)
	}
	if learn {
		l.level += levelRate * (mean - l.level)
		follow(l.floor, w.logs)
		follow(l.high, high[:])
	}

	x := w.x[2*features:][:positions*features]
	re, im, product := w.crossRe[:positions], w.crossIm[:positions], w.product[:positions]
	floor := l.floor[:positions]
	for j, v := range w.logs[:positions] {
		f := x[features*j:][:features:features]
		over := 1 / (product[j] + smallest)
		f[0] = (v - l.level) * 0.25
		f[1] = (v - floor[j]) * 0.25
		f[2] = re[j] * over
		f[3] = im[j] * over
	}
	for b, v := range high {
		w.highX[b] = (v - l.level) * 0.25
		w.highX[highBands+b] = (v - l.high[b]) * 0.25
	}
}

// begin puts floors where a stream begins.
func begin(floor, logs []float32) {
	for j := range floor {
		floor[j] = logs[j] - below
	}
}

// follow moves floors to logs: quickly down, slowly up.
func follow(floor, logs []float32) {
	logs = logs[:len(floor)]
	for j, f := range floor {
		d := logs[j] - f
		floor[j] = f + max(d, 0)*floorUp + min(d, 0)*floorDown
	}
}

// perWidth is one over the number of bins of a position.
var perWidth = func() (t [positions]float32) {
	for j := range t {
		t[j] = 1 / float32(width(j))
	}
	return t
}()
