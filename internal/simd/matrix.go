package simd

import "fmt"

// Matrix is a matrix of float32 for products with a vector, rearranged once in
// blocks of 64, 16 and 8 rows whose columns lie one after the other. It is read
// only and may be shared.
type Matrix struct {
	rows, cols int
	w          []float32
}

// blocks calls f for the blocks that rows, padded to a multiple of 8, are
// divided into, largest first.
func blocks(rows int, sizes []int, f func(first, size int)) {
	rows = (rows + 7) &^ 7
	for first := 0; first < rows; {
		for _, size := range sizes {
			if size <= rows-first {
				f(first, size)
				first += size
				break
			}
		}
	}
}

var blockRows = []int{72, 64, 16, 8}

// NewMatrix returns a matrix from rows·cols values, row after row. It panics
// when there are not as many.
func NewMatrix(rows, cols int, values []float32) *Matrix {
	if rows < 1 || cols < 1 || len(values) != rows*cols {
		panic(fmt.Sprintf("simd: matrix of %d rows and %d columns from %d values", rows, cols, len(values)))
	}
	m := &Matrix{rows: rows, cols: cols}
	blocks(rows, blockRows, func(first, size int) {
		for c := range cols {
			for r := first; r < first+size; r++ {
				var v float32
				if r < rows {
					v = values[r*cols+c]
				}
				m.w = append(m.w, v)
			}
		}
	})
	return m
}

// MulVec sets y = bias + M·x. y and bias hold one value per row, x one per
// column; y may be bias, and overlaps x nowhere.
func (m *Matrix) MulVec(y, bias, x []float32) {
	y, bias, x = y[:m.rows], bias[:m.rows], x[:m.cols]
	w := m.w
	for first := 0; first < m.rows; {
		left := (m.rows - first + 7) &^ 7
		size := 8
		switch {
		case left >= 72:
			size = 72
		case left >= 64:
			size = 64
		case left >= 16:
			size = 16
		}
		if first+size > m.rows { // the last block has rows that do not exist
			var by, bb [72]float32
			copy(bb[:], bias[first:])
			matVecBlock(by[:size], bb[:size], w, x)
			copy(y[first:], by[:])
			return
		}
		matVecBlock(y[first:first+size], bias[first:first+size], w, x)
		w = w[size*m.cols:]
		first += size
	}
}

// matVecBlock is a block of 72, 64, 16 or 8 rows.
func matVecBlock(y, bias, w, x []float32) {
	if !vectors {
		for i := 0; i < len(y); i += 4 {
			matVecGo(y[i:], bias[i:], w[i:], x, len(y))
		}
		return
	}
	_ = w[len(y)*len(x)-1]
	switch len(y) {
	case 72:
		matVec72(&y[0], &bias[0], &w[0], &x[0], len(x))
	case 64:
		matVec64(&y[0], &bias[0], &w[0], &x[0], len(x))
	case 16:
		matVec16(&y[0], &bias[0], &w[0], &x[0], len(x))
	default:
		matVec8(&y[0], &bias[0], &w[0], &x[0], len(x))
	}
}

// matVecGo does four rows of a block, whose columns are step values apart: eight
// sums would not stay in the registers.
func matVecGo(y, bias, w, x []float32, step int) {
	b := (*[4]float32)(bias)
	s0, s1, s2, s3 := b[0], b[1], b[2], b[3]
	for i, v := range x {
		c := (*[4]float32)(w[i*step:])
		s0 += v * c[0]
		s1 += v * c[1]
		s2 += v * c[2]
		s3 += v * c[3]
	}
	*(*[4]float32)(y) = [4]float32{s0, s1, s2, s3}
}
