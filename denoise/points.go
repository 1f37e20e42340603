package denoise

import "github.com/quietline/quietline/spectral"

// The classical engine works on points: single bins, 50 Hz apart, below 4 kHz, where
// harmonics and most of what tells speech from noise lie; pairs of bins from there to
// 5.6 kHz, groups of 4 to 10.4, of 8 to 16 and of 16 above: at most half as wide as the
// ear's filters there, where sibilants have no fine structure. It cuts what a hop
// costs at 48 kHz by more than half, and what a stream holds. Groups begin at multiples
// of 16 bins, which vectors like.
//
// A point holds the sum of its bins' powers, so that ratios and sums over the
// spectrum mean what they mean for bins. What changes is how much it fluctuates.
// Adjacent bins of noise under a sine window have a power correlation of ¼, so the
// mean of M bins has the variance
//
//	1/M · (1 + (M−1)/(2M))
//
// of a bin's square: 0.63 for 2 bins, 0.34 for 4, 0.18 for 8, 0.09 for 16. Below, the stages reach
// that by smoothing over frequency (±8 and ±12 % of a bin's frequency for SNR and
// gains); the same windows go on above, in steps of groups.
const (
	firstPair    = 80  // 4 kHz
	firstFour    = 112 // 5.6 kHz
	firstEight   = 208 // 10.4 kHz
	firstSixteen = 320 // 16 kHz

	// λd of a group is nearer to the truth than that of single bins (mmseBias),
	// which over-subtraction is tuned to: by so much for groups of 4 and more.
	groupOver = 0.91
)

// newPoints returns the points of a spectrum of so many bins. At a rate of 8 kHz they
// are the bins.
func newPoints(bins int) (*spectral.Groups, error) {
	return spectral.NewGroups(bins,
		spectral.GroupStep{First: firstPair, Width: 2},
		spectral.GroupStep{First: firstFour, Width: 4},
		spectral.GroupStep{First: firstEight, Width: 8},
		spectral.GroupStep{First: firstSixteen, Width: 16})
}
