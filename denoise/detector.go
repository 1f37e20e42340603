package denoise

import (
	"time"

	"github.com/quietline/quietline/denoise/neural"
)

// DetectorConfig describes a stream to listen to.
type DetectorConfig struct {
	SampleRate int // Hz, MinSampleRate to MaxSampleRate
	Channels   int // interleaved; 0 means 1
	VAD        VADConfig

	// Engine and Model are those of Config. With Neural a decision belongs to the
	// hop before the one that it comes with.
	Engine Engine
	Model  *neural.Model
}

// Detector tells when somebody talks, without cleaning anything. It decides
// exactly as a Denoiser with the same engine does on the same stream.
type Detector struct {
	d    *Denoiser
	seen int64 // hops
}

// Decision is what a Detector has found about one hop.
type Decision struct {
	End        int64   // the sample after the hop's last, per channel from the start
	SpeechProb float64 // 0 to 1
	Voice      bool
	LevelDBOV  float64
}

// NewDetector returns a detector; the errors are those of New.
func NewDetector(cfg DetectorConfig) (*Detector, error) {
	d, err := New(Config{SampleRate: cfg.SampleRate, Channels: cfg.Channels, Strength: Off, VAD: cfg.VAD, Engine: cfg.Engine, Model: cfg.Model})
	if err != nil {
		return nil, err
	}
	return &Detector{d: d}, nil
}

// Process listens to interleaved samples in ±1, any number of whole sample
// frames, and appends a Decision to dst for every hop that they complete, so
// that a dst with room makes it allocation-free. It panics when len(src) is no
// multiple of the channels.
func (v *Detector) Process(dst []Decision, src []float32) []Decision {
	c := v.d.cfg.Channels
	for len(src) > 0 {
		n := min(v.d.framing.room()*c, len(src))
		v.d.Observe(src[:n])
		src = src[n:]
		if v.d.totals.hops > uint64(v.seen) {
			v.seen++
			dst = append(dst, v.decision())
		}
	}
	return dst
}

func (v *Detector) decision() Decision {
	t := &v.d.totals
	return Decision{
		End:        v.seen * int64(v.d.hop),
		SpeechProb: float64(t.prob),
		Voice:      t.voice,
		LevelDBOV:  levelDBOV(float64(t.level)),
	}
}

// Hop returns the samples per channel between decisions, as Denoiser.Hop.
func (v *Detector) Hop() int { return v.d.hop }

// Stats returns the figures of the stream so far. Any goroutine.
func (v *Detector) Stats() Stats { return v.d.Stats() }

// Reset begins a new stream.
func (v *Detector) Reset() {
	v.d.Reset()
	v.seen = 0
}

// Segment is a stretch of voice.
type Segment struct{ Start, End time.Duration }

// Segments joins decisions, in order and hop samples apart, into stretches of
// voice. Hold is part of them.
func Segments(decisions []Decision, sampleRate, hop int) []Segment {
	at := func(sample int64) time.Duration {
		return time.Duration(float64(sample) / float64(sampleRate) * float64(time.Second))
	}
	var out []Segment
	voice := false
	for _, d := range decisions {
		switch {
		case d.Voice && !voice:
			out = append(out, Segment{Start: at(max(d.End-int64(hop), 0)), End: at(d.End)})
		case d.Voice:
			out[len(out)-1].End = at(d.End)
		}
		voice = d.Voice
	}
	return out
}
