package fastmath

import "math"

// Bounds without branches. Bit patterns of positive floats order like the
// values, and negative ones, read as integers, lie below all of them, so that
// integer minima and maxima serve, which compile to conditional moves; Go's
// min and max of floats must look at NaN and −0 and cost three times as much.

// Clamp bounds x to lo … hi, 0 ≤ lo ≤ hi. Negative values become lo; NaN
// becomes lo or hi, by its sign.
func Clamp(x, lo, hi float32) float32 {
	b := int32(math.Float32bits(x))
	return math.Float32frombits(uint32(min(max(b, int32(math.Float32bits(lo))), int32(math.Float32bits(hi)))))
}

// AtLeast is max(x, lo) for lo ≥ 0.
func AtLeast(x, lo float32) float32 {
	return math.Float32frombits(uint32(max(int32(math.Float32bits(x)), int32(math.Float32bits(lo)))))
}

// AtMost is min(x, hi) for x ≥ 0, hi ≥ 0.
func AtMost(x, hi float32) float32 {
	return math.Float32frombits(min(math.Float32bits(x), math.Float32bits(hi)))
}
