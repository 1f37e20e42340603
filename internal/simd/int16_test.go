package simd

import (
	"math"
	"math/rand"
	"testing"
	"unsafe"
)

func asInt16(x []float32, n int) []int16 {
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(x))), n)
}

func TestToInt16(t *testing.T) {
	testToInt16(t)
	withoutAVX512(func() { testToInt16(t) })
}

func testToInt16(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(10))
		for _, n := range lengths() {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				src, room := arena(t, n, atEnd), arena(t, n, atEnd)
				copy(src, wild(rng, n, -1.2, 1.2))
				for i := range src {
					if rng.Intn(4) == 0 {
						src[i] = (float32(rng.Intn(65536)) - 32767.5) / 32768 // a tie
					}
				}
				dst := asInt16(room, 2*n)
				if atEnd {
					dst = dst[n:]
				}
				dst = dst[:n]
				ToInt16(dst, src, 32768)
				for i, v := range src {
					want := int16(math.RoundToEven(min(max(float64(v)*32768, -32768), 32767)))
					if v != v {
						want = 0
					}
					if dst[i] != want {
						t.Fatalf("vectors %v n=%d: %v became %d, want %d", on, n, v, dst[i], want)
					}
				}
			}
		}
		SetEnabled(was)
	}
}

func TestFromInt16(t *testing.T) {
	testFromInt16(t)
	withoutAVX512(func() { testFromInt16(t) })
}

func testFromInt16(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(11))
		for _, n := range lengths() {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				dst, room := arena(t, n, atEnd), arena(t, n, atEnd)
				src := asInt16(room, 2*n)
				if atEnd {
					src = src[n:]
				}
				src = src[:n]
				for i := range src {
					src[i] = int16(rng.Intn(65536) - 32768)
				}
				FromInt16(dst, src, 1.0/32768)
				for i, v := range src {
					if want := float32(v) / 32768; dst[i] != want {
						t.Fatalf("vectors %v n=%d: %d became %v, want %v", on, n, v, dst[i], want)
					}
				}
				clear(dst)
				square, want := FromInt16Squares(dst, src, 1.0/32768), 0.0
				for i, v := range src {
					x := float64(v) / 32768
					want += x * x
					if float64(dst[i]) != x {
						t.Fatalf("vectors %v n=%d: with squares %d became %v, want %v", on, n, v, dst[i], x)
					}
				}
				if !near(square, float32(want), 1e-6, 0) {
					t.Fatalf("vectors %v n=%d: sum of squares %v, want %v", on, n, square, want)
				}
			}
		}
		SetEnabled(was)
	}
}
