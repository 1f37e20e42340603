package denoise

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/quietline/quietline/denoise/neural"
	"github.com/quietline/quietline/spectral"
)

// Limits of a Config.
const (
	MinSampleRate = 8000
	MaxSampleRate = 192000
	MaxChannels   = 64

	maxFrameSeconds = 10
)

// Config describes a stream and what to do with it. Only SampleRate must be
// set; the zero value of every other field is the default.
type Config struct {
	SampleRate int // Hz, MinSampleRate to MaxSampleRate
	Channels   int // interleaved channels, 1 to MaxChannels; 0 means 1

	// FrameSize promises that every chunk is a multiple of so many samples
	// per channel, up to 10 s; 0 promises nothing. The promise buys delay:
	// Latency is 10 ms when FrameSize is a multiple of Hop and up to 20 ms
	// otherwise, and 10 ms more with Neural. Hop is 10 ms where that is a whole number of samples with a
	// fast transform, so not at 11.025 and 22.05 kHz.
	FrameSize int

	// Engine is Classical unless set. Model, with Neural, is the network, nil for
	// that of the library; the other fields that choose between estimators, Rule,
	// Tracker and the Profile, are for Classical and for music alone.
	Engine Engine
	Model  *neural.Model

	Strength Strength
	// LimitDB, when positive, takes the place of Strength: the most that any
	// bin above 75 Hz is attenuated, in dB, up to 90. (Below there is no voice:
	// rumble and offsets are taken out at every strength but Off.)
	LimitDB float64

	Rule    Rule
	Tracker Tracker
	Link    Link
	Output  Output

	// Music passes music: only noise that stays the same for many seconds is
	// taken away, by at most 12 dB, and nothing is damped for not being speech.
	Music bool

	// ComfortNoiseDB, when negative, is the level in dBFS of a steady noise,
	// shaped like the background, below which the output does not fall, so
	// that the far end hears an open line and never digital silence. −65 is
	// soft. 0 means none.
	ComfortNoiseDB float64

	// Profile is a noise spectrum known beforehand, nil for none.
	Profile     *Profile
	ProfileMode ProfileMode

	VAD  VADConfig
	Gate GateConfig
}

// VADConfig sets when a talker counts as talking.
type VADConfig struct {
	// Start and Continue are the speech probabilities, 0 to 1, at which voice
	// begins and below which it ends; 0 means 0.7 and 0.55, with
	// the neural engine 0.85 and 0.7.
	Start, Continue float64
	// Hold keeps the decision after the last frame of speech; 0 means 200 ms,
	// negative means none.
	Hold time.Duration
}

// GateConfig sets up the optional gate, which closes when nobody talks. It acts
// on clean output alone: with strength off, in bypass and on OutputRemoved it
// stays open.
type GateConfig struct {
	Enabled bool
	// PreRoll delays the output so that the gate is open before the word that
	// opened it: it adds to Latency, rounded up to whole hops. 0 means 60 ms,
	// negative means none.
	PreRoll time.Duration
	// DepthDB is how far the gate closes in dB; 0 means 40.
	DepthDB float64
}

const (
	defaultStart    = 0.7
	defaultContinue = 0.55
	defaultHold     = 200 * time.Millisecond
	defaultPreRoll  = 60 * time.Millisecond
	defaultGateDB   = 40
)

// withDefaults returns the configuration with every zero filled in.
func (c Config) withDefaults() Config {
	if c.Channels == 0 {
		c.Channels = 1
	}
	if c.Engine == EngineAuto {
		c.Engine = Classical
	}
	start, goOn := defaultStart, defaultContinue
	if c.Engine == Neural {
		start, goOn = neuralStart, neuralContinue
		if c.Model == nil {
			c.Model = neural.Default()
		}
		if c.Link == LinkMinimum {
			c.Link = LinkPower
		}
	}
	if c.VAD.Start == 0 {
		c.VAD.Start = start
	}
	if c.VAD.Continue == 0 {
		c.VAD.Continue = math.Min(goOn, c.VAD.Start)
	}
	if c.VAD.Hold == 0 {
		c.VAD.Hold = defaultHold
	}
	if c.Gate.PreRoll == 0 {
		c.Gate.PreRoll = defaultPreRoll
	}
	if c.Gate.DepthDB == 0 {
		c.Gate.DepthDB = defaultGateDB
	}
	return c
}

