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

// The bands above 8 kHz: bin k is in band b if highEdges[b] < 50k ≤ highEdges[b+1].
const highBands = 8

var highEdges = [highBands + 1]int{8000, 9000, 10000, 11500, 13000, 15000, 17500, 20000, 24000}

// highBins returns the first bin of every band and the first beyond all, as far
// as there are bins.
func highBins(bins int) (edges [highBands + 1]int) {
	for i, hz := range highEdges {
		edges[i] = min(hz/50+1, max(bins, lowBins))
	}
	return edges
}
