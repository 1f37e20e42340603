package neural

import "github.com/quietline/quietline/internal/simd"

// Stream is the network's state in one stream: Update looks at the newest frame of
// all its channels, Filter then makes the cleaned spectrum of the frame before for
// each of them. Its memory is a caller's; it serves one goroutine at a time.
type Stream struct {
	work      *Work
	levels    levels
	global    []float32 // states of the recurrent layers
	local     []float32
	fine      []float32
	highState []float32
	gain      []float32 // G per position for the frame before the newest
	high      []float32 // and per band above 8 kHz
	prob      float32
}

// StreamLen returns the number of values that a Stream holds.
func (w *Work) StreamLen() int {
	s := &w.model.sizes
	return 2*positions + 3*highBands + s.Units + positions/8*s.Conv[2] + positions/2*s.Conv[0] + s.High
}

// NewStream returns a stream that works in w and keeps its state in memory,
// StreamLen zeros; nil allocates them.
func (w *Work) NewStream(memory []float32) *Stream {
	if memory == nil {
		memory = make([]float32, w.StreamLen())
	}
	take := func(n int) []float32 {
		part := memory[:n:n]
		memory = memory[n:]
		return part
	}
	z := &w.model.sizes
	s := &Stream{work: w}
	s.levels.floor, s.gain = take(positions), take(positions)
	s.levels.high, s.levels.rise, s.high = take(highBands), take(highBands), take(highBands)
	s.global, s.local, s.fine = take(z.Units), take(positions/8*z.Conv[2]), take(positions/2*z.Conv[0])
	s.highState = take(z.High)
	s.Reset()
	return s
}

// startGain is where gains stand before the first frame: low, so that a stream does
// not begin with a burst of noise.
const startGain = 0.1

// Update runs the network on the newest frames of a stream's channels, one History
// each: it sees the mean over them. Where learn is false, for sound that a decoder
// made up, the levels that features are relative to stay where they are.
func (s *Stream) Update(channels []*History, learn bool) {
	w := s.work
	m := w.model
	w.quadratics(channels)
	var rise [highBands]float32 // of the frame before
	copy(rise[:], s.levels.rise)
	s.levels.update(w, learn)
	copy(s.levels.rise, w.highX[highBands:])
	m.encode(w, s.fine)
	m.recur(w, s.global, s.local)
	m.decode(w)
	stride := m.head.Stride()
	for j := range s.gain {
		s.gain[j] = w.head[j*stride]
	}
	simd.Sigmoid(s.gain, s.gain)
	var p [1]float32
	m.vad.apply(p[:], s.global, w.integers)
	simd.Sigmoid(p[:], p[:])
	s.prob = p[0]
	s.updateHigh(rise[:])
	w.prepare(s.gain)
	w.spreadHigh(s.high)
}

// Hold passes over a frame of digital silence, from which nothing is to be learned:
// gains stay, filters are left out, and the probability of speech falls.
func (s *Stream) Hold() {
	s.prob = max(silenceFall*s.prob-1e-6, 0)
	w := s.work
	w.hold(s.gain)
	w.spreadHigh(s.high)
}

// silenceFall is how the probability of speech falls per frame of digital silence.
const silenceFall = 0.93

// hold prepares the filter that is the gain and no more.
func (w *Work) hold(gain []float32) {
	stride := w.model.head.Stride()
	for j := range positions {
		clear(w.head[j*stride+1:][:2*w.model.sizes.Taps])
		w.head[j*stride+1+1] = 1
	}
	w.prepare(gain)
}

// Filter makes Y_{n−1}, the cleaned spectrum of the frame before the newest one of a
// channel: re and im have X_{n−1} as History.Push left it and get Y_{n−1}. Update or
// Hold of this stream must have been the last of any that share its Work.
func (s *Stream) Filter(re, im []float32, h *History) { s.filter(re, im, h, false) }

// FilterAudible is Filter of what was not pushed as muted: where that is the frame
// itself, it is 0.
func (s *Stream) FilterAudible(re, im []float32, h *History) {
	if h.Muted() {
		clear(re[:s.work.bins])
		clear(im[:s.work.bins])
		return
	}
	s.filter(re, im, h, true)
}

func (s *Stream) filter(re, im []float32, h *History, audible bool) {
	w := s.work
	re, im = re[:w.bins], im[:w.bins]
	w.filterLow(re, im, h, audible)
	if w.bins > w.low {
		simd.Gain(re[w.low:], im[w.low:], w.curve)
	}
}

// SpeechProb returns the probability that the frame before the newest holds speech,
// 0 to 1.
func (s *Stream) SpeechProb() float32 { return s.prob }

// Reset forgets everything.
func (s *Stream) Reset() {
	l := &s.levels
	l.started, l.level = false, 0
	for _, p := range [][]float32{l.floor, l.high, l.rise, s.global, s.local, s.fine, s.highState} {
		clear(p)
	}
	for _, p := range [][]float32{s.gain, s.high} {
		for i := range p {
			p[i] = startGain
		}
	}
	s.prob = 0
}
