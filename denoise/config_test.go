package denoise

import (
	"math"
	"strings"
	"testing"
	"time"
)

// TestConfigErrors: every field that can be wrong gives a sentence of this
// package that names what was wrong.
func TestConfigErrors(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		cfg  Config
		word string
	}{
		{Config{}, "rate"},
		{Config{SampleRate: 7999}, "rate"},
		{Config{SampleRate: 192001}, "rate"},
		{Config{SampleRate: -48000}, "rate"},
		{Config{SampleRate: 48000, Channels: -1}, "channels"},
		{Config{SampleRate: 48000, Channels: MaxChannels + 1}, "channels"},
		{Config{SampleRate: 48000, FrameSize: -1}, "frame size"},
		{Config{SampleRate: 48000, FrameSize: math.MaxInt}, "frame size"},
		{Config{SampleRate: 48000, Strength: 6}, "strength"},
		{Config{SampleRate: 48000, LimitDB: -1}, "limit"},
		{Config{SampleRate: 48000, LimitDB: 91}, "limit"},
		{Config{SampleRate: 48000, LimitDB: nan}, "limit"},
		{Config{SampleRate: 48000, LimitDB: math.Inf(1)}, "limit"},
		{Config{SampleRate: 48000, Rule: 4}, "rule"},
		{Config{SampleRate: 48000, Tracker: 2}, "tracker"},
		{Config{SampleRate: 48000, Link: 3}, "link"},
		{Config{SampleRate: 48000, Output: 2}, "output"},
		{Config{SampleRate: 48000, ProfileMode: 2}, "profile mode"},
		{Config{SampleRate: 48000, ComfortNoiseDB: 1}, "comfort"},
		{Config{SampleRate: 48000, ComfortNoiseDB: -121}, "comfort"},
		{Config{SampleRate: 48000, ComfortNoiseDB: nan}, "comfort"},
		{Config{SampleRate: 48000, Gate: GateConfig{DepthDB: -1}}, "gate"},
		{Config{SampleRate: 48000, Gate: GateConfig{DepthDB: nan}}, "gate"},
		{Config{SampleRate: 48000, Gate: GateConfig{PreRoll: 2 * time.Second}}, "pre-roll"},
		{Config{SampleRate: 48000, VAD: VADConfig{Start: 1.1}}, "start"},
		{Config{SampleRate: 48000, VAD: VADConfig{Start: -0.1}}, "start"},
		{Config{SampleRate: 48000, VAD: VADConfig{Start: nan}}, "start"},
		{Config{SampleRate: 48000, VAD: VADConfig{Start: 0.5, Continue: 0.6}}, "continue"},
		{Config{SampleRate: 48000, VAD: VADConfig{Continue: -1}}, "continue"},
		{Config{SampleRate: 48000, VAD: VADConfig{Continue: nan}}, "continue"},
		{Config{SampleRate: 48000, VAD: VADConfig{Hold: time.Hour}}, "hold"},
		{Config{SampleRate: 48000, Profile: &Profile{}}, "profile"},
		{Config{SampleRate: 48000, Profile: &Profile{BinHz: 50, PSD: []float64{0, nan}}}, "profile"},
		{Config{SampleRate: 48000, Profile: &Profile{BinHz: nan, PSD: []float64{0, 0}}}, "profile"},
	} {
		d, err := New(c.cfg)
		if err == nil || d != nil {
			t.Errorf("%+v: no error", c.cfg)
			continue
		}
		if m := err.Error(); !strings.HasPrefix(m, "denoise: ") || !strings.Contains(strings.ToLower(m), c.word) {
			t.Errorf("%+v: error %q, want one that begins with the package and names the %s", c.cfg, m, c.word)
		}
	}
}

// TestConfigDefaults: the zero value of everything but the rate works, and
// Config says what it became.
func TestConfigDefaults(t *testing.T) {
	c := mustNew(t, Config{SampleRate: 48000}).Config()
	if c.Channels != 1 || c.VAD.Start <= 0 || c.VAD.Continue <= 0 || c.VAD.Continue > c.VAD.Start || c.VAD.Hold != 200*time.Millisecond ||
		c.Gate.PreRoll != defaultPreRoll || c.Gate.DepthDB != 40 {
		t.Errorf("defaults %+v", c)
	}
	// A start below the default of Continue takes it along.
	if c := mustNew(t, Config{SampleRate: 48000, VAD: VADConfig{Start: 0.1}}).Config(); c.VAD.Continue > 0.1 {
		t.Errorf("continue %v above start 0.1", c.VAD.Continue)
	}
	// The ends of the ranges.
	for _, c := range []Config{
		{SampleRate: MinSampleRate, Channels: MaxChannels}, {SampleRate: MaxSampleRate, LimitDB: 90, ComfortNoiseDB: -120},
		{SampleRate: 8001, VAD: VADConfig{Start: 1, Continue: 1, Hold: time.Minute}, Gate: GateConfig{Enabled: true, PreRoll: time.Second, DepthDB: 90}},
		{SampleRate: 48000, ComfortNoiseDB: -1e-9}, {SampleRate: 44101, FrameSize: 4410},
	} {
		d := mustNew(t, c)
		x := white(d.cfg.Channels*max(c.FrameSize, d.hop*3), 1, -30)
		d.Process(x, x)
		if !allFinite(x) {
			t.Errorf("%+v: output is not finite", c)
		}
	}
}

// TestNames: every setting's name is parsed back, in any case, and others are
// refused with the list of those that are known.
func TestNames(t *testing.T) {
	check := func(what, name string, parse func(string) (int, error), want int) {
		for _, s := range []string{name, strings.ToUpper(name), " " + name + "\n"} {
			if got, err := parse(s); err != nil || got != want {
				t.Errorf("%s %q: %v, %v", what, s, got, err)
			}
		}
		if _, err := parse("no such thing"); err == nil || !strings.HasPrefix(err.Error(), "denoise: unknown ") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v does not list %q", what, err, name)
		}
	}
	for i := range strengthNames {
		check("strength", Strength(i).String(), func(s string) (int, error) { v, err := ParseStrength(s); return int(v), err }, i)
	}
	for i := range ruleNames {
		check("rule", Rule(i).String(), func(s string) (int, error) { v, err := ParseRule(s); return int(v), err }, i)
	}
	for i := range trackerNames {
		check("tracker", Tracker(i).String(), func(s string) (int, error) { v, err := ParseTracker(s); return int(v), err }, i)
	}
	for i := range linkNames {
		check("link", Link(i).String(), func(s string) (int, error) { v, err := ParseLink(s); return int(v), err }, i)
	}
	for i := range profileModeNames {
		check("profile mode", ProfileMode(i).String(), func(s string) (int, error) { v, err := ParseProfileMode(s); return int(v), err }, i)
	}
	for _, s := range []string{Strength(99).String(), Rule(99).String(), Link(99).String(), Output(99).String(), PCMFormat(99).String()} {
		if !strings.Contains(s, "(99)") {
			t.Errorf("an unknown value is called %q", s)
		}
	}
}
