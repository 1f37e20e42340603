package spectral

import "math"

// HzToERB returns the number of equivalent rectangular bandwidths below a
// frequency of f ≥ 0 Hz: 21.4·log10(1 + 0.00437f) (Glasberg & Moore 1990,
// Derivation of auditory filter shapes from notched-noise data, Hearing
// Research 47, eq. 4). 1 kHz is 15.6, 20 kHz is 41.7.
func HzToERB(f float64) float64 { return 21.4 * math.Log10(1+0.00437*f) }

// ERBToHz is the inverse of [HzToERB], for e ≥ 0.
func ERBToHz(e float64) float64 { return (math.Pow(10, e/21.4) - 1) / 0.00437 }

// ERBWidth returns the equivalent rectangular bandwidth in Hz of the ear's
// filter at f ≥ 0 Hz: 24.7·(1 + 0.00437f) (Glasberg & Moore 1990, eq. 3).
func ERBWidth(f float64) float64 { return 24.7 * (1 + 0.00437*f) }

// HzToBark returns the critical-band rate in Bark at f ≥ 0 Hz:
// z = 26.81f/(1960 + f) − 0.53, with Traunmüller's corrections below 2 and
// above 20.1 Bark (Traunmüller 1990, Analytical expressions for the
// tonotopic sensory scale, JASA 88, eq. 6 and following). 0 Hz is −0.15,
// 1 kHz is 8.5, 20 kHz is 24.6.
func HzToBark(f float64) float64 {
	z := 26.81*f/(1960+f) - 0.53
	switch {
	case z < 2:
		z += 0.15 * (2 - z)
	case z > 20.1:
		z += 0.22 * (z - 20.1)
	}
	return z
}

// BarkToHz is the inverse of [HzToBark], for z from −0.15 to below 27.6, which
// is where the scale ends.
func BarkToHz(z float64) float64 {
	switch {
	case z < 2:
		z = (z - 0.3) / 0.85
	case z > 20.1:
		z = (z + 4.422) / 1.22
	}
	return 1960 * (z + 0.53) / (26.28 - z)
}
