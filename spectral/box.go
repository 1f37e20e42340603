package spectral

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// Box is a running mean over frequency of constant relative width:
//
//	Box(x)[k] = mean of x[j] for |j − k| ≤ ⌊fraction·k⌋, clipped to the spectrum.
//
// The width grows with frequency as the ear's resolution does: the lowest bins
// are left alone, and with fraction 0.08 the mean at 8 kHz takes in ±640 Hz.
type Box struct {
	bins int
	runs []boxRun  // stretches of bins of one half width
	tail int       // first bin whose mean is cut off by the end of the spectrum
	pre  []float64 // prefix sums, pre[k] = x[0] + … + x[k−1]; nil when narrow

	fixed   *fixedBox    // instead of pre, where bounds allow it
	windows *windowedBox // instead of all that, over groups
}

// fixedBox are running means from prefix sums in fixed point.
type fixedBox struct {
	scale float32
	means *simd.FixedMeans
	pre   []int32
}

// clone returns means that share the tables.
func (f *fixedBox) clone() *fixedBox {
	return &fixedBox{scale: f.scale, means: f.means, pre: make([]int32, len(f.pre))}
}

// boxRun is a stretch of bins first ≤ k < last whose mean takes half bins on
// each side. It lies wholly below or wholly in the tail.
type boxRun struct {
	half, first, last int
}

// maxDirect is the half width up to which adding the neighbours one by one is
// faster than prefix sums.
const maxDirect = 4

// NewBox returns a running mean over the given number of bins. The fraction is
// the half width relative to the bin's index, from 0 (which copies) up to 1.
func NewBox(bins int, fraction float64) (*Box, error) {
	if bins < 1 {
		return nil, fmt.Errorf("spectral: box over %d bins, need at least 1", bins)
	}
	if !(fraction >= 0 && fraction <= 1) {
		return nil, fmt.Errorf("spectral: box fraction %v, need 0 to 1", fraction)
	}
	b := &Box{bins: bins, tail: bins}
	for k := range bins {
		h := boxHalf(fraction, k)
		clipped := k+h >= bins // and so for every bin above
		if clipped {
			b.tail = min(b.tail, k)
		}
		if n := len(b.runs); n > 0 && b.runs[n-1].half == h && clipped == (b.runs[n-1].first >= b.tail) {
			b.runs[n-1].last = k + 1
		} else {
			b.runs = append(b.runs, boxRun{half: h, first: k, last: k + 1})
		}
	}
	if b.runs[len(b.runs)-1].half > maxDirect {
		b.pre = make([]float64, bins+1)
	}
	return b, nil
}

// finest is the largest scale of a fixedBox, and coarsest the smallest, at which
// values are rounded to 1/256.
const (
	finest   = 1 << 24
	coarsest = 1 << 8
)

// NewBoundedBox is NewBox for values within ±most, which are then rounded to some
// most·window/2³¹, window being the widest of the means: a mean of numbers of that
// kind takes half the time. Where that is coarser than 1/256 it is NewBox.
// Values out of bounds spoil the means of that Apply.
func NewBoundedBox(bins int, fraction, most float64) (*Box, error) {
	b, err := NewBox(bins, fraction)
	if err != nil || b.pre == nil {
		return b, err
	}
	half := func(k int) int { return boxHalf(fraction, k) }
	widest := 1
	for k := range bins {
		widest = max(widest, min(k+half(k), bins-1)-(k-half(k))+1)
	}
	scale := boundedScale(float64(widest), most)
	if scale == 0 {
		return b, nil
	}
	f := &fixedBox{scale: scale, means: simd.NewFixedMeans(bins, half, scale)}
	f.pre = make([]int32, f.means.Room())
	b.pre, b.fixed = nil, f
	return b, nil
}

// boundedScale returns the scale for means of up to widest values within ±most:
// sums stay below 2³¹ with one value's rounding to spare. 0 is for none.
func boundedScale(widest, most float64) float32 {
	scale := float64(finest)
	for scale >= coarsest && widest*(most*scale+1) >= 1<<31 {
		scale /= 2
	}
	if !(scale >= coarsest) {
		return 0
	}
	return float32(scale)
}

// Clone returns a Box with the same settings for another goroutine: it shares
// the tables of b and has working memory of its own.
func (b *Box) Clone() *Box {
	c := *b
	if b.pre != nil {
		c.pre = make([]float64, len(b.pre))
	}
	if b.fixed != nil {
		c.fixed = b.fixed.clone()
	}
	if b.windows != nil {
		c.windows = b.windows.clone()
	}
	return &c
}

// boxHalf is ⌊fraction·k⌋. The small addition keeps products that are whole
// numbers on paper, such as 0.29·100, from falling to the number below.
func boxHalf(fraction float64, k int) int {
	return int(math.Floor(fraction*float64(k) + 1e-9))
}

