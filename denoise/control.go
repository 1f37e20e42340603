package denoise

import (
	"fmt"
	"math"
	"sync/atomic"
)

// control holds what other goroutines may set. The stream reads it once a hop;
// every change is faded in over that hop.
type control struct {
	limit  atomic.Uint32 // float32 bits, dB
	bypass atomic.Bool
	output atomic.Uint32
	// engines are those of the coming hop. Changes that need other ones (music
	// mode, a profile) build them in the caller's goroutine and swap the whole.
	engines atomic.Pointer[engines]
}

// engines is one engine per analysis, and what they were made for.
type engines struct {
	list []engine
	mode engineMode
}

// engineMode is the part of the settings that needs other engines.
type engineMode struct {
	music       bool
	profile     *Profile
	profileMode ProfileMode
}

func (c *control) init(cfg Config, e *engines) {
	c.setLimit(cfg.Limit())
	c.output.Store(uint32(cfg.Output))
	c.engines.Store(e)
}

func (c *control) setLimit(db float64) { c.limit.Store(math.Float32bits(float32(db))) }

// limitDB returns the limit of the coming hop; music mode caps it.
func (c *control) limitDB() float32 {
	limit := math.Float32frombits(c.limit.Load())
	if c.engines.Load().mode.music {
		limit = min(limit, musicLimitDB)
	}
	return limit
}

// target returns the mix of the coming hop.
func (c *control) target() mix {
	switch {
	case c.bypass.Load() || c.limitDB() == 0:
		if Output(c.output.Load()) == OutputRemoved {
			return mixMute
		}
		return mixDry
	case Output(c.output.Load()) == OutputRemoved:
		return mixRemoved
	default:
		return mixClean
	}
}

// SetStrength changes the strength from any goroutine. It takes effect,
// cross-faded, with the next hop. An unknown strength counts as Default.
func (d *Denoiser) SetStrength(s Strength) { d.control.setLimit(d.cfg.limitOf(s)) }

// SetLimitDB sets the most that any bin is attenuated, 0 (off) to 90 dB, as
// SetStrength does. Values outside, and NaN, are brought to the nearest limit,
// NaN to 0.
func (d *Denoiser) SetLimitDB(db float64) {
	if !(db > 0) {
		db = 0
	}
	d.control.setLimit(math.Min(db, maxLimitDB))
}

// SetBypass passes the input through, with the same delay and without a click,
// while statistics and voice activity go on. Any goroutine.
func (d *Denoiser) SetBypass(on bool) { d.control.bypass.Store(on) }

// SetOutput chooses between the clean sound and what was removed from it. Any
// goroutine; an unknown output counts as OutputClean.
func (d *Denoiser) SetOutput(o Output) { d.control.output.Store(uint32(o)) }

// SetMusic turns music mode on or off. Any goroutine; it allocates, in the
// caller's, and takes effect with the next hop. The noise that is known is kept.
func (d *Denoiser) SetMusic(on bool) {
	d.setMode(func(m *engineMode) bool {
		changed := m.music != on
		m.music = on
		return changed
	})
}

// SetProfile makes p the noise to remove (ProfileFixed) or to start tracking
// from (ProfileStart); nil goes back to tracking. Any goroutine; it allocates,
// in the caller's, and takes effect with the next hop.
func (d *Denoiser) SetProfile(p *Profile, mode ProfileMode) error {
	if int(mode) >= len(profileModeNames) {
		return fmt.Errorf("denoise: unknown profile mode %d: want ProfileFixed or ProfileStart", mode)
	}
	if p != nil {
		if err := p.validate(); err != nil {
			return err
		}
	}
	p = p.clone()
	d.setMode(func(m *engineMode) bool {
		m.profile, m.profileMode = p, mode
		return true
	})
	return nil
}

// setMode builds engines for a changed mode and hands them over; it starts
// again if somebody else did so meanwhile. change reports whether there is
// anything to do.
func (d *Denoiser) setMode(change func(*engineMode) bool) {
	for {
		old := d.control.engines.Load()
		mode := old.mode
		if !change(&mode) {
			return
		}
		b := &block{make([]float32, d.work.analyses*d.work.engineLen(mode.music))}
		if d.control.engines.CompareAndSwap(old, d.work.newEngines(mode, b)) {
			return
		}
	}
}

// newEngines makes the engines of a mode, with their state in b. Any goroutine.
func (w *workspace) newEngines(mode engineMode, b *block) *engines {
	es := &engines{mode: mode, list: make([]engine, 0, w.analyses)}
	known := w.profile
	if mode.profile != w.cfg.Profile {
		known = w.known(mode.profile)
	}
	for range w.analyses {
		if w.late() && !mode.music {
			es.list = append(es.list, newNeuralEngine(w.neural, b))
			continue
		}
		e := newClassical(w.engine, mode.music, b)
		if known != nil {
			e.setNoise(known, mode.profileMode == ProfileFixed)
		}
		es.list = append(es.list, e)
	}
	return es
}

// takeEngines goes over to engines that another goroutine handed in. They take
// along what the old ones know, the noise too unless a new profile brings it.
func (d *Denoiser) takeEngines() {
	e := d.control.engines.Load()
	if e == d.current {
		return
	}
	old := d.current
	keepNoise := e.mode.profile == nil || e.mode.profile == old.mode.profile
	for i := range e.list {
		e.list[i].inherit(old.list[i], keepNoise)
	}
	d.current = e
}
