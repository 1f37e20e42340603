package denoise

import (
	"math"
	"testing"
	"time"
)

// TestVoiceDecision walks through thresholds and hold with made-up
// probabilities.
func TestVoiceDecision(t *testing.T) {
	v := newVoiceDecision(VADConfig{Start: 0.6, Continue: 0.3, Hold: 30 * time.Millisecond}, 0.010)
	for i, s := range []struct {
		prob float32
		want bool
	}{
		{0, false}, {0.59, false}, // below start
		{0.6, true}, {0.31, true}, {0.3, true}, // starts, goes on
		{0.29, true}, {0, true}, {0.1, true}, // three hops of hold
		{0.1, false}, {0.5, false}, // over; continuing is not starting
		{0.7, true}, {0.1, true}, {0.4, true}, // the hold begins anew
		{0, true}, {0, true}, {0, true}, {0, false},
	} {
		if got := v.update(s.prob); got != s.want {
			t.Fatalf("step %d, probability %v: voice %v, want %v", i, s.prob, got, s.want)
		}
	}
	v.update(1)
	v.reset()
	if v.update(0.4) {
		t.Error("voice after reset")
	}
	v = newVoiceDecision(VADConfig{Start: 0.5, Continue: 0.5, Hold: -1}, 0.010)
	if !v.update(0.5) || v.update(0.4) {
		t.Error("negative hold: voice goes on, or does not start")
	}
}

// TestVoiceActivity: voice is found in phrases and not between them, in quiet
// and in noise. Phrases may be entered 100 ms late; after them come the hold and
// the fall of the probability.
func TestVoiceActivity(t *testing.T) {
	const rate = 48000
	v, active := voice(rate, 10, 51)
	lead := rate
	v = append(make([]float32, lead), v...)
	for i := range active {
		active[i].from += lead
		active[i].to += lead
	}
	for name, x := range map[string][]float32{
		"floor":       add(v, white(len(v), 1, -75)),
		"white 15 dB": add(v, white(len(v), 1, -41)),
		"pink 10 dB":  add(v, pink(len(v), 1, -36)),
	} {
		det, err := NewDetector(DetectorConfig{SampleRate: rate, VAD: VADConfig{Hold: -1}})
		if err != nil {
			t.Fatal(err)
		}
		var hit, miss, fall, quiet int
		for _, d := range det.Process(nil, x) {
			at := int(d.End) - det.Hop()
			in, near := false, false
			for _, s := range active {
				in = in || at >= s.from+rate/10 && at < s.to
				near = near || at >= s.from-480 && at < s.to+rate*35/100
			}
			switch {
			case in && d.Voice:
				hit++
			case in:
				miss++
			case !near && d.Voice:
				fall++
				quiet++
			case !near:
				quiet++
			}
		}
		t.Logf("%s: %.1f %% of speech found, %.1f %% of pauses taken for speech", name,
			100*float64(hit)/float64(hit+miss), 100*float64(fall)/float64(quiet))
		if float64(hit) < 0.8*float64(hit+miss) || float64(fall) > 0.1*float64(quiet) {
			t.Errorf("%s: %d of %d hops of speech found, %d of %d hops of pause taken for speech", name, hit, hit+miss, fall, quiet)
		}
	}
}

// TestThresholdsOrder: a lower start finds no less, a longer hold no less.
func TestThresholdsAct(t *testing.T) {
	x := talk(48000, 1, 4*48000)
	voiced := func(v VADConfig) uint64 {
		d := mustNew(t, Config{SampleRate: 48000, VAD: v})
		d.Observe(x)
		return d.Stats().VoiceHops
	}
	low, def, high := voiced(VADConfig{Start: 0.3}), voiced(VADConfig{}), voiced(VADConfig{Start: 0.8, Continue: 0.7})
	short, long := voiced(VADConfig{Hold: -1}), voiced(VADConfig{Hold: time.Second})
	if !(low > def && def > high && high > 0) {
		t.Errorf("voiced hops %d at start .3, %d at default, %d at .8", low, def, high)
	}
	if !(short < def && def < long) {
		t.Errorf("voiced hops %d without hold, %d at default, %d at 1 s", short, def, long)
	}
}

// TestDetectorDecidesAsDenoiser: hop by hop the same, through Detector,
// Observe, suppression, bypass, chunks of any length.
func TestDetectorDecidesAsDenoiser(t *testing.T) { bothEngines(t, testDetectorDecidesAsDenoiser) }

