package denoise

import (
	"math"
	"testing"

	"github.com/quietline/quietline/internal/voicenet"
)

// TestCurve against straight lines drawn one bin at a time, for spectra that end
// below the first middle and above the last.
func TestCurve(t *testing.T) {
	r := newRand(4)
	for _, bins := range []int{1, 2, 6, 7, 15, 81, 161, 481, 961} {
		for _, binHz := range []float64{50, 43.066, 25, 100} {
			m := newBandMiddles(binHz)
			for range 20 {
				var v bandValues
				v64 := make([]float64, len(v))
				lo, hi := float32(1), float32(0)
				for i := range v {
					v[i] = r.Float32()
					v64[i] = float64(v[i])
					lo, hi = min(lo, v[i]), max(hi, v[i])
				}
				got := make([]float32, bins)
				m.curve(len(got)).Write(got, v[:])
				for k, want := range refCurve(bins, binHz, v64) {
					if d := math.Abs(float64(got[k]) - want); !(d < 2e-6) || got[k] < lo-2e-6 || got[k] > hi+2e-6 {
						t.Fatalf("%d bins %v Hz apart: bin %d is %v, want %v", bins, binHz, k, got[k], want)
					}
				}
			}
		}
	}
	// With bins 25 Hz apart every middle is one: the value itself stands there.
	v := bandValues{.1, .9, .3, .7, .2, .6}
	got := make([]float32, 400)
	newBandMiddles(25).curve(len(got)).Write(got, v[:])
	for i, want := range v {
		lo, hi := voicenet.Group(i)
		if k := int((lo + hi) / 2 / 25); got[k] != want {
			t.Errorf("middle of band %d: %v, want %v", i, got[k], want)
		}
	}
}

// probs runs x through a new denoiser and returns the probability of every hop.
func probs(t testing.TB, c Config, x []float32) []float64 {
	t.Helper()
	d := mustNew(t, c)
	var out []float64
	for at := 0; at+d.hop <= len(x); at += d.hop {
		d.Observe(x[at : at+d.hop])
		out = append(out, d.Stats().SpeechProb)
	}
	return out
}

// apart returns the mean and the largest difference.
func apart(a, b []float64) (mean, most float64) {
	for i := range a {
		d := math.Abs(a[i] - b[i])
		mean += d / float64(len(a))
		most = math.Max(most, d)
	}
	return mean, most
}

// noisySpeech is recorded speech in pink noise at a level in dBFS, half a second
// of noise first.
func noisySpeech(t testing.TB, seconds, db float64) []float32 {
	v, _, _ := speech(t, seconds)
	v = append(make([]float32, 24000), v...)
	return add(v, pink(len(v), 5, db))
}

// TestPresenceAtAnyLevel: from −40 to +10 dB of input gain change nothing but
// rounding: neither what is found nor, beside the gain, what comes out.
func TestPresenceAtAnyLevel(t *testing.T) {
	const rate = 48000
	x := noisySpeech(t, 4, -45)
	want := probs(t, Config{SampleRate: rate}, x)
	plain := aligned(mustNew(t, Config{SampleRate: rate}), x)
	for _, db := range []float64{-40, -20, 10} {
		y := scale(append([]float32(nil), x...), math.Pow(10, db/20))
		_, most := apart(probs(t, Config{SampleRate: rate}, y), want)
		out := scale(aligned(mustNew(t, Config{SampleRate: rate}), y), math.Pow(10, -db/20))
		var error float64
		for i := range out {
			d := float64(out[i]) - float64(plain[i])
			error += d * d
		}
		snr := level(plain) - decibels(error/float64(len(out)))
		t.Logf("%+v dB: probability within %.2g, output differs at −%.0f dB", db, most, snr)
		if !(most < 1e-3) || !(snr > 50) {
			t.Errorf("%+v dB of gain change the probability by up to %v and the output by something at −%.1f dB", db, most, snr)
		}
	}
}

