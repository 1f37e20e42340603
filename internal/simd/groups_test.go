package simd

import (
	"math/rand"
	"testing"
)

func TestGroupKernels(t *testing.T) {
	needVectors(t)
	testGroupKernels(t)
	withoutAVX512(func() { testGroupKernels(t) })
}

func testGroupKernels(t *testing.T) {
	rng := rand.New(rand.NewSource(5))
	for _, width := range []int{1, 2, 3, 4, 8} {
		for n := range 70 {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				src, dst := arena(t, n*width, atEnd), arena(t, n, atEnd)
				copy(src, random(rng, len(src), -1, 1))
				want := make([]float32, n)
				GroupSums(dst, src, width)
				groupSumsGo(want, src, width)
				for i := range want {
					if !near(dst[i], want[i], 1e-6, 1) {
						t.Fatalf("width %d n=%d: sum %d is %v, twin %v", width, n, i, dst[i], want[i])
					}
				}
				values, wide := arena(t, n, atEnd), arena(t, n*width, atEnd)
				copy(values, random(rng, n, -1, 1))
				spread := make([]float32, n*width)
				Spread(wide, values, width)
				spreadGo(spread, values, width)
				for i := range spread {
					if wide[i] != spread[i] || wide[i] != values[i/width] {
						t.Fatalf("width %d n=%d: %d is %v, twin %v, want %v", width, n, i, wide[i], spread[i], values[i/width])
					}
				}
				re, im := arena(t, n*width, atEnd), arena(t, n*width, atEnd)
				copy(re, src)
				copy(im, spread)
				twinRe, twinIm := append([]float32(nil), re...), append([]float32(nil), im...)
				GainGroups(re, im, values, width)
				gainGroupsGo(twinRe, twinIm, values, width)
				for i, x := range src {
					g := values[i/width]
					if re[i] != x*g || twinRe[i] != x*g || im[i] != g*g || twinIm[i] != g*g {
						t.Fatalf("width %d n=%d: %d is %v and %v, twin %v and %v, want %v and %v", width, n, i, re[i], im[i], twinRe[i], twinIm[i], x*g, g*g)
					}
				}
			}
		}
	}
}

// Prefix sums of weighted values: kernel and twin agree to the bit, but for what
// the fused multiply-add rounds otherwise.
func TestFixedSumsWeighted(t *testing.T) {
	needVectors(t)
	rng := rand.New(rand.NewSource(6))
	for _, n := range lengths() {
		for _, atEnd := range []bool{true, false} {
			resetArena()
			src, scales := arena(t, n, atEnd), arena(t, n, atEnd)
			copy(src, random(rng, n, 0, 1000))
			for i := range scales {
				scales[i] = float32(int(1) << (10 + rng.Intn(4)))
			}
			got, want := asInts(arena(t, n+9, atEnd)), make([]int32, n+9)
			FixedSumsWeighted(got, src, scales)
			fixedSumsWeightedGo(want, src, scales)
			for k := range want {
				if d := got[k] - want[k]; d > int32(k) || d < -int32(k) {
					t.Fatalf("n=%d: prefix %d is %d, twin %d", n, k, got[k], want[k])
				}
			}
		}
	}
}

