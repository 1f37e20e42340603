package neural

// The frequency axis. Bins are 50 Hz apart at every rate (51 Hz at 11.025 and
// 22.05 kHz), so what a position or a band stands for does not depend on it.
const (
	positions = 96  // of the network, over bins 1 to lowBins−1
	lowBins   = 161 // 0 to 8 kHz
	single    = 64  // positions of one bin; then
	double    = 16  // of two, and as many
	quadruple = 16  // of four

	levelPositions = 72 // up to 4 kHz: those of the level
)

// width returns the number of bins of a position.
func width(j int) int {
	switch {
	case j < single:
		return 1
	case j < single+double:
		return 2
	}
	return 4
}

// fold sums bins 1 to 160, src[0] being bin 1, up to positions. dst may be src.
func fold(dst, src []float32) {
	dst, src = dst[:positions], src[:lowBins-1]
	copy(dst[:single], src[:single])
	for j := range double {
		dst[single+j] = src[single+2*j] + src[single+2*j+1]
	}
	for j := range quadruple {
		s := src[single+2*double+4*j:][:4]
		dst[single+double+j] = (s[0] + s[1]) + (s[2] + s[3])
	}
}

// The bands above 8 kHz: band b is bins highFirst[b] to highFirst[b+1]−1, from above
// 8 kHz up to 9, 10, 11.5, 13, 15, 17.5, 20 and 24 kHz. As below, bins that a rate does
// not have are 0.
const highBands = 8

var highFirst = [highBands + 1]int{161, 181, 201, 231, 261, 301, 351, 401, 481}

// middle returns the bin in the middle of band b.
func middle(b int) float32 { return 0.5 * float32(highFirst[b]+highFirst[b+1]-1) }
