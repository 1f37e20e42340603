package ogg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Head is the identification header of a stream (RFC 7845 §5.1).
type Head struct {
	Channels int // 1 or 2

	// PreSkip is the number of samples at 48 kHz to drop from the beginning of
	// what the decoder gives, 0 to 65535: the delay of the encoder. A Reader
	// has put it into Packet.TrimStart already.
	PreSkip int

	// InputRate is the sampling rate, in Hz, of what was encoded, for
	// information; 0 if not known. Decoding may use any rate of Opus. It may be
	// absurd; rates beyond 2147483647 are read as that.
	InputRate int

	// Gain is to be applied to the decoded samples, in dB with 8 fractional
	// bits (Q7.8). See GainDB and GainFactor.
	Gain int16

	// Family is the channel mapping family as read: 0, or 1, which for one and
	// two channels of one stream means the same. A Writer always writes 0.
	Family uint8
}

const (
	headMagic = "OpusHead"
	headBytes = 19
)

// GainDB returns the output gain in dB, −128 to 127.996.
func (h Head) GainDB() float64 { return float64(h.Gain) / 256 }

// GainFactor returns the factor by which to multiply decoded samples, 1 if
// Gain is 0.
func (h Head) GainFactor() float64 { return math.Pow(10, h.GainDB()/20) }

// Validate reports whether a Writer accepts the header.
func (h Head) Validate() error {
	switch {
	case h.Channels != 1 && h.Channels != 2:
		return fmt.Errorf("ogg: %d channels; 1 and 2 are accepted", h.Channels)
	case h.PreSkip < 0 || h.PreSkip > math.MaxUint16:
		return fmt.Errorf("ogg: a pre-skip of %d samples; 0 to 65535 are accepted", h.PreSkip)
	case h.InputRate < 0 || h.InputRate > math.MaxInt32:
		return fmt.Errorf("ogg: an input rate of %d Hz; 0 (not known) to 2147483647 are accepted", h.InputRate)
	}
	return nil
}

// appendTo appends the header packet, with mapping family 0.
func (h Head) appendTo(b []byte) []byte {
	b = append(b, headMagic...)
	b = append(b, 1, byte(h.Channels))
	b = binary.LittleEndian.AppendUint16(b, uint16(h.PreSkip))
	b = binary.LittleEndian.AppendUint32(b, uint32(h.InputRate))
	b = binary.LittleEndian.AppendUint16(b, uint16(h.Gain))
	return append(b, 0)
}

// ParseHead reads an identification header packet ("OpusHead"). Mapping family
// 0 is accepted, with one or two channels, and family 1 where it says the same;
// what follows the fields is ignored, as later versions may add to it.
func ParseHead(packet []byte) (Head, error) {
	b := packet
	if len(b) < len(headMagic) || string(b[:len(headMagic)]) != headMagic {
		return Head{}, errors.New("ogg: not an OpusHead packet")
	}
	if len(b) < headBytes {
		return Head{}, fmt.Errorf("ogg: an OpusHead of %d bytes; it has at least %d", len(b), headBytes)
	}
	// The upper four bits of the version say what is incompatible.
	if v := b[8]; v > 15 {
		return Head{}, fmt.Errorf("ogg: OpusHead version %d; 0 to 15 are accepted", v)
	}
	h := Head{
		Channels:  int(b[9]),
		PreSkip:   int(binary.LittleEndian.Uint16(b[10:])),
		InputRate: int(min(binary.LittleEndian.Uint32(b[12:]), math.MaxInt32)),
		Gain:      int16(binary.LittleEndian.Uint16(b[16:])),
		Family:    b[18],
	}
	return h, h.checkMapping(b[headBytes:])
}

// checkMapping checks the channels against the mapping family (RFC 7845
// §5.1.1); table follows for all families but 0: streams, coupled streams, and
// for each output channel the decoded channel it comes from.
func (h Head) checkMapping(table []byte) error {
	const accepted = "accepted are family 0, mono or stereo, and family 1 where it has one stream of 1 or 2 channels in order"
	switch h.Family {
	case 0:
		if h.Channels != 1 && h.Channels != 2 {
			return fmt.Errorf("ogg: channel mapping family 0 with %d channels; 1 and 2 are accepted", h.Channels)
		}
		return nil
	case 1:
		switch {
		case h.Channels == 0:
			return errors.New("ogg: channel mapping family 1 with 0 channels; " + accepted)
		case len(table) < 2+h.Channels:
			return fmt.Errorf("ogg: OpusHead ends within its channel mapping of %d channels", h.Channels)
		case h.Channels == 1 && string(table[:3]) == "\x01\x00\x00", h.Channels == 2 && string(table[:4]) == "\x01\x01\x00\x01":
			return nil
		}
		return fmt.Errorf("ogg: channel mapping family 1 with %d channels in %d streams (%d coupled) is not supported; "+accepted, h.Channels, table[0], table[1])
	}
	what := ""
	switch h.Family {
	case 2, 3: // RFC 8486
		what = " (ambisonics)"
	case 255:
		what = " (channels without a meaning)"
	}
	return fmt.Errorf("ogg: channel mapping family %d%s with %d channels is not supported; "+accepted, h.Family, what, h.Channels)
}
