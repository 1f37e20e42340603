package denoise

import (
	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/spectral"
)

// silenceLevel is the mean square below which a hop counts as digital silence,
// −90 dBFS: a muted or disconnected source, at most dithered. Nothing is
// learned from it.
const silenceLevel = 1e-9

// runHop takes the hop that is full through the whole pipeline:
// analysis, speech presence, noise, signal-to-noise ratio and gain (the
// engine), strength, synthesis, mixing, gate; then statistics.
func (d *Denoiser) runHop() {
	d.takeEngines()
	kind := d.framing.kind
	d.strength.aim(d.control.limitDB())
	after := kind // of the hop after the one that goes out
	if d.work.late() {
		after = d.last
	}
	d.mixer.aim(d.control.target(), after)
	if d.mixer.needsDry() {
		d.keepDry()
	}

	d.work.ahead.bring()
	silent := d.analyze()
	if d.work.late() {
		d.delay(kind)
	}
	d.work.ahead.bring()
	d.updateEngines(silent, kind)
	d.work.ahead.bring()
	prob := d.presence(silent)
	voice := d.vad.update(prob)

	active := d.mixer.active()
	filtered := d.filters()
	if !active {
		clear(d.work.wet) // counts for nothing, but the sign of a zero
	} else if !filtered {
		d.linkGains()
	}
	d.work.ahead.bring()
	for i := range d.channels {
		c := &d.channels[i]
		if active {
			switch {
			case filtered:
			case d.muted(i, kind):
				// Gains smear a frame over its whole length: one that holds
				// observed sound adds nothing at all. The windows of the
				// frames beside it fade out and in.
				clear(c.re)
				clear(c.im)
			default:
				d.work.engine.points.Gain(c.re, c.im, d.analyses[d.analysisOf(i)].gain)
			}
			if d.mixer.clean() {
				c.stft.Synthesize(d.framing.out[i], c.re, c.im) // nothing to mix
				continue
			}
			c.stft.Synthesize(c.wet, c.re, c.im)
		}
		d.mixer.mix(d.framing.out[i], c.dry, c.wet)
	}
	if d.gate != nil {
		d.gate.aim(voice || d.mixer.target != mixClean)
		for i := range d.channels {
			d.gate.apply(i, d.framing.out[i])
		}
		d.gate.next()
	}
	if d.comfort != nil {
		d.addComfort()
	}
	d.work.ahead.bring()
	d.count(prob, silent, voice, kind)
	d.last = kind
	d.mixer.next()
	d.framing.next()
}

// keepDry keeps the hop that goes out, which analyze replaces by the one that
// has come in.
func (d *Denoiser) keepDry() {
	for i := range d.channels {
		c := &d.channels[i]
		if d.work.late() {
			copy(c.dry, c.earlier)
		} else {
			copy(c.dry, c.stft.Past())
		}
	}
}

// muted reports whether channel i's frame that gains are for holds observed sound.
func (d *Denoiser) muted(i int, kind hopKind) bool {
	if h := d.channels[i].history; h != nil {
		return h.Muted()
	}
	return kind == hopObserved || d.last == hopObserved
}

// analyze transforms every channel, fills the analyses' power, where gains are
// made on points too, and reports whether all channels are silent.
func (d *Denoiser) analyze() bool {
	silent := true
	for i := range d.channels {
		c := &d.channels[i]
		c.level = d.framing.meanSquare(i)
		c.before, c.silent = c.silent, c.level < silenceLevel
		silent = silent && c.silent
		if d.work.late() {
			copy(c.earlier, c.stft.Past())
		}
		c.stft.Analyze(c.re, c.im, d.framing.in[i])
	}
	if d.cfg.Link == LinkPower {
		d.meanPower()
		return silent
	}
	for i := range d.channels {
		c := &d.channels[i]
		d.power(&d.analyses[i].frame, c.re, c.im)
	}
	return silent
}

// power fills a frame: the power of the bins and, for engines that make gains, of the
// points.
func (d *Denoiser) power(f *frame, re, im []float32) {
	if len(f.points) < len(f.power) && !d.filters() {
		d.work.engine.points.Power(f.power, f.points, re, im, powerFloor)
	} else {
		spectral.PowerFloor(f.power, re, im, powerFloor)
	}
}

