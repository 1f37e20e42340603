package denoise

import (
	"fmt"
	"math"
	"os"
	"testing"
)

// TestHostileSamples: 100 ms of nonsense in a call. A second later nothing of it
// is left: the level is that of an undisturbed stream.
func TestHostileSamples(t *testing.T) { bothEngines(t, testHostileSamples) }

func testHostileSamples(t *testing.T) {
	const rate = 48000
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	v, _, _ := speech(t, 4.8)
	x := add(v, white(len(v), 1, -50))
	from, to := 3*rate/2, 3*rate/2+rate/10
	kinds := map[string]func(i int) float32{
		"NaN":        func(int) float32 { return nan },
		"Inf":        func(int) float32 { return inf },
		"−Inf":       func(int) float32 { return -inf },
		"alternate":  func(i int) float32 { return []float32{nan, inf, -inf, 1}[i%4] },
		"huge":       func(i int) float32 { return []float32{math.MaxFloat32, -math.MaxFloat32}[i/20%2] },
		"full scale": func(i int) float32 { return []float32{1, -1}[i/30%2] },
		"DC":         func(int) float32 { return 1 },
		"denormal":   func(i int) float32 { return 1e-42 * float32(i%7) },
		"silence":    func(int) float32 { return 0 },
		"loud noise": func(i int) float32 { return float32(i*7919%1000)/500 - 1 },
	}
	for _, cfg := range []Config{{}, {Rule: Subtraction, Tracker: TrackMinimum}, {Music: true}, {ComfortNoiseDB: -60, Gate: GateConfig{Enabled: true}}} {
		cfg.SampleRate = rate
		want := aligned(mustNew(t, cfg), x)
		// The minimum tracker looks back for 1.5 s.
		settled := to + rate
		if cfg.Tracker == TrackMinimum {
			settled += rate
		}
		for name, bad := range kinds {
			t.Run(fmt.Sprintf("%s/%v/music %v/gate %v", name, cfg.Rule, cfg.Music, cfg.Gate.Enabled), func(t *testing.T) {
				y := append([]float32(nil), x...)
				for i := from; i < to; i++ {
					y[i] = bad(i)
				}
				d := mustNew(t, cfg)
				got := aligned(d, y)
				if !allFinite(got) {
					t.Fatal("output is not finite")
				}
				if s := d.Stats(); !allFinite([]float32{float32(s.LevelDBOV), float32(s.NoiseDBFS), float32(s.SNRDB), float32(s.ReductionDB), float32(s.SpeechProb)}) {
					t.Fatalf("stats are not finite: %+v", s)
				}
				// From 1 s after the end, in pieces of 250 ms.
				settled, bound := settled, 1.0
				if name == "huge" {
					bound = 1.5 // 96 dB over full scale leaves the level of words 1.2 dB off
				}
				faint := -80.0
				if testEngine == Neural {
					bound, faint = 2.5, -55 // the network remembers longer what is hardly heard
				}
				for at := settled; at+rate/4 <= len(x); at += rate / 4 {
					g, w := level(got[at:at+rate/4]), level(want[at:at+rate/4])
					if math.Abs(g-w) > bound && math.Max(g, w) > faint {
						t.Errorf("%.2f s after the end: %.1f dBFS, undisturbed %.1f", float64(at-to)/rate, g, w)
					}
				}
			})
		}
	}
}

// TestHostileStart: streams that begin with, or are made of, nothing but
// nonsense.
func TestHostileStart(t *testing.T) { bothEngines(t, testHostileStart) }

func testHostileStart(t *testing.T) {
	const rate = 16000
	for name, bad := range map[string]float32{
		"NaN": float32(math.NaN()), "Inf": float32(math.Inf(1)), "huge": math.MaxFloat32, "tiny": 1e-45, "DC": 0.9, "minus": -1,
	} {
		for _, cfg := range []Config{{}, {Channels: 2, Link: LinkMinimum, Rule: Subtraction}, {Tracker: TrackMinimum, ComfortNoiseDB: -50}} {
			cfg.SampleRate = rate
			d := mustNew(t, cfg)
			x := make([]float32, 2*rate)
			for i := range x {
				x[i] = bad
			}
			if y := process(d, x, 0); !allFinite(y) {
				t.Errorf("%s: output is not finite", name)
			}
			// Ordinary noise after it is ordinary within a second (two at the
			// minimum tracker, whose memory that is).
			n := white(6*rate, 1, -40)
			y := process(d, n, 0)
			tail := 2 * rate
			if cfg.Tracker == TrackMinimum {
				tail = 4 * rate
			}
			if r := level(n[tail:]) - level(y[tail:]); cfg.ComfortNoiseDB == 0 && (r < 8 || r > 40) {
				t.Errorf("%s, %+v: noise afterwards is −%.1f dB", name, cfg, r)
			}
		}
	}
}

