package main

import (
	"github.com/quietline/quietline/internal/voicenet"
	"github.com/quietline/quietline/spectral"
)

// Constants of package denoise, which does not export them. The test of this
// package fails when the two drift apart.
const (
	powerFloor   = 1e-12 // added to every bin
	silenceLevel = 1e-9  // mean square of a hop that nothing is learned from
)

// chain turns a stream into features as package denoise does.
type chain struct {
	stft          *spectral.STFT
	layout        voicenet.Layout
	extractor     voicenet.Extractor
	re, im, power []float32
	loud, started bool // the hop before held sound; so did one and the one before it
}

// newChain makes a chain that takes hops of hop samples.
func newChain(sampleRate, hop int) (*chain, error) {
	bins := hop + 1
	stft, err := spectral.NewSTFT(spectral.SqrtHann(2*hop), hop)
	if err != nil {
		return nil, err
	}
	return &chain{
		stft:   stft,
		layout: voicenet.NewLayout(bins, float64(sampleRate)/float64(2*hop)),
		re:     make([]float32, bins),
		im:     make([]float32, bins),
		power:  make([]float32, bins),
	}, nil
}

// update takes the next hop, writes the features of the frame that ends with it
// and reports whether there are any: package denoise does not judge silent hops,
// nor frames before the first that holds no silent hop.
func (c *chain) update(x *[voicenet.Features]float32, hop []float32) bool {
	c.stft.Analyze(c.re, c.im, hop)
	whole, silent := c.loud, meanSquare(hop) < silenceLevel
	c.loud = !silent
	if silent {
		return false
	}
	c.started = c.started || whole
	if !c.started {
		return false
	}
	spectral.Power(c.power, c.re, c.im)
	for k := range c.power {
		c.power[k] += powerFloor
	}
	c.extractor.Update(x, &c.layout, c.power)
	return true
}

func meanSquare(x []float32) float32 {
	var sum float32
	for _, v := range x {
		sum += v * v
	}
	return sum / float32(len(x))
}
