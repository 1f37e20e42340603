package simd

import (
	"fmt"
	"math"
	"math/rand"
	"testing"
	"unsafe"
)

var matrixShapes = [][2]int{{1, 1}, {3, 5}, {7, 70}, {8, 1}, {9, 16}, {16, 3}, {17, 33}, {24, 24}, {41, 42}, {64, 64}, {63, 40}, {65, 31}, {71, 9}, {72, 35}, {72, 24},
	{96, 288}, {100, 7}, {127, 20}, {144, 48}, {288, 96}, {400, 130}}

func TestMatrix(t *testing.T) {
	rng := rand.New(rand.NewSource(6))
	for _, s := range append([][2]int{{96, 172}, {160, 103}, {100, 200}}, matrixShapes...) {
		rows, cols := s[0], s[1]
		values := random(rng, rows*cols, -1, 1)
		m := NewMatrix(rows, cols, values)
		run := func(how string) {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				x, y, bias := arena(t, cols, atEnd), arena(t, rows, atEnd), arena(t, rows, atEnd)
				copy(x, random(rng, cols, -1, 1))
				copy(bias, random(rng, rows, -1, 1))
				m.MulVec(y, bias, x)
				for r := range y {
					want, scale := float64(bias[r]), 1.0
					for c, v := range x {
						want += float64(v) * float64(values[r*cols+c])
						scale += math.Abs(float64(v) * float64(values[r*cols+c]))
					}
					if math.Abs(float64(y[r])-want) > 1e-6*scale {
						t.Fatalf("%d×%d %s: row %d is %v, want %v", rows, cols, how, r, y[r], want)
					}
				}
			}
		}
		run("as it is")
		withoutAVX512(func() { run("without AVX-512") })
		was := SetEnabled(false)
		run("plain")
		SetEnabled(was)
	}
}

// The integer sums are exact, so that all ways to compute them agree but for
// one rounding at the end.
func TestMatrix8(t *testing.T) {
	rng := rand.New(rand.NewSource(7))
	for _, s := range [][2]int{{1, 8}, {8, 8}, {31, 16}, {32, 24}, {33, 40}, {64, 64}, {127, 8}, {128, 16}, {161, 48}, {224, 384}, {256, 256}, {384, 512}, {300, 1536}} {
		rows, cols := s[0], s[1]
		weights, scale := make([]int8, rows*cols), random(rng, rows, 0, 1.0/127)
		for i := range weights {
			weights[i] = int8(rng.Intn(255) - 127)
		}
		for i := range cols {
			weights[i] = 127 // as large a sum as there is
		}
		m := NewMatrix8(rows, cols, weights, scale)
		for _, kind := range []string{"random", "most", "least", "zero", "tiny", "small"} {
			values, bias := random(rng, cols, -3, 3), random(rng, rows, -1, 1)
			for i := range values {
				switch kind {
				case "most":
					values[i] = 1e9
				case "least":
					values[i] = -0.1
				case "zero":
					values[i] = 0
				case "tiny":
					values[i] *= 1e-35
				case "small":
					values[i] *= 1e-25
				}
			}
			peak := 0.0
			for _, v := range values {
				peak = max(peak, math.Abs(float64(v)))
			}
			most := float64(min(32639, (1<<31-1)/(127*cols)))
			want := make([]float64, rows)
			for r := range want {
				var sum float64
				for c, v := range values {
					if peak > 1e-30 {
						sum += math.RoundToEven(float64(float32(v)*(float32(most)/float32(peak)))) * float64(weights[r*cols+c])
					}
				}
				want[r] = float64(bias[r]) + sum*peak/most*float64(scale[r])
			}
			for _, way := range matrix8Ways() {
				for _, atEnd := range []bool{true, false} {
					resetArena()
					x, y, b := arena(t, cols, atEnd), arena(t, rows, atEnd), arena(t, rows, atEnd)
					half := arena(t, cols/2, atEnd)
					room := unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(half))), cols)
					copy(x, values)
					copy(b, bias)
					way.run(func() { m.MulVec(y, b, x, room) })
					for r := range y {
						size := math.Abs(float64(bias[r])) + math.Abs(want[r]-float64(bias[r]))
						if math.Abs(float64(y[r])-want[r]) > 4e-7*size {
							t.Fatalf("%d×%d %s %s: row %d is %v, want %v", rows, cols, kind, way.name, r, y[r], want[r])
						}
					}
				}
			}
		}
	}
}

