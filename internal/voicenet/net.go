package voicenet

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// Units is the size of the recurrent layer, Outputs what it gives: the logit of
// speech, then one of speech in each of the Groups of bands.
const (
	Units   = 24
	Groups  = 6
	Outputs = 1 + Groups
)

// groupEdges are the edges of the groups of bands in Hz.
var groupEdges = [Groups + 1]float64{75, 475, 975, 1825, 3375, 4975, 7975}

// Group returns where group i lies, in Hz.
func Group(i int) (lo, hi float64) { return groupEdges[i], groupEdges[i+1] }

// gates are the columns of the gates' matrices: update, reset, candidate.
const gates = 3 * Units

// outWidth is Outputs, padded for a vector register of eight.
const outWidth = 8

// The weights are made by bench/presence/fit.py: float32, little endian, in the
// order of mustLoad.
//
//go:embed weights.bin
var weightsFile []byte

var weights = mustLoad(weightsFile)

// The file's parts, one after the other: weights of the inputs and of the state for
// the three gates, and of the state for the logits, each with its biases. A row of a
// matrix is what one input adds to all outputs; the bias of the state is that of the
// candidate alone, inside the reset gate.
func mustLoad(file []byte) *simd.Recurrent {
	const values = Features*gates + gates + Units*gates + Units + Units*outWidth + outWidth
	if len(file) != 4*values {
		panic(fmt.Sprintf("voicenet: weights.bin has %d bytes, want %d", len(file), 4*values))
	}
	take := func(n int) []float32 {
		part := make([]float32, n)
		for i := range part {
			part[i] = math.Float32frombits(binary.LittleEndian.Uint32(file))
			file = file[4:]
		}
		return part
	}
	matrix := func(inputs, outputs int) *simd.Matrix {
		part := take(inputs * outputs)
		rows := make([]float32, len(part))
		for i := range inputs {
			for o := range outputs {
				rows[o*inputs+i] = part[i*outputs+o]
			}
		}
		return simd.NewMatrix(outputs, inputs, rows)
	}
	input, inputBias := matrix(Features, gates), take(gates)
	state := matrix(Units, gates)
	stateBias := append(make([]float32, 2*Units), take(Units)...)
	out, outBias := matrix(Units, outWidth), take(outWidth)
	return simd.NewRecurrent(input, state, out, inputBias, stateBias, outBias)
}

// Net is a gated recurrent unit (Cho et al. 2014; the reset gate after the
// product, as cuDNN has it) and a linear layer:
//
//	z = σ(Wz x + Uz h + bz)        update gate
//	r = σ(Wr x + Ur h + br)        reset gate
//	n = tanh(Wn x + bn + r ⊙ (Un h + cn))
//	h ← h + z ⊙ (n − h)
//	y = V h + c                    logits
//
// All streams share the weights; the state is h. The zero Net is ready to use.
type Net struct {
	h [Units]float32
}

// Update takes the features of a frame and writes the logits of speech and of
// speech in each group of bands. Features that are not finite make it begin
// anew, with logits of 0.
func (n *Net) Update(y *[Outputs]float32, x *[Features]float32) {
	var logits, prob [outWidth]float32
	n.step(&logits, &prob, x)
	copy(y[:], logits[:])
}

// Probabilities is Update for the logits' sigmoid, which are probabilities.
func (n *Net) Probabilities(p *[Outputs]float32, x *[Features]float32) {
	var logits, prob [outWidth]float32
	n.step(&logits, &prob, x)
	copy(p[:], prob[:])
}

func (n *Net) step(logits, prob *[outWidth]float32, x *[Features]float32) {
	weights.Step(logits, prob, n.h[:], x[:])
	if logits[0]-logits[0] != 0 {
		n.Reset()
		*logits = [outWidth]float32{}
		for i := range prob {
			prob[i] = 0.5
		}
	}
}

// Reset forgets everything.
func (n *Net) Reset() { *n = Net{} }
