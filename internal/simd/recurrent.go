package simd

import (
	"math"
	"unsafe"
)

// Recurrent is a gated recurrent unit and a linear layer after it, for one step
// at a time. It is read only and may be shared.
type Recurrent struct {
	input, state, out             *Matrix
	inputBias, stateBias, outBias []float32
	units                         int
	inputPairs, statePairs        []uint16 // the weights as AVX-512 wants them; nil for other sizes
}

// The sizes of a Recurrent that AVX-512 has a kernel for.
const (
	wideUnits   = 24
	wideOutputs = 8
)

// NewRecurrent returns a unit of the given matrices and biases, those of input and
// state with rows as Gates wants them: update, reset, candidate. The state's
// biases of update and reset must be 0. There may be 24 units and 8 outputs at most.
// For 24 units and 8 outputs the weights of input and state are rounded to some 8 bits, in every way
// of doing a step: reading them is what it takes its time for.
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
		r.inputPairs, r.input = input.columnPairs()
		r.statePairs, r.state = state.columnPairs()
	}
	return r
}

// columnPairs returns a matrix of 72 rows by pairs of columns: of their first 64 rows the second
// column's weight and the first one's in turns, pair after pair, then the last 8 rows of the first and of the
// second column of every pair. A column that is missing is 0. It begins with a cache line.
//
// A weight is the upper half of a float32. Where two of them are in turns, the first column's has the second one's for its
// lower half, and is the one next to what it should be with that. rounded is the matrix of the weights that come of it.
func (m *Matrix) columnPairs() (halves []uint16, rounded *Matrix) {
	const line, rows = 32, 3 * wideUnits
	pairs := (m.cols + 1) / 2
	halves = make([]uint16, pairs*2*rows+line)
	if off := int(uintptr(unsafe.Pointer(&halves[0]))/2) % line; off > 0 {
		halves = halves[line-off:]
	}
	columns := make([]float32, pairs*2*rows)
	copy(columns, m.w)
	for p := range pairs {
		first, second := columns[2*p*rows:][:rows], columns[(2*p+1)*rows:][:rows]
		both, last := halves[p*128:][:128], halves[pairs*128+p*16:][:16]
		for i := range rows {
			low := upperHalf(second[i], 0)
			second[i] = math.Float32frombits(uint32(low) << 16)
			if i >= 64 {
				low, last[8+i-64] = 0, low
			}
			high := upperHalf(first[i], low)
			first[i] = math.Float32frombits(uint32(high)<<16 | uint32(low))
			if i < 64 {
				both[2*i], both[2*i+1] = low, high
			} else {
				last[i-64] = high
			}
		}
	}
	return halves, &Matrix{rows: m.rows, cols: m.cols, w: columns[:len(m.w)]}
}

// upperHalf returns the upper half of the float32 next to x, of its sign, whose lower half is low.
func upperHalf(x float32, low uint16) uint16 {
	bits := math.Float32bits(x)
	size := int64(bits &^ (1 << 31)) // in the order of sizes
	return uint16(max(size-int64(low)+1<<15, 0)>>16) | uint16(bits>>31<<15)
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
