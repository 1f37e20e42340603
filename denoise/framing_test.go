package denoise

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// TestOffIsTransparent: with strength off, or in bypass, the output is the
// input of Latency samples ago, bit for bit.
func TestOffIsTransparent(t *testing.T) { bothEngines(t, testOffIsTransparent) }

func testOffIsTransparent(t *testing.T) {
	for _, channels := range []int{1, 2, 6} {
		for _, cfg := range []Config{{Strength: Off}, {}, {FrameSize: 480, Strength: Off}} {
			cfg.SampleRate, cfg.Channels = 48000, channels
			x := talk(48000, channels, 9600)
			// Values that arithmetic would change: beyond full scale, denormal,
			// minus zero, the last bit of a float.
			x[0], x[1], x[2], x[3] = 3.75, 1e-41, float32(math.Copysign(0, -1)), 1.0000001
			d := mustNew(t, cfg)
			d.SetBypass(cfg.Strength != Off)
			if cfg.Strength != Off {
				// A bypass that was set after New is faded to; begin with it.
				d.Reset()
			}
			y := process(d, x, 480)
			lag := d.Latency() * channels
			if i := sameBits(y[lag:], x[:len(x)-lag]); i >= 0 {
				t.Errorf("%+v: output %d is %v, input %v", cfg, i, y[lag+i], x[i])
			}
			if peak(y[:lag]) != 0 {
				t.Errorf("%+v: something comes before the signal", cfg)
			}
		}
	}
}

// TestOffIsTransparentInt16 is TestOffIsTransparent with every 16-bit value.
func TestOffIsTransparentInt16(t *testing.T) { bothEngines(t, testOffIsTransparentInt16) }

func testOffIsTransparentInt16(t *testing.T) {
	for _, channels := range []int{1, 2, 6} {
		d := mustNew(t, Config{SampleRate: 16000, Channels: channels, Strength: Off})
		x := make([]int16, 65536*3)
		for i := range x {
			x[i] = int16(i * 40503)
		}
		y := make([]int16, len(x))
		for at := 0; at < len(x); at += 102 * channels {
			end := min(at+102*channels, len(x))
			if n := d.ProcessInt16(y[at:end], x[at:end]); n != end-at {
				t.Fatalf("ProcessInt16 returned %d for %d samples", n, end-at)
			}
		}
		lag := d.Latency() * channels
		for i := lag; i < len(y); i++ {
			if y[i] != x[i-lag] {
				t.Fatalf("%d channels: output %d is %d, input %d", channels, i, y[i], x[i-lag])
			}
		}
	}
}

// TestInt16IsFloat32: 16-bit processing is the float one with samples scaled
// by 32768, rounded to nearest.
func TestInt16IsFloat32(t *testing.T) { bothEngines(t, testInt16IsFloat32) }

func testInt16IsFloat32(t *testing.T) {
	x := talk(48000, 2, 24000)
	scale(x, 20) // some of it clips
	in, f := make([]int16, len(x)), make([]float32, len(x))
	for i, v := range x {
		in[i] = toInt16(v)
		f[i] = float32(in[i]) / 32768
	}
	cfg := Config{SampleRate: 48000, Channels: 2}
	want := process(mustNew(t, cfg), f, 0)
	d := mustNew(t, cfg)
	d.ProcessInt16(in, in)
	for i, v := range want {
		w := math.Round(float64(v) * 32768)
		w = math.Max(-32768, math.Min(w, 32767))
		if math.Abs(float64(in[i])-w) > 0 && math.Abs(math.Abs(float64(v)*32768-math.Trunc(float64(v)*32768))-0.5) > 1e-3 {
			t.Fatalf("output %d is %d, want %v", i, in[i], w)
		}
	}
}

func TestToInt16(t *testing.T) {
	for _, c := range []struct {
		x    float32
		want int16
	}{
		{0, 0}, {1, 32767}, {-1, -32768}, {2, 32767}, {-2, -32768}, {65536, 32767}, {-65536, -32768},
		{0.5 / 32768, 0}, {1.5 / 32768, 2}, {-1.5 / 32768, -2}, {0.51 / 32768, 1}, {0.49 / 32768, 0}, {32767.0 / 32768, 32767}, {32767.4 / 32768, 32767},
	} {
		if got := toInt16(c.x); got != c.want {
			t.Errorf("toInt16(%v) = %d, want %d", c.x, got, c.want)
		}
	}
}

// TestChunkInvariance: the same signal in chunks of any length gives the same
// bits.
func TestChunkInvariance(t *testing.T) { bothEngines(t, testChunkInvariance) }

