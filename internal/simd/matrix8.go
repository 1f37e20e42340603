package simd

import (
	"fmt"
	"math"
)

// Matrix8 is a matrix of 8-bit integers, −127 … 127, with a scale per row, in
// blocks of 32 and 8 rows of which four columns at a time lie side by side. It is
// read only and may be shared.
type Matrix8 struct {
	rows, cols int
	w          []int8
	scale      []float32 // per row, padded to a multiple of 8
}

var block8Rows = []int{32, 8}

// NewMatrix8 quantises rows·cols values, row after row: the largest magnitude of
// every row becomes 127. It panics when there are not as many.
func NewMatrix8(rows, cols int, values []float32) *Matrix8 {
	if rows < 1 || cols < 1 || len(values) != rows*cols {
		panic(fmt.Sprintf("simd: matrix of %d rows and %d columns from %d values", rows, cols, len(values)))
	}
	m := &Matrix8{rows: rows, cols: cols, scale: make([]float32, (rows+7)&^7)}
	for r := range rows {
		most := 0.0
		for _, v := range values[r*cols:][:cols] {
			most = max(most, math.Abs(float64(v)))
		}
		m.scale[r] = float32(most / 127)
	}
	blocks(rows, block8Rows, func(first, size int) {
		for quad := 0; quad < cols; quad += 4 {
			for r := first; r < first+size; r++ {
				for c := quad; c < quad+4; c++ {
					var q int8
					if r < rows && c < cols && m.scale[r] > 0 {
						q = int8(math.RoundToEven(float64(values[r*cols+c]) / float64(m.scale[r])))
					}
					m.w = append(m.w, q)
				}
			}
		}
	})
	return m
}

// Inputs returns the number of values that MulVec reads: the columns, padded to
// a multiple of four.
func (m *Matrix8) Inputs() int { return (m.cols + 3) &^ 3 }

// MulVec sets y = bias + M·(x·xscale). y and bias hold one value per row; y may
// be bias. x holds Inputs values within −127 … 127, of which those beyond the
// columns do not matter. The sums are exact integers.
func (m *Matrix8) MulVec(y, bias []float32, x []int8, xscale float32) {
	y, bias, x = y[:m.rows], bias[:m.rows], x[:m.Inputs()]
	w := m.w
	for first := 0; first < m.rows; {
		size := 8
		if (m.rows-first+7)&^7 >= 32 {
			size = 32
		}
		scale := m.scale[first : first+size]
		if first+size > m.rows { // the last block has rows that do not exist
			var by, bb [32]float32
			copy(bb[:], bias[first:])
			mat8VecBlock(by[:size], bb[:size], scale, w, x, xscale)
			copy(y[first:], by[:])
			return
		}
		mat8VecBlock(y[first:first+size], bias[first:first+size], scale, w, x, xscale)
		w = w[size*len(x):]
		first += size
	}
}

// mat8VecBlock is a block of 32 or 8 rows.
func mat8VecBlock(y, bias, scale []float32, w, x []int8, xscale float32) {
	if !vectors {
		mat8VecGo(y, bias, scale, w, x, xscale)
		return
	}
	_ = w[len(y)*len(x)-1]
	quads := len(x) / 4
	switch {
	case len(y) == 32 && vnni:
		mat8Vec32VNNI(&y[0], &bias[0], &scale[0], &w[0], &x[0], quads, xscale)
	case len(y) == 32:
		mat8Vec32(&y[0], &bias[0], &scale[0], &w[0], &x[0], quads, xscale)
	case vnni:
		mat8Vec8VNNI(&y[0], &bias[0], &scale[0], &w[0], &x[0], quads, xscale)
	default:
		mat8Vec8(&y[0], &bias[0], &scale[0], &w[0], &x[0], quads, xscale)
	}
}

func mat8VecGo(y, bias, scale []float32, w, x []int8, xscale float32) {
	rows := len(y)
	bias, scale = bias[:rows], scale[:rows]
	for r := range y {
		var s0, s1 int32
		row := w[4*r:]
		for i, j := 0, 0; i <= len(x)-4; i, j = i+4, j+4*rows {
			a, b := (*[4]int8)(x[i:]), (*[4]int8)(row[j:])
			s0 += int32(a[0])*int32(b[0]) + int32(a[1])*int32(b[1])
			s1 += int32(a[2])*int32(b[2]) + int32(a[3])*int32(b[3])
		}
		y[r] = float32(s0+s1)*(xscale*scale[r]) + bias[r]
	}
}

// Quantize sets dst = src·scale, rounded to the nearest integer, halves to even,
// and clamped to −127 … 127. NaN becomes 0.
func Quantize(dst []int8, src []float32, scale float32) {
	src = src[:len(dst)]
	n := 0
	if vectors && len(dst) >= 8 {
		n = len(dst) &^ 7
		quantizeVec(&dst[0], &src[0], n, scale)
	}
	quantizeGo(dst[n:], src[n:], scale)
}

func quantizeGo(dst []int8, src []float32, scale float32) {
	const magic = 3 << 22 // leaves the rounded value in the low bits of the mantissa
	src = src[:len(dst)]
	for i := range dst {
		x := src[i] * scale
		v := int32(math.Float32bits(min(max(x, -127), 127) + magic))
		if x != x {
			v = 0
		}
		dst[i] = int8(v)
	}
}
