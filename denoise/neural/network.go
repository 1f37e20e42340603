package neural

import (
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// unbounded is the least of a layer without a rectifier; rectified that of one
// with.
const rectified = 0

var unbounded = float32(math.Inf(-1))

// encode runs the encoder over the features: convolutions along the positions, each
// of half as many places as the one before, then everything into w.g. Behind the
// first a recurrent layer that the places share follows what each of them did so far,
// with a state per place in fine.
func (m *Model) encode(w *Work, fine []float32) {
	c := m.sizes.Conv
	e1 := w.e1[c[0]:]
	m.e1.run(e1, w.x, 2*features, positions/2)
	m.fine.step(fine, e1, w.gates, w.moves, positions/2)
	add(e1, fine)
	m.e2.run(w.e2[c[1]:], w.e1, 2*c[0], positions/4)
	m.e3.run(w.e3, w.e2, 2*c[1], positions/8)
	m.gin.apply(w.g, w.e3, w.integers)
	rectify(w.g)
}

// recur runs the recurrent layers: one over all positions, whose state is global,
// and one that twelve places share, each with a state of its own in local.
func (m *Model) recur(w *Work, global, local []float32) {
	m.global.step(global, w.g, w.gates, w.moves, w.integers)
	m.gout.apply(w.h, global, w.integers)
	rectify(w.h)
	add(w.h, w.e3)
	m.local.step(local, w.h, w.gates, w.moves, positions/8)
	add(w.h, local)
}

// decode goes back to all positions and leaves, for each of them, the logit of the
// gain and the taps in w.head.
func (m *Model) decode(w *Work) {
	c := m.sizes.Conv
	m.d3.run(w.d3, w.h, c[2], w.e2[c[1]:], c[1], positions/8)
	m.d2.run(w.d2, w.d3, c[1], w.e1[c[0]:], c[0], positions/4)
	m.d1.run(w.d1, w.d2, c[0], w.x[features:], features, positions/2)
	m.head.Apply(w.head, w.d1, m.sizes.Out, positions, unbounded)
}

// run turns places into twice as many; step is the distance of the encoder's.
func (d *decode) run(dst, x []float32, in int, skip []float32, step, places int) {
	d.up.Apply(dst, x, in, places, unbounded)
	d.skip.Add(dst, skip, step, 2*places, rectified)
}

func rectify(x []float32) { simd.AtLeast(x, x, 1, 0) }

// add adds y to the first values of x.
func add(x, y []float32) { simd.Mix(x[:len(y)], x, y, 1, 1) }
