package quietdiago

import (
	"fmt"
	"sync/atomic"

	"github.com/quietline/quietline/denoise"
)

// Cleaner is the noise cancellation of a call: what a settings dialog holds. Its
// methods may be called from any goroutine at any time; streams that were made
// with it follow at their next chunk, without a click.
//
// (This file is the same in all adapters that have it, so that each folder can
// be copied by itself.)
type Cleaner struct {
	cfg      denoise.Config
	off      atomic.Bool
	strength atomic.Uint32 // a Strength and 1; 0 is what the Config says
	latest   atomic.Pointer[denoise.Denoiser]
	err      atomic.Pointer[error]
}

// New returns a Cleaner whose streams are made from cfg: strength, music mode,
// gate and so on. Rate, channels and frame size are the streams' own and are
// left out. The error says which field cannot be used.
func New(cfg denoise.Config) (*Cleaner, error) {
	cfg.SampleRate, cfg.Channels, cfg.FrameSize = 48000, 1, 0
	if _, err := denoise.New(cfg); err != nil {
		return nil, err
	}
	return &Cleaner{cfg: cfg}, nil
}

// SetEnabled is the switch. Off, sound passes with the same delay, and Stats go
// on.
func (c *Cleaner) SetEnabled(on bool) { c.off.Store(!on) }

// SetStrength sets how much noise is taken away.
func (c *Cleaner) SetStrength(s denoise.Strength) { c.strength.Store(uint32(s) + 1) }

// Stats returns voice, levels and the rest of the stream that began last; zero
// before the first.
func (c *Cleaner) Stats() denoise.Stats {
	if d := c.latest.Load(); d != nil {
		return d.Stats()
	}
	return denoise.Stats{}
}

// Err returns why the sound of the stream that began last is not cleaned, nil if
// it is: formats from 8 to 192 kHz with up to 64 channels are. Sound that cannot
// be cleaned passes as it is, because noise is better than silence.
func (c *Cleaner) Err() error {
	if err := c.err.Load(); err != nil {
		return *err
	}
	return nil
}

// stream cleans one stream, and goes on when its format changes.
type stream struct {
	c              *Cleaner
	d              *denoise.Denoiser // nil when the format cannot be cleaned
	rate, channels int
	frame          int // the FrameSize of d
	off            bool
	strength       uint32
}

// ready returns a denoiser for a chunk of so many samples per channel, nil if
// there is none for its format. On the way of a chunk it loads two settings and
// compares; a denoiser is made (20 to 50 µs) only when the format is not what it
// was.
func (s *stream) ready(rate, channels, samples int) *denoise.Denoiser {
	if rate != s.rate || channels != s.channels || s.frame > 0 && samples%s.frame != 0 {
		s.begin(rate, channels, samples)
	}
	if s.d == nil {
		return nil
	}
	if off := s.c.off.Load(); off != s.off {
		s.off = off
		s.d.SetBypass(off)
	}
	if strength := s.c.strength.Load(); strength != s.strength {
		s.strength = strength
		s.d.SetStrength(denoise.Strength(strength - 1))
	}
	return s.d
}

// begin makes the denoiser for a format. Chunks of whole 10 ms have a delay of 10
// ms; when they turn out otherwise, up to 20. The noise is learned anew, which
// takes a few hops.
func (s *stream) begin(rate, channels, samples int) {
	cfg := s.c.cfg
	cfg.SampleRate, cfg.Channels = rate, channels
	if hop := rate / 100; hop > 0 && samples%hop == 0 && (rate != s.rate || channels != s.channels) {
		cfg.FrameSize = hop
	}
	s.rate, s.channels, s.frame = rate, channels, cfg.FrameSize
	s.off, s.strength = false, 0
	d, err := denoise.New(cfg)
	if channels < 1 { // 0 would mean mono
		d, err = nil, fmt.Errorf("denoise: a stream of %d channels: want 1 or more", channels)
	}
	s.d = d
	if err != nil {
		s.c.err.Store(&err)
		return
	}
	s.c.err.Store(nil)
	s.c.latest.Store(d)
}
