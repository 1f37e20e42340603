package denoise

import (
	"fmt"

	"github.com/quietline/quietline/internal/wav"
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

// encoding returns the format as internal/wav names it, which reads and writes
// it.
func (f PCMFormat) encoding() wav.Encoding {
	return [...]wav.Encoding{wav.PCM16, wav.PCM24, wav.PCM32, wav.Float32}[f]
}
