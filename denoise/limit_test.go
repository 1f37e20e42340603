package denoise

import (
	"math"
	"testing"
)

// TestLimitHolds: whatever the limit, no bin from the second on is attenuated
// by more, in any mode.
func TestLimitHolds(t *testing.T) {
	r := newRand(9)
	x := add(talk(48000, 1, 48000), white(48000, 3, -30))
	for range 12 {
		limit := r.Float64() * 60
		for _, cfg := range []Config{{}, {Rule: Subtraction}, {Music: true}, {Link: Independent}} {
			cfg.SampleRate, cfg.LimitDB = 48000, limit
			d := mustNew(t, cfg)
			y := make([]float32, 480)
			want := math.Pow(10, -limit/20) * (1 - 1e-5)
			first := 2
			if cfg.Music {
				want = math.Pow(10, -math.Min(limit, musicLimitDB)/20) * (1 - 1e-5)
				first = 0
			}
			for at := 0; at+480 <= len(x); at += 480 {
				d.Process(y, x[at:at+480])
				for k, g := range d.analyses[0].gain[first:] {
					if float64(g) < want {
						t.Fatalf("%+v: point %d at %.2f dB, limit %.2f", cfg, k+first, 20*math.Log10(float64(g)), limit)
					}
				}
			}
		}
	}
}

// TestLimitIsReached: noise alone comes down to the limit, which for the deep
// ones takes what the strength stage adds in pauses.
func TestLimitIsReached(t *testing.T) { bothEngines(t, testLimitIsReached) }

func testLimitIsReached(t *testing.T) {
	for _, limit := range []float64{3, 6, 12, 18, 45, 60} {
		d := mustNew(t, Config{SampleRate: 48000, LimitDB: limit})
		x := white(144000, 3, -40)
		y := process(d, x, 0)
		got := level(x[96000:]) - level(y[96000:])
		t.Logf("limit %v dB: noise −%.1f dB", limit, got)
		if got > limit+0.5 || got < math.Min(limit, 18)-1 || limit > 40 && got < 0.75*limit && testEngine == Classical {
			t.Errorf("limit %v dB: noise is down by %.1f dB", limit, got)
		}
	}
}

// TestStrengthsAreOrdered and named.
func TestStrengthsAreOrdered(t *testing.T) { bothEngines(t, testStrengthsAreOrdered) }

func testStrengthsAreOrdered(t *testing.T) {
	x := white(96000, 3, -40)
	last := -1.0
	for _, s := range []Strength{Off, Mild, Medium, Strong, Maximum} {
		y := process(mustNew(t, Config{SampleRate: 48000, Strength: s}), x, 0)
		got := level(x[48000:]) - level(y[48000:])
		more := 0.5
		if s == Maximum && testEngine == Neural {
			more = 0 // the network takes as much as it takes
		}
		if got < last+more && s != Off {
			t.Errorf("%v takes away %.1f dB, the strength before it %.1f", s, got, last)
		}
		last = got
		if p, err := ParseStrength(s.String()); err != nil || p != s {
			t.Errorf("ParseStrength(%q) = %v, %v", s.String(), p, err)
		}
	}
	if Default.LimitDB() != Strong.LimitDB() {
		t.Error("Default is documented as Strong")
	}
}

// TestLimitOfEngines: Default and Strong reach further with the network, a limit in dB
// and the other strengths do not.
func TestLimitOfEngines(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want float64
	}{
		{Config{}, depthDB},
		{Config{Engine: Neural}, neuralDepthDB},
		{Config{Engine: Neural, Strength: Strong}, neuralDepthDB},
		{Config{Engine: Neural, Strength: Medium}, 12},
		{Config{Engine: Neural, Strength: Maximum}, 45},
		{Config{Engine: Neural, Strength: Off}, 0},
		{Config{Engine: Neural, LimitDB: depthDB}, depthDB},
	} {
		if got := c.cfg.Limit(); got != c.want {
			t.Errorf("%v, strength %v, limit %v: %v dB, want %v", c.cfg.Engine, c.cfg.Strength, c.cfg.LimitDB, got, c.want)
		}
		c.cfg.SampleRate = 16000
		d := mustNew(t, c.cfg)
		if got := d.control.limitDB(); got != float32(c.want) {
			t.Errorf("New with %v, strength %v, limit %v: %v dB, want %v", c.cfg.Engine, c.cfg.Strength, c.cfg.LimitDB, got, c.want)
		}
		if d.SetStrength(Default); d.control.limitDB() != float32(c.cfg.limitOf(Default)) {
			t.Errorf("%v after SetStrength(Default): %v dB", c.cfg.Engine, d.control.limitDB())
		}
	}
}

// TestStrengthIsNotAMix: what the limit does not reach is untouched: speech
// bins have the same gains at every strength.
func TestStrengthIsNotAMix(t *testing.T) {
	x := talk(48000, 1, 48000)
	a := mustNew(t, Config{SampleRate: 48000, Strength: Mild})
	b := mustNew(t, Config{SampleRate: 48000, Strength: Strong})
	y := make([]float32, 480)
	for at := 0; at+480 <= len(x); at += 480 {
		a.Process(y, x[at:at+480])
		b.Process(y, x[at:at+480])
		for k, g := range b.analyses[0].gain {
			want := g
			if k >= 2 {
				want = max(g, a.strength.floor)
			}
			if a.analyses[0].gain[k] != want {
				t.Fatalf("point %d: gain %v at mild, %v at strong", k, a.analyses[0].gain[k], g)
			}
		}
	}
}
