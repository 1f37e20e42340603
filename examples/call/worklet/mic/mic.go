// Package mic is what a call client does with a microphone, in one value: the
// denoiser, a switch, a strength, mute without a click that still notices when
// somebody talks, levels and spectra for the page. The AudioWorklet runs it as
// WebAssembly; it is plain Go and runs anywhere.
package mic

import (
	"github.com/quietline/quietline/denoise"
)

// reportsPerSecond is how often Process has a new Report.
const reportsPerSecond = 10

// fadeSeconds is how long mute takes to close and to open.
const fadeSeconds = 0.01

// Mic is one microphone. Nothing in it allocates after New. It belongs to one
// goroutine.
type Mic struct {
	d        *denoise.Denoiser
	channels int

	muted bool
	open  float32 // gain of the mute fade, 0 to 1
	step  float32 // its change per sample frame

	in, out meter
	period  int // sample frames from report to report
	left    int // sample frames until the next
	report  Report
}

// Report is what the page shows, as of the last tenth of a second. The worklet
// reads it out of WebAssembly memory: five float32, then two times Bands bytes.
type Report struct {
	InputLevel  float32 // RMS in dB to a full-scale square wave, -127 to 0
	OutputLevel float32 // the same after the denoiser, -127 when muted
	SpeechProb  float32 // probability that the last 10 ms hold speech, 0 to 1
	Speaking    float32 // 1 when somebody talks and is heard, else 0
	Warning     float32 // 1 when somebody talks while muted, else 0

	SpectrumIn  [Bands]uint8 // level of each band, 0 to 255 for -100 to 0 dBFS
	SpectrumOut [Bands]uint8
}

// New returns a microphone for interleaved samples. The error is that of
// denoise.New: rates from 8 to 192 kHz, 1 to 64 channels.
func New(rate, channels int) (*Mic, error) {
	d, err := denoise.New(denoise.Config{SampleRate: rate, Channels: channels})
	if err != nil {
		return nil, err
	}
	m := &Mic{
		d: d, channels: d.Config().Channels,
		open:   1,
		step:   1 / (fadeSeconds * float32(rate)),
		period: rate / reportsPerSecond,
	}
	m.left = m.period
	if m.in, err = newMeter(rate, 2*d.Hop()); err != nil {
		return nil, err
	}
	if m.out, err = newMeter(rate, 2*d.Hop()); err != nil {
		return nil, err
	}
	return m, nil
}

// Latency returns the delay from input to output in samples per channel.
func (m *Mic) Latency() int { return m.d.Latency() }

// SetEnabled switches noise cancellation on or off; off is the same delay
// without the cancelling. It is cross-faded.
func (m *Mic) SetEnabled(on bool) { m.d.SetBypass(!on) }

// SetLimitDB sets how much noise is taken away at most, 0 to 90 dB.
func (m *Mic) SetLimitDB(db float64) { m.d.SetLimitDB(db) }

// SetMuted closes the microphone or opens it again, each with a fade of 10 ms.
// While it is closed the noise is learned and voice is detected.
func (m *Mic) SetMuted(on bool) { m.muted = on }

// Process cleans interleaved samples in ±1 in place, any number of whole sample
// frames, and reports whether there is a new Report.
func (m *Mic) Process(x []float32) (fresh bool) {
	for len(x) > 0 {
		n := min(len(x)/m.channels, m.left)
		m.piece(x[:n*m.channels])
		x = x[n*m.channels:]
		if m.left -= n; m.left == 0 {
			m.left = m.period
			m.update()
			fresh = true
		}
	}
	return fresh
}

// Report returns the figures. The value behind the pointer changes with Process.
func (m *Mic) Report() *Report { return &m.report }

func (m *Mic) piece(x []float32) {
	m.in.add(x, m.channels)
	if m.muted && m.open == 0 {
		m.d.Observe(x)
		clear(x)
	} else {
		m.d.Process(x, x)
		m.fade(x)
	}
	m.out.add(x, m.channels)
}

// fade opens or closes the output linearly, one step a sample frame.
func (m *Mic) fade(x []float32) {
	if !m.muted && m.open == 1 {
		return
	}
	step := m.step
	if m.muted {
		step = -step
	}
	for i := 0; i < len(x); i += m.channels {
		m.open = min(max(m.open+step, 0), 1)
		for c := range m.channels {
			x[i+c] *= m.open
		}
	}
}

func (m *Mic) update() {
	s := m.d.Stats()
	r := &m.report
	r.InputLevel = m.in.read(&r.SpectrumIn)
	r.OutputLevel = m.out.read(&r.SpectrumOut)
	r.SpeechProb = float32(s.SpeechProb)
	r.Speaking, r.Warning = 0, 0
	switch {
	case s.Voice && m.muted:
		r.Warning = 1
	case s.Voice:
		r.Speaking = 1
	}
}