// TestPresenceRecovers: a second after what no microphone gives, and after a
// mute, the probability is what it would have been.
func TestPresenceRecovers(t *testing.T) {
	const rate, from, to = 48000, 2 * 48000, 2*48000 + 9600
	x := noisySpeech(t, 5.5, -45)
	want := probs(t, Config{SampleRate: rate}, x)
	for name, bad := range map[string]float32{
		"NaN": float32(math.NaN()), "Inf": float32(math.Inf(1)), "silence": 0, "full scale": 1,
	} {
		y := append([]float32(nil), x...)
		for i := from; i < to; i++ {
			y[i] = bad
			if i/24%2 == 1 {
				y[i] = -bad // 1 kHz
			}
		}
		got := probs(t, Config{SampleRate: rate}, y)
		after := to/480 + 100
		mean, most := apart(got[after:], want[after:])
		t.Logf("%s: probability from a second later on within %.3f, on average %.4f", name, most, mean)
		if !(most < 0.2) || !(mean < 0.02) {
			t.Errorf("%s: from a second later on the probability is off by up to %.3f, on average %.4f", name, most, mean)
		}
	}
}

// TestMuteIsNoNews: sound goes on after half a minute of digital silence as if
// there had been none.
func TestMuteIsNoNews(t *testing.T) { bothEngines(t, testMuteIsNoNews) }

func testMuteIsNoNews(t *testing.T) {
	const rate, cut = 48000, 3 * 48000
	x := noisySpeech(t, 5, -45)
	want := probs(t, Config{SampleRate: rate}, x)
	y := append(append(append([]float32(nil), x[:cut]...), make([]float32, 30*rate)...), x[cut:]...)
	got := probs(t, Config{SampleRate: rate}, y)
	if p := got[cut/480+100]; p != 0 {
		t.Errorf("probability %v in a second of silence", p)
	}
	// The first frame after it is half silence.
	mean, most := apart(got[(cut+30*rate)/480+20:], want[cut/480+20:])
	t.Logf("probability from 0.2 s after the mute on within %.3f, on average %.4f", most, mean)
	if !(most < 0.3) || !(mean < 0.03) {
		t.Errorf("from 0.2 s after a mute on the probability is off by up to %.3f, on average %.4f", most, mean)
	}
}

// TestNoLockIn: neither a minute of loud noise nor one of talk without a pause
// makes the network or what follows it deaf to what comes next.
func TestNoLockIn(t *testing.T) {
	if testing.Short() {
		t.Skip("two minutes of sound")
	}
	const rate = 16000
	v, r := readWAV(t, "speech_16k.wav")
	if r != rate {
		v, _ = voice(rate, 6, 11)
	}
	active := activity(v, rate)
	v = toActiveLevel(v, rate, -26)
	d := mustNew(t, Config{SampleRate: rate})
	process(d, pink(60*rate, 1, -15), 0)
	quiet := scale(append([]float32(nil), v...), 0.1) // −46 dBFS
	x := add(append(make([]float32, rate), quiet...), white(len(quiet)+rate, 2, -70))
	hits, hops := 0, 0
	for at := 0; at+160 <= len(x); at += 160 {
		d.Observe(x[at : at+160])
		for _, s := range active {
			if at-rate >= s.from+rate/10 && at-rate < s.to {
				hops++
				if d.Stats().Voice {
					hits++
				}
			}
		}
	}
	t.Logf("after a minute of noise 31 dB louder than it %.0f %% of a quiet voice are found", 100*float64(hits)/float64(hops))
	if float64(hits) < 0.9*float64(hops) {
		t.Errorf("after a minute of loud noise a quiet voice is found in %d of %d hops", hits, hops)
	}

	var talk []float32 // a minute without a pause
	for closed := gather(v, active); len(talk) < 60*rate; {
		talk = append(talk, closed...)
	}
	talk = add(talk, white(len(talk), 3, -66))
	for _, db := range []float64{-50, -36} {
		d = mustNew(t, Config{SampleRate: rate})
		process(d, talk, 0)
		if p := d.Stats().SpeechProb; p < 0.5 {
			t.Errorf("probability %.2f at the end of a minute of talk", p)
		}
		n := white(4*rate, 4, db)
		y := process(d, n, 0)
		got, s := level(n[2*rate:])-level(y[2*rate:]), d.Stats()
		// −50 is 24 dB below the voice: 38 are enough.
		t.Logf("noise at %v dBFS after a minute of talk: −%.1f dB from 2 s on, probability %.2f, noise estimate %.1f dBFS", db, got, s.SpeechProb, s.NoiseDBFS)
		if got < 10 || s.Voice || math.Abs(s.NoiseDBFS-db) > 2 {
			t.Errorf("noise at %v dBFS after a minute of talk: −%.1f dB from 2 s on, voice %v, noise estimate %.1f dBFS", db, got, s.Voice, s.NoiseDBFS)
		}
	}
}

