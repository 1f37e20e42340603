package denoise

import "math"

// gate closes the output when nobody talks. Its delay line lets the decision
// look ahead of the sound: the gate is open pre-roll hops before the word that
// opened it.
type gate struct {
	hop, hops int         // samples of a hop, hops of pre-roll
	line      [][]float32 // per channel: hops hops, a ring
	at        int         // the ring's oldest hop
	closed    float32     // gain when closed
	left      int         // hops of sound still to let through after the voice ended
	from, to  float32     // gain over the hop that goes out
}

// gateClosing is the factor by which the gate closes each hop: 40 dB in a tenth
// of a second, so that a word's end does not fall off a cliff.
const gateClosing = 0.63

func newGate(c GateConfig, channels, hop int, hopSeconds float64, b *block) *gate {
	g := &gate{hop: hop, hops: gateHops(c, hopSeconds), closed: float32(math.Pow(10, -c.DepthDB/20))}
	for range channels {
		g.line = append(g.line, b.take(g.hops*hop))
	}
	g.reset()
	return g
}

// gateHops returns the pre-roll in hops.
func gateHops(c GateConfig, hopSeconds float64) int {
	if c.PreRoll <= 0 {
		return 0
	}
	return int(math.Ceil(c.PreRoll.Seconds()/hopSeconds - 1e-9))
}

// delay returns the pre-roll in samples.
func (g *gate) delay() int { return g.hops * g.hop }

// aim opens the gate within a hop or lets it close further. It stays open for
// the sound that was in the delay line when the voice ended.
func (g *gate) aim(open bool) {
	g.from = g.to
	switch {
	case open:
		g.to, g.left = 1, g.hops
	case g.left > 0:
		g.left--
	default:
		g.to = max(g.to*gateClosing, g.closed)
	}
}

// apply delays a hop of a channel by the pre-roll, in place, and applies the
// gain.
func (g *gate) apply(channel int, x []float32) {
	if g.hops > 0 {
		old := g.line[channel][g.at*g.hop:][:len(x)]
		for i := range x {
			x[i], old[i] = old[i], x[i]
		}
	}
	step := (g.to - g.from) / float32(len(x))
	for i := range x {
		x[i] *= g.from + step*float32(i+1)
	}
}

// next ends the hop.
func (g *gate) next() {
	if g.hops > 0 {
		g.at = (g.at + 1) % g.hops
	}
}

func (g *gate) reset() {
	for _, l := range g.line {
		clear(l)
	}
	g.at, g.left, g.from, g.to = 0, 0, g.closed, g.closed
}
