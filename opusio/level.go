package opusio

import (
	"errors"
	"math"
)

// AudioLevel is the audio level of RFC 6464, which RTP carries in a header
// extension (urn:ietf:params:rtp-hdrext:ssrc-audio-level) so that a mixer knows
// who talks without decoding.
type AudioLevel struct {
	Level uint8 // −dBov: 0 is a full-scale square wave, 126 barely audible, 127 digital silence
	Voice bool  // the V bit
}

// MutedLevel is the level of a muted source.
var MutedLevel = AudioLevel{Level: 127}

var errLevel = errors.New("opusio: the audio level extension is empty: want 1 byte")

// Byte returns the payload of the extension (RFC 6464, section 3, figures 1 and
// 2): V, then seven bits of level.
func (a AudioLevel) Byte() byte {
	b := min(a.Level, 127)
	if a.Voice {
		b |= 0x80
	}
	return b
}

// ParseAudioLevel reads the payload of the extension. Bytes after the first,
// padding of the two-byte form, are ignored.
func ParseAudioLevel(payload []byte) (AudioLevel, error) {
	if len(payload) == 0 {
		return AudioLevel{}, errLevel
	}
	return AudioLevel{Level: payload[0] & 0x7f, Voice: payload[0]&0x80 != 0}, nil
}

// MeasureLevel returns the level of samples in ±1, of all channels together: the
// root mean square in −dBov, rounded to the nearest (RFC 6464, section 3). Only
// digital silence is 127; anything else that quiet is 126. Above full scale is
// 0, NaN counts as silence.
func MeasureLevel(pcm []float32) uint8 {
	return levelOf(meanSquare(pcm))
}

// MeasureLevelInt16 is MeasureLevel for 16-bit samples.
func MeasureLevelInt16(pcm []int16) uint8 {
	var sum int64
	for _, x := range pcm {
		sum += int64(x) * int64(x)
	}
	return levelOf(float64(sum) / float64(max(len(pcm), 1)) / (1 << 30))
}

func levelOf(meanSquare float64) uint8 {
	if !(meanSquare > 0) {
		return 127
	}
	// meanSquare may be Inf; the limits take care of it.
	return uint8(math.Round(math.Min(math.Max(-10*math.Log10(meanSquare), 0), 126)))
}

// meanSquare returns the mean square of x, 0 if it is empty. Four sums, so that
// no addition waits for the one before; float64, so that nothing underflows.
func meanSquare(x []float32) float64 {
	var a, b, c, d float64
	n := len(x)
	for len(x) >= 4 {
		a += float64(x[0]) * float64(x[0])
		b += float64(x[1]) * float64(x[1])
		c += float64(x[2]) * float64(x[2])
		d += float64(x[3]) * float64(x[3])
		x = x[4:]
	}
	for _, v := range x {
		a += float64(v) * float64(v)
	}
	return (a + b + c + d) / float64(max(n, 1))
}
