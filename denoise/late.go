package denoise

import "github.com/quietline/quietline/denoise/neural"

// Engines that look ahead. The neural engine's frames come out a hop later than those
// of the classical one: frame n−1 when frame n has come in. So the input waits for a
// hop more, the spectra wait in a neural.History per channel, and music mode, which
// the classical engine does, gives its gains to the spectra that have waited.

// delay replaces the channels' newest spectra by those before them. What is observed
// only is marked, so that no filter takes it for the neighbourhood of a frame that is
// heard.
func (d *Denoiser) delay(kind hopKind) {
	muted := kind == hopObserved || d.last == hopObserved
	for i := range d.channels {
		c := &d.channels[i]
		c.history.Push(c.re, c.im, muted)
	}
}

// histories returns those of the channels of an analysis; nil for the classical
// engine.
func (d *Denoiser) histories(analysis int) (list []*neural.History) {
	if !d.work.late() {
		return nil
	}
	for _, c := range d.channelsOf(analysis) {
		list = append(list, c.history)
	}
	return list
}

// channelsOf returns the channels of an analysis.
func (d *Denoiser) channelsOf(analysis int) []channel {
	if d.cfg.Link == LinkPower {
		return d.channels
	}
	return d.channels[analysis : analysis+1]
}

// filters reports whether the engines make clean spectra by themselves, not gains.
func (d *Denoiser) filters() bool { return d.work.late() && !d.current.mode.music }

// filter makes the clean spectra of an analysis' channels, right after its engine was
// updated. It runs also where nothing of them comes out, for the noise that is known
// by what was taken away.
func (d *Denoiser) filter(analysis int) {
	e := d.current.list[analysis].(*neuralEngine)
	var left []float32
	if a := &d.analyses[analysis]; d.comfort != nil && analysis == 0 {
		// What is left, for the comfort noise: the power of the clean spectrum.
		e.gain(a.gain)
		left = a.frame.power
	}
	e.filter(d.channelsOf(analysis), d.strength.least(e.enough()), left)
}
