package denoise

import (
	"math"
	"unsafe"

	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/spectral"
)

const (
	// Over-subtraction (Berouti et al. 1979): the noise is taken a little
	// higher than it is estimated, and higher still in frames without speech.
	overSubtraction      = 1.15
	overSubtractionPause = 0.1
	// Where the network hears no speech the tracker doubts its own probability
	// of speech by this share, so that it follows babble and machines sooner.
	// No more: a word that the network misses must not become noise.
	noiseDoubt     = 0.15
	noiseDoubtFull = 0.1 // the doubt fades up to this presence
	noiseSudden    = 16  // frames that are so many times the noise are none of it
)

// noiseStage holds the noise PSD λd of the stream: from a tracker, or a fixed
// profile.
type noiseStage struct {
	psd     []float32 // λd: the tracker's, or the profile
	belief  []float32 // 1 − doubt; shared
	bias    []float32 // true noise over λd in steady noise, per point; a table
	tracker tracker
	treble  int       // first point above 3 kHz, or the middle
	profile []float32 // a noise known beforehand, as the tracker would see it; not written
	known   bool      // profile is set
	fixed   bool      // it is the noise, and not only where tracking starts
	started bool      // psd holds an estimate
	sum     float32   // of psd over the points, without the bias; 0 before there is one
}

// tracker is a noise estimator that can start from a known PSD.
type tracker interface {
	spectral.NoiseEstimator
	SetPSD(psd []float32)
}

func newNoiseStage(w *engineWork, b *block) noiseStage {
	s := noiseStage{treble: w.points.Point(min(int(3000/w.binHz), w.bins/2)), belief: w.work, bias: w.bias, tracker: w.newTracker(b)}
	s.psd = s.tracker.PSD()
	return s
}

// update follows the noise, given the presence of speech per point.
func (s *noiseStage) update(power, presence []float32, learn bool) {
	if s.fixed || !learn {
		return
	}
	if guided, ok := s.tracker.(*spectral.MMSE); ok && s.steady(power) {
		simd.Affine(s.belief, presence, 1-noiseDoubt, noiseDoubt/noiseDoubtFull, 1)
		guided.UpdateGuided(power, s.belief)
	} else {
		s.tracker.Update(power)
	}
	s.psd = s.tracker.PSD()
	s.begin()
}

// steady reports whether a frame is no more than noiseSudden times the noise, in
// the treble and below it. What is louder is a crash, a key press or a new noise:
// doubt would put the whole of it into the estimate, and the word after it would
// be taken for noise.
func (s *noiseStage) steady(power []float32) bool {
	if !s.started {
		return true
	}
	bass, treble, noiseBass, noiseTreble := simd.SumsAt(power, s.psd, s.treble)
	return bass <= noiseSudden*noiseBass && treble <= noiseSudden*noiseTreble
}

// ahead asks for what update reads besides psd and its like.
func (s *noiseStage) ahead() {
	if m, ok := s.tracker.(*spectral.MMSE); ok {
		simd.Prefetch(unsafe.Pointer(m), unsafe.Sizeof(*m))
	}
}

// begin notes that psd holds an estimate, and sums it up.
func (s *noiseStage) begin() {
	s.started = true
	s.sum = simd.Dot(s.psd, s.bias)
}

// over returns what λd is multiplied by in a frame that holds speech with
// probability prob: the over-subtraction.
func (s *noiseStage) over(prob float32) float32 {
	return overSubtraction + overSubtractionPause*(1-voiced(prob))
}

// level returns the sum of the noise power over the bins, without the bias.
func (s *noiseStage) level() float32 { return s.sum }

// unbiased writes the noise without the bias of the tracker to dst.
func (s *noiseStage) unbiased(dst []float32) {
	simd.Mul(dst, s.psd, s.bias)
}

// mmseBias returns how far the MMSE tracker stays below steady noise in a point of
// so many bins. With its high prior of speech it takes the larger half of what a bin
// does for speech, doubt or not. Measured on white noise in which the network hears no
// speech (noiseDoubt in full). A group both decides and is learned as a whole: its bias
// is a single bin's times its variance (points.go), met within 0.1 dB.
func mmseBias(width int) float32 {
	m := float64(width)
	return float32(math.Pow(10, 1.95/m*(1+(m-1)/(2*m))/10))
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
		s.psd = s.tracker.PSD()
		s.begin()
	}
}

func (s *noiseStage) reset() {
	s.tracker.Reset()
	s.psd, s.started, s.sum = s.tracker.PSD(), false, 0
	switch {
	case s.fixed:
		s.psd = s.profile
	case s.known:
		s.tracker.SetPSD(s.profile)
	}
	if s.known {
		s.begin()
	}
}
