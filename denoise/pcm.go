package denoise

import (
	"encoding/binary"
	"fmt"
	"math"
)

// PCMFormat is how samples are written in a byte stream: interleaved,
// little-endian.
type PCMFormat uint8

const (
	S16LE PCMFormat = iota // 16-bit signed integer
	S24LE                  // 24-bit signed integer, 3 bytes
	S32LE                  // 32-bit signed integer; 24 bits of it survive float32
	F32LE                  // 32-bit float, ±1
)

var pcmNames = [...]string{"s16le", "s24le", "s32le", "f32le"}

// String returns s16le, s24le, s32le or f32le.
func (f PCMFormat) String() string { return enumString("PCMFormat", int(f), pcmNames[:]) }

// ParsePCMFormat reads s16le, s24le, s32le or f32le.
func ParsePCMFormat(name string) (PCMFormat, error) {
	i, err := parseName("PCM format", name, pcmNames[:])
	return PCMFormat(i), err
}

// Size returns the bytes of a sample.
func (f PCMFormat) Size() int {
	switch f {
	case S16LE:
		return 2
	case S24LE:
		return 3
	default:
		return 4
	}
}

func (f PCMFormat) validate() error {
	if int(f) >= len(pcmNames) {
		return fmt.Errorf("denoise: unknown PCM format %d: want S16LE, S24LE, S32LE or F32LE", f)
	}
	return nil
}

// decode reads len(dst) samples from src.
func (f PCMFormat) decode(dst []float32, src []byte) {
	switch f {
	case S16LE:
		for i := range dst {
			dst[i] = float32(int16(binary.LittleEndian.Uint16(src[2*i:]))) * (1.0 / (1 << 15))
		}
	case S24LE:
		for i := range dst {
			b := src[3*i : 3*i+3]
			v := int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24) >> 8
			dst[i] = float32(v) * (1.0 / (1 << 23))
		}
	case S32LE:
		for i := range dst {
			dst[i] = float32(int32(binary.LittleEndian.Uint32(src[4*i:]))) * (1.0 / (1 << 31))
		}
	case F32LE:
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
		}
	}
}

// encode writes src to dst, integers rounded to nearest and clamped.
func (f PCMFormat) encode(dst []byte, src []float32) {
	switch f {
	case S16LE:
		for i, x := range src {
			binary.LittleEndian.PutUint16(dst[2*i:], uint16(toInt16(x)))
		}
	case S24LE:
		for i, x := range src {
			v := toInt(x, 1<<23)
			b := dst[3*i : 3*i+3]
			b[0], b[1], b[2] = byte(v), byte(v>>8), byte(v>>16)
		}
	case S32LE:
		for i, x := range src {
			binary.LittleEndian.PutUint32(dst[4*i:], uint32(toInt(x, 1<<31)))
		}
	case F32LE:
		for i, x := range src {
			binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(x))
		}
	}
}

// toInt scales x by full, rounds half away from zero and clamps to
// −full … full−1.
func toInt(x float32, full float64) int32 {
	v := float64(x) * full
	if v < 0 {
		return int32(max(v-0.5, -full))
	}
	return int32(min(v+0.5, full-1))
}
