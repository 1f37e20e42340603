package denoise

import (
	"fmt"
	"math"
	"testing"
)

// TestRemovedAndCleanAddUp: clean output plus removed noise is the delayed
// input.
func TestRemovedAndCleanAddUp(t *testing.T) { bothEngines(t, testRemovedAndCleanAddUp) }

func testRemovedAndCleanAddUp(t *testing.T) {
	for _, cfg := range []Config{
		{}, {Strength: Mild}, {Rule: Subtraction}, {Music: true}, {Link: Independent}, {Channels: 2, Link: LinkMinimum},
		{Strength: Off}, {LimitDB: 80},
	} {
		cfg.SampleRate = 48000
		x := talk(48000, max(cfg.Channels, 1), 48000)
		clean := process(mustNew(t, cfg), x, 0)
		cfg.Output = OutputRemoved
		d := mustNew(t, cfg)
		removed := process(d, x, 0)
		lag := d.Latency() * max(cfg.Channels, 1)
		sum := add(clean, removed)[lag:]
		if e := largestDifference(sum, x[:len(sum)]); e > 1e-6 {
			t.Errorf("%+v: clean + removed differs from the input by %g", cfg, e)
		}
	}
}

// TestSwitchesDoNotClick makes every change there is, many times, in the middle
// of a loud tone. A cut in it would jump by up to its amplitude; a fade over a
// hop adds its own slope to the tone's.
func TestSwitchesDoNotClick(t *testing.T) { bothEngines(t, testSwitchesDoNotClick) }

func testSwitchesDoNotClick(t *testing.T) {
	const rate, amplitude, hz = 48000, 0.5, 440.0
	slope := 2 * math.Pi * hz / rate * amplitude
	// Fades between clean and removed go over twice the amplitude in 480
	// samples. Gains move with the overlap of the frames, twice as steep in the
	// middle.
	bound := 1.1*slope + 4*amplitude/480
	loud := flatProfile(-40)
	for name, set := range map[string]func(d *Denoiser, i int){
		"SetStrength": func(d *Denoiser, i int) { d.SetStrength([]Strength{Off, Maximum, Mild, Strong}[i%4]) },
		"SetLimitDB":  func(d *Denoiser, i int) { d.SetLimitDB([]float64{0, 90, 3, 0.01}[i%4]) },
		"SetBypass":   func(d *Denoiser, i int) { d.SetBypass(i%2 == 0) },
		"SetOutput":   func(d *Denoiser, i int) { d.SetOutput(Output(i % 2)) },
		"SetMusic":    func(d *Denoiser, i int) { d.SetMusic(i%2 == 0) },
		"SetProfile": func(d *Denoiser, i int) {
			if i%2 == 0 {
				d.SetProfile(loud, ProfileFixed)
			} else {
				d.SetProfile(nil, ProfileFixed)
			}
		},
		"all": func(d *Denoiser, i int) {
			switch i % 5 {
			case 0:
				d.SetBypass(i%2 == 0)
			case 1:
				d.SetOutput(Output(i / 5 % 2))
			case 2:
				d.SetMusic(i%2 == 0)
			case 3:
				d.SetStrength(Strength(i % 6))
			case 4:
				d.SetLimitDB(float64(i % 40))
			}
		},
	} {
		for _, gate := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/gate %v", name, gate), func(t *testing.T) {
				d := mustNew(t, Config{SampleRate: rate, Gate: GateConfig{Enabled: gate}})
				x := sine(2*rate, rate, hz, amplitude)
				y := make([]float32, len(x))
				r := newRand(4)
				for at, i := 0, 0; at < len(x); i++ {
					end := min(at+200+r.IntN(3000), len(x))
					d.Process(y[at:end], x[at:end])
					at = end
					set(d, i)
				}
				worst, where := 0.0, 0
				for i := d.Latency() + 1; i < len(y); i++ {
					if j := math.Abs(float64(y[i]) - float64(y[i-1])); j > worst {
						worst, where = j, i
					}
				}
				if worst > bound {
					t.Errorf("jump of %.4f at sample %d; the tone itself moves %.4f, bound %.4f", worst, where, slope, bound)
				}
			})
		}
	}
}

// TestBypassIsExactAfterTheFade: one hop after a switch to bypass and from then
// on the output is the input bit for bit; one hop (and one to warm up the
// synthesis) after the switch back it is what it would have been without. All
// in the middle of voice: the gate is open in bypass, and takes time to close.
func TestBypassIsExactAfterTheFade(t *testing.T) { bothEngines(t, testBypassIsExactAfterTheFade) }

