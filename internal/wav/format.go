package wav

import (
	"fmt"
	"strings"
)

// Encoding says how one sample is stored. All are little-endian. The zero
// value is not an encoding.
type Encoding uint8

// The encodings that can be read and written.
const (
	PCM8    Encoding = iota + 1 // unsigned 8 bit, silence is 128
	PCM16                       // signed 16 bit
	PCM24                       // signed 24 bit in 3 bytes
	PCM32                       // signed 32 bit
	Float32                     // IEEE 754 single precision, full scale ±1
	Float64                     // IEEE 754 double precision, full scale ±1
	ALaw                        // ITU-T G.711 A-law, 8 bit
	MuLaw                       // ITU-T G.711 µ-law, 8 bit
)

var encodingNames = [...]string{
	PCM8: "u8", PCM16: "s16", PCM24: "s24", PCM32: "s32",
	Float32: "f32", Float64: "f64", ALaw: "alaw", MuLaw: "mulaw",
}

var encodingBytes = [...]int{
	PCM8: 1, PCM16: 2, PCM24: 3, PCM32: 4, Float32: 4, Float64: 8, ALaw: 1, MuLaw: 1,
}

func (e Encoding) valid() bool { return e >= PCM8 && e <= MuLaw }

// String returns the short name that [ParseEncoding] accepts: u8, s16, s24,
// s32, f32, f64, alaw or mulaw.
func (e Encoding) String() string {
	if !e.valid() {
		return fmt.Sprintf("Encoding(%d)", uint8(e))
	}
	return encodingNames[e]
}

// BytesPerSample returns the bytes of one sample of one channel, 1 to 8, or 0
// for a value that is not an encoding.
func (e Encoding) BytesPerSample() int {
	if !e.valid() {
		return 0
	}
	return encodingBytes[e]
}

// integer reports whether e is linear integer PCM, the only kind whose valid
// bits may be fewer than its stored bits.
func (e Encoding) integer() bool { return e >= PCM8 && e <= PCM32 }

// ParseEncoding returns the encoding of a name as people and other programs
// write it, in any case: u8; s16, s24, s32, f32 and f64 with or without "le"
// behind; alaw or a-law; mulaw, mu-law, ulaw, u-law, µlaw or µ-law; each with
// or without "pcm_" before it. Big-endian names are refused.
func ParseEncoding(name string) (Encoding, error) {
	s := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "pcm_")
	switch s {
	case "a-law":
		return ALaw, nil
	case "ulaw", "u-law", "mu-law", "µlaw", "µ-law", "μlaw", "μ-law": // both Unicode mu
		return MuLaw, nil
	}
	s = strings.TrimSuffix(s, "le")
	for e := PCM8; e <= MuLaw; e++ {
		if s == encodingNames[e] {
			return e, nil
		}
	}
	return 0, fmt.Errorf("wav: unknown encoding %q; accepted are u8, s16, s24, s32, f32, f64 (little-endian), alaw and mulaw", name)
}

// Limits of what is taken for a real recording rather than a broken header.
const (
	MaxChannels   = 1024       // most channels accepted
	MaxSampleRate = 10_000_000 // highest sampling rate accepted, Hz
)

// Format describes the samples of a WAV stream.
type Format struct {
	SampleRate int      // Hz, 1 to MaxSampleRate
	Channels   int      // 1 to MaxChannels
	Encoding   Encoding // how one sample is stored

	// ChannelMask has one bit per loudspeaker position, lowest first in the
	// order of the channels (0x3 is front left and right); 0 says nothing.
	ChannelMask uint32

	// Extensible asks for a WAVE_FORMAT_EXTENSIBLE header. A Writer also
	// writes one when ChannelMask, Ambisonic or ValidBits need it.
	Extensible bool

	// Ambisonic marks B-format channels: an EXTENSIBLE header with the
	// sub-format GUIDs of the ".amb" convention.
	Ambisonic bool

	// ValidBits is the number of significant bits of an integer sample, the
	// upper ones of those stored; 0 means all. A Reader always fills it in.
	ValidBits int
}

// BytesPerSample returns the stored bytes of one sample of one channel.
func (f Format) BytesPerSample() int { return f.Encoding.BytesPerSample() }

// BytesPerFrame returns the stored bytes of one sample of all channels.
func (f Format) BytesPerFrame() int { return f.BytesPerSample() * f.Channels }

// String describes f in one line, for example
// "48000 Hz, 2 channels, s24, 20 valid bits, mask 0x3".
func (f Format) String() string {
	plural := "s"
	if f.Channels == 1 {
		plural = ""
	}
	s := fmt.Sprintf("%d Hz, %d channel%s, %v", f.SampleRate, f.Channels, plural, f.Encoding)
	if f.ValidBits != 0 && f.ValidBits != 8*f.BytesPerSample() {
		s += fmt.Sprintf(", %d valid bits", f.ValidBits)
	}
	if f.ChannelMask != 0 {
		s += fmt.Sprintf(", mask %#x", f.ChannelMask)
	}
	if f.Ambisonic {
		s += ", ambisonic"
	}
	return s
}

// Validate reports the first thing wrong with f, or nil.
func (f Format) Validate() error {
	switch {
	case f.SampleRate < 1 || f.SampleRate > MaxSampleRate:
		return fmt.Errorf("wav: sampling rate of %d Hz; accepted are 1 to %d", f.SampleRate, MaxSampleRate)
	case f.Channels < 1 || f.Channels > MaxChannels:
		return fmt.Errorf("wav: %d channels; accepted are 1 to %d", f.Channels, MaxChannels)
	case !f.Encoding.valid():
		return fmt.Errorf("wav: %v is not an encoding; accepted are the constants PCM8 to MuLaw", f.Encoding)
	case f.ValidBits < 0 || f.ValidBits > 8*f.BytesPerSample():
		return fmt.Errorf("wav: %d valid bits in %v; accepted are 1 to %d, or 0 for all", f.ValidBits, f.Encoding, 8*f.BytesPerSample())
	case f.ValidBits != 0 && f.ValidBits != 8*f.BytesPerSample() && !f.Encoding.integer():
		return fmt.Errorf("wav: %d valid bits in %v; only integers can have fewer than are stored", f.ValidBits, f.Encoding)
	case f.Ambisonic && f.Encoding != Float32 && f.Encoding != Float64 && !f.Encoding.integer():
		return fmt.Errorf("wav: ambisonic %v; accepted are integers and floats", f.Encoding)
	}
	return nil
}

// validBits returns ValidBits with 0 replaced by what it stands for.
func (f Format) validBits() int {
	if f.ValidBits == 0 {
		return 8 * f.BytesPerSample()
	}
	return f.ValidBits
}
