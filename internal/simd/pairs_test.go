package simd

import (
	"math/rand"
	"testing"
)

func TestPairs(t *testing.T) {
	rng := rand.New(rand.NewSource(8))
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		for _, n := range lengths() {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				src, dst := arena(t, 2*n, atEnd), arena(t, 2*n, atEnd)
				left, right := arena(t, n, atEnd), arena(t, n, atEnd)
				copy(src, wild(rng, 2*n, -20, 20))
				SplitFinite(left, right, src, 10)
				want := make([]float32, 2*n)
				finiteGo(want, src, 10)
				for i := range n {
					if left[i] != want[2*i] || right[i] != want[2*i+1] {
						t.Fatalf("vectors %v n=%d: pair %d is %v %v, want %v %v", on, n, i, left[i], right[i], want[2*i], want[2*i+1])
					}
				}
				Join(dst, left, right)
				for i, v := range dst {
					if v != want[i] {
						t.Fatalf("vectors %v n=%d: joined %d is %v, want %v", on, n, i, v, want[i])
					}
				}
			}
		}
		SetEnabled(was)
	}
}