// TestWindowMeans: windows of any kind, the first of them like those of a box.
func TestWindowMeans(t *testing.T) {
	rng := rand.New(rand.NewSource(7))
	permuted := 0
	run := func(on bool) {
		was := SetEnabled(on)
		for n := 1; n < 90; n++ {
			for _, boxed := range []int{0, 5, 13, 40} {
				lo, hi, weights := make([]int, n), make([]int, n), make([]float32, n)
				for i := range n {
					weights[i] = 1
					if i >= boxed {
						weights[i] = float32(1 + rng.Intn(8))
					}
				}
				for i := range n {
					h := i / 12
					lo[i], hi[i] = i-h, min(i+h+1, n)
					if i >= boxed {
						lo[i], hi[i] = rng.Intn(i+1), i+1+rng.Intn(n-i)
						if n%2 == 1 { // narrow enough for a permutation
							lo[i], hi[i] = max(lo[i], i-rng.Intn(16)), min(hi[i], i+1+rng.Intn(16))
						}
					}
				}
				m := NewWindowMeans(lo, hi, weights, 1<<16)
				if m.table != nil {
					permuted++
				}
				for _, atEnd := range []bool{true, false} {
					resetArena()
					src, scales, dst := arena(t, n, atEnd), arena(t, n, atEnd), arena(t, n, atEnd)
					pre := asInts(arena(t, m.Room(), atEnd))
					copy(src, random(rng, n, 0, 2))
					for i, w := range weights {
						scales[i] = w * (1 << 16)
					}
					FixedSumsWeighted(pre, src, scales)
					m.Apply(dst, pre)
					for i := range dst {
						var sum, all float64
						for j := lo[i]; j < hi[i]; j++ {
							sum += float64(weights[j]) * float64(src[j])
							all += float64(weights[j])
						}
						if want := float32(sum / all); !near(dst[i], want, 2e-5, 1) {
							t.Fatalf("vectors %v n=%d boxed %d: %d is %v, want %v", on, n, boxed, i, dst[i], want)
						}
					}
				}
			}
		}
		SetEnabled(was)
	}
	run(false)
	run(true)
	withoutAVX512(func() { run(true) })
	if permuted < 100 {
		t.Errorf("only %d of the means were done by permutation", permuted)
	}
}

// TestGroupRuns: gains and powers over all stretches of an axis at once, beside loops
// over the groups, with nothing read or written beyond the slices.
func TestGroupRuns(t *testing.T) {
	needVectors(t)
	rng := rand.New(rand.NewSource(8))
	test := func() {
		for range 300 {
			var runs []GroupRun
			bins, points := 0, 0
			for range 1 + rng.Intn(5) {
				width := []int{1, 2, 3, 4, 8, 16, 20}[rng.Intn(7)]
				n := 1 + rng.Intn(1+80/width)
				runs = append(runs, GroupRun{width, bins, points, n})
				bins, points = bins+n*width, points+n
			}
			g := NewGroupRuns(runs)
			atEnd := rng.Intn(2) == 0
			resetArena()
			re, im, power := arena(t, bins, atEnd), arena(t, bins, atEnd), arena(t, bins, atEnd)
			gain, sums := arena(t, points, atEnd), arena(t, points, atEnd)
			copy(re, random(rng, bins, -1, 1))
			copy(im, random(rng, bins, -1, 1))
			copy(gain, random(rng, points, 0, 1))
			wasRe, wasIm := append([]float32(nil), re...), append([]float32(nil), im...)
			g.Power(power, sums, re, im, 1e-3)
			g.Gain(re, im, gain)
			for _, r := range runs {
				for i := range r.Points {
					var sum float32
					for k := r.Bin + i*r.Width; k < r.Bin+(i+1)*r.Width; k++ {
						want := wasRe[k]*wasRe[k] + wasIm[k]*wasIm[k] + 1e-3
						sum += want
						if !near(power[k], want, 1e-6, 1) {
							t.Fatalf("%v: power %d is %v, want %v", runs, k, power[k], want)
						}
						if x := gain[r.Point+i]; re[k] != wasRe[k]*x || im[k] != wasIm[k]*x {
							t.Fatalf("%v: bin %d is %v and %v, want %v times %v and %v", runs, k, re[k], im[k], x, wasRe[k], wasIm[k])
						}
					}
					if !near(sums[r.Point+i], sum, 1e-5, 1) {
						t.Fatalf("%v: sum %d is %v, want %v", runs, r.Point+i, sums[r.Point+i], sum)
					}
				}
			}
		}
	}
	test()
	withoutAVX512(test)
}
