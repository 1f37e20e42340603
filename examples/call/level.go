package main

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/quietline/quietline/opusio"
)

// levelURI names the header extension of RFC 6464, section 4.
const levelURI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

// levelID returns the number that was negotiated for the extension, 0 for none.
func levelID(ext []webrtc.RTPHeaderExtensionParameter) uint8 {
	for _, e := range ext {
		if e.URI == levelURI && e.ID > 0 && e.ID < 15 { // 15 and up need the two-byte form
			return uint8(e.ID)
		}
	}
	return 0
}

// readLevel returns the level that a packet carries; a packet without one is
// taken for silence.
func readLevel(h *rtp.Header, id uint8) opusio.AudioLevel {
	if id != 0 {
		if a, err := opusio.ParseAudioLevel(h.GetExtension(id)); err == nil {
			return a
		}
	}
	return opusio.MutedLevel
}

// ring holds the level of a voice as of its last packet, for the ring around a
// name. Any goroutine.
type ring struct {
	level atomic.Uint32 // the byte of RFC 6464
	at    atomic.Int64  // Unix milliseconds
}

// ringStale is how long after its last packet a voice counts as silent.
const ringStale = 300 * time.Millisecond

func (r *ring) set(a opusio.AudioLevel, now time.Time) {
	r.level.Store(uint32(a.Byte()))
	r.at.Store(now.UnixMilli())
}

func (r *ring) get(now time.Time) opusio.AudioLevel {
	if now.UnixMilli()-r.at.Load() > ringStale.Milliseconds() {
		return opusio.MutedLevel
	}
	b := uint8(r.level.Load())
	return opusio.AudioLevel{Level: b & 0x7f, Voice: b&0x80 != 0}
}
