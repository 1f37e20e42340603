package simd

// Smoothing over frequency. dst and src must not overlap in any of these.

// Tri3 sets dst[i] = centre·src[i] + side·(src[i−1] + src[i+1]) inside; at both
// ends, where a neighbour is missing, the other taps are scaled to their sum.
func Tri3(dst, src []float32, centre, side float32) {
	n := len(dst)
	src = src[:n]
	if vectors && n > 2 {
		if long {
			tri3VecWide(&dst[1], &src[0], n-2, centre, side)
		} else {
			tri3Vec(&dst[1], &src[0], n-2, centre, side)
		}
		tri3Ends(dst, src, centre, side)
		return
	}
	tri3Go(dst, src, centre, side)
}

func tri3Go(dst, src []float32, centre, side float32) {
	if n := len(dst) - 2; n > 0 {
		tri3Inner(dst[1:][:n], src, centre, side)
	}
	tri3Ends(dst, src, centre, side)
}

func tri3Inner(d, src []float32, centre, side float32) {
	n := len(d)
	x0, x1, x2 := src[:n], src[1:][:n], src[2:][:n]
	for i := range d {
		d[i] = centre*x1[i] + side*(x0[i]+x2[i])
	}
}

func tri3Ends(dst, src []float32, centre, side float32) {
	switch n := len(dst); n {
	case 0:
	case 1:
		dst[0] = src[0]
	default:
		norm := 1 / (centre + side)
		dst[0] = (centre*src[0] + side*src[1]) * norm
		dst[n-1] = (centre*src[n-1] + side*src[n-2]) * norm
	}
}

// Symmetric sets dst[i] = taps[0]·src[i+h] + Σ taps[j]·(src[i+h−j] + src[i+h+j]),
// j = 1 … h = len(taps)−1: src holds len(dst) + 2h values, beginning with the
// first neighbour of the first output.
func Symmetric(dst, src, taps []float32) {
	half := len(taps) - 1
	src = src[:len(dst)+2*half]
	if half == 0 {
		Scale(dst, src, taps[0])
		return
	}
	n := 0
	if vectors {
		if n = len(dst) &^ 7; n > 0 {
			symmetricVec(&dst[0], &src[0], &taps[0], half, n)
		}
		if n < len(dst) && n > 0 {
			// The last eight once more, to the end.
			n = len(dst)
			symmetricVec(&dst[n-8], &src[n-8], &taps[0], half, 8)
		}
	}
	symmetricGo(dst[n:], src[n:], taps)
}

func symmetricGo(dst, src, taps []float32) {
	half := len(taps) - 1
	for i := range dst {
		s := src[i : i+2*half+1]
		acc := taps[0] * s[half]
		for j := 1; j <= half; j++ {
			acc += taps[j] * (s[half-j] + s[half+j])
		}
		dst[i] = acc
	}
}
