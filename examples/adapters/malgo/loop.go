package main

import (
	"sync/atomic"
	"unsafe"

	"github.com/quietline/quietline/denoise"
)

// loop is the noise cancellation between a microphone and a speaker. callback
// belongs to the sound system's thread; the rest may be called from any goroutine.
type loop struct {
	rate, channels, hop int
	// Devices give the chunks that they were asked for, which with whole pieces of
	// 10 ms costs 10 ms of delay. If one does not, the other denoiser takes over,
	// whose delay is up to 20 ms: both are made beforehand, because a device's
	// thread must not wait for memory.
	whole, other *denoise.Denoiser
	now          atomic.Pointer[denoise.Denoiser]
	off          atomic.Bool
}

func newLoop(cfg denoise.Config) (*loop, error) {
	cfg.FrameSize = 0
	other, err := denoise.New(cfg)
	if err != nil {
		return nil, err
	}
	cfg = other.Config()
	cfg.FrameSize = cfg.SampleRate / 100
	whole, err := denoise.New(cfg)
	if err != nil {
		return nil, err
	}
	l := &loop{rate: cfg.SampleRate, channels: cfg.Channels, hop: cfg.FrameSize, whole: whole, other: other}
	l.now.Store(whole)
	return l, nil
}

// callback has the shape of malgo's DataProc: frames of float32 samples as
// bytes, the microphone's in, the speaker's out. It does not allocate.
func (l *loop) callback(out, in []byte, frames uint32) {
	n := int(frames) * l.channels
	if len(out) < 4*n || len(in) < 4*n || n == 0 {
		clear(out)
		return
	}
	d := l.now.Load()
	if d == l.whole && int(frames)%l.hop != 0 {
		d = l.other
		l.now.Store(d)
	}
	d.Process(floats(out, n), floats(in, n))
}

// floats sees the device's bytes as the samples that they are.
func floats(b []byte, n int) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

func (l *loop) enabled() bool { return !l.off.Load() }

// setEnabled is the switch: off, the sound passes with the same delay.
func (l *loop) setEnabled(on bool) {
	l.off.Store(!on)
	l.whole.SetBypass(!on)
	l.other.SetBypass(!on)
}

func (l *loop) setStrength(s denoise.Strength) {
	l.whole.SetStrength(s)
	l.other.SetStrength(s)
}

func (l *loop) stats() denoise.Stats { return l.now.Load().Stats() }
