package spectral

import (
	"math"
	"math/rand"
	"testing"

	"github.com/quietline/quietline/internal/simd"
)

// groupAxes are axes of every kind, with the bins of each point.
func groupAxes(t *testing.T) []*Groups {
	t.Helper()
	var axes []*Groups
	for _, bins := range []int{1, 7, 81, 161, 162, 165, 221, 240, 241, 245, 321, 442, 481, 883, 961, 1921} {
		axes = append(axes, must(NewGroups(bins, GroupStep{161, 4}, GroupStep{241, 8})))
	}
	return append(axes, must(NewGroups(100)), must(NewGroups(100, GroupStep{5, 3}, GroupStep{12, 8}, GroupStep{40, 5})))
}

func TestGroups(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for _, g := range groupAxes(t) {
		// Ranges follow one another and cover all bins.
		at := 0
		for i := range g.Len() {
			first, end := g.Range(i)
			if first != at || end <= first || end > g.Bins() {
				t.Fatalf("%d bins: point %d has bins %d to %d, the one before ends at %d", g.Bins(), i, first, end, at)
			}
			for k := first; k < end; k++ {
				if g.Point(k) != i {
					t.Fatalf("%d bins: bin %d is of point %d, want %d", g.Bins(), k, g.Point(k), i)
				}
			}
			if end-first > 1 && i < g.Singles() {
				t.Fatalf("%d bins: point %d of %d single ones has %d bins", g.Bins(), i, g.Singles(), end-first)
			}
			at = end
		}
		if at != g.Bins() {
			t.Fatalf("%d bins: the points end at %d", g.Bins(), at)
		}
		power, sums, back, mean := estRandom(rng, g.Bins()), make([]float32, g.Len()), make([]float32, g.Bins()), make([]float32, g.Bins())
		for _, on := range []bool{false, true} {
			was := simd.SetEnabled(on)
			g.Sum(sums, power)
			g.Spread(back, sums)
			g.SpreadSum(mean, sums)
			re, im := append([]float32(nil), power...), append([]float32(nil), mean...)
			both, bothSums := make([]float32, g.Bins()), make([]float32, g.Len())
			g.Power(both, bothSums, re, im, 2)
			g.Gain(re, im, sums)
			simd.SetEnabled(was)
			for i := range sums {
				first, end := g.Range(i)
				var want float64
				for _, p := range power[first:end] {
					want += float64(p)
				}
				if math.Abs(float64(sums[i])-want) > 1e-6*want {
					t.Fatalf("%d bins, kernels %v: sum %d is %v, want %v", g.Bins(), on, i, sums[i], want)
				}
				var total float64
				for k := first; k < end; k++ {
					p := float64(power[k])*float64(power[k]) + float64(mean[k])*float64(mean[k]) + 2
					total += p
					if math.Abs(float64(both[k])-p) > 1e-6*p {
						t.Fatalf("%d bins, kernels %v: power %d is %v, want %v", g.Bins(), on, k, both[k], p)
					}
				}
				if math.Abs(float64(bothSums[i])-total) > 1e-6*total {
					t.Fatalf("%d bins, kernels %v: sum of powers %d is %v, want %v", g.Bins(), on, i, bothSums[i], total)
				}
				for k := first; k < end; k++ {
					if back[k] != sums[i] {
						t.Fatalf("%d bins, kernels %v: bin %d got %v, want %v", g.Bins(), on, k, back[k], sums[i])
					}
					if re[k] != power[k]*sums[i] || im[k] != mean[k]*sums[i] {
						t.Fatalf("%d bins, kernels %v: bin %d times %v became %v and %v", g.Bins(), on, k, sums[i], re[k], im[k])
					}
					if m := want / float64(end-first); math.Abs(float64(mean[k])-m) > 1e-6*m {
						t.Fatalf("%d bins, kernels %v: bin %d has mean %v, want %v", g.Bins(), on, k, mean[k], m)
					}
				}
			}
		}
	}
}

// estRandom returns positive values over some decades.
func estRandom(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Exp(4 * rng.NormFloat64()))
	}
	return x
}

// TestGroupedBox: the mean over the bins of the points whose middles are in the
// window, in fixed point and in float64, is that of a loop over them.
func TestGroupedBox(t *testing.T) {
	rng := rand.New(rand.NewSource(2))
	kinds := map[bool]int{}
	for _, g := range groupAxes(t) {
		middle, width := make([]float64, g.Len()), make([]float64, g.Len())
		for i := range middle {
			first, end := g.Range(i)
			middle[i], width[i] = float64(first+end-1)/2, float64(end-first)
		}
		for _, fraction := range []float64{0, 0.01, 0.08, 0.12, 0.5} {
			for _, most := range []float64{4, 1e4, 1e8} {
				b := must(NewGroupedBox(g, fraction, most))
				if g.Len() < g.Bins() {
					kinds[b.windows.fixed != nil]++
				}
				x, got := make([]float32, g.Len()), make([]float32, g.Len())
				for i := range x {
					x[i] = float32(math.Pow(rng.Float64(), 4) * most)
				}
				for _, on := range []bool{false, true} {
					was := simd.SetEnabled(on)
					b.Clone().Apply(got, x)
					simd.SetEnabled(was)
					for i := range x {
						h := math.Floor(fraction*middle[i] + 1e-9)
						var sum, n float64
						for j, v := range x {
							if math.Abs(middle[j]-middle[i]) <= h {
								sum += width[j] * float64(v)
								n += width[j]
							}
						}
						if math.Abs(float64(got[i])-sum/n) > 1e-6*most {
							t.Fatalf("%d bins, fraction %v, kernels %v: point %d is %v, want %v", g.Bins(), fraction, on, i, got[i], sum/n)
						}
					}
				}
			}
		}
	}
	if kinds[true] == 0 || kinds[false] == 0 {
		t.Errorf("not all kinds of sums were tested: %v", kinds)
	}
	for _, fraction := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := NewGroupedBox(must(NewGroups(300, GroupStep{161, 4})), fraction, 1); err == nil {
			t.Errorf("fraction %v: no error", fraction)
		}
	}
}

func TestGroupErrors(t *testing.T) {
	for _, c := range []struct {
		bins  int
		steps []GroupStep
	}{{0, nil}, {10, []GroupStep{{0, 2}}}, {10, []GroupStep{{-1, 2}}}, {10, []GroupStep{{3, 0}}}, {10, []GroupStep{{5, 2}, {5, 4}}}, {10, []GroupStep{{5, 2}, {4, 4}}}} {
		if _, err := NewGroups(c.bins, c.steps...); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
	g := must(NewGroups(481, GroupStep{161, 4}))
	if _, err := NewMMSE(481, MMSEOptions{Groups: g}); err == nil {
		t.Error("MMSE over bins of an axis with groups: no error")
	}
	if _, err := NewDecisionDirected(481, DecisionDirectedOptions{Groups: g}); err == nil {
		t.Error("SNR over bins of an axis with groups: no error")
	}
	for _, f := range []float64{-1, 1e4, math.NaN()} {
		if _, err := NewDecisionDirected(g.Len(), DecisionDirectedOptions{Groups: g, GroupOver: f}); err == nil {
			t.Errorf("group factor %v: no error", f)
		}
	}
}

// must returns what a constructor gives, which has no error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
