package main

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/spectral"
)

// Constants of package denoise, which does not export them. The test of this
// package fails when the two drift apart.
const (
	overSubtraction = 1.25  // denoise: 1.2 in speech, 1.3 in pauses
	powerFloor      = 1e-12 // keeps ratios finite
	silenceLevel    = 1e-9  // mean square of a hop that nothing is learned from
)

// chain computes the features of one stream as package denoise does before it
// knows about speech: STFT, MMSE noise, over-subtraction, decision-directed SNR
// with the log-MMSE gain fed back, ξ smoothed over three bins.
type chain struct {
	stft   *spectral.STFT
	noise  *spectral.MMSE
	snr    *spectral.DecisionDirected
	narrow *spectral.Kernel

	re, im, power, over, gain, xs []float32

	factor         float32 // over-subtraction
	low, mid, flat [2]int  // bins, from first to before the last
	loud, started  bool    // the hop before held sound; the noise is known
	out            features
}

// features are those of presenceFeatures in package denoise, smoothed.
type features struct{ low, mid, flat float32 }

// newChain makes a chain that takes hops of hop samples.
func newChain(sampleRate, hop int) (*chain, error) {
	bins := hop + 1
	at := func(hz float64) int { // the bin at hz, at most the last but one
		return min(int(math.Round(hz*float64(2*hop)/float64(sampleRate))), bins-2)
	}
	c := &chain{
		factor: overSubtraction,
		low:    [2]int{at(100), at(650) + 1},
		mid:    [2]int{at(700), at(1150) + 1},
		flat:   [2]int{at(200), at(4950) + 1},
	}
	for _, s := range []*[]float32{&c.re, &c.im, &c.power, &c.over, &c.gain, &c.xs} {
		*s = make([]float32, bins)
	}
	var err error
	if c.stft, err = spectral.NewSTFT(spectral.SqrtHann(2*hop), hop); err != nil {
		return nil, err
	}
	if c.noise, err = spectral.NewMMSE(bins, spectral.MMSEOptions{}); err != nil {
		return nil, err
	}
	if c.snr, err = spectral.NewDecisionDirected(bins, spectral.DecisionDirectedOptions{}); err != nil {
		return nil, err
	}
	c.narrow, err = spectral.NewKernel(bins, spectral.Tri3())
	return c, err
}

// update takes the next hop and returns the features of the frame that ends
// with it, and whether there are any: package denoise does not judge silent
// hops, nor frames before it knows the noise. It does not learn noise from
// frames that begin with a silent hop either.
func (c *chain) update(hop []float32) (f features, ok bool) {
	c.stft.Analyze(c.re, c.im, hop)
	whole, silent := c.loud, meanSquare(hop) < silenceLevel
	c.loud = !silent
	if silent {
		return features{}, false
	}
	spectral.Power(c.power, c.re, c.im)
	for k := range c.power {
		c.power[k] += powerFloor
	}
	if whole {
		c.noise.Update(c.power)
		c.started = true
	}
	if !c.started {
		return features{}, false
	}
	for k, n := range c.noise.PSD() {
		c.over[k] = c.factor * n
	}
	c.snr.Update(c.power, c.over)
	prior, post := c.snr.Prior(), c.snr.Post()
	for k := range c.gain { // Ephraim & Malah 1985, eq. 20
		gamma := max(post[k], 1e-6)
		square := min(fastmath.LSAEnergy(prior[k], gamma)/gamma, 1)
		c.gain[k] = float32(math.Sqrt(float64(square)))
	}
	c.snr.Feedback(c.gain, c.power)

	c.narrow.Apply(c.xs, prior)
	c.out.low += 0.15 * (meanLog1p(c.xs[c.low[0]:c.low[1]]) - c.out.low)
	c.out.mid += 0.15 * (meanLog1p(c.xs[c.mid[0]:c.mid[1]]) - c.out.mid)
	c.out.flat += 0.4 * (flatness(post[c.flat[0]:c.flat[1]]) - c.out.flat)
	return c.out, true
}

func meanSquare(x []float32) float32 {
	var sum float32
	for _, v := range x {
		sum += v * v
	}
	return sum / float32(len(x))
}

// meanLog1p returns the mean of ln(1+x).
func meanLog1p(x []float32) float32 {
	var sum float32
	for _, v := range x {
		sum += fastmath.Log(1 + v)
	}
	return sum / float32(len(x))
}

// flatness returns ln of geometric over arithmetic mean of x+0.1.
func flatness(x []float32) float32 {
	var sum, logs float32
	for _, v := range x {
		sum += v
		logs += fastmath.Log(v + 0.1)
	}
	n := float32(len(x))
	return logs/n - fastmath.Log(sum/n+0.1)
}
