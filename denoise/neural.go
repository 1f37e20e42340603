package denoise

import (
	"github.com/quietline/quietline/denoise/neural"
	"github.com/quietline/quietline/internal/simd"
)

// When a talker counts as talking, by the network's probability.
const (
	neuralStart    = 0.85
	neuralContinue = 0.7
)

// neuralWork is the part of a workspace that neural engines use, one after the
// other.
type neuralWork struct {
	net     *neural.Work
	bins    int
	re, im  []float32 // of a channel's frame before it is filtered
	removed []float32 // |X − Y|², summed over the channels
}

func newNeuralWork(m *neural.Model, hop int) *neuralWork {
	w := &neuralWork{net: m.NewWork(hop), bins: hop + 1}
	for _, p := range []*[]float32{&w.re, &w.im, &w.removed} {
		*p = make([]float32, w.bins)
	}
	return w
}

// stateLen returns the number of values in a block that an engine takes.
func (w *neuralWork) stateLen() int { return lineLen(w.net.StreamLen()) + lineLen(w.bins) }

// neuralEngine is the network of package neural: it makes filters, not gains, for the
// frame before the newest. What it takes away counts as the noise.
type neuralEngine struct {
	work   *neuralWork
	stream *neural.Stream

	noise    []float32 // mean |X − Y|²
	heard    float32   // pauses that it was learned from, up to removedFirst
	sum      float32   // of noise over the bins
	newest   bool      // the newest frame is one to learn from
	learns   bool      // and so is the one before, which is filtered
	voice    makeup    // level of the voice; its factor is not used
	powerIn  float32   // Σ|X|² and Σ|Y|² of the last frame, over bins and channels
	powerOut float32
	least    float32 // the gain that it was held above
}

const (
	// The mean of what is taken away, per frame: mainly in pauses, where all of
	// it is noise.
	removedPause  = 0.03
	removedSpeech = 0.002
	removedFirst  = 33 // frames of pauses that are a plain mean in the beginning
	removedLeast  = 1e-3

	// Probabilities at which frames count for the level of the voice.
	voiceFrom, voiceWidth = 0.5, 0.3
)

// newNeuralEngine returns an engine with its state in b. It writes nothing in w.
func newNeuralEngine(w *neuralWork, b *block) *neuralEngine {
	e := &neuralEngine{work: w, stream: w.net.NewStream(b.take(w.net.StreamLen())), noise: b.take(w.bins)}
	e.voice.reset()
	return e
}

func (e *neuralEngine) update(f *frame) {
	e.stream.Update(f.channels, f.learn)
	e.learns, e.newest = f.learn && e.newest, f.learn
}

func (e *neuralEngine) silence() {
	e.stream.Hold()
	e.learns, e.newest = false, false
}

// filter makes the clean frames of the engine's channels, whose re and im hold the
// frames before the newest, no bin but the lowest two below least times what it was.
// left, if not nil, gets their mean power.
func (e *neuralEngine) filter(channels []channel, least float32, left []float32) {
	w := e.work
	clear(w.removed)
	clear(left)
	e.powerIn, e.powerOut, e.least = 0, 0, least
	var voice float32
	share := 1 / float32(len(channels))
	for i := range channels {
		c := &channels[i]
		copy(w.re, c.re)
		copy(w.im, c.im)
		e.stream.Filter(c.re, c.im, c.history)
		simd.AddDistance(w.removed, w.re, w.im, c.re, c.im)
		voice += energy(c.re, c.im)
		if c.history.MutedNear() {
			copy(c.re, w.re)
			copy(c.im, w.im)
			e.stream.FilterAudible(c.re, c.im, c.history)
		}
		if !c.history.Muted() {
			// Below 75 Hz there is no voice: rumble and offsets go as far as the
			// network says.
			simd.AtLeastOf(c.re[2:], c.im[2:], w.re[2:], w.im[2:], least)
		}
		e.powerIn += energy(w.re, w.im) + powerFloor
		e.powerOut += energy(c.re, c.im) + powerFloor
		if left != nil {
			addPower(left, c.re, c.im, share)
		}
	}
	// Where sound begins, a frame of nothing gets something of the next one.
	e.powerOut = min(e.powerOut, 2*e.powerIn)
	if e.learns {
		e.learn(share, share*voice)
	}
}

// learn follows the noise, of which the channels have a share each, and the level of
// the voice.
func (e *neuralEngine) learn(share, voice float32) {
	p := e.stream.SpeechProb()
	rate := removedSpeech + removedPause*(1-p)*(1-p)
	if e.heard < removedFirst { // pauses count more from the beginning
		weight := (1-p)*(1-p) + removedLeast
		e.heard += weight
		rate = max(rate, weight/e.heard)
	}
	simd.Mix(e.noise, e.noise, e.work.removed, 1-rate, rate*share)
	e.sum = simd.Sum(e.noise)
	if weight := ramp(p, voiceFrom, voiceWidth); weight > 0 {
		e.voice.learn(voice, voice, weight)
	} else {
		e.voice.speech *= makeupFade
		e.voice.kept *= makeupFade
	}
}

// energy returns Σ|X|².
func energy(re, im []float32) float32 { return simd.Dot(re, re) + simd.Dot(im, im) }

// addPower adds share times |X|² to dst.
func addPower(dst, re, im []float32, share float32) {
	re, im = re[:len(dst)], im[:len(dst)]
	for k := range dst {
		dst[k] += share * (re[k]*re[k] + im[k]*im[k])
	}
}

// gain is 1 everywhere: this engine makes filters.
func (e *neuralEngine) gain(dst []float32) {
	for k := range dst {
		dst[k] = 1
	}
}

func (e *neuralEngine) noisePSD() []float32 {
	if e.heard == 0 {
		return nil
	}
	return e.noise
}

func (e *neuralEngine) noiseLevel() float32         { return e.sum }
func (e *neuralEngine) unbiasedNoise(dst []float32) { copy(dst, e.noise) }
func (e *neuralEngine) enough() float32             { return e.voice.leave(e.sum) }
func (e *neuralEngine) speechProb() float32         { return e.stream.SpeechProb() }

// setNoise has nothing to set: the network knows no noise but what it hears.
func (e *neuralEngine) setNoise([]float32, bool) {}

// inherit goes on where an engine like this stopped, which may have waited while the
// classical one did music; the noise is that of the last one.
func (e *neuralEngine) inherit(old engine, noise bool) {
	switch o := old.(type) {
	case *neuralEngine:
		*e = *o
		return
	case *classical:
		if o.waiting != nil {
			*e = *o.waiting
		}
	}
	if noise && old.noisePSD() != nil {
		old.unbiasedNoise(e.noise)
		e.heard, e.sum = removedFirst, simd.Sum(e.noise)
	}
}

func (e *neuralEngine) resetTransient() {
	e.stream.Reset()
	e.voice.reset()
	e.learns, e.newest, e.powerIn, e.powerOut = false, false, 0, 0
}

func (e *neuralEngine) reset() {
	e.resetTransient()
	clear(e.noise)
	e.heard, e.sum = 0, 0
}
