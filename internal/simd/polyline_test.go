package simd

import (
	"math"
	"math/rand"
	"slices"
	"testing"
)

// TestPolyline against the line as one would draw it, in every way that there is, with
// corners beyond the end too.
func TestPolyline(t *testing.T) {
	run := func(how string) {
		rng := rand.New(rand.NewSource(16))
		for _, n := range lengths() {
			for count := 1; count <= 7; count++ {
				corners, at := random(rng, count, -1, 1), random(rng, count, 0, 1.3*float64(n)+10)
				slices.Sort(at)
				for i := range at {
					at[i] += float32(i) // so that no two are the same
				}
				if rng.Intn(2) == 0 {
					at[count/2] = float32(math.Ceil(float64(at[count/2]))) // in a place
				}
				p := NewPolyline(at, n)
				for _, atEnd := range []bool{true, false} {
					resetArena()
					src, dst, product := arena(t, n, atEnd), arena(t, n, atEnd), arena(t, n, atEnd)
					copy(src, random(rng, n, -2, 2))
					guarded := arena(t, count, atEnd)
					copy(guarded, corners)
					p.Write(dst, guarded)
					p.Mul(product, src, guarded)
					for k := range dst {
						want := float64(corners[0])
						for i, x := range at {
							if float64(k) < float64(x) {
								break
							}
							want = float64(corners[i])
							if i+1 < count {
								want += (float64(corners[i+1]) - want) * (float64(k) - float64(x)) / (float64(at[i+1]) - float64(x))
							}
						}
						if !near(dst[k], float32(want), 2e-5, 1) || !near(product[k], float32(want)*src[k], 2e-5, 1) {
							t.Fatalf("%s, n=%d, corners %v at %v: %d is %v, times %v is %v; want %v", how, n, corners, at, k, dst[k], src[k], product[k], want)
						}
					}
				}
			}
		}
	}
	run("as it is")
	withoutAVX512(func() { run("without AVX-512") })
	was := SetEnabled(false)
	run("plain")
	SetEnabled(was)
	for _, count := range []int{0, 8} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for %d corners", count)
				}
			}()
			NewPolyline(make([]float32, count), 10)
		}()
	}
}
