package simd

// Two channels, interleaved and not.

// SplitFinite takes interleaved pairs apart and bounds them as Finite does.
func SplitFinite(left, right, src []float32, most float32) {
	n := len(left)
	right, src = right[:n], src[:2*n]
	done := 0
	if vectors && n >= 8 {
		done = n &^ 7
		splitFiniteVec(&left[0], &right[0], &src[0], done, most)
	}
	splitFiniteGo(left[done:], right[done:], src[2*done:], most)
}

func splitFiniteGo(left, right, src []float32, most float32) {
	right = right[:len(left)]
	for i := range left {
		s := (*[2]float32)(src[2*i:])
		left[i], right[i] = finite(s[0], most), finite(s[1], most)
	}
}

// finite is Finite of one value. Its branches are taken for nothing but what is out
// of bounds.
func finite(x, most float32) float32 {
	if x <= most && x >= -most {
		return x
	}
	return outside(x, most)
}

//go:noinline
func outside(x, most float32) float32 {
	switch {
	case x-x != 0:
		return 0
	case x > 0:
		return most
	}
	return -most
}

// Join interleaves two channels.
func Join(dst, left, right []float32) {
	n := len(left)
	dst, right = dst[:2*n], right[:n]
	done := 0
	if vectors && n >= 8 {
		done = n &^ 7
		joinVec(&dst[0], &left[0], &right[0], done)
	}
	joinGo(dst[2*done:], left[done:], right[done:])
}

func joinGo(dst, left, right []float32) {
	right = right[:len(left)]
	for i, l := range left {
		d := (*[2]float32)(dst[2*i:])
		d[0], d[1] = l, right[i]
	}
}
