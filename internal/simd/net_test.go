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
