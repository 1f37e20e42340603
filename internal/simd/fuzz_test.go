package simd

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// FuzzExact runs the kernels whose results are the twin's to the bit on any bit
// patterns.
func FuzzExact(f *testing.F) {
	f.Add([]byte("a few bytes that make five float32"))
	var b []byte
	for range 5 {
		for _, x := range extremes {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		x := make([]float32, len(b)/4)
		for i := range x {
			x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		n := len(x)
		a, aw := make([]int16, n), make([]int16, n)
		ToInt16(a, x, 32768)
		toInt16Go(aw, x, 32768)
		if p, pw := Peak(x), peakGo(x); math.Float32bits(p) != math.Float32bits(pw) {
			t.Fatalf("largest magnitude %v, twin %v", p, pw)
		}
		if cols := n &^ 7; cols > 0 {
			matrix := NewMatrix8(33, cols, slices.Repeat([]int8{5, -127, 100}, 11*cols), slices.Repeat([]float32{1}, 33))
			y, yw, bias, room := make([]float32, 33), make([]float32, 33), make([]float32, 33), make([]int16, cols)
			matrix.MulVec(y, bias, x[:cols], room)
			was := SetEnabled(false)
			matrix.MulVec(yw, bias, x[:cols], room)
			SetEnabled(was)
			for r := range y {
				if !near(y[r], yw[r], 1e-6, 0) {
					t.Fatalf("row %d of a product is %v, plain %v", r, y[r], yw[r])
				}
			}
		}
		c, cw := make([]float32, n), make([]float32, n)
		Finite(c, x, 1.5)
		finiteGo(cw, x, 1.5)
		m, mw := make([]float32, n), make([]float32, n)
		Scale(m, x, 0.7)
		scaleGo(mw, x, 0.7)
		for i, v := range x {
			if a[i] != aw[i] || math.Float32bits(c[i]) != math.Float32bits(cw[i]) || !near(m[i], mw[i], 0, 0) {
				t.Fatalf("%v: %v %v %v, twins %v %v %v", v, a[i], c[i], m[i], aw[i], cw[i], mw[i])
			}
		}
	})
}
