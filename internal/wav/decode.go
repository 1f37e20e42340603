package wav

import (
	"encoding/binary"
	"math"
)

// Decode converts raw samples without a header to float32, full scale ±1, and
// returns how many: min(len(dst), len(src)/enc.BytesPerSample()). It allocates
// nothing. Bytes of an incomplete last sample are ignored. It panics if enc is
// not an encoding.
func Decode(dst []float32, src []byte, enc Encoding) int {
	if !enc.valid() {
		panic("wav: Decode: " + enc.String() + " is not an encoding")
	}
	n := min(len(dst), len(src)/enc.BytesPerSample())
	dst = dst[:n]
	switch enc {
	case PCM8:
		decodePCM8(dst, src)
	case PCM16:
		decodePCM16(dst, src)
	case PCM24:
		decodePCM24(dst, src)
	case PCM32:
		decodePCM32(dst, src)
	case Float32:
		decodeFloat32(dst, src)
	case Float64:
		decodeFloat64(dst, src)
	case ALaw:
		decodeTable(dst, src, &alawTable)
	case MuLaw:
		decodeTable(dst, src, &mulawTable)
	}
	return n
}

// The loops below move src forward rather than index it: the compiler then
// needs no bounds check per sample.

func decodePCM8(dst []float32, src []byte) {
	src = src[:len(dst)]
	for i, b := range src {
		dst[i] = float32(int32(b)-128) * (1.0 / 128)
	}
}

func decodePCM16(dst []float32, src []byte) {
	for i := 0; i < len(dst) && len(src) >= 2; i++ {
		dst[i] = float32(int16(binary.LittleEndian.Uint16(src))) * (1.0 / 32768)
		src = src[2:]
	}
}

func decodePCM24(dst []float32, src []byte) {
	for i := 0; i < len(dst) && len(src) >= 3; i++ {
		// Placed in the upper 24 of 32 bits, which extends the sign.
		v := int32(uint32(src[0])<<8 | uint32(src[1])<<16 | uint32(src[2])<<24)
		dst[i] = float32(v) * (1.0 / (1 << 31))
		src = src[3:]
	}
}

func decodePCM32(dst []float32, src []byte) {
	for i := 0; i < len(dst) && len(src) >= 4; i++ {
		dst[i] = float32(int32(binary.LittleEndian.Uint32(src))) * (1.0 / (1 << 31))
		src = src[4:]
	}
}

func decodeFloat32(dst []float32, src []byte) {
	for i := 0; i < len(dst) && len(src) >= 4; i++ {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src))
		src = src[4:]
	}
}

func decodeFloat64(dst []float32, src []byte) {
	for i := 0; i < len(dst) && len(src) >= 8; i++ {
		dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(src)))
		src = src[8:]
	}
}

func decodeTable(dst []float32, src []byte, table *[256]float32) {
	src = src[:len(dst)]
	for i, b := range src {
		dst[i] = table[b]
	}
}
