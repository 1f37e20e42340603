package simd

import "unsafe"

// Recurrent is a gated recurrent unit and a linear layer after it, for one step
// at a time. It is read only and may be shared.
type Recurrent struct {
	input, state, out             *Matrix
	inputBias, stateBias, outBias []float32
	units                         int
	inputPairs, statePairs        []float32 // the weights as AVX-512 wants them; nil for other sizes
}

// The sizes of a Recurrent that AVX-512 has a kernel for.
const (
	wideUnits   = 24
	wideOutputs = 8
)

// NewRecurrent returns a unit of the given matrices and biases, those of input and
// state with rows as Gates wants them: update, reset, candidate. The state's
// biases of update and reset must be 0. There may be 24 units and 8 outputs at most.
func NewRecurrent(input, state, out *Matrix, inputBias, stateBias, outBias []float32) *Recurrent {
	r := &Recurrent{input: input, state: state, out: out, units: state.cols}
	if r.units > wideUnits || input.rows != 3*r.units || state.rows != 3*r.units || out.cols != r.units || out.rows > wideOutputs {
		panic("simd: the matrices of a recurrent unit do not fit together")
	}
	r.inputBias, r.stateBias, r.outBias = inputBias[:3*r.units], stateBias[:3*r.units], outBias[:out.rows]
	for _, b := range stateBias[:2*r.units] {
		if b != 0 {
			panic("simd: a recurrent unit's state has a bias for update or reset")
		}
	}
	if r.units == wideUnits && out.rows == wideOutputs {
		r.inputPairs, r.statePairs = input.columnPairs(), state.columnPairs()
	}
	return r
}

// columnPairs returns a matrix of 72 rows in pairs of columns: the first 64 rows of
// one and of the other, then the last 8 of both. A column that is missing is 0. It
// begins with a cache line.
func (m *Matrix) columnPairs() []float32 {
	const line, rows = 16, 3 * wideUnits
	pairs := make([]float32, (m.cols+1)/2*2*rows+line)
	if off := int(uintptr(unsafe.Pointer(&pairs[0]))/4) % line; off > 0 {
		pairs = pairs[line-off:]
	}
	for c := range m.cols {
		column, pair := m.w[c*rows:][:rows], pairs[c/2*2*rows:]
		copy(pair[c%2*64:], column[:64])
		copy(pair[128+c%2*8:], column[64:])
	}
	return pairs
}

// Step takes the inputs x, moves the state h on and writes what the linear layer
// makes of it, logits, and their sigmoid, prob; in values that the layer does not
// have, anything.
func (r *Recurrent) Step(logits, prob *[8]float32, h, x []float32) {
	h, x = h[:r.units], x[:r.input.cols]
	if vectors && long && r.inputPairs != nil {
		recurrentVecWide(&logits[0], &prob[0], &h[0], &x[0], &r.inputPairs[0], &r.inputBias[0], &r.statePairs[0], &r.stateBias[0], &r.out.w[0], &r.outBias[0], len(x))
		return
	}
	r.steps(logits, prob, h, x)
}

// steps is Step, one operation after the other.
func (r *Recurrent) steps(logits, prob *[8]float32, h, x []float32) {
	var fromInput, fromState [3 * wideUnits]float32
	a, u := fromInput[:3*r.units], fromState[:3*r.units]
	r.input.MulVec(a, r.inputBias, x) // W x + b
	r.state.MulVec(u, r.stateBias, h) // U h, + c for the candidate
	Gates(h, a, u)
	n := r.out.rows
	r.out.MulVec(logits[:n], r.outBias, h)
	Sigmoid(prob[:n], logits[:n])
}
