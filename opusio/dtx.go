package opusio

import "time"

// loudness is what a packet holds.
type loudness uint8

const (
	quiet loudness = iota // the background, or mute
	loud                  // more than that, but nobody talks as far as is known
	voice                 // somebody talks
)

// silenceGate decides which packets need not be sent. The codec's own DTX
// (RFC 6716, section 2.1.9) listens to levels; this one to the denoiser, which
// knows speech from noise.
type silenceGate struct {
	after, refresh time.Duration
	quiet          time.Duration // without voice
	since          time.Duration // without a packet that was sent
}

// next takes the length of a packet and what it holds, and returns what becomes
// of it.
func (g *silenceGate) next(d time.Duration, l loudness) Delivery {
	switch l {
	case voice:
		g.quiet, g.since = 0, 0
		return Send
	case loud:
		g.since = 0
		return Send
	}
	if g.quiet < g.after {
		g.quiet += d
		return Send
	}
	g.since += d
	if g.refresh > 0 && g.since >= g.refresh {
		g.since = 0
		return Refresh
	}
	return Skip
}

func (g *silenceGate) reset() { g.quiet, g.since = 0, 0 }
