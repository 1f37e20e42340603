package denoise

import (
	"math"

	"github.com/quietline/quietline/spectral"
)

// Over-subtraction (Berouti et al. 1979): the noise is taken a little higher
// than it is estimated, and higher still in frames without speech.
const (
	overSubtraction      = 1.2
	overSubtractionPause = 0.1
)

// noiseStage holds the noise PSD λd of the stream: from a tracker, or a fixed
// profile.
type noiseStage struct {
	psd     []float32 // λd: the tracker's, or the profile
	over    []float32 // λd with over-subtraction; shared
	bias    []float32 // true noise over λd in steady noise, per bin; a table
	tracker tracker
	profile []float32 // a noise known beforehand, as the tracker would see it; not written
	known   bool      // profile is set
	fixed   bool      // it is the noise, and not only where tracking starts
	started bool      // psd holds an estimate
}

// tracker is a noise estimator that can start from a known PSD.
type tracker interface {
	spectral.NoiseEstimator
	SetPSD(psd []float32)
}

func newNoiseStage(w *engineWork, b *block) noiseStage {
	s := noiseStage{over: w.over, bias: w.bias, tracker: w.newTracker(b)}
	s.psd = s.tracker.PSD()
	return s
}

// update follows the noise and reports whether there is an estimate.
func (s *noiseStage) update(power []float32, learn bool) bool {
	if s.fixed || !learn {
		return s.started
	}
	s.tracker.Update(power)
	s.psd = s.tracker.PSD()
	s.started = true
	return true
}

// overSubtracted returns λd raised by the over-subtraction for a frame that
// holds speech with probability prob.
func (s *noiseStage) overSubtracted(prob float32) []float32 {
	factor := overSubtraction + overSubtractionPause*(1-voiced(prob))
	over := s.over[:len(s.psd)]
	for k, n := range s.psd {
		over[k] = factor * n
	}
	return over
}

// level returns the sum of the noise power over the bins, without the bias.
func (s *noiseStage) level() float32 {
	if !s.started {
		return 0
	}
	bias := s.bias[:len(s.psd)]
	var level float32
	for k, n := range s.psd {
		level += bias[k] * n
	}
	return level
}

// unbiased writes the noise without the bias of the tracker to dst.
func (s *noiseStage) unbiased(dst []float32) {
	for k, n := range s.psd {
		dst[k] = s.bias[k] * n
	}
}

// mmseBias returns how far the MMSE tracker stays below steady noise in bin k.
// With its high prior of speech it takes the larger half of what a bin does for
// speech; smoothing over ±h bins before the decision evens that out. Measured on
// white noise, h = 0 to 9, and met within 0.1 dB.
func mmseBias(k int) float32 {
	h := k / 100 // the box of MMSEOptions.SmoothFraction, 0.01
	return float32(math.Pow(10, (0.55+2.42/float64(2*h+1))/10))
}

// set makes psd the noise, for good or as a start to track from. It has the
// tracker's bias (trackerView), which the stages after this one are tuned to, and
// must not change. It is kept over resets.
func (s *noiseStage) set(psd []float32, fixed bool) {
	s.profile, s.known, s.fixed = psd, true, fixed
	s.reset()
}

// inherit starts from another stage's estimate, unless this one has a profile.
func (s *noiseStage) inherit(psd []float32) {
	if !s.fixed {
		s.tracker.SetPSD(psd)
		s.psd, s.started = s.tracker.PSD(), true
	}
}

func (s *noiseStage) reset() {
	s.tracker.Reset()
	s.psd, s.started = s.tracker.PSD(), s.known
	switch {
	case s.fixed:
		s.psd = s.profile
	case s.known:
		s.tracker.SetPSD(s.profile)
	}
}
