package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/spectral"
)

// pauseDampDB is the additional attenuation of frames without speech.
const pauseDampDB = 6

const (
	// The gain of a bin is the geometric mean of its own and its
	// neighbourhood's: single bins that stand out are what is heard as
	// musical noise. In pauses nothing can be lost, and the neighbourhood
	// decides alone.
	gainOwnSpeech         = 0.5
	gainOwnPause          = 0.0
	gainFrequencyFraction = 0.12
	// Gains rise at once and fall within some 20 ms.
	gainRise = 0.07
	gainFall = 0.56
	// startGain is where gains stand before the first frame: low, so that a
	// call does not begin with a burst of noise; speech opens it in one hop.
	startGain = 0.1
)

// smoothing takes the roughness out of the gains, over frequency in the
// logarithmic domain and over time in the linear one, and damps pauses.
type smoothing struct {
	linear   []float32 // G smoothed, before damping: the recursion's state
	factor   float32   // what damping multiplies it by
	highPass bool      // and whether the lowest bins go
	near     []float32 // ln G over three bins; shared
	mean     []float32 // and over the neighbourhood; shared
	narrow   *spectral.Kernel
	box      *spectral.Box
}

func newSmoothing(w *engineWork, b *block) smoothing {
	s := smoothing{linear: b.take(w.bins), near: w.near, mean: w.smooth, narrow: w.narrow, box: w.box}
	s.reset()
	return s
}

// update takes ln G of a frame that holds speech with probability prob.
func (s *smoothing) update(lnGain []float32, prob float32) {
	s.narrow.Apply(s.near, lnGain)
	s.box.Apply(s.mean, s.near)
	own := gainOwnPause + (gainOwnSpeech-gainOwnPause)*voiced(prob)
	n := len(lnGain)
	mean, linear := s.mean[:n], s.linear[:n]
	rest := 1 - own
	for k, l := range lnGain {
		linear[k] = follow(linear[k], fastmath.ExpNeg(-own*l-rest*mean[k]))
	}
}

// follow moves a gain towards g, at once upwards and slowly downwards. The sign
// of the difference picks the rate without a branch, which noise would make
// unpredictable.
func follow(gain, g float32) float32 {
	d := g - gain
	rate := riseBits
	if int32(math.Float32bits(d)) <= 0 {
		rate = fallBits
	}
	return gain + math.Float32frombits(rate)*d
}

var (
	riseBits = math.Float32bits(1 - gainRise)
	fallBits = math.Float32bits(1 - gainFall)
)

// damp makes G of the smoothed gains of a frame that holds speech with
// probability prob: pauses are damped, and all is multiplied by factor.
func (s *smoothing) damp(prob, factor float32) {
	factor *= fastmath.Exp(dbToLn(-pauseDampDB * (1 - voiced(prob))))
	s.factor, s.highPass = factor, true
}

// write writes G.
func (s *smoothing) write(out []float32) {
	out = out[:len(s.linear)]
	factor := s.factor
	for k, g := range s.linear {
		out[k] = g * factor
	}
	if s.highPass {
		// Below 75 Hz there is no voice: rumble and offsets go.
		out[0] = 0
		out[1] *= 0.5
	}
}

// updateGentle smooths over time alone and keeps the lowest bins: for music.
func (s *smoothing) updateGentle(lnGain []float32) {
	n := len(lnGain)
	linear := s.linear[:n]
	for k, l := range lnGain {
		linear[k] = follow(linear[k], fastmath.ExpNeg(-l))
	}
	s.factor, s.highPass = 1, false
}

func (s *smoothing) reset() {
	for k := range s.linear {
		s.linear[k] = startGain
	}
	s.factor, s.highPass = 1, false
}