// Sums that a float32 holds come out to the last unit.
func TestMatrix8Exact(t *testing.T) {
	rng := rand.New(rand.NewSource(9))
	const rows, cols = 40, 48
	weights, scale, x := make([]int8, rows*cols), make([]float32, rows), make([]float32, cols)
	for i := range weights {
		weights[i] = int8(rng.Intn(5) - 2)
	}
	for i := range scale {
		scale[i] = 1
	}
	for i := range x {
		x[i] = float32(rng.Intn(2*inputs16+1) - inputs16)
	}
	x[5] = -inputs16 // so that a step is 1
	m := NewMatrix8(rows, cols, weights, scale)
	for _, way := range matrix8Ways() {
		y := make([]float32, rows)
		way.run(func() { m.MulVec(y, make([]float32, rows), x, make([]int16, cols)) })
		for r := range y {
			want := 0
			for c, v := range x {
				want += int(v) * int(weights[r*cols+c])
			}
			if y[r] != float32(want) {
				t.Fatalf("%s: row %d is %v, want %d", way.name, r, y[r], want)
			}
		}
	}
}

// What is not finite among the inputs leaves the bias alone.
func TestMatrix8Wild(t *testing.T) {
	weights, scale, bias := make([]int8, 32*16), make([]float32, 32), make([]float32, 32)
	for i := range weights {
		weights[i] = int8(i % 100)
	}
	for i := range scale {
		scale[i], bias[i] = 1, float32(i)
	}
	m := NewMatrix8(32, 16, weights, scale)
	for _, way := range matrix8Ways() {
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.SmallestNonzeroFloat32} {
			x, y := make([]float32, 16), make([]float32, 32)
			if v > 1 || v < -1 || v != v {
				x[3] = 2
			}
			x[9] = float32(v)
			way.run(func() { m.MulVec(y, bias, x, make([]int16, 16)) })
			for r := range y {
				if y[r] != bias[r] {
					t.Fatalf("%s, %v: row %d is %v, want %v", way.name, v, r, y[r], bias[r])
				}
			}
		}
	}
}

type way struct {
	name string
	run  func(f func())
}

func TestPeak(t *testing.T) {
	c := kernelCase{name: "Peak", in: [][2]float64{{-2, 2}}, out: 1, sums: true,
		run:  func(out, in [][]float32) { out[0][0] = Peak(in[0]) },
		twin: func(out, in [][]float32) { out[0][0] = peakGo(in[0]) }}
	c.compare(t)
	if got := Peak([]float32{1, -3, 2}); got != 3 {
		t.Errorf("largest magnitude of 1, −3, 2 is %v", got)
	}
}

func BenchmarkMatrix(b *testing.B) {
	rng := rand.New(rand.NewSource(1))
	for _, s := range [][2]int{{96, 288}, {128, 128}, {768, 256}} {
		rows, cols := s[0], s[1]
		values := random(rng, rows*cols, -1, 1)
		x, y, bias := random(rng, cols, -1, 1), make([]float32, rows), make([]float32, rows)
		m := NewMatrix(rows, cols, values)
		weights, scale := make([]int8, rows*cols), random(rng, rows, 0, 0.01)
		for i := range weights {
			weights[i] = int8(127 * values[i])
		}
		m8 := NewMatrix8(rows, cols, weights, scale)
		room := make([]int16, cols)
		for _, on := range []bool{true, false} {
			name := fmt.Sprintf("%dx%d/plain", rows, cols)
			if on {
				name = fmt.Sprintf("%dx%d/vector", rows, cols)
			}
			b.Run("float32/"+name, func(b *testing.B) {
				defer SetEnabled(SetEnabled(on))
				for b.Loop() {
					m.MulVec(y, bias, x)
				}
			})
		}
		for _, way := range matrix8Ways() {
			b.Run(fmt.Sprintf("int8/%dx%d/%s", rows, cols, way.name), func(b *testing.B) {
				way.run(func() {
					for b.Loop() {
						m8.MulVec(y, bias, x, room)
					}
				})
			})
		}
	}
}