func testChunkInvariance(t *testing.T) {
	configs := []Config{
		{SampleRate: 8000},
		{SampleRate: 11025, Channels: 2},
		{SampleRate: 16000, Channels: 3, Link: Independent},
		{SampleRate: 44100, Link: LinkMinimum, Channels: 2},
		{SampleRate: 48000},
		{SampleRate: 48000, Rule: Wiener, Music: true},
		{SampleRate: 48000, Channels: 2, ComfortNoiseDB: -60, Gate: GateConfig{Enabled: true}, Output: OutputRemoved},
		{SampleRate: 48000, ComfortNoiseDB: -60, Gate: GateConfig{Enabled: true}, Tracker: TrackMinimum},
	}
	for _, cfg := range configs {
		t.Run(fmt.Sprintf("%d/%d", cfg.SampleRate, cfg.Channels), func(t *testing.T) {
			channels := max(cfg.Channels, 1)
			x := talk(cfg.SampleRate, channels, 30001)
			want := process(mustNew(t, cfg), x, 0)
			var stats Stats
			for _, chunk := range []int{1, 7, 160, 441, 480, 5000} {
				d := mustNew(t, cfg)
				if i := sameBits(process(d, x, chunk), want); i >= 0 {
					t.Errorf("chunks of %d: output differs from sample %d on", chunk, i)
				}
				if chunk == 1 {
					stats = d.Stats()
				} else if s := d.Stats(); s != stats {
					t.Errorf("chunks of %d: stats %+v, want %+v", chunk, s, stats)
				}
			}
			r := newRand(1)
			d := mustNew(t, cfg)
			y := append([]float32(nil), x...)
			for at := 0; at < len(y); {
				end := min(at+channels*r.IntN(1500), len(y))
				if n := d.Process(y[at:end], y[at:end]); n != end-at { // in place
					t.Fatalf("Process returned %d for %d samples", n, end-at)
				}
				at = end
			}
			if i := sameBits(y, want); i >= 0 {
				t.Errorf("random chunks: output differs from sample %d on", i)
			}
		})
	}
}

// TestFrameSizeOnlyShifts: the promise of a frame size changes the delay and
// nothing else.
func TestFrameSizeOnlyShifts(t *testing.T) { bothEngines(t, testFrameSizeOnlyShifts) }

func testFrameSizeOnlyShifts(t *testing.T) {
	x := talk(48000, 2, 28800)
	want := aligned(mustNew(t, Config{SampleRate: 48000, Channels: 2}), x)
	for _, frame := range []int{1, 7, 160, 360, 480, 720, 960, 2400, 14400} {
		n := 28800 / frame * frame * 2
		d := mustNew(t, Config{SampleRate: 48000, Channels: 2, FrameSize: frame})
		y := process(d, x[:n], frame)
		lag := 2 * d.Latency()
		if i := sameBits(y[lag:], want[:n-lag]); i >= 0 {
			t.Errorf("frame size %d: output differs from sample %d on", frame, i)
		}
	}
}

// TestFlush: every sample comes out, Latency more than went in, in any portion,
// and as if zeros had followed.
func TestFlush(t *testing.T) { bothEngines(t, testFlush) }

func testFlush(t *testing.T) {
	for _, cfg := range []Config{
		{SampleRate: 48000}, {SampleRate: 48000, FrameSize: 480}, {SampleRate: 48000, FrameSize: 160}, {SampleRate: 11025, Channels: 2},
		{SampleRate: 48000, Channels: 2, FrameSize: 480, Gate: GateConfig{Enabled: true}, ComfortNoiseDB: -60},
	} {
		channels, frame := max(cfg.Channels, 1), max(cfg.FrameSize, 1)
		for _, frames := range []int{0, frame, 1920, 4800, 14400} {
			name := fmt.Sprintf("%d Hz, frame %d, %d channels, %d samples", cfg.SampleRate, cfg.FrameSize, channels, frames)
			x := talk(cfg.SampleRate, channels, frames+1)[:frames*channels]
			d := mustNew(t, cfg)
			process(d, x, 0)
			want := flush(d)
			wantLen := d.Latency() * channels
			if frames == 0 {
				wantLen = 0
			}
			if len(want) != wantLen {
				t.Errorf("%s: Flush gave %d samples, want %d", name, len(want), wantLen)
			}
			if n := d.Flush(make([]float32, 9600)); n != 0 {
				t.Errorf("%s: a second Flush gave %d samples", name, n)
			}

			zeros := mustNew(t, cfg)
			process(zeros, x, 0)
			tail := process(zeros, make([]float32, d.Latency()*channels/frame/channels*frame*channels+frame*channels), 0)
			if i := sameBits(want, tail[:len(want)]); i >= 0 {
				t.Errorf("%s: Flush differs from processing zeros at sample %d", name, i)
			}

			for _, room := range []int{1, 7, 100, 479, 5000} {
				t.Run(fmt.Sprintf("%s/room %d", name, room), func(t *testing.T) {
					d := mustNew(t, cfg)
					process(d, x, 0)
					var got []float32
					buf := make([]float32, room*channels+channels-1) // a partial frame at the end stays unused
					for {
						n := d.Flush(buf)
						if n == 0 {
							break
						}
						if n%channels != 0 || n > len(buf) {
							t.Fatalf("Flush returned %d of %d", n, len(buf))
						}
						got = append(got, buf[:n]...)
					}
					if i := sameBits(got, want); i >= 0 {
						t.Errorf("Flush in portions of %d differs at sample %d (%d samples, want %d)", room, i, len(got), len(want))
					}
				})
			}
		}
	}
}

