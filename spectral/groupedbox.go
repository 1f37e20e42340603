package spectral

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// windowedBox are running means over the points of Groups: of values that have
// weights, in windows lo ≤ j < hi.
type windowedBox struct {
	lo, hi  []int
	weights []float32 // bins of each point
	inv     []float32 // 1/Σ of a window
	pre     []float64 // prefix sums; nil with fixed
	fixed   *fixedBox
	scales  []float32 // with fixed: scale times weight
}

// NewGroupedBox is NewBoundedBox over the points of an axis. The window of a point
// is ±fraction of the bin in its middle, and takes in the points whose own middles
// lie in it, each as often as it has bins: the mean is that over the bins, as
// far as groups tell.
func NewGroupedBox(g *Groups, fraction, most float64) (*Box, error) {
	if g.points == g.bins {
		return NewBoundedBox(g.bins, fraction, most)
	}
	if !(fraction >= 0 && fraction <= 1) {
		return nil, fmt.Errorf("spectral: box fraction %v, need 0 to 1", fraction)
	}
	w := &windowedBox{lo: make([]int, g.points), hi: make([]int, g.points), weights: make([]float32, g.points), inv: make([]float32, g.points)}
	middle := func(i int) float64 { first, end := g.Range(i); return float64(first+end-1) / 2 }
	for i := range w.weights {
		first, end := g.Range(i)
		w.weights[i] = float32(end - first)
	}
	widest := float32(1)
	for i := range w.lo {
		half := math.Floor(fraction*middle(i) + 1e-9)
		lo, hi := i, i+1
		for lo > 0 && middle(lo-1) >= middle(i)-half {
			lo--
		}
		for hi < g.points && middle(hi) <= middle(i)+half {
			hi++
		}
		var bins float32
		for _, b := range w.weights[lo:hi] {
			bins += b
		}
		w.lo[i], w.hi[i], w.inv[i] = lo, hi, 1/bins
		widest = max(widest, bins)
	}
	if scale := boundedScale(float64(widest), most); scale > 0 {
		f := &fixedBox{scale: scale, means: simd.NewWindowMeans(w.lo, w.hi, w.weights, scale)}
		f.pre = make([]int32, f.means.Room())
		w.fixed = f
		for _, b := range w.weights {
			w.scales = append(w.scales, scale*b)
		}
	} else {
		w.pre = make([]float64, g.points+1)
	}
	return &Box{bins: g.points, windows: w}, nil
}

func (w *windowedBox) clone() *windowedBox {
	c := *w
	if w.fixed != nil {
		c.fixed = w.fixed.clone()
	} else {
		c.pre = make([]float64, len(w.pre))
	}
	return &c
}

func (w *windowedBox) apply(dst, src []float32) {
	if w.fixed != nil {
		simd.FixedSumsWeighted(w.fixed.pre, src, w.scales)
		w.fixed.means.Apply(dst, w.fixed.pre)
		return
	}
	var sum float64
	for i, x := range src {
		sum += float64(x) * float64(w.weights[i])
		w.pre[i+1] = sum
	}
	for i := range dst {
		dst[i] = float32((w.pre[w.hi[i]] - w.pre[w.lo[i]])) * w.inv[i]
	}
}