// validate reports the first field that cannot be used.
func (c Config) validate() error {
	switch {
	case c.SampleRate < MinSampleRate || c.SampleRate > MaxSampleRate:
		return fmt.Errorf("denoise: sample rate %d Hz: want %d to %d", c.SampleRate, MinSampleRate, MaxSampleRate)
	case c.Channels < 1 || c.Channels > MaxChannels:
		return fmt.Errorf("denoise: %d channels: want 1 to %d", c.Channels, MaxChannels)
	case c.FrameSize < 0 || c.FrameSize > maxFrameSeconds*c.SampleRate:
		return fmt.Errorf("denoise: frame size %d samples: want 0 (any) to %d s", c.FrameSize, maxFrameSeconds)
	case int(c.Engine) >= len(engineNames):
		return fmt.Errorf("denoise: unknown engine %d: want EngineAuto, Classical or Neural", c.Engine)
	case c.Model != nil && c.Engine != Neural:
		return fmt.Errorf("denoise: a model for the engine %v: want Neural, or no model", c.Engine)
	case c.Model == nil && c.Engine == Neural:
		return errors.New("denoise: the engine neural has no weights in a build with the tag quietline_noweights: want a Model")
	case int(c.Strength) >= len(strengthNames):
		return fmt.Errorf("denoise: unknown strength %d: want Default to Maximum", c.Strength)
	case !(c.LimitDB >= 0 && c.LimitDB <= maxLimitDB):
		return fmt.Errorf("denoise: limit %v dB: want 0 (use Strength) to %d", c.LimitDB, maxLimitDB)
	case int(c.Rule) >= len(ruleNames):
		return fmt.Errorf("denoise: unknown gain rule %d: want OMLSA, LogMMSE, Wiener or Subtraction", c.Rule)
	case int(c.Tracker) >= len(trackerNames):
		return fmt.Errorf("denoise: unknown noise tracker %d: want TrackMMSE or TrackMinimum", c.Tracker)
	case int(c.Link) >= len(linkNames):
		return fmt.Errorf("denoise: unknown channel link %d: want LinkPower, LinkMinimum or Independent", c.Link)
	case int(c.Output) >= len(outputNames):
		return fmt.Errorf("denoise: unknown output %d: want OutputClean or OutputRemoved", c.Output)
	case int(c.ProfileMode) >= len(profileModeNames):
		return fmt.Errorf("denoise: unknown profile mode %d: want ProfileFixed or ProfileStart", c.ProfileMode)
	case !(c.ComfortNoiseDB <= 0 && c.ComfortNoiseDB >= -120):
		return fmt.Errorf("denoise: comfort noise at %v dBFS: want -120 to below 0, or 0 for none", c.ComfortNoiseDB)
	case !(c.Gate.DepthDB >= 0 && c.Gate.DepthDB <= maxLimitDB):
		return fmt.Errorf("denoise: gate depth %v dB: want 0 (default) to %d", c.Gate.DepthDB, maxLimitDB)
	case c.Gate.PreRoll > time.Second:
		return fmt.Errorf("denoise: gate pre-roll %v: want at most 1s", c.Gate.PreRoll)
	}
	if err := c.VAD.validate(); err != nil {
		return err
	}
	if c.Profile != nil {
		return c.Profile.validate()
	}
	return nil
}

func (v VADConfig) validate() error {
	switch {
	case !(v.Start > 0 && v.Start <= 1):
		return fmt.Errorf("denoise: VAD start probability %v: want above 0, at most 1", v.Start)
	case !(v.Continue > 0 && v.Continue <= v.Start):
		return fmt.Errorf("denoise: VAD continue probability %v: want above 0, at most the start probability %v", v.Continue, v.Start)
	case v.Hold > time.Minute:
		return fmt.Errorf("denoise: VAD hold %v: want at most 1m", v.Hold)
	}
	return nil
}

// Limit returns the attenuation limit in dB that Strength and LimitDB ask for, 0 for
// Off.
func (c Config) Limit() float64 {
	if c.LimitDB > 0 {
		return c.LimitDB
	}
	return c.limitOf(c.Strength)
}

// limitOf returns the limit of a strength with the engine of c.
func (c Config) limitOf(s Strength) float64 {
	limit := s.LimitDB()
	if c.Engine == Neural && limit == depthDB {
		return neuralDepthDB
	}
	return limit
}

// depth returns the limit in dB beyond which nothing but the limit counts.
func (c Config) depth() float32 { return float32(c.limitOf(Default)) }

// hopSize returns the hop in samples: the longest up to 10 ms whose double,
// the window, has a fast transform. 10 ms exactly at 8, 16, 24, 32, 44.1, 48
// kHz and their multiples; 9.8 ms at 11.025 and 22.05 kHz. The bins are then
// 50 Hz apart (51 Hz there), so bands and constants hold at every rate.
func hopSize(sampleRate int) int {
	return spectral.FastLen(sampleRate / 100)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
