package mic

import (
	"math"

	"github.com/quietline/quietline/spectral"
)

// Bands is the number of bands of a spectrum. They are equally wide on the ERB
// scale, from 0 Hz to half the sample rate or 16 kHz, whichever is less.
const (
	Bands = 64

	topHz = 16000
)

// bands sums bins into bands. Bin k stands for the frequencies k ± ½; an edge
// inside it divides its power in proportion, which also fills bands narrower
// than a bin.
type bands struct {
	edge [Bands + 1]float64 // in bins
}

func newBands(rate, size int) bands {
	var b bands
	top := spectral.HzToERB(math.Min(topHz, float64(rate)/2))
	for i := range b.edge {
		b.edge[i] = spectral.ERBToHz(top*float64(i)/Bands) * float64(size) / float64(rate)
	}
	return b
}

// show writes the level of each band, 0 to 255 for -100 to 0 dBFS, where power
// is the mean square per bin over scale.
func (b *bands) show(dst *[Bands]uint8, power []float32, scale float64) {
	for i := range dst {
		lo, hi := b.edge[i], b.edge[i+1]
		var sum float64
		for k := int(lo + 0.5); k < len(power) && float64(k)-0.5 < hi; k++ {
			width := math.Min(hi, float64(k)+0.5) - math.Max(lo, float64(k)-0.5)
			sum += width * float64(power[k])
		}
		dst[i] = uint8(math.Round(2.55 * (float64(max(decibels(sum*scale), -100)) + 100)))
	}
}
