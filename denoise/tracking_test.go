package denoise

import (
	"math"
	"testing"
)

// TestStartDoesNotBurst: steady noise from the first sample on is not louder in
// the first 100 ms, or in any 20 ms of the first second, than it is later on, by
// more than a few dB.
func TestStartDoesNotBurst(t *testing.T) {
	const rate = 48000
	for name, x := range map[string][]float32{
		"white": white(4*rate, 1, -35), "pink": pink(4*rate, 2, -35), "fan": fan(4*rate, rate, 3, -35),
	} {
		for _, rule := range []Rule{OMLSA, Wiener, Subtraction} {
			y := aligned(mustNew(t, Config{SampleRate: rate, Rule: rule}), x)
			later := level(y[2*rate:])
			first := level(y[:rate/10])
			worst := -200.0
			for at := 0; at < rate; at += rate / 100 {
				worst = math.Max(worst, level(y[at:at+rate/50]))
			}
			steady := -200.0
			for at := 2 * rate; at < 3*rate; at += rate / 100 {
				steady = math.Max(steady, level(y[at:at+rate/50]))
			}
			t.Logf("%s, %v: first 100 ms %.1f dB over the later residue (%.1f dB under the noise), loudest 20 ms of the first second %.1f dB over that later",
				name, rule, first-later, -35-first, worst-steady)
			if first > later+9 || first > -35-10 {
				t.Errorf("%s, %v: first 100 ms at %.1f dBFS, later %.1f: a burst", name, rule, first, later)
			}
			if worst > steady+9 {
				t.Errorf("%s, %v: 20 ms at %.1f dBFS in the first second, at most %.1f later", name, rule, worst, steady)
			}
		}
	}
}

// TestStartInSpeech: a stream that begins in the middle of a word keeps it.
func TestStartInSpeech(t *testing.T) {
	v, active := voice(48000, 3, 5)
	x := add(v, white(len(v), 1, -66))
	y := aligned(mustNew(t, Config{SampleRate: 48000}), x)
	got := speechChange(y, v, active[:1])
	t.Logf("the first phrase comes out at %+.2f dB", got)
	if got < -3 {
		t.Errorf("a stream that begins with speech loses %.1f dB of its first phrase", -got)
	}
}

// TestNoiseStep: noise that becomes 10 dB louder is as well removed as before
// within two seconds, with and without somebody talking over it, and speech is
// not taken for it.
func TestNoiseStep(t *testing.T) {
	const rate = 48000
	n := 8 * rate
	step := 3 * rate
	for _, talking := range []bool{false, true} {
		for name, noise := range map[string][]float32{"white": white(n, 1, -50), "pink": pink(n, 2, -50)} {
			scale(noise[step:], math.Pow(10, 10.0/20))
			clean := make([]float32, n)
			var active []span
			if talking {
				var v []float32
				v, active = voice(rate, 7, 81)
				copy(clean[rate:], v)
				for i := range active {
					active[i].from += rate
					active[i].to += rate
				}
			}
			x := add(clean, noise)
			y := aligned(mustNew(t, Config{SampleRate: rate}), x)
			late := pauses(active, n, step+2*rate, rate/4)
			before := pauses(active, step, rate, rate/4)
			if !talking {
				before = []span{{rate, step}}
			}
			r0 := level(gather(x, before)) - level(gather(y, before))
			r1 := level(gather(x, late)) - level(gather(y, late))
			t.Logf("%s, talking %v: −%.1f dB before the step, −%.1f dB from 2 s after it", name, talking, r0, r1)
			if r1 < 12 || r1 < r0-3 {
				t.Errorf("%s, talking %v: noise −%.1f dB from 2 s after a step of 10 dB, −%.1f dB before", name, talking, r1, r0)
			}
			if talking {
				var after []span
				for _, s := range active {
					if s.from > step && s.to <= n {
						after = append(after, s)
					}
				}
				if c := speechChange(y, clean, after); c < -2 {
					t.Errorf("%s: speech after the step comes out at %+.1f dB", name, c)
				}
			}
		}
	}
	// A step down needs nothing but not to pump: the residue falls with it.
	x := white(4*rate, 5, -30)
	scale(x[2*rate:], 0.1)
	y := aligned(mustNew(t, Config{SampleRate: rate}), x)
	if r := level(x[3*rate:]) - level(y[3*rate:]); r < 12 {
		t.Errorf("a second after a step of −20 dB noise is −%.1f dB", r)
	}
}