func testBypassIsExactAfterTheFade(t *testing.T) {
	const n = 3 * 48000
	x := talk(48000, 1, n)
	on, off := 0, 0 // hops with voice from before on to after off
	run := 0
	for i, s := range statsPerHop(mustNew(t, Config{SampleRate: 48000}), x) {
		if run++; !s.Voice {
			run = 0
		}
		if run == 50 {
			on, off = (i-45)*480, (i-5)*480
			break
		}
	}
	if off == 0 {
		t.Fatal("no half second of voice in the material")
	}
	for _, gate := range []bool{false, true} {
		cfg := Config{SampleRate: 48000, FrameSize: 480, Gate: GateConfig{Enabled: gate}}
		want := process(mustNew(t, cfg), x, 480)
		d := mustNew(t, cfg)
		lag := d.Latency()
		y := make([]float32, len(x))
		d.Process(y[:on], x[:on])
		d.SetBypass(true)
		d.Process(y[on:off], x[on:off])
		d.SetBypass(false)
		d.Process(y[off:], x[off:])
		if i := sameBits(y[:on], want[:on]); i >= 0 {
			t.Errorf("gate %v: output before the switch differs at %d", gate, i)
		}
		// What is in the gate's delay line was mixed before the switch.
		from, to := on+lag, off
		if i := sameBits(y[from:to], x[from-lag:to-lag]); i >= 0 {
			t.Errorf("gate %v: bypassed output differs from the input, %d samples after the switch", gate, from+i-on)
		}
		from = off + 960 + lag
		if i := sameBits(y[from:], want[from:]); i >= 0 {
			t.Errorf("gate %v: output %d samples after bypass ended differs from that without bypass", gate, from+i-off)
		}
	}
}

// TestFadeIsOfTheSameSound: out of bypass every sample lies where a straight
// line over one hop from the input to the clean output puts it, so the
// synthesis has run a hop ahead, with this sound in its overlap.
func TestFadeIsOfTheSameSound(t *testing.T) { bothEngines(t, testFadeIsOfTheSameSound) }

func testFadeIsOfTheSameSound(t *testing.T) {
	cfg := Config{SampleRate: 48000, FrameSize: 480}
	x := talk(48000, 1, 48000)
	want := process(mustNew(t, cfg), x, 480)
	for _, first := range []int{4800, 24000, 31200} {
		d := mustNew(t, cfg)
		d.SetBypass(true)
		d.Reset()
		y := make([]float32, len(x))
		d.Process(y[:first], x[:first])
		d.SetBypass(false)
		d.Process(y[first:], x[first:])
		lag := d.Latency()
		// One hop to warm up, then the fade.
		from := first + 480
		for i := first; i < from; i++ {
			if y[i] != x[i-lag] {
				t.Fatalf("sample %d after the switch is not the input's", i-first)
			}
		}
		for i := from; i < from+480; i++ {
			share := float64(i-from+1) / 480
			line := (1-share)*float64(x[i-lag]) + share*float64(want[i])
			if math.Abs(float64(y[i])-line) > 1e-6 {
				t.Fatalf("sample %d of the fade is %v, want %v", i-from, y[i], line)
			}
		}
		if i := sameBits(y[from+480:], want[from+480:]); i >= 0 {
			t.Errorf("sample %d after the fade differs", i)
		}
	}
}

// TestStatisticsDoNotDependOnTheOutput: noise, presence and decisions in bypass, with
// strength off and in every output are those of suppression.
func TestStatisticsDoNotDependOnTheOutput(t *testing.T) {
	bothEngines(t, testStatisticsDoNotDependOnTheOutput)
}

func testStatisticsDoNotDependOnTheOutput(t *testing.T) {
	x := talk(48000, 2, 96000)
	base := Config{SampleRate: 48000, Channels: 2}
	want := statsPerHop(mustNew(t, base), x)
	for name, change := range map[string]func(c *Config){
		"off":       func(c *Config) { c.Strength = Off },
		"mild":      func(c *Config) { c.Strength = Mild },
		"maximum":   func(c *Config) { c.Strength = Maximum },
		"limit":     func(c *Config) { c.LimitDB = 70 },
		"removed":   func(c *Config) { c.Output = OutputRemoved },
		"comfort":   func(c *Config) { c.ComfortNoiseDB = -50 },
		"gate":      func(c *Config) { c.Gate.Enabled = true },
		"framesize": func(c *Config) { c.FrameSize = 480 },
	} {
		cfg := base
		change(&cfg)
		compareStatistics(t, name, statsPerHop(mustNew(t, cfg), x), want)
	}
	d := mustNew(t, base)
	d.SetBypass(true)
	compareStatistics(t, "bypass", statsPerHop(d, x), want)
}

func compareStatistics(t *testing.T, name string, got, want []Stats) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d hops, want %d", name, len(got), len(want))
		return
	}
	for i, w := range want {
		g := got[i]
		if g.SpeechProb != w.SpeechProb || g.Voice != w.Voice || g.LevelDBOV != w.LevelDBOV || g.NoiseDBFS != w.NoiseDBFS ||
			g.SpeechDBOV != w.SpeechDBOV || g.SNRDB != w.SNRDB || g.Hops != w.Hops || g.VoiceHops != w.VoiceHops {
			t.Errorf("%s: hop %d has %+v, want %+v", name, i, g, w)
			return
		}
	}
}

// statsPerHop processes x and returns the stats after every hop.
func statsPerHop(d *Denoiser, x []float32) []Stats {
	var out []Stats
	step := d.Hop() * d.cfg.Channels
	y := make([]float32, step)
	for at := 0; at+step <= len(x); at += step {
		d.Process(y, x[at:at+step])
		out = append(out, d.Stats())
	}
	return out
}
