package simd

import (
	"math"
	"math/cmplx"
	"math/rand"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Every length that has kernels, from and to slices that end or begin at guard
// pages, against gonum.
func TestRealFFT(t *testing.T) {
	needVectors(t)
	testRealFFT(t)
	withoutAVX512(func() { testRealFFT(t) })
}

func testRealFFT(t *testing.T) {
	rng := rand.New(rand.NewSource(9))
	count := 0
	for n := 2; n <= 2048; n++ {
		plan := NewRealFFT(n)
		if plan == nil {
			continue
		}
		count++
		h := n / 2
		oracle := fourier.NewFFT(n)
		for _, atEnd := range []bool{true, false} {
			for _, window := range []bool{true, false} {
				resetArena()
				lo, hi, work := arena(t, h, atEnd), arena(t, h, atEnd), arena(t, n, atEnd)
				if !plan.Halves() || rng.Intn(2) == 0 {
					lo, hi = arena(t, n, atEnd), nil
				}
				re, im := arena(t, h+1, atEnd), arena(t, h+1, atEnd)
				out := arena(t, n, atEnd)
				copy(lo, random(rng, len(lo), -1, 1))
				copy(hi, random(rng, len(hi), -1, 1))
				want := make([]float64, 0, n)
				for _, part := range [][]float32{lo, hi} {
					for _, v := range part {
						want = append(want, float64(v))
					}
				}
				var win []float32
				if window {
					win = arena(t, n, atEnd)
					copy(win, random(rng, n, 0, 1))
					for i := range want {
						want[i] *= float64(win[i])
					}
				}
				plan.Forward(re, im, lo, hi, win, work)
				if im[0] != 0 || im[h] != 0 {
					t.Fatalf("n=%d: imaginary parts %v and %v at the ends, want 0", n, im[0], im[h])
				}
				scale := math.Sqrt(float64(n)) / 2
				for k, c := range oracle.Coefficients(nil, want) {
					if d := cmplx.Abs(c - complex(float64(re[k]), float64(im[k]))); d > 2e-6*scale {
						t.Fatalf("n=%d window %v: bin %d is off by %v of the RMS", n, window, k, d/scale)
					}
				}
				plan.Inverse(out, re, im, work)
				for i, v := range out {
					if math.Abs(float64(v)-want[i]) > 2e-6 {
						t.Fatalf("n=%d window %v: sample %d came back as %v, want %v", n, window, i, v, want[i])
					}
				}
			}
		}
	}
	if count < 30 {
		t.Errorf("only %d lengths have kernels", count)
	}
}

// A NaN or an infinity in the input spoils the spectrum and nothing else.
func TestRealFFTAfterNaN(t *testing.T) {
	needVectors(t)
	const n = 960
	plan := NewRealFFT(n)
	x, work := random(rand.New(rand.NewSource(1)), n, -1, 1), make([]float32, n)
	re, im := make([]float32, n/2+1), make([]float32, n/2+1)
	re2, im2 := make([]float32, n/2+1), make([]float32, n/2+1)
	plan.Forward(re, im, x[:n/2], x[n/2:], nil, work)
	bad := append([]float32(nil), x...)
	bad[17] = float32(math.NaN())
	bad[500] = float32(math.Inf(1))
	plan.Forward(re2, im2, bad[:n/2], bad[n/2:], nil, work)
	plan.Forward(re2, im2, x[:n/2], x[n/2:], nil, work)
	for k := range re {
		if re[k] != re2[k] || im[k] != im2[k] {
			t.Fatalf("bin %d differs after a transform of NaN", k)
		}
	}
}

func TestPassesOfRealFFT(t *testing.T) {
	twelves := 0
	for m := 1; m < 3000; m++ {
		rest := m
		for _, f := range []int{2, 3, 5} {
			for rest%f == 0 {
				rest /= f
			}
		}
		for _, many := range []bool{false, true} {
			product := 1
			rs := passes(m, many)
			for i, r := range rs {
				product *= r
				if r == 12 {
					twelves++
					if !many || i == len(rs)-1 {
						t.Errorf("passes(%d, %v) = %v: 12 at the end, or with few registers", m, many, rs)
					}
				}
			}
			switch {
			case rest == 1 && product != m:
				t.Errorf("passes(%d, %v) = %v", m, many, rs)
			case rest != 1 && rs != nil:
				t.Errorf("passes(%d, %v) = %v, want none", m, many, rs)
			}
		}
	}
	if twelves == 0 {
		t.Error("no passes of 12")
	}
}
