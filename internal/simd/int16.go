package simd

import "math"

// FromInt16 sets dst = src·scale; 1/32768 gives samples in ±1.
func FromInt16(dst []float32, src []int16, scale float32) {
	src = src[:len(dst)]
	n := 0
	if vectors && len(dst) >= 8 {
		n = len(dst) &^ 7
		fromInt16Vec(&dst[0], &src[0], n, scale)
	}
	fromInt16Go(dst[n:], src[n:], scale)
}

func fromInt16Go(dst []float32, src []int16, scale float32) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = float32(src[i]) * scale
	}
}

// ToInt16 sets dst = src·scale, rounded to the nearest integer, halves to even,
// and clamped to −32768 … 32767. NaN becomes 0.
func ToInt16(dst []int16, src []float32, scale float32) {
	src = src[:len(dst)]
	n := 0
	if vectors && long && len(dst) >= 16 {
		n = len(dst) &^ 15
		toInt16VecWide(&dst[0], &src[0], n, scale)
	} else if vectors && len(dst) >= 8 {
		n = len(dst) &^ 7
		toInt16Vec(&dst[0], &src[0], n, scale)
	}
	toInt16Go(dst[n:], src[n:], scale)
}

func toInt16Go(dst []int16, src []float32, scale float32) {
	// Adding 1.5·2²³ leaves the rounded value in the low bits of the mantissa.
	const magic = 3 << 22
	src = src[:len(dst)]
	for i := range dst {
		x := src[i] * scale
		v := int32(math.Float32bits(min(max(x, -32768), 32767)+magic)) - 0x4b400000
		if x != x {
			v = 0
		}
		dst[i] = int16(v)
	}
}

// FromInt16Squares is FromInt16, and returns the sum of the squares of dst.
func FromInt16Squares(dst []float32, src []int16, scale float32) (square float32) {
	n := len(dst)
	src = src[:n]
	if vectors && long && n > 0 && n%16 == 0 {
		return fromInt16SquaresVecWide(&dst[0], &src[0], n, scale)
	}
	FromInt16(dst, src, scale)
	return Dot(dst, dst)
}
