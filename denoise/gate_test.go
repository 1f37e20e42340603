package denoise

import (
	"testing"
	"time"
)

// TestGateKeepsWords: with the gate and its pre-roll, words come out as
// without it from their first hop to their last; pauses are DepthDB down. The
// words are recorded: the consonants of the synthetic voice are white noise,
// which the network hears as such.
func TestGateKeepsWords(t *testing.T) {
	const rate = 48000
	v, active, _ := speech(t, 7)
	lead := rate
	v = append(make([]float32, lead), v...)
	for i := range active {
		active[i].from += lead
		active[i].to += lead
	}
	x := add(v, white(len(v), 1, -70))
	want := aligned(mustNew(t, Config{SampleRate: rate}), x)
	for _, c := range []GateConfig{
		{}, {PreRoll: 100 * time.Millisecond, DepthDB: 20}, {PreRoll: 500 * time.Millisecond},
	} {
		c.Enabled = true
		// A hold of 100 ms is shorter than two of the pre-rolls: words must not
		// be cut at their end for it.
		d := mustNew(t, Config{SampleRate: rate, Gate: c, VAD: VADConfig{Hold: 100 * time.Millisecond}})
		y := aligned(d, x)
		depth := d.cfg.Gate.DepthDB
		for i, s := range active {
			if s.to > len(y) {
				break
			}
			// Whole phrases and their first and last 30 ms.
			for what, part := range map[string]span{"phrase": s, "start": {s.from, s.from + 1440}, "end": {s.to - 1440, s.to}} {
				g, w := level(y[part.from:part.to]), level(want[part.from:part.to])
				// The default pre-roll is shorter than the longest consonants.
				loss := 1.0
				if what == "start" && c.PreRoll == 0 {
					loss = 6
				}
				if w > -60 && g < w-loss {
					t.Errorf("%+v: %s of phrase %d is %.1f dB down", c, what, i, w-g)
				}
			}
		}
		// Before the first word the gate is shut.
		quiet := span{rate / 4, lead - int(d.cfg.Gate.PreRoll.Seconds()*rate) - 2*480}
		if g, w := level(y[quiet.from:quiet.to]), level(want[quiet.from:quiet.to]); w-g < depth-1 || w-g > depth+1 {
			t.Errorf("%+v: the pause before the first word is %.1f dB down, want %v", c, w-g, depth)
		}
	}
	// Without pre-roll words that begin with a hiss lose their start: that is what
	// it is for, and what shows that this test can fail.
	v, active = voice(rate, 6, 61)
	x = add(v, white(len(v), 1, -70))
	want = aligned(mustNew(t, Config{SampleRate: rate}), x)
	y := aligned(mustNew(t, Config{SampleRate: rate, Gate: GateConfig{Enabled: true, PreRoll: -1}}), x)
	worst := 0.0
	for _, s := range active {
		worst = max(worst, level(want[s.from:s.from+1440])-level(y[s.from:s.from+1440]))
	}
	if worst < 6 {
		t.Errorf("without pre-roll the first 30 ms of a phrase are at most %.1f dB down", worst)
	}
}

// TestGateCloses steadily, no faster than 40 dB in 100 ms, and opens in a hop.
func TestGateCloses(t *testing.T) { bothEngines(t, testGateCloses) }

func testGateCloses(t *testing.T) {
	g := newGate(GateConfig{Enabled: true, DepthDB: 40, PreRoll: -1}, 1, 480, 0.010, nil)
	ones := func() []float32 {
		x := make([]float32, 480)
		for i := range x {
			x[i] = 1
		}
		return x
	}
	run := func(open bool) []float32 {
		g.aim(open)
		x := ones()
		g.apply(0, x)
		g.next()
		return x
	}
	if x := run(false); x[0] > 0.0101 {
		t.Errorf("the gate starts open: %v", x[0])
	}
	if x := run(true); x[479] < 0.9999 || x[0] > 0.02 {
		t.Errorf("opening: %v … %v, want 0.01 … 1", x[0], x[479])
	}
	last := float32(1)
	for i := range 30 {
		x := run(false)
		for _, v := range x {
			if v > last+1e-6 || last-v > 1.0/480 {
				t.Fatalf("closing, hop %d: from %v to %v", i, last, v)
			}
			last = v
		}
		if i == 4 && last < 0.09 {
			t.Errorf("half closed after 50 ms at %v, want about 0.1", last)
		}
	}
	if last < 0.0099 || last > 0.0101 {
		t.Errorf("closed at %v, want 0.01", last)
	}
}
