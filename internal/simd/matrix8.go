package simd

import (
	"fmt"
	"math"
)

// Matrix8 is a matrix of 8-bit integers, −127 … 127, with a scale per row, for
// products with a vector that is rounded to 16 bits for it: a large matrix then
// costs half of what one of float32 does, and its error is that of the weights alone. It is
// read only and may be shared.
//
// Rows lie in blocks of 32, of which four columns at a time lie side by side. For plain Go two rows
// share an int64, so that one multiplication serves both.
type Matrix8 struct {
	rows, cols int
	w          []int8
	scale      []float32 // per row, as the rest of its fields padded to a multiple of 32
	offset     []int32   // per row: what sums over bytes without sign begin with
	pairs      []int64   // per two rows: cols times the first one's weight plus 2³² times the second one's
	most       float32   // magnitude of the largest input
}

const (
	block8   = 32
	inputs16 = 32639  // both bytes of it plus signMove lie within 0 … 255, those of ± it less 128 within ±127
	signMove = 0x8080 // makes both bytes of a 16-bit number ones without sign
)

// NewMatrix8 returns a matrix from rows·cols weights, row after row, −127 … 127
// times the row's scale. It panics when there are not as many of everything, or cols is no
// multiple of 8.
func NewMatrix8(rows, cols int, weights []int8, scale []float32) *Matrix8 {
	if rows < 1 || cols < 8 || cols%8 != 0 || len(weights) != rows*cols || len(scale) != rows {
		panic(fmt.Sprintf("simd: matrix of %d rows and %d columns from %d weights and %d scales", rows, cols, len(weights), len(scale)))
	}
	padded := (rows + block8 - 1) / block8 * block8
	m := &Matrix8{
		rows: rows, cols: cols,
		w: make([]int8, 0, padded*cols), scale: make([]float32, padded), offset: make([]int32, padded), pairs: make([]int64, padded/2*cols),
		most: float32(min(inputs16, math.MaxInt32/(127*cols))), // no sum exceeds 32 bits
	}
	copy(m.scale, scale)
	for first := 0; first < padded; first += block8 {
		for quad := 0; quad < cols; quad += 4 {
			for r := first; r < first+block8; r++ {
				if r < rows {
					m.w = append(m.w, weights[r*cols+quad:][:4]...)
				} else {
					m.w = append(m.w, 0, 0, 0, 0)
				}
			}
		}
	}
	for i, w := range weights {
		r, c := i/cols, i%cols
		m.offset[r] -= signMove * int32(w) // may overflow, as the sum it is for
		m.pairs[r/2*cols+c] += int64(w) << (r % 2 * 32)
	}
	return m
}

// MulVec sets y = bias + M·x, with x rounded to ±32639 steps of its largest magnitude. y and bias
// hold one value per row, x one per column; y may be bias, and overlaps x nowhere. room is for as many
// integers as x has values. Sums are exact integers: all ways to compute them agree but for
// one rounding at the end. Where a value of x is not finite, or all are next to 0, y becomes the bias.
func (m *Matrix8) MulVec(y, bias, x []float32, room []int16) {
	y, bias, x, room = y[:m.rows], bias[:m.rows], x[:m.cols], room[:m.cols]
	const tiny = 1e-30
	peak := Peak(x)
	if !(peak >= tiny && peak <= math.MaxFloat32) {
		copy(y, bias)
		return
	}
	ToInt16(room, x, m.most/peak)
	if vectors && dots {
		splitVec(&room[0], len(room))
	}
	step := peak / m.most
	whole := m.rows / block8 * block8
	m.mul(y[:whole], bias, 0, room, step)
	if n := m.rows - whole; n > 0 { // the last block has rows that do not exist
		var by, bb [block8]float32
		copy(bb[:], bias[whole:])
		m.mul(by[:], bb[:], whole, room, step)
		copy(y[whole:], by[:])
	}
}

// mul is MulVec of whole blocks from row first on; an input is one of x times step.
func (m *Matrix8) mul(y, bias []float32, first int, x []int16, step float32) {
	if !vectors {
		mat8Go(y, bias, m.scale[first:], m.pairs[first/2*m.cols:], x, step)
		return
	}
	for quads := m.cols / 4; len(y) > 0; {
		w, scale, offset := &m.w[first*m.cols], &m.scale[first], &m.offset[first]
		n := block8
		switch {
		case long && len(y) >= 4*block8: // four places at once: 2 % of a hop of package neural (BenchmarkUpdate), whose weights lie in the second cache
			n = 4 * block8
			mat8Vec128Dot(&y[0], &bias[0], scale, offset, w, &x[0], quads, step)
		case dots:
			mat8Vec32Dot(&y[0], &bias[0], scale, offset, w, &x[0], quads, step)
		default:
			mat8Vec32(&y[0], &bias[0], scale, w, &x[0], quads, step)
		}
		y, bias, first = y[n:], bias[n:], first+n
	}
}

// mat8Go does eight rows at a time, two of them with one multiplication: the sums over the first
// ones are in the lower halves, and borrow from the upper ones where they are negative.
func mat8Go(y, bias, scale []float32, pairs []int64, x []int16, step float32) {
	bias, scale = bias[:len(y)], scale[:len(y)]
	for r := 0; r < len(y); r += 8 {
		s0, s1, s2, s3 := eightRows(pairs, x)
		pairs = pairs[4*len(x):]
		for i, s := range [...]int64{s0, s1, s2, s3} {
			a := int32(s)
			b := int32((s - int64(a)) >> 32)
			j := r + 2*i
			y[j] = float32(a)*(step*scale[j]) + bias[j]
			y[j+1] = float32(b)*(step*scale[j+1]) + bias[j+1]
		}
	}
}

// eightRows is a function of its own, that is not put into its caller, for its sums to stay in registers.
//
//go:noinline
func eightRows(pairs []int64, x []int16) (s0, s1, s2, s3 int64) {
	n := len(x)
	w0, w1, w2, w3 := pairs[:n], pairs[n:][:n], pairs[2*n:][:n], pairs[3*n:][:n]
	for c, v := range x {
		z := int64(v)
		s0 += w0[c] * z
		s1 += w1[c] * z
		s2 += w2[c] * z
		s3 += w3[c] * z
	}
	return s0, s1, s2, s3
}
