// Package fastmath holds the few float32 functions that the per-bin loops
// need: logarithms, exponentials and the log-MMSE gain, each without a branch
// and small enough for the Go compiler to inline.
//
// The method is the usual one: split the float into exponent and mantissa by
// its bits, approximate on the short remaining interval by a minimax
// polynomial, put the exponent back. Saturation uses integer minima and maxima
// of the bit patterns (for positive floats the order of the bits is the order
// of the values), because the compiler makes conditional moves of those, where
// the float min and max cost three instructions each.
//
// Largest errors, measured by the tests over the whole documented range:
//
//	Exp, ExpNeg   relative 3e-7
//	Log           relative 4e-7 (so also next to 1, where the result is near 0)
//	LSAExcess     3e-3 absolute; 0.0013 dB in the gain
package fastmath
