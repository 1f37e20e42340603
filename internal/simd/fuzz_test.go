package simd

import (
	"encoding/binary"
	"math"
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
		q, qw := make([]int8, n), make([]int8, n)
		Quantize(q, x, 127)
		quantizeGo(qw, x, 127)
		c, cw := make([]float32, n), make([]float32, n)
		Finite(c, x, 1.5)
		finiteGo(cw, x, 1.5)
		m, mw := make([]float32, n), make([]float32, n)
		Scale(m, x, 0.7)
		scaleGo(mw, x, 0.7)
		for i, v := range x {
			if a[i] != aw[i] || q[i] != qw[i] || math.Float32bits(c[i]) != math.Float32bits(cw[i]) || !near(m[i], mw[i], 0, 0) {
				t.Fatalf("%v: %v %v %v %v, twins %v %v %v %v", v, a[i], q[i], c[i], m[i], aw[i], qw[i], cw[i], mw[i])
			}
		}
	})
}