// TestLongSpeechIsKept: somebody who talks for seconds without a pause is not
// taken for noise.
func TestLongSpeechIsKept(t *testing.T) {
	const rate = 48000
	// Without a pause for 6 s: phrases closed up.
	v, active := voice(rate, 10, 91)
	x := append(make([]float32, rate), gather(v, active)...)
	clean := append([]float32(nil), x...)
	x = add(x, white(len(x), 1, -56))
	for _, tracker := range []Tracker{TrackMMSE, TrackMinimum} {
		y := aligned(mustNew(t, Config{SampleRate: rate, Tracker: tracker}), x)
		got := speechChange(y, clean, []span{{3 * rate, len(x)}})
		t.Logf("%v: speech without pauses comes out at %+.2f dB", tracker, got)
		if got < -1.5 {
			t.Errorf("%v: speech without pauses comes out at %+.2f dB", tracker, got)
		}
	}
}

// TestTransients: key presses between words are damped more than the gain rule
// alone would; steady noise and speech do not count as clicks.
func TestTransients(t *testing.T) {
	const rate = 48000
	x := white(6*rate, 1, -60)
	r := newRand(5)
	var clicks []span
	for at := 2 * rate; at < 6*rate-rate/4; at += rate/5 + r.IntN(rate/5) {
		last := 0.0
		for i := range rate / 100 { // 10 ms of bright noise, falling off
			w := r.NormFloat64()
			x[at+i] += float32(0.1 * (w - last) * math.Exp(-float64(i)/120))
			last = w
		}
		clicks = append(clicks, span{at, at + rate/50})
	}
	d := mustNew(t, Config{SampleRate: rate})
	y := aligned(d, x)
	got := level(gather(x, clicks)) - level(gather(y, clicks))
	t.Logf("clicks come down by %.1f dB", got)
	if got < 6 {
		t.Errorf("clicks between words come down by %.1f dB, want at least 6", got)
	}
	v, active := voice(rate, 4, 5)
	v = add(v, white(len(v), 4, -70))
	for name, x := range map[string][]float32{"white": white(3*rate, 2, -40), "pink": pink(3*rate, 3, -40), "speech": v} {
		d := mustNew(t, Config{SampleRate: rate})
		found, allowed := 0, 0
		if name == "speech" {
			allowed = 3 * len(active) // the first consonant after a pause may pass for one
		}
		out := make([]float32, 480)
		for at := 0; at+480 <= len(x); at += 480 {
			d.Process(out, x[at:at+480])
			if d.current.list[0].(*classical).click.state > 0.1 && at > rate/2 {
				found++
			}
		}
		if found > allowed {
			t.Errorf("%s: %d hops taken for clicks", name, found)
		}
	}
}

// TestNoiseLevelIsTrue: the level of steady noise that the statistics and the
// make-up of level go by is free of the tracker's bias, at rates with and without
// smoothing over bins.
func TestNoiseLevelIsTrue(t *testing.T) {
	for _, tracker := range []Tracker{TrackMMSE, TrackMinimum} {
		for _, rate := range []int{8000, 16000, 48000} {
			d := mustNew(t, Config{SampleRate: rate, Tracker: tracker})
			x := white(8*rate, 5, -40)
			process(d, x[:3*rate], 0)
			var sum, n float64
			for at := 3 * rate; at < len(x); at += rate / 10 {
				process(d, x[at:at+rate/10], 0)
				sum += float64(d.current.list[0].noiseLevel())
				n++
			}
			// Σ|X|² over the bins of half the spectrum; the window's power is half its length.
			want := math.Pow(10, -40.0/10) * float64(d.hop) * float64(d.bins)
			db := 10 * math.Log10(sum/n/want)
			t.Logf("%v, %d Hz: noise level %+.2f dB from the truth", tracker, rate, db)
			if tracker == TrackMMSE && math.Abs(db) > 0.3 || math.Abs(db) > 1.5 {
				t.Errorf("%v, %d Hz: noise level %+.2f dB from the truth", tracker, rate, db)
			}
		}
	}
}
