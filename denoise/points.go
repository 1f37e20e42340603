package denoise

import "github.com/quietline/quietline/spectral"

// The classical engine works on points: single bins, 50 Hz apart, up to 8 kHz,
// where harmonics and most of what tells speech from noise lie; groups of 4 bins
// from there to 12 kHz, and of 8 above. There the ear's filters are 1 kHz wide and
// more, and sibilants have no fine structure. It halves what a hop costs at
// 48 kHz, and what a stream holds.
//
// A point holds the sum of its bins' powers, so that ratios and sums over the
// spectrum mean what they mean for bins. What changes is how much it fluctuates.
// Adjacent bins of noise under a sine window have a power correlation of ¼, so the
// mean of M bins has the variance
//
//	1/M · (1 + (M−1)/(2M))
//
// of a bin's square: 0.34 for 4 bins, 0.18 for 8. Below 8 kHz the stages reach that
// by smoothing over frequency (±1 % of a bin's frequency for the tracker, ±8 and
// ±12 % for SNR and gains); the same windows go on above, in steps of groups.
const (
	singleBins = 161 // 0 to 8 kHz
	fourBins   = 80  // 8 to 12 kHz

	// λd of a group is nearer to the truth than that of single bins (mmseBias),
	// which over-subtraction is tuned to: by 0.4 dB against bins of the same
	// frequencies, at 8 to 12 kHz and above.
	groupOver = 0.91
)

// newPoints returns the points of a spectrum of so many bins. At 16 kHz and below
// they are the bins.
func newPoints(bins int) (*spectral.Groups, error) {
	return spectral.NewGroups(bins,
		spectral.GroupStep{First: singleBins, Width: 4},
		spectral.GroupStep{First: singleBins + fourBins, Width: 8})
}
