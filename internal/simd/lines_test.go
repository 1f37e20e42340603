package simd

import (
	"math/rand"
	"testing"
)

// randomLines are count lines over n values, some of them empty.
func randomLines(rng *rand.Rand, n, count int) []Line {
	lines := make([]Line, count)
	first := 0
	for i := range lines {
		last := n
		if i < count-1 {
			last = min(first+rng.Intn(2*n/count+2), n)
		}
		lines[i] = Line{First: first, Last: last, Value: rng.Float32(), Slope: 0.1 * (rng.Float32() - 0.5)}
		if rng.Intn(3) == 0 {
			lines[i].Slope = 0
		}
		first = last
	}
	return lines
}

// TestLines against the formula, on slices beside guard pages.
func TestLines(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(8))
		for _, n := range lengths() {
			for _, count := range []int{1, 2, 7} {
				for _, atEnd := range []bool{true, false} {
					resetArena()
					dst, product, src := arena(t, n, atEnd), arena(t, n, atEnd), arena(t, n, atEnd)
					copy(src, random(rng, n, -2, 2))
					lines := randomLines(rng, n, count)
					Lines(dst, lines)
					MulLines(product, src, lines)
					for _, l := range lines {
						for k := l.First; k < l.Last; k++ {
							want := l.Value + l.Slope*float32(k-l.First)
							if !near(dst[k], want, 1e-6, 1) || !near(product[k], want*src[k], 1e-6, 1) {
								t.Fatalf("vectors %v n=%d lines %v: %d is %v, times %v is %v; want %v", on, n, lines, k, dst[k], src[k], product[k], want)
							}
						}
					}
				}
			}
		}
		SetEnabled(was)
	}
}
