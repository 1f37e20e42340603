package denoise

import (
	"fmt"
	"math"
	"testing"
)

// TestObserveNeverLeaks puts a loud tone through Observe between stretches of
// Process, beginning and ending at every phase of a hop, and looks for it in
// what comes out: before it, because the spectral gains smear a frame over two
// hops, and after it.
//
// The test is harder than life: a tone of −6 dBFS, gains shaped by speech, and
// nothing but digital silence or a faint hiss to hide behind. Through digital
// silence nothing at all may come, through hiss nothing above it.
func TestObserveNeverLeaks(t *testing.T) { bothEngines(t, testObserveNeverLeaks) }

func testObserveNeverLeaks(t *testing.T) {
	const rate, hop = 48000, 480
	tone := sine(rate, rate, 1000, 0.5)
	limit := 0.5e-3
	before := talk(rate, 1, rate)
	for _, cfg := range []Config{
		{}, {FrameSize: 160}, {Strength: Off}, {Output: OutputRemoved}, {Strength: Maximum, Gate: GateConfig{Enabled: true}}, {Music: true},
		{Rule: Subtraction},
	} {
		cfg.SampleRate = rate
		for _, quiet := range []float64{-200, -70} {
			worst, at := 0.0, ""
			step := max(cfg.FrameSize, 61)
			for phase := 0; phase < hop; phase += step {
				for _, length := range []int{1, 480, 1700} {
					if cfg.FrameSize > 0 {
						length = (length + cfg.FrameSize - 1) / cfg.FrameSize * cfg.FrameSize
					}
					d := mustNew(t, cfg)
					lag := d.Latency()
					process(d, before[:24000], 0)
					hush := func(n int) []float32 {
						if quiet < -100 {
							return make([]float32, n)
						}
						return white(n, uint64(n), quiet)
					}
					pre := process(d, hush(lag/hop*hop+4*hop+phase), 0)
					d.Observe(tone[:length])
					post := process(d, hush(9600), 0)
					for _, part := range [][]float32{pre[lag+hop:], post} {
						if p := peak(part); p > worst {
							worst, at = p, fmt.Sprintf("phase %d, %d samples observed", phase, length)
						}
					}
				}
			}
			name := fmt.Sprintf("%v/%v/frame %d/music %v/gate %v/quiet %v", cfg.Strength, cfg.Output, cfg.FrameSize, cfg.Music, cfg.Gate.Enabled, quiet)
			t.Logf("%s: peak of the output %.1f dB below the tone (%s)", name, -20*math.Log10(math.Max(worst, 1e-10)/0.5), at)
			allowed := 1e-9
			if quiet > -100 {
				allowed = limit + 6*math.Pow(10, quiet/20) // the hiss itself
			}
			if worst > allowed {
				t.Errorf("%s: observed sound leaks, %.1f dB below itself (%s)", name, -20*math.Log10(worst/0.5), at)
			}
		}
	}
}

// TestObserveLearns: what is observed moves the statistics exactly as if it had
// been processed.
func TestObserveLearns(t *testing.T) { bothEngines(t, testObserveLearns) }

func testObserveLearns(t *testing.T) {
	x := talk(48000, 2, 96000)
	cfg := Config{SampleRate: 48000, Channels: 2}
	want := statsPerHop(mustNew(t, cfg), x)
	d := mustNew(t, cfg)
	var got []Stats
	for at := 0; at+960 <= len(x); at += 960 {
		if at/96000%2 == 0 {
			d.Observe(x[at : at+960])
		} else {
			d.Process(make([]float32, 960), x[at:at+960])
		}
		got = append(got, d.Stats())
	}
	compareStatistics(t, "observe", got, want)
	if s := d.Stats(); s.ObservedHops != 100 || s.Hops != 200 {
		t.Errorf("%d of %d hops observed, want 100 of 200", s.ObservedHops, s.Hops)
	}
	// 16 bit.
	a, b := mustNew(t, cfg), mustNew(t, cfg)
	in := make([]int16, len(x))
	for i, v := range x {
		in[i] = toInt16(v)
		x[i] = float32(in[i]) / 32768
	}
	a.Observe(x)
	b.ObserveInt16(in)
	if a.Stats() != b.Stats() {
		t.Errorf("ObserveInt16 and Observe differ: %+v, %+v", b.Stats(), a.Stats())
	}
}

// TestConcealTeachesNothing: sound that was made up moves the noise estimate
// neither while it lasts nor in the frame that it shares with real sound.
func TestConcealTeachesNothing(t *testing.T) { bothEngines(t, testConcealTeachesNothing) }

func testConcealTeachesNothing(t *testing.T) {
	for _, tracker := range []Tracker{TrackMMSE, TrackMinimum} {
		d := mustNew(t, Config{SampleRate: 48000, Tracker: tracker})
		y := make([]float32, 48000)
		process(d, white(96000, 1, -50), 0)
		before := d.Profile()
		n := d.Conceal(y, white(48000, 2, -20))
		if n != 48000 {
			t.Errorf("Conceal returned %d for 48000 samples", n)
		}
		same := func(when string) {
			after := d.Profile()
			for k := range before.PSD {
				if before.PSD[k] != after.PSD[k] {
					t.Fatalf("%v: %s the noise of bin %d has moved from %v to %v dB", tracker, when, k, before.PSD[k], after.PSD[k])
				}
			}
		}
		same("after concealed hops")
		// The next frame is half concealed.
		process(d, white(480, 3, -50), 0)
		same("in the frame after them")
		if s := d.Stats(); s.ConcealedHops != 100 {
			t.Errorf("%d concealed hops, want 100", s.ConcealedHops)
		}
		// It is cleaned like any other sound: noise like the noise is reduced.
		in := white(48000, 4, -50)
		d.Conceal(y, in)
		if r := level(in) - level(y[960:]); r < 10 {
			t.Errorf("concealed noise is reduced by %.1f dB only", r)
		}
	}
	// Before anything is known, concealed sound is not the noise either.
	d := mustNew(t, Config{SampleRate: 48000})
	d.Conceal(make([]float32, 4800), white(4800, 2, -20))
	if d.Profile() != nil {
		t.Error("a noise estimate from concealed sound alone")
	}
}
