package opusio

// Opus libraries take 32768 as 1, so do these.

// toFloat32 converts 16-bit samples; dst is at least as long as src.
func toFloat32(dst []float32, src []int16) {
	dst = dst[:len(src)]
	for i, x := range src {
		dst[i] = float32(x) * (1.0 / 32768)
	}
}

// toInt16 converts to 16-bit samples, rounded half away from zero and clamped;
// NaN counts as 0. dst is at least as long as src.
func toInt16(dst []int16, src []float32) {
	dst = dst[:len(src)]
	for i, x := range src {
		x *= 32768
		switch {
		case x < 0:
			dst[i] = int16(max(x-0.5, -32768))
		case x >= 0:
			dst[i] = int16(min(x+0.5, 32767))
		default:
			dst[i] = 0
		}
	}
}

// grow returns a slice of n elements, *buf made longer if need be: no
// allocation once the longest frame was seen.
func grow[T any](buf *[]T, n int) []T {
	if cap(*buf) < n {
		*buf = make([]T, n)
	}
	return (*buf)[:n]
}