// Apply writes the running mean of src to dst. Both hold one value per bin and
// must not overlap; other lengths panic.
//
// Wide means are differences of float64 prefix sums: in float32 a quiet bin
// would be lost beside a loud one. Sums of non-negative values never come out
// negative.
func (b *Box) Apply(dst, src []float32) {
	checkLen("Box dst", len(dst), b.bins)
	checkLen("Box src", len(src), b.bins)
	switch {
	case b.windows != nil:
		b.windows.apply(dst, src)
	case b.fixed != nil:
		simd.FixedSums(b.fixed.pre, src, b.fixed.scale)
		b.fixed.means.Apply(dst, b.fixed.pre)
	case b.pre != nil:
		b.prefix(dst, src)
	default:
		b.direct(dst, src)
	}
}

// meanTaps are the taps of the means of 3, 5, 7 and 9 neighbours.
var meanTaps = func() (taps [maxDirect + 1][]float32) {
	for h := range taps {
		for range h + 1 {
			taps[h] = append(taps[h], 1/float32(2*h+1))
		}
	}
	return taps
}()

func (b *Box) direct(dst, src []float32) {
	vectors := simd.Enabled()
	for _, r := range b.runs {
		d := dst[r.first:r.last]
		switch {
		case r.first >= b.tail:
			for i := range d {
				k := r.first + i
				var sum float32
				near := src[k-r.half : min(k+r.half+1, b.bins)]
				for _, x := range near {
					sum += x
				}
				d[i] = sum / float32(len(near))
			}
		case r.half == 0:
			copy(d, src[r.first:r.last])
		case vectors:
			simd.Symmetric(d, src[r.first-r.half:r.last+r.half], meanTaps[r.half])
		case r.half == 1:
			mean3(d, src[r.first-1:])
		case r.half == 2:
			mean5(d, src[r.first-2:])
		case r.half == 3:
			mean7(d, src[r.first-3:])
		default:
			mean9(d, src[r.first-4:])
		}
	}
}

// The means of 3, 5, 7 and 9 neighbours; x begins with the first neighbour of
// d[0]. One slice per neighbour, all of one length, spares the bounds checks.

func mean3(d, x []float32) {
	n := len(d)
	x0, x1, x2 := x[:n], x[1:][:n], x[2:][:n]
	for i := range d {
		d[i] = (x0[i] + x1[i] + x2[i]) * (1.0 / 3)
	}
}

func mean5(d, x []float32) {
	n := len(d)
	x0, x1, x2, x3, x4 := x[:n], x[1:][:n], x[2:][:n], x[3:][:n], x[4:][:n]
	for i := range d {
		d[i] = ((x0[i] + x1[i]) + (x2[i] + x3[i]) + x4[i]) * (1.0 / 5)
	}
}

func mean7(d, x []float32) {
	n := len(d)
	x0, x1, x2, x3, x4, x5, x6 := x[:n], x[1:][:n], x[2:][:n], x[3:][:n], x[4:][:n], x[5:][:n], x[6:][:n]
	for i := range d {
		d[i] = ((x0[i] + x1[i]) + (x2[i] + x3[i]) + (x4[i] + x5[i]) + x6[i]) * (1.0 / 7)
	}
}

func mean9(d, x []float32) {
	n := len(d)
	x0, x1, x2, x3, x4, x5, x6, x7 := x[:n], x[1:][:n], x[2:][:n], x[3:][:n], x[4:][:n], x[5:][:n], x[6:][:n], x[7:][:n]
	x8 := x[8:][:n]
	for i := range d {
		d[i] = ((x0[i] + x1[i]) + (x2[i] + x3[i]) + (x4[i] + x5[i]) + (x6[i] + x7[i]) + x8[i]) * (1.0 / 9)
	}
}

func (b *Box) prefix(dst, src []float32) {
	pre := b.pre[:len(src)+1]
	// Four at a time: only one addition per four values waits for the last.
	var sum float64
	k := 0
	for ; k+4 <= len(src); k += 4 {
		s, p := src[k:k+4:k+4], pre[k:k+4:k+4]
		x0 := float64(s[0])
		x1 := x0 + float64(s[1])
		x2 := x1 + float64(s[2])
		x3 := x2 + float64(s[3])
		p[0] = sum
		p[1] = sum + x0
		p[2] = sum + x1
		p[3] = sum + x2
		sum += x3
	}
	for ; k < len(src); k++ {
		pre[k] = sum
		sum += float64(src[k])
	}
	pre[len(src)] = sum

	for _, r := range b.runs {
		d := dst[r.first:r.last]
		lo := pre[r.first-r.half:]
		lo = lo[:len(d)]
		if r.first >= b.tail {
			n := float32(b.bins - r.first + r.half) // how many the mean takes
			for i, p := range lo {
				d[i] = float32(sum-p) / (n - float32(i))
			}
			continue
		}
		hi := pre[r.first+r.half+1:]
		hi = hi[:len(d)]
		inv := 1 / float64(2*r.half+1)
		for i, p := range lo {
			d[i] = float32((hi[i] - p) * inv)
		}
	}
}