// TestFlushAligns: with strength off the whole of a signal comes out, no sample
// lost or added, at every length around a hop.
func TestFlushAligns(t *testing.T) { bothEngines(t, testFlushAligns) }

func testFlushAligns(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000, Strength: Off})
	for _, n := range []int{1, 2, 479, 480, 481, 959, 960, 961, 1439, 1440, 5000} {
		d.Reset()
		x := white(n, uint64(n), -20)
		if i := sameBits(aligned(d, x), x); i >= 0 {
			t.Errorf("%d samples: output differs at %d", n, i)
		}
	}
}

// TestResetIsNew: after Reset the output is that of a new denoiser, whatever
// came before.
func TestResetIsNew(t *testing.T) { bothEngines(t, testResetIsNew) }

func testResetIsNew(t *testing.T) {
	for _, cfg := range []Config{
		{SampleRate: 48000},
		{SampleRate: 16000, Channels: 2, Link: LinkMinimum, Tracker: TrackMinimum},
		{SampleRate: 48000, Music: true},
		{SampleRate: 48000, Rule: Subtraction, ComfortNoiseDB: -50, Gate: GateConfig{Enabled: true, PreRoll: 30 * time.Millisecond}},
		{SampleRate: 48000, Profile: flatProfile(-80), ProfileMode: ProfileFixed},
		{SampleRate: 48000, Profile: flatProfile(-80), ProfileMode: ProfileStart},
	} {
		channels := max(cfg.Channels, 1)
		x := talk(cfg.SampleRate, channels, 20000)
		fresh := mustNew(t, cfg)
		want := process(fresh, x, 0)
		d := mustNew(t, cfg)
		process(d, scale(talk(cfg.SampleRate, channels, 12345), 3), 0)
		d.Observe(x[:777*channels])
		d.Conceal(make([]float32, len(x)), x)
		d.Reset()
		if s, w := d.Stats(), mustNew(t, cfg).Stats(); s != w {
			t.Errorf("%+v: stats after Reset %+v, of a new one %+v", cfg, s, w)
		}
		if i := sameBits(process(d, x, 480), want); i >= 0 {
			t.Errorf("%+v: output after Reset differs from a new denoiser's from sample %d on", cfg, i)
		}
		if s, w := d.Stats(), fresh.Stats(); s != w {
			t.Errorf("%+v: stats %+v, want %+v", cfg, s, w)
		}
	}
}

// TestResetKeepsSettings: Reset gives what a new denoiser with the settings of
// now would give, not with those of New.
func TestResetKeepsSettings(t *testing.T) { bothEngines(t, testResetKeepsSettings) }

func testResetKeepsSettings(t *testing.T) {
	x := talk(48000, 1, 20000)
	d := mustNew(t, Config{SampleRate: 48000})
	d.SetStrength(Mild)
	d.SetOutput(OutputRemoved)
	d.SetMusic(true)
	process(d, x, 0)
	d.Reset()
	want := process(mustNew(t, Config{SampleRate: 48000, Strength: Mild, Output: OutputRemoved, Music: true}), x, 0)
	if i := sameBits(process(d, x, 0), want); i >= 0 {
		t.Errorf("output differs from sample %d on", i)
	}
}

// TestResetTransient keeps the noise estimate and the counters, and forgets the
// sound on its way and the voice decision.
func TestResetTransient(t *testing.T) { bothEngines(t, testResetTransient) }

