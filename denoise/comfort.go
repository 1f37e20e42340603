package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/spectral"
)

// comfortNoise fills the output up to a steady level with noise of random
// phase, shaped like the background: what RFC 3389 does on the receiving side,
// done before the encoder.
type comfortNoise struct {
	stft   *spectral.STFT
	re, im []float32 // shared, with channel 0: its spectrum has been used by now
	out    []float32 // the last hop; shared
	shape  []float32 // |X|² of the noise to reach
	total  float32   // sum of shape over the bins
	state  uint32    // xorshift32
}

// comfortFirst is the lowest bin that is filled: an offset of the input is not
// part of the background.
const comfortFirst = 2

// comfortPhases is a table of unit vectors; 256 directions are random enough.
var comfortPhases = func() (t [256][2]float32) {
	for i := range t {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i) + .5) / 256)
		t[i] = [2]float32{float32(cos), float32(sin)}
	}
	return t
}()

func newComfortNoise(w *workspace, b *block) *comfortNoise {
	c := &comfortNoise{
		stft: w.stft.Share(b.take(w.stft.StateLen())),
		re:   w.channels[0].re, im: w.channels[0].im,
		out:   w.wet,
		shape: b.take(w.bins),
		total: float32(powerOfLevel(math.Pow(10, w.cfg.ComfortNoiseDB/10), 2*w.hop)),
	}
	c.reset()
	return c
}

// powerOfLevel returns the sum of |X|² over the bins of a frame of size samples
// under a sine window, for sound of the given mean square (Parseval; the
// window's mean square is ½).
func powerOfLevel(meanSquare float64, size int) float64 {
	return meanSquare * float64(size) * float64(size) / 4
}

// levelOfPower is the inverse of powerOfLevel.
func levelOfPower(power float64, size int) float64 {
	return power * 4 / (float64(size) * float64(size))
}

// update makes the next hop: noise of the shape of noisePSD wherever gain²·power
// (what is left of the signal, times through for the gate) lies below it.
func (c *comfortNoise) update(noisePSD, gain, power []float32, through float32) {
	if noisePSD != nil {
		scale := c.total / max(simd.Sum(noisePSD[comfortFirst:]), powerFloor)
		for k := comfortFirst; k < len(c.shape); k++ {
			// The shape follows the background within a second.
			c.shape[k] += 0.02 * (scale*noisePSD[k] - c.shape[k])
		}
	}
	for k, want := range c.shape {
		g := gain[k] * through
		// Frames of independent phase overlap by power, not by amplitude:
		// twice the power gives the level.
		amplitude := float32(math.Sqrt(float64(2 * max(want-g*g*power[k], 0))))
		c.state ^= c.state << 13
		c.state ^= c.state >> 17
		c.state ^= c.state << 5
		phase := &comfortPhases[c.state>>24]
		c.re[k], c.im[k] = amplitude*phase[0], amplitude*phase[1]
	}
	c.stft.Synthesize(c.out, c.re, c.im)
}

// add adds the noise to a hop of output, faded from one share to the other.
func (c *comfortNoise) add(x []float32, from, to float32) {
	step := (to - from) / float32(len(x))
	out := c.out[:len(x)]
	for i := range x {
		x[i] += (from + step*float32(i+1)) * out[i]
	}
}

func (c *comfortNoise) reset() {
	// Until a background is known: pink from 100 Hz, at the same level.
	var all float32
	for k := comfortFirst; k < len(c.shape); k++ {
		c.shape[k] = 1 / float32(k)
		all += c.shape[k]
	}
	for k := range c.shape {
		c.shape[k] *= c.total / all
	}
	c.stft.Reset()
	c.state = 2463534242
}
