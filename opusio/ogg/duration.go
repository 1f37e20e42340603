package ogg

import (
	"errors"
	"fmt"
)

const (
	// SampleRate is the rate at which everything here counts samples, that of
	// granule positions (RFC 7845 §4), whatever rate was encoded.
	SampleRate = 48000

	// MaxPacketSamples is the duration of the longest packet, 120 ms (RFC 6716
	// §3.4, requirement R5).
	MaxPacketSamples = 5760

	// MaxPacketBytes bounds the size of one packet. The largest without padding
	// has 61,296 bytes: 48 frames of 1,275 with their lengths. Padding may add
	// to that without end, but RFC 7845 §6 asks readers to take packets of more
	// than 61,440 bytes as malformed.
	MaxPacketBytes = 61440

	unitSamples = SampleRate / 400 // 2.5 ms: all durations are multiples of it
)

// PacketDuration returns the number of samples per channel, at 48 kHz, that an
// Opus packet decodes to: 120 (2.5 ms) to 5760 (120 ms). It looks at the first
// byte and, where that says so, at the number of frames in the second (RFC 6716
// §3.1 and §3.2.5), and not at the frames themselves. It fails for an empty
// packet, one whose number of frames is missing or 0, and one longer than 120
// ms.
func PacketDuration(packet []byte) (int, error) {
	if len(packet) == 0 {
		return 0, errors.New("ogg: an Opus packet of 0 bytes; it has at least one")
	}
	toc := packet[0]
	frames := 2 // codes 1 and 2: two frames
	switch toc & 3 {
	case 0:
		frames = 1
	case 3:
		if len(packet) < 2 {
			return 0, errors.New("ogg: an Opus packet of 1 byte that says that the number of its frames follows")
		}
		frames = int(packet[1] & 63)
	}
	n := frames * frameSamples(toc)
	if n == 0 || n > MaxPacketSamples {
		return 0, fmt.Errorf("ogg: an Opus packet of %d frames of %g ms; 2.5 to 120 ms in all are accepted", frames, float64(frameSamples(toc))/48)
	}
	return n, nil
}

// frameSamples returns the duration of each frame of a packet (RFC 6716 table
// 2): configurations 0–11 are SILK with 10, 20, 40 or 60 ms, 12–15 hybrid with
// 10 or 20 ms, 16–31 CELT with 2.5, 5, 10 or 20 ms.
func frameSamples(toc byte) int {
	config := toc >> 3
	switch {
	case config >= 16:
		return unitSamples << (config & 3)
	case config >= 12:
		return 480 << (config & 1)
	case config&3 == 3:
		return 2880
	}
	return 480 << (config & 3)
}

// shortened returns toc if its frames are no longer than samples, a multiple of
// 120, and otherwise that of the longest frames that are: of the same mode if
// there are any, and else CELT of the same bandwidth (RFC 7845 §4.1), wideband
// for mediumband, which CELT does not have. The channels stay.
func shortened(toc byte, samples int64) byte {
	for int64(frameSamples(toc)) > samples {
		config := toc >> 3
		switch {
		case config >= 16 || config >= 12 && config&1 == 1 || config < 12 && config&3 > 0:
			config-- // the next shorter of the same kind
		default:
			config = celtOf[config] + 3
		}
		toc = config<<3 | toc&7
	}
	return toc
}

// celtOf has the first CELT configuration with the bandwidth of each SILK and
// hybrid configuration.
var celtOf = [16]byte{16, 16, 16, 16, 20, 20, 20, 20, 20, 20, 20, 20, 24, 24, 28, 28}