// TestOffset: DC does not pass, and words beside it come out as without it. The
// words are recorded where there is a recording: what the network is half sure
// of, the synthetic voice, suffers from the offset's leakage into 100 Hz.
func TestOffset(t *testing.T) {
	v, active, _ := speech(t, 4)
	x := add(v, white(len(v), 1, -60))
	without := speechChange(aligned(mustNew(t, Config{SampleRate: 48000}), x), v, active)
	for i := range x {
		x[i] += 0.05
	}
	y := aligned(mustNew(t, Config{SampleRate: 48000}), x)
	var mean float64
	for _, s := range y[48000:] {
		mean += float64(s) / float64(len(y)-48000)
	}
	if math.Abs(mean) > 0.0005 {
		t.Errorf("an offset of 0.05 comes out as %v", mean)
	}
	if c := speechChange(y, v, active); math.Abs(c-without) > 0.5 {
		t.Errorf("speech beside an offset changes by %+.1f dB, without it by %+.1f", c, without)
	}
}

// TestNoDenormalState: faint input does not leave denormal numbers in the
// recursions, which cost many times what normal ones do.
func TestNoDenormalState(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000, Channels: 2, Link: Independent})
	process(d, talk(48000, 2, 48000), 0)
	for _, db := range []float64{-85, -89, -130, -200} {
		x := white(96000, 1, -85)
		scale(x, math.Pow(10, (db+85)/20))
		process(d, x, 0)
		for c, e := range d.current.list {
			e := e.(*classical)
			out := make([]float32, e.points.Len())
			e.gain(out)
			for name, s := range map[string][]float32{
				"noise": e.noise.psd, "prior": e.snr.Prior(), "post": e.snr.Post(), "presence": e.presence.curve, "gain": e.smooth.linear, "out": out[2:],
			} {
				for k, v := range s {
					if v != 0 && math.Abs(float64(v)) < 1.2e-38 {
						t.Fatalf("at %v dBFS %s of channel %d has the denormal %g in bin %d", db, name, c, v, k)
					}
				}
			}
		}
	}
}

// TestLongRun: after minutes of varied sound the state is as able as that of a
// new denoiser, and no counter or mean has run away. QUIETLINE_LONG=1 runs a
// whole day of hops (half an hour of computing).
func TestLongRun(t *testing.T) { bothEngines(t, testLongRun) }

func testLongRun(t *testing.T) {
	const rate = 8000
	hops := 5 * 60 * 100
	if testing.Short() {
		hops /= 10
	} else if testEngine == Neural {
		hops /= 3
	}
	if os.Getenv("QUIETLINE_LONG") != "" {
		hops = 24 * 3600 * 100
	}
	d := mustNew(t, Config{SampleRate: rate, FrameSize: 80, ComfortNoiseDB: -70})
	v, _ := voice(rate, 20, 121)
	sources := [][]float32{v, white(len(v), 1, -50), pink(len(v), 2, -20), add(v, fan(len(v), rate, 3, -40)), make([]float32, len(v)), sine(len(v), rate, 500, 0.9)}
	out := make([]float32, 80)
	r := newRand(2)
	for i := 0; i < hops; {
		src := sources[r.IntN(len(sources))]
		at := r.IntN(len(src) - 80*400)
		for n := 100 + r.IntN(300); n > 0; n-- {
			d.Process(out, src[at:at+80])
			at += 80
			i++
		}
		if !allFinite(out) {
			t.Fatalf("output is not finite after %d hops", i)
		}
	}
	s := d.Stats()
	if s.Hops < uint64(hops) || s.VoiceHops > s.Hops || math.IsNaN(s.SNRDB) || s.ReductionDB > 100 {
		t.Errorf("stats after %d hops: %+v", hops, s)
	}
	// Now ordinary speech in noise, against a new denoiser: after two seconds
	// they agree, the network within what its recurrent layers remember.
	within := 1.0
	if testEngine == Neural {
		within = 1.5
	}
	x := append(white(2*rate, 7, -45), add(v, white(len(v), 8, -45))...)
	x = x[:len(x)/80*80]
	old := process(d, x, 80)
	fresh := process(mustNew(t, Config{SampleRate: rate, FrameSize: 80, ComfortNoiseDB: -70}), x, 80)
	most := 0.0
	for at := 2 * rate; at+rate <= len(x); at += rate {
		a, b := level(old[at:at+rate]), level(fresh[at:at+rate])
		if math.Abs(a-b) > math.Abs(most) {
			most = a - b
		}
		if math.Abs(a-b) > within {
			t.Errorf("second %d after the long run: %.1f dBFS, a new denoiser gives %.1f", at/rate, a, b)
		}
	}
	t.Logf("%d hops of other sound change the level of a second of speech by %+.1f dB at most", hops, most)
}
