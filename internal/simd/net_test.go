package simd

import (
	"math"
	"math/rand"
	"testing"
)

// TestGates against the equations in float64.
func TestGates(t *testing.T) {
	sigma := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(9))
		for _, n := range []int{1, 7, 8, 9, 24, 31} {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				h, a, u := arena(t, n, atEnd), arena(t, 3*n, atEnd), arena(t, 3*n, atEnd)
				copy(h, random(rng, n, -1, 1))
				copy(a, random(rng, 3*n, -8, 8))
				copy(u, random(rng, 3*n, -8, 8))
				a[0], u[n/2] = 1000, -1000
				want := make([]float64, n)
				for k := range want {
					z := sigma(float64(a[k]) + float64(u[k]))
					r := sigma(float64(a[n+k]) + float64(u[n+k]))
					c := math.Tanh(float64(a[2*n+k]) + r*float64(u[2*n+k]))
					want[k] = float64(h[k]) + z*(c-float64(h[k]))
				}
				Gates(h, a, u)
				for k := range want {
					if d := math.Abs(float64(h[k]) - want[k]); !(d < 2e-6) {
						t.Fatalf("vectors %v n=%d: unit %d is %v, want %v", on, n, k, h[k], want[k])
					}
				}
			}
		}
		SetEnabled(was)
	}
}

func TestBandSums(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(10))
		for _, n := range lengths() {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				src, dst := arena(t, n, atEnd), arena(t, 17, atEnd)
				copy(src, random(rng, n, 0, 1))
				edges := make([]int, 18)
				for i := 1; i < 17; i++ {
					edges[i] = min(edges[i-1]+rng.Intn(n/8+1), n)
				}
				edges[17] = n // the last band ends where src does
				BandSums(dst, src, edges)
				for b := range dst {
					var want float64
					for _, x := range src[edges[b]:edges[b+1]] {
						want += float64(x)
					}
					if !near(dst[b], float32(want), 1e-6, 1) {
						t.Fatalf("vectors %v n=%d edges %v: band %d is %v, want %v", on, n, edges, b, dst[b], want)
					}
				}
			}
		}
		SetEnabled(was)
	}
}

// TestStateRecovers: after frames of extreme values the kernels' state is an
// ordinary one again, and the twins' too.
func TestStateRecovers(t *testing.T) {
	const n = 37
	for _, bad := range extremes {
		var ends [2][2][]float32
		for i, on := range []bool{false, true} {
			was := SetEnabled(on)
			rng := rand.New(rand.NewSource(11))
			psd, mean, q := random(rng, n, 1, 2), random(rng, n, 0, 1), make([]float32, n)
			gain, ln := random(rng, n, 0, 1), random(rng, n, -2, 0)
			ones := random(rng, n, 1, 1)
			frame := make([]float32, n)
			for k := range frame {
				frame[k] = bad
			}
			for range 3 {
				TrackNoise(psd, mean, q, frame, frame, ones, &testRates)
				Follow(gain, frame, frame, 0.4, 0.6, 0.93, 0.44)
			}
			for range 3000 {
				x := random(rng, n, 0, 2)
				TrackNoise(psd, mean, q, x, x, ones, &testRates)
				Follow(gain, ln, ln, 0.4, 0.6, 0.93, 0.44)
			}
			ends[i] = [2][]float32{psd, gain}
			SetEnabled(was)
		}
		for k := range n {
			if a, b := ends[0][0][k], ends[1][0][k]; !(a > 0.1 && a < 3) || !near(a, b, 1e-3, 0) {
				t.Fatalf("after %v: noise %v in plain Go, %v with kernels", bad, a, b)
			}
			if a, b := ends[0][1][k], ends[1][1][k]; !(a >= 0 && a <= 1) || !near(a, b, 1e-5, 1) {
				t.Fatalf("after %v: gain %v in plain Go, %v with kernels", bad, a, b)
			}
		}
	}
}

