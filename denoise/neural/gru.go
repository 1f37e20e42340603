package neural

import "github.com/quietline/quietline/internal/simd"

// gru is a gated recurrent unit (Cho et al. 2014; the reset gate after the product,
// as cuDNN and PyTorch have it):
//
//	r = σ(Wr x + br + Ur h + cr)         reset gate
//	z = σ(Wz x + bz + Uz h + cz)         update gate
//	n = tanh(Wn x + bn + r ⊙ (Un h + cn))
//	h ← z ⊙ h + (1 − z) ⊙ n
//
// simd.Gates wants the gates as z, r, n and a z that says how much is new: rows
// are moved and those of z change their sign.
type gru struct{ input, state matrix }

func newGRU(units, in int, g *recurrent) gru {
	i, s := gateRows(units, g)
	return gru{newMatrix(3*units, in, &i), newMatrix(3*units, units, &s)}
}

// step moves the state h; a and u are room for three times as many values, integers for those of h or x.
func (g *gru) step(h, x, a, u []float32, integers []int16) {
	g.input.apply(a, x, integers)
	g.state.apply(u, h, integers)
	simd.Gates(h, a[:3*len(h)], u[:3*len(h)])
}

// placesGRU is the same unit at several places, each with a state of its own.
type placesGRU struct {
	units        int
	input, state *simd.Dense
}

func newPlacesGRU(units, in int, g *recurrent) placesGRU {
	i, s := gateRows(units, g)
	return placesGRU{units, simd.NewDense(3*units, in, i.weight, i.bias), simd.NewDense(3*units, units, s.weight, s.bias)}
}

func (g *placesGRU) step(h, x, a, u []float32, places int) {
	n := g.units
	g.input.Apply(a, x, n, places, unbounded)
	g.state.Apply(u, h, n, places, unbounded)
	for p := range places {
		simd.Gates(h[p*n:][:n], a[3*p*n:][:3*n], u[3*p*n:][:3*n])
	}
}

// gateRows returns the matrices of the input and of the state as simd.Gates wants
// them. Biases of r and z are added up in the input's.
func gateRows(n int, g *recurrent) (input, state linear) {
	bytes := func(b *bytes8) bytes8 { return bytes8{gateOrder(b.weights, -1), gateOrder(b.scale, 1)} }
	input = linear{gateOrder(g.input, -1), gateOrder(g.inputBias, -1), bytes(&g.inputBytes)}
	state = linear{gateOrder(g.state, -1), gateOrder(g.stateBias, -1), bytes(&g.stateBytes)}
	for i := range 2 * n {
		input.bias[i] += state.bias[i]
		state.bias[i] = 0
	}
	return input, state
}

// gateOrder moves the rows of z in front of those of r, times sign; nil stays nil.
func gateOrder[T int8 | float32](w []T, sign T) []T {
	if w == nil {
		return nil
	}
	part := len(w) / 3
	out := make([]T, 0, len(w))
	for _, v := range w[part : 2*part] {
		out = append(out, sign*v)
	}
	out = append(out, w[:part]...)
	return append(out, w[2*part:]...)
}
