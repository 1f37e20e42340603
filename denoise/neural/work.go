package neural

// Work is the memory that streams of a model need within a hop and that holds
// nothing between hops, but for what Stream.Update leaves for Stream.Filter: one
// Work serves any number of streams on a goroutine, one after the other.
type Work struct {
	model *Model
	bins  int // of a spectrum
	low   int // of these, up to 8 kHz
	scale float32

	power, crossRe, crossIm, product []float32 // sums over channels, per bin and then per position
	logs                             []float32 // L per position, then of the bands above
	highPower                        []float32 // per band above 8 kHz

	x                       []float32 // features, with two places of zeros on either side
	e1, e2, e3              []float32 // e1 and e2 with a place of zeros in front
	g                       []float32
	h, d3, d2, d1, head     []float32
	gates, moves            []float32 // of recurrent layers
	integers                []int16   // the inputs of a matrix of 8 bits
	highX, highG, highGains []float32

	taps  []float32 // per tap: gain times real parts over bins 1 to 160, then imaginary parts
	curve []float32 // gain per bin above 8 kHz
}

// NewWork returns memory for spectra of hop+1 bins, those of frames of 2·hop
// samples of 10 ms and a little less each; it panics when hop is not positive.
func (m *Model) NewWork(hop int) *Work {
	if hop < 1 {
		panic("neural: NewWork with a hop that is not positive")
	}
	s := &m.sizes
	c, wide := s.Conv, max(3*s.Units, 3*positions/8*s.Conv[2], 3*positions/2*s.Conv[0], 3*s.High)
	w := &Work{
		model: m, bins: hop + 1, low: min(hop+1, lowBins),
		scale: 160 / float32(hop),
	}
	alloc := func(n int, list ...*[]float32) {
		for _, p := range list {
			*p = make([]float32, n)
		}
	}
	alloc(lowBins-1, &w.power, &w.crossRe, &w.crossIm, &w.product)
	alloc(positions, &w.logs)
	alloc(highBands, &w.highPower, &w.highGains)
	alloc((positions+4)*features, &w.x)
	alloc((positions/2+1)*c[0], &w.e1)
	alloc((positions/4+1)*c[1], &w.e2)
	alloc(positions/8*c[2], &w.e3, &w.h)
	alloc(s.Units, &w.g)
	alloc(positions/4*c[1], &w.d3)
	alloc(positions/2*c[0], &w.d2)
	alloc(positions*s.Out, &w.d1)
	alloc(positions*m.head.Stride(), &w.head)
	alloc(wide, &w.gates, &w.moves)
	w.integers = make([]int16, max(s.Units, positions/8*c[2]))
	alloc(s.highInputs(), &w.highX)
	alloc(s.High, &w.highG)
	alloc(2*s.Taps*(lowBins-1), &w.taps)
	alloc(max(w.bins-lowBins, 0), &w.curve)
	return w
}

// Bins returns the number of bins of the spectra.
func (w *Work) Bins() int { return w.bins }

// Model returns the model that the memory is for.
func (w *Work) Model() *Model { return w.model }
