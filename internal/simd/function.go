package simd

import "github.com/quietline/quietline/internal/fastmath"

// The functions of package fastmath over slices.

// Clamp sets dst = a bounded to lo … hi, 0 ≤ lo ≤ hi. Negative values become
// lo; NaN becomes lo or hi, by its sign.
func Clamp(dst, a []float32, lo, hi float32) {
	n := len(dst)
	a = a[:n]
	if vectors && n > 0 {
		if long {
			clampVecWide(&dst[0], &a[0], n, lo, hi)
		} else {
			clampVec(&dst[0], &a[0], n, lo, hi)
		}
		return
	}
	clampGo(dst, a, lo, hi)
}

func clampGo(dst, a []float32, lo, hi float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = fastmath.Clamp(a[i], lo, hi)
	}
}

// Exp sets dst = e^a, saturating as fastmath.Exp does; NaN gives some number.
func Exp(dst, a []float32) {
	n := len(dst)
	a = a[:n]
	if vectors && n > 0 {
		if long {
			expVecWide(&dst[0], &a[0], n)
		} else {
			expVec(&dst[0], &a[0], n)
		}
		return
	}
	expGo(dst, a)
}

func expGo(dst, a []float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = fastmath.Exp(a[i])
	}
}

// Log sets dst = ln a for normal positive a, as fastmath.Log does.
func Log(dst, a []float32) {
	n := len(dst)
	a = a[:n]
	if vectors && n > 0 {
		if long {
			logVecWide(&dst[0], &a[0], n)
		} else {
			logVec(&dst[0], &a[0], n)
		}
		return
	}
	logGo(dst, a)
}

func logGo(dst, a []float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = fastmath.Log(a[i])
	}
}
