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
	shapes := append([][2]int{{96, 172}, {224, 384}, {128, 128}, {672, 26}, {160, 103}, {100, 200}}, matrixShapes...)
	for i, s := range append(shapes, shapes[:6]...) {
		rows, cols := s[0], s[1]
		values := random(rng, rows*cols, -1, 1)
		short := i < 6
		if short {
			for k, v := range values {
				values[k] = math.Float32frombits(math.Float32bits(v) &^ 0xffff)
			}
			if i == 1 {
				values[5], values[7], values[9] = 0, 0x1p-130, float32(math.Copysign(0, -1))
			}
		}
		m := NewMatrix(rows, cols, values)
		if want := shortKernels && short && rows%32 == 0 && cols%2 == 0; want != (m.short != nil) {
			t.Fatalf("%d×%d: short %v, want %v", rows, cols, m.short != nil, want)
		}
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

func asBytes(x []float32, n int) []int8 {
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(x))), n)
}

// The integer sums are exact, so that all ways to compute them agree but for
// one rounding at the end.
func TestMatrix8(t *testing.T) {
	rng := rand.New(rand.NewSource(7))
	for _, s := range matrixShapes {
		rows, cols := s[0], s[1]
		values := random(rng, rows*cols, -1, 1)
		m := NewMatrix8(rows, cols, values)
		for _, way := range matrix8Ways() {
			for _, atEnd := range []bool{true, false} {
				way.begin()
				resetArena()
				x := asBytes(arena(t, m.Inputs()/4, atEnd), m.Inputs())
				y, bias := arena(t, rows, atEnd), arena(t, rows, atEnd)
				copy(bias, random(rng, rows, -1, 1))
				for i := range x {
					x[i] = int8(rng.Intn(255) - 127)
					if rng.Intn(3) == 0 {
						x[i] = []int8{127, -127, 0}[rng.Intn(3)]
					}
				}
				m.MulVec(y, bias, x, 1.0/127)
				way.end()
				for r := range y {
					var most float64
					for c := range cols {
						most = max(most, math.Abs(float64(values[r*cols+c])))
					}
					sum := 0
					for c := range cols {
						sum += int(x[c]) * int(math.RoundToEven(float64(values[r*cols+c])/float64(float32(most/127))))
					}
					want := float64(bias[r]) + float64(sum)*most/127/127
					if math.Abs(float64(y[r])-want) > 1e-6*(1+math.Abs(want)) {
						t.Fatalf("%d×%d %s: row %d is %v, want %v", rows, cols, way.name, r, y[r], want)
					}
				}
			}
		}
	}
}

type way struct {
	name       string
	begin, end func()
}

func TestQuantize(t *testing.T) {
	needVectors(t)
	rng := rand.New(rand.NewSource(8))
	for _, n := range lengths() {
		for _, atEnd := range []bool{true, false} {
			resetArena()
			src, room := arena(t, n, atEnd), arena(t, n, atEnd)
			copy(src, wild(rng, n, -1.5, 1.5))
			for i := range src {
				if rng.Intn(4) == 0 {
					src[i] = (float32(rng.Intn(255)) - 126.5) / 127 // a tie, or nearly
				}
			}
			dst := asBytes(room, 4*n)
			if atEnd {
				dst = dst[3*n:]
			}
			dst = dst[:n]
			want := make([]int8, n)
			Quantize(dst, src, 127)
			quantizeGo(want, src, 127)
			for i := range want {
				if dst[i] != want[i] {
					t.Fatalf("n=%d: %v became %d, twin %d", n, src[i], dst[i], want[i])
				}
			}
		}
	}
}

func BenchmarkMatrix(b *testing.B) {
	rng := rand.New(rand.NewSource(1))
	for _, s := range [][2]int{{96, 288}, {48, 96}, {128, 128}} {
		rows, cols := s[0], s[1]
		values := random(rng, rows*cols, -1, 1)
		x, y, bias := random(rng, cols, -1, 1), make([]float32, rows), make([]float32, rows)
		m, m8 := NewMatrix(rows, cols, values), NewMatrix8(rows, cols, values)
		q := make([]int8, m8.Inputs())
		Quantize(q[:cols], x, 127)
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
				way.begin()
				defer way.end()
				for b.Loop() {
					m8.MulVec(y, bias, q, 1.0/127)
				}
			})
		}
	}
}