// TestRecurrent: a step in every way that there is, against the equations in float64,
// over enough steps for the state to matter.
func TestRecurrent(t *testing.T) {
	sigma := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	const inputs = 35
	for _, size := range [][2]int{{24, 8}, {24, 7}, {17, 8}, {3, 1}} {
		units, outputs := size[0], size[1]
		rng := rand.New(rand.NewSource(12))
		in, state, out := random(rng, 3*units*inputs, -1, 1), random(rng, 3*units*units, -1, 1), random(rng, outputs*units, -1, 1)
		inBias, stateBias, outBias := random(rng, 3*units, -1, 1), random(rng, 3*units, -1, 1), random(rng, outputs, -1, 1)
		clear(stateBias[:2*units])
		r := NewRecurrent(NewMatrix(3*units, inputs, in), NewMatrix(3*units, units, state), NewMatrix(outputs, units, out), inBias, stateBias, outBias)
		for _, m := range []struct {
			given []float32
			taken *Matrix
		}{{in, r.input}, {state, r.state}} {
			for k := range m.taken.cols { // column after column
				unit, y := make([]float32, m.taken.cols), make([]float32, 3*units)
				unit[k] = 1
				m.taken.MulVec(y, make([]float32, 3*units), unit)
				for i, w := range y {
					v := &m.given[i*m.taken.cols+k]
					if d := math.Abs(float64(w - *v)); !(d <= math.Abs(float64(*v))/250) {
						t.Fatalf("%d units: weight %v for %v", units, w, *v)
					}
					*v = w
				}
			}
		}
		run := func(how string) {
			rng := rand.New(rand.NewSource(13))
			resetArena()
			h, x := arena(t, units, true), arena(t, inputs, true)
			clear(h)
			want := make([]float64, units)
			for step := range 50 {
				copy(x, random(rng, inputs, -2, 2))
				if step == 20 {
					x[3] = 1e6 // the gates close, and open again
				}
				var g [3][]float64 // of the input, of the state for the candidate
				for i := range 3 * units {
					a, u := float64(inBias[i]), float64(stateBias[i])
					for k, v := range x {
						a += float64(in[i*inputs+k]) * float64(v)
					}
					for k, v := range want {
						u += float64(state[i*units+k]) * v
					}
					if i < 2*units {
						g[i/units] = append(g[i/units], sigma(a+u))
					} else {
						g[2] = append(g[2], math.Tanh(a+g[1][i%units]*u))
					}
				}
				for k := range want {
					want[k] += g[0][k] * (g[2][k] - want[k])
				}
				var logits, prob [8]float32
				r.Step(&logits, &prob, h, x)
				for k := range want {
					if d := math.Abs(float64(h[k]) - want[k]); !(d < 1e-5) {
						t.Fatalf("%s, %d units, step %d: unit %d is %v, want %v", how, units, step, k, h[k], want[k])
					}
				}
				for o := range outputs {
					y := float64(outBias[o])
					for k, v := range want {
						y += float64(out[o*units+k]) * v
					}
					if d, e := math.Abs(float64(logits[o])-y), math.Abs(float64(prob[o])-sigma(y)); !(d < 1e-4 && e < 1e-5) {
						t.Fatalf("%s, %d units, step %d: output %d is %v and %v, want %v and %v", how, units, step, o, logits[o], prob[o], y, sigma(y))
					}
				}
			}
			x[0] = float32(math.NaN())
			var logits, prob [8]float32
			r.Step(&logits, &prob, h, x)
			if logits[0] == logits[0] {
				t.Errorf("%s, %d units: logit %v of what is not a number", how, units, logits[0])
			}
		}
		run("as it is")
		withoutAVX512(func() { run("without AVX-512") })
		was := SetEnabled(false)
		run("plain")
		SetEnabled(was)
	}
	for i, f := range []func(){
		func() {
			NewRecurrent(NewMatrix(6, 2, make([]float32, 12)), NewMatrix(6, 2, make([]float32, 12)), NewMatrix(9, 2, make([]float32, 18)), make([]float32, 6), make([]float32, 6), make([]float32, 9))
		},
		func() {
			NewRecurrent(NewMatrix(6, 2, make([]float32, 12)), NewMatrix(6, 2, make([]float32, 12)), NewMatrix(1, 2, make([]float32, 2)), make([]float32, 6), []float32{1, 0, 0, 0, 0, 0}, make([]float32, 1))
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for unit %d, which does not fit", i)
				}
			}()
			f()
		}()
	}
}
