package spectral

import (
	"fmt"
	"math"
)

// Bands groups the bins of a spectrum into fewer bands of the ear's
// resolution, and spreads values per band back over the bins.
//
// The bands are overlapping triangles: each has weight 1 at its own centre and
// 0 at its neighbours' centres, so the weights of a bin over all bands add up
// to 1. Centres lie from 0 Hz to the last bin, equally far apart on the scale,
// but no closer than one bin: at the low end, where bins are wider than
// bands, a band is one bin.
//
// Bands has no state: goroutines may share one.
type Bands struct {
	bins    int
	start   []int     // start[b]: first bin at or above the centre of band b; bins at the end
	upper   []float32 // per bin, the share of the band above; 1−upper is that of the band below
	centers []float64 // Hz
	widths  []float32 // in bins
}

// ERBBands returns count bands on the ERB-number scale ([HzToERB]) for the
// spectrum of n samples at sampleRate Hz, n/2+1 bins. The error is not nil
// when n < 2, when sampleRate is not above zero, or when count is not in 2 …
// n/2+1.
func ERBBands(n int, sampleRate float64, count int) (*Bands, error) {
	return newBands(n, sampleRate, count, HzToERB, ERBToHz)
}

// BarkBands is [ERBBands] on the Bark scale ([HzToBark]).
func BarkBands(n int, sampleRate float64, count int) (*Bands, error) {
	return newBands(n, sampleRate, count, HzToBark, BarkToHz)
}

func newBands(n int, sampleRate float64, count int, toScale, toHz func(float64) float64) (*Bands, error) {
	bins := n/2 + 1
	switch {
	case n < 2:
		return nil, fmt.Errorf("spectral: bands over a transform of %d samples, want at least 2", n)
	case !(sampleRate > 0) || math.IsInf(sampleRate, 1):
		return nil, fmt.Errorf("spectral: bands at sample rate %v Hz, want above 0", sampleRate)
	case count < 2 || count > bins:
		return nil, fmt.Errorf("spectral: %d bands over %d bins, want 2 to %d", count, bins, bins)
	}
	spacing := sampleRate / float64(n) // Hz from bin to bin
	centers := bandCenters(bins, count, spacing, toScale, toHz)

	b := &Bands{
		bins:    bins,
		start:   make([]int, count+1),
		upper:   make([]float32, bins),
		centers: make([]float64, count),
		widths:  make([]float32, count),
	}
	for i, c := range centers {
		b.start[i] = int(math.Ceil(c))
		b.centers[i] = c * spacing
	}
	b.start[count] = bins
	widths := make([]float64, count)
	for i := 0; i+1 < count; i++ {
		for k := b.start[i]; k < b.start[i+1]; k++ {
			u := (float64(k) - centers[i]) / (centers[i+1] - centers[i])
			b.upper[k] = float32(u)
			widths[i] += 1 - u
			widths[i+1] += u
		}
	}
	widths[count-1]++ // the last bin is the last centre
	for i, w := range widths {
		b.widths[i] = float32(w)
	}
	return b, nil
}

// bandCenters returns the bands' centres in bins, from 0 to bins−1.
func bandCenters(bins, count int, spacing float64, toScale, toHz func(float64) float64) []float64 {
	top := float64(bins - 1)
	low, high := toScale(0), toScale(top*spacing)
	c := make([]float64, count)
	for i := range c {
		c[i] = toHz(low+(high-low)*float64(i)/float64(count-1)) / spacing
	}
	c[0], c[count-1] = 0, top
	for i := 1; i < count; i++ {
		c[i] = max(c[i], c[i-1]+1)
	}
	c[count-1] = top
	for i := count - 2; i > 0; i-- {
		c[i] = min(c[i], c[i+1]-1)
	}
	return c
}

// Len returns the number of bands.
func (b *Bands) Len() int { return len(b.centers) }

// Bins returns the number of bins.
func (b *Bands) Bins() int { return b.bins }

// Center returns the frequency in Hz at which band i has weight 1.
func (b *Bands) Center(i int) float64 { return b.centers[i] }

// Width returns the sum of the weights of band i: what Apply gives for a
// spectrum of ones, at least a fraction of a bin. Dividing by it turns the sums
// of Apply into means.
func (b *Bands) Width(i int) float32 { return b.widths[i] }

// Apply adds up bins to bands: dst[i] = Σ_k weight(i,k)·power[k]. The sum over
// all bands is the sum over all bins. It panics unless len(dst) is Len and
// len(power) is Bins.
func (b *Bands) Apply(dst, power []float32) {
	if len(dst) != b.Len() || len(power) != b.bins {
		panic(fmt.Sprintf("spectral: Bands.Apply of %d bins to %d bands got %d bins and %d bands",
			b.bins, b.Len(), len(power), len(dst)))
	}
	carry := float32(0) // what the band gets from the bins below its centre
	for i := range dst {
		from, to := b.start[i], b.start[i+1]
		x, u := power[from:to], b.upper[from:to]
		lower, upper := carry, float32(0)
		for k, v := range x {
			p := v * u[k]
			upper += p
			lower += v - p
		}
		dst[i], carry = lower, upper
	}
}

// Expand interpolates from bands to bins: dst[k] = Σ_i weight(i,k)·bands[i].
// Equal bands give equal bins. It panics unless len(dst) is Bins and
// len(bands) is Len; dst and bands must not overlap.
func (b *Bands) Expand(dst, bands []float32) {
	if len(bands) != b.Len() || len(dst) != b.bins {
		panic(fmt.Sprintf("spectral: Bands.Expand of %d bands to %d bins got %d bands and %d bins",
			b.Len(), b.bins, len(bands), len(dst)))
	}
	for i, v := range bands {
		from, to := b.start[i], b.start[i+1]
		step := float32(0) // the last band holds one bin and has none above
		if i+1 < len(bands) {
			step = bands[i+1] - v
		}
		x, u := dst[from:to], b.upper[from:to]
		for k := range x {
			x[k] = v + u[k]*step
		}
	}
}
