package neural

import "github.com/quietline/quietline/internal/simd"

// Model is a network with its weights, ready to run. It never changes: all streams
// of a program may share it, on any goroutines.
type Model struct {
	sizes      Sizes
	e1, e2, e3 convolution
	fine       placesGRU
	gin        matrix
	gout       matrix
	global     gru
	local      placesGRU
	d3, d2, d1 decode
	head       *simd.Dense
	vad        matrix // one output

	highIn, highOut matrix // with sizes.High
	high            gru
}

// Sizes returns the sizes of the network.
func (m *Model) Sizes() Sizes { return m.sizes }

func newModel(s Sizes, w *weights) *Model {
	c, places := s.Conv, positions/8
	m := &Model{
		sizes:  s,
		e1:     newConvolution(c[0], 5*features, &w.e1),
		fine:   newPlacesGRU(c[0], c[0], &w.fine),
		e2:     newConvolution(c[1], 3*c[0], &w.e2),
		e3:     newConvolution(c[2], 3*c[1], &w.e3),
		gin:    newMatrix(s.Units, places*c[2], &w.gin),
		gout:   newMatrix(places*c[2], s.Units, &w.gout),
		global: newGRU(s.Units, s.Units, &w.global),
		local:  newPlacesGRU(c[2], c[2], &w.local),
		d3:     newDecode(c[1], c[2], c[1], &w.d3),
		d2:     newDecode(c[0], c[1], c[0], &w.d2),
		d1:     newDecode(s.Out, c[0], 3*features, &w.d1),
		head:   simd.NewDense(1+2*s.Taps, s.Out, w.head.weight, w.head.bias),
		vad:    newMatrix(1, s.Units, &w.vad),
	}
	if s.High > 0 {
		m.highIn = newMatrix(s.High, s.highInputs(), &w.highIn)
		m.high = newGRU(s.High, s.High, &w.high)
		m.highOut = newMatrix(highBands, s.High, &w.highOut)
	}
	return m
}

// convolution is one along places, with a bias per place and output, which tells
// the layers behind it where on the frequency axis they are.
type convolution struct {
	*simd.Dense
	bias []float32
}

func newConvolution(out, in int, l *linear) convolution {
	return convolution{simd.NewDense(out, in, l.weight, nil), l.bias}
}

// run takes the inputs of a place from x, those of the next step values on, and
// rectifies.
func (c *convolution) run(dst, x []float32, step, places int) {
	c.ApplyFrom(dst, c.bias, x, step, places, rectified)
}

// matrix is a linear layer with one place, of weights of float32 or of 8 bits.
type matrix struct {
	m    *simd.Matrix
	m8   *simd.Matrix8
	bias []float32
}

func newMatrix(out, in int, l *linear) matrix {
	if b := l.bytes; b.weights != nil {
		return matrix{nil, simd.NewMatrix8(out, in, b.weights, b.scale), l.bias}
	}
	return matrix{simd.NewMatrix(out, in, l.weight), nil, l.bias}
}

// apply writes y = W x + b; room is for as many integers as x has values.
func (m *matrix) apply(y, x []float32, room []int16) {
	if m.m8 != nil {
		m.m8.MulVec(y, m.bias, x, room)
		return
	}
	m.m.MulVec(y, m.bias, x)
}

// decode is a stage of the decoder: every place becomes two, to which the encoder's
// stage of that size is added.
type decode struct{ up, skip *simd.Dense }

func newDecode(out, in, skip int, u *unfold) decode {
	return decode{
		up:   simd.NewDense(2*out, in, u.up.weight, u.up.bias),
		skip: simd.NewDense(out, skip, u.skip, nil),
	}
}
