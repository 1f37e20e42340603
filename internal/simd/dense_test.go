package simd

import (
	"fmt"
	"math"
	"math/rand"
	"testing"
)

var denseShapes = [][5]int{ // outputs, inputs, step, places
	{1, 1, 1, 1}, {3, 5, 2, 7}, {8, 4, 4, 3}, {11, 16, 16, 96}, {16, 20, 8, 48}, {24, 48, 32, 24}, {32, 72, 48, 12}, {32, 72, 48, 13}, {40, 7, 3, 5},
	{96, 32, 32, 12}, {48, 32, 32, 12}, {16, 12, 4, 96}, {17, 9, 0, 11}, {64, 33, 40, 6},
}

// TestDense against sums in float64, with slices that end and begin at a guard page.
func TestDense(t *testing.T) {
	run := func() {
		rng := rand.New(rand.NewSource(12))
		for _, s := range denseShapes {
			out, in, step, places := s[0], s[1], s[2], s[3]
			weights, bias := random(rng, out*in, -1, 1), random(rng, out, -1, 1)
			for _, b := range [][]float32{bias, nil} {
				d := NewDense(out, in, weights, b)
				n := d.Stride()
				if n < out || n%8 != 0 || n > out+7 {
					t.Fatalf("%d outputs have a stride of %d", out, n)
				}
				for _, least := range []float32{0, float32(math.Inf(-1))} {
					for _, atEnd := range []bool{true, false} {
						for _, add := range []bool{true, false} {
							resetArena()
							x, y := arena(t, (places-1)*step+in, atEnd), arena(t, places*n, atEnd)
							copy(x, random(rng, len(x), -1, 1))
							before := random(rng, len(y), -1, 1)
							copy(y, before)
							if add {
								d.Add(y, x, step, places, least)
							} else {
								d.Apply(y, x, step, places, least)
							}
							for p := range places {
								for o := range n {
									var want float64
									switch {
									case add:
										want = float64(before[p*n+o])
									case o < out && b != nil:
										want = float64(b[o])
									}
									for i := range in {
										if o < out {
											want += float64(x[p*step+i]) * float64(weights[o*in+i])
										}
									}
									want = math.Max(want, float64(least))
									if got := float64(y[p*n+o]); !(math.Abs(got-want) < 2e-6*float64(in+1)) {
										t.Fatalf("%v add %v vectors %v: output %d of place %d is %v, want %v", s, add, Enabled(), o, p, got, want)
									}
								}
							}
						}
					}
				}
			}
		}
	}
	run()
	withoutAVX512(run)
	defer SetEnabled(SetEnabled(false))
	run()
}

func TestDensePanics(t *testing.T) {
	d := NewDense(8, 4, make([]float32, 32), nil)
	for name, f := range map[string]func(){
		"too few weights":  func() { NewDense(8, 4, make([]float32, 31), nil) },
		"too few biases":   func() { NewDense(8, 4, make([]float32, 32), make([]float32, 7)) },
		"short inputs":     func() { d.Apply(make([]float32, 24), make([]float32, 11), 4, 3, 0) },
		"short outputs":    func() { d.Apply(make([]float32, 23), make([]float32, 12), 4, 3, 0) },
		"step of minus 1":  func() { d.Apply(make([]float32, 24), make([]float32, 12), -1, 3, 0) },
		"short outputs +=": func() { d.Add(make([]float32, 23), make([]float32, 12), 4, 3, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkDense(b *testing.B) {
	rng := rand.New(rand.NewSource(13))
	for _, s := range [][5]int{{16, 20, 8, 48}, {24, 48, 32, 24}, {96, 32, 32, 12}, {16, 16, 16, 96}} {
		out, in, step, places := s[0], s[1], s[2], s[3]
		d := NewDense(out, in, random(rng, out*in, -1, 1), random(rng, out, -1, 1))
		x, y := random(rng, (places-1)*step+in, -1, 1), make([]float32, places*d.Stride())
		for _, on := range []bool{true, false} {
			name := "plain"
			if on {
				name = "vector"
			}
			b.Run(fmt.Sprintf("%d×%dx%d/%s", places, out, in, name), func(b *testing.B) {
				defer SetEnabled(SetEnabled(on))
				for b.Loop() {
					d.Apply(y, x, step, places, 0)
				}
			})
		}
	}
}