// meanPower pools the channels into the one analysis of LinkPower.
func (d *Denoiser) meanPower() {
	f := &d.analyses[0].frame
	d.power(f, d.channels[0].re, d.channels[0].im)
	if len(d.channels) == 1 {
		return
	}
	for i := 1; i < len(d.channels); i++ {
		simd.AddPower(f.power, d.channels[i].re, d.channels[i].im)
	}
	simd.Scale(f.power, f.power, 1/float32(len(d.channels)))
	if len(f.points) < len(f.power) && !d.filters() {
		d.work.engine.points.Sum(f.points, f.power)
	}
}

// analysisOf returns the analysis that channel i takes its gain from.
func (d *Denoiser) analysisOf(i int) int {
	if d.cfg.Link == LinkPower {
		return 0
	}
	return i
}

// updateEngines runs the engine of every analysis that holds sound, and has those
// that filter do so. A frame
// that is half silence (the first of a stream, the last before a mute), or that
// holds a concealed hop, is cleaned but not learned from.
func (d *Denoiser) updateEngines(silent bool, kind hopKind) {
	for i := range d.analyses {
		a := &d.analyses[i]
		quiet, whole := silent, true
		if d.cfg.Link == LinkPower {
			whole = d.anyWhole()
		} else {
			c := &d.channels[i]
			quiet, whole = c.silent, !c.before
		}
		if quiet {
			d.current.list[i].silence()
		} else {
			a.frame.learn = whole && kind != hopConcealed && d.last != hopConcealed
			d.current.list[i].update(&a.frame)
		}
		if d.filters() {
			d.filter(i)
		}
	}
}

// anyWhole reports whether some channel has sound in both halves of its frame.
func (d *Denoiser) anyWhole() bool {
	for i := range d.channels {
		if c := &d.channels[i]; !c.silent && !c.before {
			return true
		}
	}
	return false
}

// presence returns the speech presence probability of the stream: the largest
// of its engines'.
func (d *Denoiser) presence(silent bool) float32 {
	if silent {
		return 0
	}
	var p float32
	for _, e := range d.current.list {
		p = max(p, e.speechProb())
	}
	return p
}

// linkGains turns the engines' gains into those that the channels get: limited
// by the strength, and the smallest of all channels for LinkMinimum.
func (d *Denoiser) linkGains() {
	for i := range d.analyses {
		d.current.list[i].gain(d.analyses[i].gain)
	}
	if d.cfg.Link == LinkMinimum {
		d.linkMinimum()
	}
	for i := range d.analyses {
		e := d.current.list[i]
		d.strength.apply(d.analyses[i].gain, e.speechProb(), d.enough(i), d.current.mode.music)
	}
}

// enough returns the gain that is low enough for an analysis: its engine's, or
// the smallest of all channels that hold sound for LinkMinimum.
func (d *Denoiser) enough(analysis int) float32 {
	enough := d.current.list[analysis].enough()
	if d.cfg.Link == LinkMinimum {
		for i, e := range d.current.list {
			if !d.channels[i].silent {
				enough = min(enough, e.enough())
			}
		}
	}
	return enough
}

// linkMinimum gives every channel the smallest gain of those that hold sound.
func (d *Denoiser) linkMinimum() {
	var least []float32
	for i := range d.analyses {
		gain := d.analyses[i].gain
		switch {
		case d.channels[i].silent:
		case least == nil:
			least = gain
		default:
			for k, g := range gain {
				least[k] = min(least[k], g)
			}
		}
	}
	if least == nil {
		return
	}
	for i := range d.analyses {
		copy(d.analyses[i].gain, least)
	}
}

// addComfort adds comfort noise, the same to every channel, in the share that
// the clean sound has in the output.
func (d *Denoiser) addComfort() {
	from, to := max(d.mixer.from.wet, 0), max(d.mixer.to.wet, 0)
	through := float32(1)
	if d.gate != nil {
		through = d.gate.to
	}
	a := &d.analyses[0]
	gain := d.work.engine.onBins
	d.work.engine.points.Spread(gain, a.gain)
	d.comfort.update(d.current.list[0].noisePSD(), gain, a.frame.power, through)
	for i := range d.channels {
		d.comfort.add(d.framing.out[i], from, to)
	}
}