func testDetectorDecidesAsDenoiser(t *testing.T) {
	for _, channels := range []int{1, 2} {
		x := talk(16000, channels, 64000)
		cfg := Config{SampleRate: 16000, Channels: channels, VAD: VADConfig{Hold: 50 * time.Millisecond}}
		want := statsPerHop(mustNew(t, cfg), x)
		for _, chunk := range []int{1, 7, 160, 441, 64000} {
			det, err := NewDetector(DetectorConfig{SampleRate: 16000, Channels: channels, VAD: cfg.VAD, Engine: testEngine})
			if err != nil {
				t.Fatal(err)
			}
			var got []Decision
			for at := 0; at < len(x); at += chunk * channels {
				got = det.Process(got, x[at:min(at+chunk*channels, len(x))])
			}
			if len(got) != len(want) {
				t.Fatalf("%d decisions, want %d", len(got), len(want))
			}
			for i, d := range got {
				w := want[i]
				if d.SpeechProb != w.SpeechProb || d.Voice != w.Voice || d.LevelDBOV != w.LevelDBOV || d.End != int64(i+1)*160 {
					t.Fatalf("hop %d: %+v, denoiser has %+v", i, d, w)
				}
			}
			s, w := det.Stats(), want[len(want)-1]
			if s.Hops != w.Hops || s.VoiceHops != w.VoiceHops || s.NoiseDBFS != w.NoiseDBFS || s.SNRDB != w.SNRDB {
				t.Errorf("stats %+v, denoiser's %+v", s, w)
			}
			det.Reset()
			if again := det.Process(nil, x[:1600*channels]); again[len(again)-1] != got[9] {
				t.Errorf("after Reset %+v, want %+v", again[len(again)-1], got[9])
			}
		}
	}
}

func TestSegments(t *testing.T) {
	var d []Decision
	for i, c := range "..vv.v...vvv" {
		d = append(d, Decision{End: int64(i+1) * 480, Voice: c == 'v'})
	}
	ms := func(a, b int) Segment {
		return Segment{time.Duration(a) * time.Millisecond, time.Duration(b) * time.Millisecond}
	}
	want := []Segment{ms(20, 40), ms(50, 60), ms(90, 120)}
	got := Segments(d, 48000, 480)
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("segment %d is %v, want %v", i, got[i], want[i])
		}
	}
	if Segments(nil, 48000, 480) != nil {
		t.Error("segments of nothing")
	}
	// A day in: no rounding of float32 or of int.
	day := []Decision{{End: 24*3600*48000 + 480, Voice: true}}
	if s := Segments(day, 48000, 480)[0]; s.Start != 24*time.Hour || s.End != 24*time.Hour+10*time.Millisecond {
		t.Errorf("after a day: %v", s)
	}
}

func TestDetectorErrors(t *testing.T) {
	for _, c := range []DetectorConfig{{}, {SampleRate: 48000, Channels: -1}, {SampleRate: 48000, VAD: VADConfig{Start: 2}}} {
		if _, err := NewDetector(c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

// TestLevel in dB to overload, as RFC 6464 counts it.
func TestLevel(t *testing.T) {
	square := make([]float32, 4800)
	for i := range square {
		square[i] = float32(1 - i/24%2*2)
	}
	for name, c := range map[string]struct {
		x    []float32
		want float64
	}{
		"full-scale square": {square, 0},
		"full-scale sine":   {sine(4800, 48000, 1000, 1), -3.0103},
		"sine at half":      {sine(4800, 48000, 1000, 0.5), -9.0309},
		"silence":           {make([]float32, 4800), -127},
		"far below":         {scale(append([]float32(nil), square...), 1e-7), -127},
		"above full scale":  {scale(append([]float32(nil), square...), 2), 6.0206},
	} {
		d := mustNew(t, Config{SampleRate: 48000})
		d.Observe(c.x)
		if got := d.Stats().LevelDBOV; math.Abs(got-c.want) > 1e-3 {
			t.Errorf("%s: %v dBov, want %v", name, got, c.want)
		}
	}
	// Against the exact RMS of every hop; channels are meaned by power.
	x := talk(48000, 2, 9600)
	d := mustNew(t, Config{SampleRate: 48000, Channels: 2})
	for i, s := range statsPerHop(d, x) {
		if want := level(x[i*960 : (i+1)*960]); math.Abs(s.LevelDBOV-want) > 1e-3 {
			t.Fatalf("hop %d: %v dBov, want %v", i, s.LevelDBOV, want)
		}
	}
}
