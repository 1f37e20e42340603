package wav

import (
	"encoding/binary"
	"math"
)

// Encode converts float32 samples, full scale ±1, to raw samples without a
// header, fills dst[:len(src)*enc.BytesPerSample()] and returns how many
// samples had to be clipped. It allocates nothing.
//
// Integers are rounded to the nearest, ties to even, and clamped to the range
// of the encoding; a sample counts as clipped when it lies half a step or more
// beyond that range, so +1 does and −1 does not. NaN becomes 0 and counts. A-law and µ-law
// take the code that G.711's decision values give; beyond ±1 counts as clipped.
// Floats are stored as they are and never count.
//
// Encode panics if enc is not an encoding or dst is too short.
func Encode(dst []byte, src []float32, enc Encoding) (clipped int) {
	if !enc.valid() {
		panic("wav: Encode: " + enc.String() + " is not an encoding")
	}
	if len(dst)/enc.BytesPerSample() < len(src) {
		panic("wav: Encode: dst is shorter than len(src) samples")
	}
	switch enc {
	case PCM8:
		return encodePCM8(dst, src)
	case PCM16:
		return encodePCM16(dst, src)
	case PCM24:
		return encodePCM24(dst, src)
	case PCM32:
		return encodePCM32(dst, src)
	case Float32:
		encodeFloat32(dst, src)
	case Float64:
		encodeFloat64(dst, src)
	case ALaw:
		return encodeALaw(dst, src)
	case MuLaw:
		return encodeMuLaw(dst, src)
	}
	return 0
}

// roundMagic is 1.5·2^52. Adding it to |v| ≤ 2^31 leaves the units of v, rounded
// to nearest even by the addition itself, in the low bits of the sum in two's
// complement. v is a float32 times a power of two, exact in float64, so a fused
// multiply-add gives the same result.
const roundMagic = 3 << 51

func round(v float64) int32 { return int32(uint32(math.Float64bits(v + roundMagic))) }

// saturate is the slow path of the integer encoders: v is half a step or more
// outside −full…full−1, or NaN.
func saturate(v, full float64) int32 {
	switch {
	case v > 0:
		return int32(full - 1)
	case v < 0:
		return int32(-full)
	}
	return 0
}

func encodePCM8(dst []byte, src []float32) (clipped int) {
	const full = 1 << 7
	dst = dst[:len(src)]
	for i, x := range src {
		v := float64(x) * full
		var q int32
		if v > -full-0.5 && v < full-0.5 {
			q = round(v)
		} else {
			q = saturate(v, full)
			clipped++
		}
		dst[i] = byte(q + 128)
	}
	return clipped
}

func encodePCM16(dst []byte, src []float32) (clipped int) {
	const full = 1 << 15
	for _, x := range src {
		v := float64(x) * full
		var q int32
		if v > -full-0.5 && v < full-0.5 {
			q = round(v)
		} else {
			q = saturate(v, full)
			clipped++
		}
		binary.LittleEndian.PutUint16(dst, uint16(q))
		dst = dst[2:]
	}
	return clipped
}

func encodePCM24(dst []byte, src []float32) (clipped int) {
	const full = 1 << 23
	for _, x := range src {
		v := float64(x) * full
		var q int32
		if v > -full-0.5 && v < full-0.5 {
			q = round(v)
		} else {
			q = saturate(v, full)
			clipped++
		}
		_ = dst[2]
		dst[0], dst[1], dst[2] = byte(q), byte(q>>8), byte(q>>16)
		dst = dst[3:]
	}
	return clipped
}

func encodePCM32(dst []byte, src []float32) (clipped int) {
	const full = 1 << 31
	for _, x := range src {
		v := float64(x) * full
		var q int32
		if v > -full-0.5 && v < full-0.5 {
			q = round(v)
		} else {
			q = saturate(v, full)
			clipped++
		}
		binary.LittleEndian.PutUint32(dst, uint32(q))
		dst = dst[4:]
	}
	return clipped
}

// encodeValid is Encode for integers of which only the upper `valid` bits are
// significant: rounded to those, the bits below are 0 (128 for u8 is silence).
func encodeValid(dst []byte, src []float32, enc Encoding, valid int) (clipped int) {
	size := enc.BytesPerSample()
	full := math.Ldexp(1, valid-1)
	for _, x := range src {
		v := float64(x) * full
		var q int32
		if v > -full-0.5 && v < full-0.5 {
			q = round(v)
		} else {
			q = saturate(v, full)
			clipped++
		}
		u := uint32(q) << (8*size - valid)
		if enc == PCM8 {
			u += 128
		}
		for b := range size {
			dst[b] = byte(u >> (8 * b))
		}
		dst = dst[size:]
	}
	return clipped
}

func encodeFloat32(dst []byte, src []float32) {
	for _, x := range src {
		binary.LittleEndian.PutUint32(dst, math.Float32bits(x))
		dst = dst[4:]
	}
}

func encodeFloat64(dst []byte, src []float32) {
	for _, x := range src {
		binary.LittleEndian.PutUint64(dst, math.Float64bits(float64(x)))
		dst = dst[8:]
	}
}

// lawMagnitude returns |x| on the 16-bit scale, without its fraction, and 1 if
// x was beyond ±1 or NaN.
func lawMagnitude(x float32) (mag uint32, clipped int) {
	switch a := math.Abs(float64(x)); {
	case a < 1:
		return uint32(a * 32768), 0
	case a == 1:
		return 32767, 0
	case a > 1:
		return 32767, 1
	}
	return 0, 1
}

func encodeALaw(dst []byte, src []float32) (clipped int) {
	dst = dst[:len(src)]
	for i, x := range src {
		mag, c := lawMagnitude(x)
		dst[i] = alawCode(mag, x < 0)
		clipped += c
	}
	return clipped
}

func encodeMuLaw(dst []byte, src []float32) (clipped int) {
	dst = dst[:len(src)]
	for i, x := range src {
		mag, c := lawMagnitude(x)
		// The sign bit and not x < 0, to keep µ-law's negative zero; but a
		// NaN is plain 0 whatever its sign.
		dst[i] = mulawCode(mag, math.Signbit(float64(x)) && x == x)
		clipped += c
	}
	return clipped
}
