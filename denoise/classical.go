package denoise

import (
	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/spectral"
)

// classical is the statistical engine: speech presence, noise, signal-to-noise
// ratios, gain and smoothing, in that order. doc.go has the equations' names
// and sources; every stage is a file of its own.
type classical struct {
	points   *spectral.Groups
	noise    noiseStage
	snr      *spectral.DecisionDirected
	click    transient
	presence presence
	rule     gainRule
	smooth   smoothing
	makeup   makeup
	music    *musicNoise // nil unless in music mode

	waiting *neuralEngine // in music mode, the engine that goes on after it, if there is one

	power  []float32 // a noise on points; shared
	lnGain []float32 // ln G of the rule, before smoothing; shared
	binned []float32 // λd of the bins; shared
}

// newClassical returns an engine with its state in b. It writes nothing in w.
func newClassical(w *engineWork, music bool, b *block) *classical {
	e := &classical{
		points:   w.points,
		noise:    newNoiseStage(w, b),
		snr:      w.snr.Share(b.take(w.snr.StateLen())),
		click:    newTransient(w.points, w.binHz),
		presence: newPresence(w),
		rule:     gainRule{kind: w.rule, square: w.square, work: w.work},
		smooth:   newSmoothing(w, b),
		power:    w.power,
		lnGain:   w.lnGain,
		binned:   w.binned,
	}
	e.makeup.reset()
	if music {
		e.music = newMusicNoise(w, b)
	}
	return e
}

func (e *classical) update(f *frame) {
	if !f.learn && !e.noise.started {
		return // nothing is known of the noise yet: the gains stay as they are
	}
	e.presence.update(f.power)
	power := f.points
	e.noise.update(power, e.presence.curve, f.learn)
	if e.music != nil {
		e.updateMusic(power)
		return
	}
	e.snr.UpdateOver(power, e.noise.psd, e.noise.over(e.presence.prob))
	prior, post := e.snr.Prior(), e.snr.Post()
	e.click.update(post, e.presence.prob)
	e.rule.update(e.lnGain, prior, post, &e.presence)
	e.snr.FeedbackSquare(e.rule.square, power)
	e.smooth.update(e.lnGain, e.presence.prob)
	e.makeup.update(e.smooth.linear, power, e.noise.psd, e.presence.prob, f.learn)
	e.smooth.damp(&e.presence.bands, e.click.gain()*e.makeup.factor)
}

// onPoints returns a power per bin on the points, valid until the next call.
func (e *classical) onPoints(power []float32) []float32 {
	if e.points.Len() == e.points.Bins() {
		return power
	}
	e.points.Sum(e.power, power)
	return e.power
}

// updateMusic is the chain without what is made for speech: the slow noise of
// music.go, no over-subtraction, no presence weighting, no damping of pauses.
func (e *classical) updateMusic(power []float32) {
	e.noise.unbiased(e.lnGain) // λd, on loan: the gain is written last
	e.music.update(e.lnGain)
	e.snr.Update(power, e.music.psd)
	e.rule.updateWiener(e.lnGain, e.snr.Prior())
	e.snr.FeedbackSquare(e.rule.square, power)
	e.smooth.updateGentle(e.lnGain)
}

func (e *classical) gain(dst []float32)  { e.smooth.write(dst) }
func (e *classical) speechProb() float32 { return e.presence.prob }

func (e *classical) noisePSD() []float32 {
	if !e.noise.started {
		return nil
	}
	e.points.SpreadSum(e.binned, e.pointNoise())
	return e.binned
}

// pointNoise returns λd of the points.
func (e *classical) pointNoise() []float32 {
	if e.music != nil && e.music.hops > 0 {
		return e.music.psd
	}
	return e.noise.psd
}

func (e *classical) noiseLevel() float32 {
	if e.music != nil && e.music.hops > 0 {
		return simd.Sum(e.music.psd)
	}
	return e.noise.level()
}

func (e *classical) unbiasedNoise(dst []float32) {
	if e.music != nil && e.music.hops > 0 {
		copy(e.lnGain, e.music.psd)
	} else {
		e.noise.unbiased(e.lnGain) // on loan
	}
	e.points.SpreadSum(dst, e.lnGain)
}

// enough is for speech alone: music has no pauses to compare it with.
func (e *classical) enough() float32 {
	if e.music != nil {
		return 0
	}
	return e.makeup.enough(e.noise.level())
}

func (e *classical) silence() { e.presence.decay() }

func (e *classical) setNoise(psd []float32, fixed bool) { e.noise.set(psd, fixed) }

// inherit takes the stages of the old engine whole: nobody uses it any more.
func (e *classical) inherit(old engine, noise bool) {
	o, same := old.(*classical)
	if same {
		e.waiting = o.waiting
	} else {
		e.waiting, _ = old.(*neuralEngine)
	}
	if psd := old.noisePSD(); noise && psd != nil {
		power := e.onPoints(psd)
		if !same { // the tracker has a bias, the other engine's noise has none
			for k, n := range power {
				e.lnGain[k] = n / e.noise.bias[k]
			}
			power = e.lnGain
		}
		e.noise.inherit(power)
	}
	if same {
		e.snr, e.click, e.presence = o.snr, o.click, o.presence
		e.smooth, e.makeup = o.smooth, o.makeup
	}
}

func (e *classical) resetTransient() {
	if e.waiting != nil {
		e.waiting.resetTransient()
	}
	e.snr.Reset()
	e.click.reset()
	e.makeup.reset()
	e.presence.reset()
	e.smooth.reset()
}

func (e *classical) reset() {
	e.resetTransient()
	e.noise.reset()
	if e.waiting != nil {
		e.waiting.reset()
	}
	if e.music != nil {
		e.music.reset()
	}
}