func testResetTransient(t *testing.T) {
	for _, music := range []bool{false, true} {
		d := mustNew(t, Config{SampleRate: 48000, Music: music, Gate: GateConfig{Enabled: true}})
		noise := pink(96000, 5, -40)
		process(d, noise, 0)
		process(d, scale(talk(48000, 1, 24000), 2), 0)
		before, stats := d.Profile(), d.Stats()
		d.ResetTransient()
		after := d.Profile()
		for k := range before.PSD {
			if before.PSD[k] != after.PSD[k] {
				t.Fatalf("music %v: noise of bin %d moved from %v to %v dB", music, k, before.PSD[k], after.PSD[k])
			}
		}
		s := d.Stats()
		if s.Hops != stats.Hops || s.VoiceHops != stats.VoiceHops || s.NoiseDBFS != stats.NoiseDBFS {
			t.Errorf("counters moved: %+v, before %+v", s, stats)
		}
		if s.Voice || s.SpeechProb != 0 {
			t.Errorf("voice %v with probability %v after ResetTransient", s.Voice, s.SpeechProb)
		}
		if y := process(d, make([]float32, 9600), 0); peak(y) != 0 {
			t.Errorf("sound from before ResetTransient comes out: peak %v", peak(y))
		}
	}
	// With the noise known, the first half second is as quiet as the later ones, and
	// quieter than that of a fresh start. The network knows no noise but what it hears:
	// to it both are the same.
	var early, late, fresh float64
	for seed := range uint64(6) {
		d := mustNew(t, Config{SampleRate: 48000})
		process(d, pink(96000, 5, -40), 0)
		d.ResetTransient()
		x := pink(96000, 6+seed, -40)
		y := process(d, x, 0)
		early += level(y[960:24000]) / 6
		late += level(y[48000:]) / 6
		fresh += level(process(mustNew(t, Config{SampleRate: 48000}), x[:24000], 0)[960:]) / 6
	}
	if early > fresh+0.1 || testEngine == Classical && (early > late+0.3 || early > fresh-0.5) {
		t.Errorf("noise after ResetTransient is at %.1f dBFS, later %.1f, after a fresh start %.1f", early, late, fresh)
	}
}

// TestLengthsPanic: a wrong length is the caller's error and panics, as
// documented, before anything is taken in.
func TestLengthsPanic(t *testing.T) { bothEngines(t, testLengthsPanic) }

func testLengthsPanic(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000, Channels: 2, FrameSize: 480})
	x := make([]float32, 1920)
	for name, f := range map[string]func(){
		"odd number of samples":   func() { d.Process(x, x[:959]) },
		"part of a frame":         func() { d.Process(x, x[:480]) },
		"short dst":               func() { d.Process(x[:958], x[:960]) },
		"Observe part of a frame": func() { d.Observe(x[:2]) },
		"Conceal short dst":       func() { d.Conceal(nil, x[:960]) },
		"int16 short dst":         func() { d.ProcessInt16(nil, make([]int16, 960)) },
		"int16 odd":               func() { d.ProcessInt16(make([]int16, 1920), make([]int16, 961)) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil {
					t.Errorf("%s: no panic", name)
				} else if s, ok := r.(string); !ok || len(s) < 9 || s[:9] != "denoise: " {
					t.Errorf("%s: panics with %v, want a sentence of this package", name, r)
				}
			}()
			f()
		}()
	}
	if d.Process(nil, nil) != 0 || d.Process(x, x[:960]) != 960 {
		t.Error("Process does not return the number of samples")
	}
}

// flatProfile is a profile of white noise at a density in dB full scale per Hz.
func flatProfile(db float64) *Profile {
	p := &Profile{BinHz: 1000}
	for range 97 {
		p.PSD = append(p.PSD, db)
	}
	return p
}

// TestLent: a caller's whole hops serve as they are, in place or not, and are read
// only; hops that have to be put right are copied first.
func TestLent(t *testing.T) {
	for _, rate := range []int{8000, 48000} {
		hop := rate / 100
		x := talk(rate, 1, rate/2)
		x[10*hop+3], x[12*hop], x[14*hop+7] = float32(math.NaN()), 1e9, float32(math.Inf(-1))
		clean := append([]float32(nil), x...)
		for i, v := range clean {
			clean[i] = sanitize(v)
		}
		was := append([]float32(nil), x...)
		apart, fromClean := make([]float32, len(x)), make([]float32, len(x))
		cfg := Config{SampleRate: rate, FrameSize: hop}
		a, b, c := mustNew(t, cfg), mustNew(t, cfg), mustNew(t, cfg)
		a.Process(apart, x)
		for i, v := range x {
			if math.Float32bits(v) != math.Float32bits(was[i]) {
				t.Fatalf("%d Hz: sample %d of the input became %v", rate, i, v)
			}
		}
		b.Process(fromClean, clean)
		c.Process(x, x)
		for i, v := range apart {
			if v != x[i] || v != fromClean[i] {
				t.Fatalf("%d Hz: sample %d is %v, in place %v, of samples put right before %v", rate, i, v, x[i], fromClean[i])
			}
		}
		if sa, sb := a.Stats(), b.Stats(); sa != sb {
			t.Errorf("%d Hz: %+v, of samples put right before %+v", rate, sa, sb)
		}
	}
}
