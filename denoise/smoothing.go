package denoise

import (
	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/spectral"
)

const (
	// pauseDampDB is the additional attenuation of bands without speech.
	pauseDampDB = 9
	// pauseDampNone is the presence from which there is none.
	pauseDampNone = 0.3
)

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
	// mostLnGain is more than the magnitude of ln G of any rule with a floor.
	mostLnGain = 4
)

// smoothing takes the roughness out of the gains, over frequency in the
// logarithmic domain and over time in the linear one, and damps pauses.
type smoothing struct {
	linear   []float32  // G smoothed, before damping: the recursion's state
	factors  bandValues // what damping multiplies it by, in each band
	highPass bool       // and whether the lowest bins go
	middles  *simd.Polyline
	near     []float32 // ln G over three bins; shared
	mean     []float32 // and over the neighbourhood; shared
	narrow   *spectral.Kernel
	box      *spectral.Box
}

func newSmoothing(w *engineWork, b *block) smoothing {
	s := smoothing{linear: b.take(w.points.Len()), middles: w.middles, near: w.work, mean: w.square, narrow: w.narrow, box: w.box}
	s.reset()
	return s
}

// update takes ln G of a frame that holds speech with probability prob.
func (s *smoothing) update(lnGain []float32, prob float32) {
	s.narrow.Apply(s.near, lnGain)
	s.box.Apply(s.mean, s.near)
	own := gainOwnPause + (gainOwnSpeech-gainOwnPause)*voiced(prob)
	// G follows exp(own·ln G + (1−own)·mean).
	simd.Follow(s.linear, lnGain, s.mean, own, 1-own, 1-gainRise, 1-gainFall)
}

// What damping leaves of G at the share u of pauseDampNone: −pauseDampDB·(1 − u) dB, a polynomial of u within
// 0.0003 dB of it; exponentials for each band had 3 % of a profile of BenchmarkHop/16kHz/1ch.
const (
	damp0 = 0.35481339
	damp1 = 0.36732939
	damp2 = 0.19372958
	damp3 = 0.05579769
	damp4 = 0.02832994
)

// damp makes G of the smoothed gains: bands without speech are damped, and all is
// multiplied by factor.
func (s *smoothing) damp(bands *bandValues, factor float32) {
	for i, p := range bands {
		u := fastmath.AtMost(p*(1.0/pauseDampNone), 1)
		square := u * u
		s.factors[i] = factor * (damp0 + damp1*u + square*(damp2+damp3*u+damp4*square))
	}
	s.highPass = true
}

// write writes G of the points. The lowest ones are bins.
func (s *smoothing) write(out []float32) {
	s.middles.Mul(out, s.linear, s.factors[:])
	if s.highPass {
		// Below 75 Hz there is no voice: rumble and offsets go.
		out[0] = 0
		out[1] *= 0.5
	}
}

// updateGentle smooths over time alone and keeps the lowest bins: for music.
func (s *smoothing) updateGentle(lnGain []float32) {
	simd.Follow(s.linear, lnGain, lnGain, 1, 0, 1-gainRise, 1-gainFall)
	s.factors, s.highPass = undamped, false
}

func (s *smoothing) reset() {
	for k := range s.linear {
		s.linear[k] = startGain
	}
	s.factors, s.highPass = undamped, false
}

// undamped are the factors that change nothing.
var undamped = bandValues{1, 1, 1, 1, 1, 1}