// resample returns x at another rate without what lies above cutoff, by a
// windowed sinc of ±4 ms.
func resample(x []float32, from, to int, cutoff float64) []float32 {
	const half, steps = 0.004, 8192
	kernel := make([]float64, steps+2)
	for i := range kernel {
		s := float64(i) / steps * half
		kernel[i] = 2 * cutoff / float64(from) * (0.5 + 0.5*math.Cos(math.Pi*s/half))
		if i > 0 {
			kernel[i] *= math.Sin(2*math.Pi*cutoff*s) / (2 * math.Pi * cutoff * s)
		}
	}
	out := make([]float32, len(x)*to/from)
	for i := range out {
		at := float64(i) / float64(to)
		first, last := int(math.Ceil((at-half)*float64(from))), int(math.Floor((at+half)*float64(from)))
		var sum float64
		for j := max(first, 0); j <= min(last, len(x)-1); j++ {
			u := math.Abs(at-float64(j)/float64(from)) / half * steps
			k := int(u)
			sum += float64(x[j]) * (kernel[k] + (u-float64(k))*(kernel[k+1]-kernel[k]))
		}
		out[i] = float32(sum)
	}
	return out
}

// TestPresenceAtAnyRate: the same sound, band-limited to 3.4 kHz, has nearly the
// same probability at every rate.
func TestPresenceAtAnyRate(t *testing.T) {
	x := noisySpeech(t, 3, -42)
	want := probs(t, Config{SampleRate: 48000}, resample(x, 48000, 48000, 3400))
	top := 0.0
	for _, p := range want {
		top = math.Max(top, p)
	}
	if top < 0.9 {
		t.Fatalf("probability at most %v: the material does not test anything", top)
	}
	for _, rate := range []int{8000, 16000, 44100} {
		got := probs(t, Config{SampleRate: rate}, resample(x, 48000, rate, 3400))
		mean, most := apart(got, want[:len(got)])
		t.Logf("%d Hz: probability within %.3f of that at 48 kHz, on average %.4f", rate, most, mean)
		if !(mean < 0.01) || !(most < 0.2) {
			t.Errorf("%d Hz: probability up to %.3f from that at 48 kHz, on average %.4f", rate, most, mean)
		}
	}
}

// TestMusicHasNoPauses: music mode is limited by what it is limited by, 12 dB, and
// by nothing that knows of a voice, even after a switch from speech.
func TestMusicHasNoPauses(t *testing.T) { bothEngines(t, testMusicHasNoPauses) }

func testMusicHasNoPauses(t *testing.T) {
	const rate = 48000
	x := noisySpeech(t, 3, -50)
	d := mustNew(t, Config{SampleRate: rate})
	y := make([]float32, 480)
	run := func() {
		for at := 0; at+480 <= len(x); at += 480 {
			d.Process(y, x[at:at+480])
		}
	}
	run()
	if e := d.current.list[0]; e.enough() == 0 {
		t.Fatal("the material has no voice")
	}
	d.SetMusic(true)
	run()
	e := d.current.list[0].(*classical)
	if e.music == nil || e.enough() != 0 || e.smooth.factors != undamped {
		t.Errorf("music mode: %v is enough, bands damped by %v", e.enough(), e.smooth.factors)
	}
	out := make([]float32, e.points.Len())
	e.gain(out)
	for k := range out {
		if g := e.smooth.linear[k]; out[k] != g {
			t.Fatalf("music mode: gain %v in point %d, %v before damping", out[k], k, g)
		}
	}
}
