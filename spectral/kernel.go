package spectral

import (
	"errors"
	"fmt"
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// Kernel smooths over frequency with fixed symmetric taps. At the two ends of
// the spectrum, where taps fall outside, the remaining ones are scaled to sum
// to 1 again, so that a constant stays a constant. Long raised cosines cost no
// more than short ones.
type Kernel struct {
	bins int
	taps []float32  // the middle tap and those to its right, sum of all 2·len−1 being 1
	cos  *cosineSum // instead of the taps, where they are a long raised cosine
}

// Tri3 returns the taps [¼ ½ ¼] for NewKernel.
func Tri3() []float64 { return []float64{0.25, 0.5, 0.25} }

// RaisedCosine returns 2·half+1 taps ½ + ½cos(πj/(half+1)), j = −half…half,
// for NewKernel, which normalises them.
func RaisedCosine(half int) []float64 {
	taps := make([]float64, 2*max(half, 0)+1)
	for i := range taps {
		taps[i] = 0.5 + 0.5*math.Cos(math.Pi*float64(i-len(taps)/2)/float64(len(taps)/2+1))
	}
	return taps
}

// NewKernel returns a smoother over the given number of bins. There must be an
// odd number of taps, at most 2·bins−1, finite, not negative, symmetric about the
// middle one, which must be positive. They need not sum to 1: NewKernel scales
// them.
func NewKernel(bins int, taps []float64) (*Kernel, error) {
	if bins < 1 {
		return nil, fmt.Errorf("spectral: kernel over %d bins, need at least 1", bins)
	}
	if len(taps)%2 == 0 || len(taps) > 2*bins-1 {
		return nil, fmt.Errorf("spectral: kernel of %d taps over %d bins, need an odd number from 1 to %d", len(taps), bins, 2*bins-1)
	}
	h := len(taps) / 2
	var sum float64
	for i, t := range taps {
		if !(t >= 0) || math.IsInf(t, 0) {
			return nil, fmt.Errorf("spectral: kernel tap %d is %v, need finite and not negative", i, t)
		}
		if m := taps[len(taps)-1-i]; math.Abs(t-m) > 1e-12*(t+m) {
			return nil, fmt.Errorf("spectral: kernel taps %d and %d differ (%v and %v), need symmetric taps", i, len(taps)-1-i, t, m)
		}
		sum += t
	}
	if !(taps[h] > 0) || math.IsInf(sum, 0) {
		return nil, errors.New("spectral: kernel needs a positive middle tap and a finite sum")
	}
	k := &Kernel{bins: bins, taps: make([]float32, h+1)}
	for j := range k.taps {
		k.taps[j] = float32(taps[h+j] / sum)
	}
	if h >= minCosine && bins > 2*h && isRaisedCosine(taps) {
		k.cos = newCosineSum(taps)
	}
	return k, nil
}

// Clone returns a Kernel with the same settings for another goroutine: it
// shares the tables of k and has working memory of its own.
func (k *Kernel) Clone() *Kernel {
	c := *k
	if k.cos != nil {
		cos := *k.cos
		cos.fromHere = make([]sums, len(k.cos.fromHere))
		c.cos = &cos
	}
	return &c
}

// Apply writes the smoothed src to dst. Both hold one value per bin and must
// not overlap; other lengths panic.
func (k *Kernel) Apply(dst, src []float32) {
	checkLen("Kernel dst", len(dst), k.bins)
	checkLen("Kernel src", len(src), k.bins)
	if k.cos != nil {
		k.cos.apply(dst, src)
		return
	}
	h := len(k.taps) - 1
	if h == 1 {
		simd.Tri3(dst, src, k.taps[0], k.taps[1])
		return
	}
	inner := k.bins - 2*h
	if inner < 1 {
		for i := range dst {
			dst[i] = k.at(src, i)
		}
		return
	}
	for i := range h {
		dst[i] = k.at(src, i)
		dst[k.bins-1-i] = k.at(src, k.bins-1-i)
	}
	d := dst[h : h+inner]
	simd.Symmetric(d, src, k.taps)
}

// at is the smoothed value at one bin, wherever it lies.
func (k *Kernel) at(src []float32, i int) float32 {
	acc := k.taps[0] * src[i]
	norm := k.taps[0]
	for j := 1; j < len(k.taps); j++ {
		if i-j >= 0 {
			acc += k.taps[j] * src[i-j]
			norm += k.taps[j]
		}
		if i+j < len(src) {
			acc += k.taps[j] * src[i+j]
			norm += k.taps[j]
		}
	}
	return acc / norm
}
