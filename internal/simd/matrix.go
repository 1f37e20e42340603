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
		matVecGo(y, bias, w, x)
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

// matVecGo does four columns at a time: y is loaded and stored a quarter as often.
func matVecGo(y, bias, w, x []float32) {
	n := len(y)
	copy(y, bias[:n])
	for ; len(x) >= 4; x, w = x[4:], w[4*n:] {
		x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
		w0, w1, w2, w3 := w[:n], w[n:][:n], w[2*n:][:n], w[3*n:][:n]
		for j := range y {
			y[j] += (w0[j]*x0 + w1[j]*x1) + (w2[j]*x2 + w3[j]*x3)
		}
	}
	for i, v := range x {
		c := w[i*n:][:n]
		for j := range y {
			y[j] += v * c[j]
		}
	}
}
