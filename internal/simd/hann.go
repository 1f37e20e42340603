package simd

import "math"

// Hann31 smooths n values over frequency with the 31 taps ½ + ½cos(πj/16),
// |j| ≤ 15; at both ends, where taps fall outside, the others are scaled to
// their sum. It costs four sparse passes: the zeros of this filter lie on the
// unit circle at all multiples of π/16 but 0 and ±π/16, so that it is, in z,
//
//	(1+z)²(1+z²) · (1+z⁴)(1+2c₂z²+z⁴) · (1+z⁸)(1+c₄z⁴+z⁸) · (1+2c₁z+z²)
//
// with c₁ = cos π/16, c₂ = cos π/8, c₄ = 2 − 4cos²(3π/8) = √2. All
// coefficients are positive and nothing cancels. The first three factors have
// taps 1 a 2 a 1, one, two and four values apart.
type Hann31 struct {
	a, b  []float32   // between the passes: the values with 15 zeros on each side
	first [15]float32 // factors of the first bins and, mirrored, the last
}

const (
	hannHalf = 15
	hannPad  = 8 // passes work in whole vectors
)

var (
	hannA = [3]float32{2, float32(2 * math.Cos(math.Pi/8)), math.Sqrt2}
	hannC = 2 * math.Cos(math.Pi/16)
)

// NewHann31 returns a smoother of n ≥ 31 values.
func NewHann31(n int) *Hann31 {
	h := &Hann31{a: make([]float32, n+2*hannHalf+hannPad), b: make([]float32, n+2*hannHalf+hannPad)}
	inside := 0.0
	for j := -hannHalf; j <= 0; j++ {
		inside += 0.5 + 0.5*math.Cos(math.Pi*float64(j)/16)
	}
	for i := range h.first {
		h.first[i] = float32(16 / inside) // all taps add up to 16
		inside += 0.5 + 0.5*math.Cos(math.Pi*float64(i+1)/16)
	}
	return h
}

// Apply smooths src, of n values, to dst. They may be the same.
func (h *Hann31) Apply(dst, src []float32) {
	n := len(h.a) - 2*hannHalf - hannPad
	dst, src = dst[:n], src[:n]
	a, b := h.a, h.b
	copy(a[hannHalf:], src)
	comb5(b[:n+26], a, 1, hannA[0])
	comb5(a[:n+18], b, 2, hannA[1])
	comb5(b[:n+2], a, 4, hannA[2])
	// The sum of the taps, 16, and what the factors multiply them by: the
	// middle tap of all passes together over 1, its size.
	scale := hannScale
	inner(dst, b, scale*float32(hannC), scale)
	for i, f := range h.first {
		dst[i] *= f
		dst[n-1-i] *= f
	}
	// The passes have left their results where zeros belong.
	clear(a[:hannHalf])
	clear(a[hannHalf+n:])
}

// hannScale makes the taps add up to 1.
var hannScale = float32(1 / (8 * (4 + 4*math.Cos(math.Pi/8)) * (4 + 2*math.Sqrt2) * (2 + 2*math.Cos(math.Pi/16))))

// inner sets dst[i] = centre·src[i+1] + side·(src[i] + src[i+2]).
func inner(dst, src []float32, centre, side float32) {
	src = src[:len(dst)+2]
	if vectors && len(dst) > 0 {
		if long {
			tri3VecWide(&dst[0], &src[0], len(dst), centre, side)
		} else {
			tri3Vec(&dst[0], &src[0], len(dst), centre, side)
		}
		return
	}
	tri3Inner(dst, src, centre, side)
}

// comb5 sets dst[i] = src[i] + a·src[i+s] + 2·src[i+2s] + a·src[i+3s] + src[i+4s].
// It may write up to seven values more than dst has, within its capacity, and
// read as many more.
func comb5(dst, src []float32, s int, a float32) {
	if vectors {
		n := (len(dst) + 7) &^ 7
		dst, src = dst[:n], src[:n+4*s]
		comb5Vec(&dst[0], &src[0], s, n, a)
		return
	}
	comb5Go(dst, src, s, a)
}

func comb5Go(dst, src []float32, s int, a float32) {
	n := len(dst)
	x0, x1, x2, x3, x4 := src[:n], src[s:][:n], src[2*s:][:n], src[3*s:][:n], src[4*s:][:n]
	for i := range dst {
		dst[i] = (x0[i] + x4[i]) + a*(x1[i]+x3[i]) + 2*x2[i]
	}
}
