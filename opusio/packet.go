package opusio

import (
	"errors"
	"time"
)

// ErrPacket is returned for bytes that are no Opus packet by the framing rules
// of RFC 6716, section 3.
var ErrPacket = errors.New("opusio: not an Opus packet")

// maxPacketSamples48 is 120 ms, the longest packet (RFC 6716, section 3.2.5), at
// 48 kHz.
const maxPacketSamples48 = 5760

// frameSamples48 returns the length of each frame of a packet in samples at
// 48 kHz, from the configuration in its table-of-contents byte (RFC 6716,
// section 3.1, table 2).
func frameSamples48(toc byte) int {
	config := toc >> 3
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [...]int{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return 480 << (config & 1)
	default: // CELT: 2.5, 5, 10, 20 ms
		return 120 << (config & 3)
	}
}

// FrameCount returns how many frames a packet holds, 1 to 48 (RFC 6716, section
// 3.2).
func FrameCount(packet []byte) (int, error) {
	if len(packet) == 0 {
		return 0, ErrPacket
	}
	switch packet[0] & 3 {
	case 0:
		return 1, nil
	case 1, 2:
		return 2, nil
	}
	if len(packet) < 2 {
		return 0, ErrPacket
	}
	n := int(packet[1] & 63)
	if n == 0 || n*frameSamples48(packet[0]) > maxPacketSamples48 {
		return 0, ErrPacket
	}
	return n, nil
}

// PacketSamples48 returns how long the sound of a packet is in samples at
// 48 kHz, 120 to 5760: the step of the RTP timestamp, and of the granule
// position of Ogg Opus.
func PacketSamples48(packet []byte) (int, error) {
	n, err := FrameCount(packet)
	if err != nil {
		return 0, err
	}
	return n * frameSamples48(packet[0]), nil
}

// PacketDuration returns how long the sound of a packet is.
func PacketDuration(packet []byte) (time.Duration, error) {
	n, err := PacketSamples48(packet)
	return time.Duration(n) * time.Second / 48000, err
}

// IsDTX reports whether an encoder's packet need not be sent, since it holds
// no sound: 1 or 2 bytes.
func IsDTX(packet []byte) bool { return len(packet) <= 2 }

// appendSilent appends a packet without sound of the same length as another,
// what libopus sends for DTX: its table of contents and frames of no bytes.
func appendSilent(dst, like []byte) []byte {
	if like[0]&3 < 2 {
		return append(dst, like[0])
	}
	if like[0]&3 == 2 { // two frames of different size become two of the same
		return append(dst, like[0]&^3|1)
	}
	return append(dst, like[0], like[1]&63) // neither padding nor VBR
}

// validFrame48 reports whether an encoder takes frames of so many samples at
// 48 kHz: 2.5, 5, 10, 20, 40, 60, 80, 100 or 120 ms.
func validFrame48(n int) bool {
	switch n {
	case 120, 240, 480, 960, 1920, 2880, 3840, 4800, 5760:
		return true
	}
	return false
}
