package denoise

import (
	"math"
	"testing"
)

// TestStatsBeforeTheFirstHop are what the documentation says of the unknown.
func TestStatsBeforeTheFirstHop(t *testing.T) { bothEngines(t, testStatsBeforeTheFirstHop) }

func testStatsBeforeTheFirstHop(t *testing.T) {
	want := Stats{LevelDBOV: -127, NoiseDBFS: -200, SpeechDBOV: -127}
	d := mustNew(t, Config{SampleRate: 48000})
	if s := d.Stats(); s != want {
		t.Errorf("new: %+v, want %+v", s, want)
	}
	process(d, talk(48000, 1, 48000), 0)
	d.Reset()
	if s := d.Stats(); s != want {
		t.Errorf("after Reset: %+v, want %+v", s, want)
	}
}

// TestStatsOfNoise: level, noise, gain and reduction of steady noise are those
// that one measures from outside.
func TestStatsOfNoise(t *testing.T) {
	for _, rate := range []int{8000, 48000} {
		for _, db := range []float64{-30, -60} {
			x := white(5*rate, 1, db)
			d := mustNew(t, Config{SampleRate: rate})
			y := process(d, x, 0)
			s := d.Stats()
			t.Logf("%d Hz, white noise at %v dBFS: %+v", rate, db, s)
			if math.Abs(s.LevelDBOV-db) > 1 {
				t.Errorf("level %.1f dBov, want %v", s.LevelDBOV, db)
			}
			if math.Abs(s.NoiseDBFS-db) > 2 {
				t.Errorf("noise estimate %.1f dBFS, want %v within 2 dB", s.NoiseDBFS, db)
			}
			if out := level(x[2*rate:]) - level(y[2*rate:]); math.Abs(s.ReductionDB-out) > 2.5 || math.Abs(-s.GainDB-out) > 3 {
				t.Errorf("reduction %.1f dB, last gain %.1f dB; the output is %.1f dB down", s.ReductionDB, s.GainDB, out)
			}
			if s.Voice || s.VoiceHops > 0 || s.Hops != 500 || s.SilentHops != 0 {
				t.Errorf("counts of steady noise: %+v", s)
			}
		}
	}
}

// TestStatsOfSpeech: the mean level and SNR of speech at a known SNR.
func TestStatsOfSpeech(t *testing.T) {
	v, active := voice(48000, 12, 71)
	lead := 24000
	v = append(make([]float32, lead), v...)
	for i := range active {
		active[i].from += lead
		active[i].to += lead
	}
	for _, snr := range []float64{10, 20, 30} {
		x := add(v, pink(len(v), 1, -26-snr))
		d := mustNew(t, Config{SampleRate: 48000})
		process(d, x, 0)
		s := d.Stats()
		want := level(gather(x, active))
		t.Logf("SNR %v dB: %+v", snr, s)
		if math.Abs(s.SpeechDBOV-want) > 3 {
			t.Errorf("SNR %v: speech at %.1f dBov, want %.1f", snr, s.SpeechDBOV, want)
		}
		if math.Abs(s.SNRDB-snr) > 5 {
			t.Errorf("SNR %v: estimated %.1f dB", snr, s.SNRDB)
		}
		if s.VoiceHops == 0 || s.VoiceHops >= s.Hops || s.ReductionDB < 6 {
			t.Errorf("SNR %v: %+v", snr, s)
		}
	}
}

// TestReductionIsOfCleanedHops: what was observed, bypassed or off does not
// dilute the figure.
func TestReductionIsOfCleanedHops(t *testing.T) { bothEngines(t, testReductionIsOfCleanedHops) }

func testReductionIsOfCleanedHops(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000})
	process(d, white(96000, 1, -40), 0)
	before := d.Stats().ReductionDB
	d.Observe(white(96000, 2, -40))
	d.SetBypass(true)
	process(d, white(96000, 3, -40), 0)
	if s := d.Stats(); math.Abs(s.ReductionDB-before) > 0.3 {
		t.Errorf("reduction goes from %.1f to %.1f dB while nothing is cleaned", before, s.ReductionDB)
	} else if s.GainDB != 0 {
		t.Errorf("gain %v dB in bypass, want 0", s.GainDB)
	}
}

// TestMeter forgets slowly and does not freeze.
func TestMeter(t *testing.T) {
	var m meter
	for range 100000 {
		m.add(1)
	}
	if math.Abs(m.mean-1) > 1e-9 {
		t.Errorf("mean %v of ones", m.mean)
	}
	for range 3000 {
		m.add(3)
	}
	if m.mean < 2.8 || m.mean > 3 {
		t.Errorf("mean %v after 3000 threes, want nearly 3", m.mean)
	}
	m = meter{}
	m.add(2)
	m.add(4)
	if m.mean != 3 {
		t.Errorf("mean of 2 and 4 is %v", m.mean)
	}
}

// TestDigitalSilence: it is counted and moves nothing else.
func TestDigitalSilence(t *testing.T) { bothEngines(t, testDigitalSilence) }

func testDigitalSilence(t *testing.T) {
	for _, tracker := range []Tracker{TrackMMSE, TrackMinimum} {
		for _, music := range []bool{false, true} {
			d := mustNew(t, Config{SampleRate: 48000, Tracker: tracker, Music: music})
			process(d, talk(48000, 1, 96000), 0)
			process(d, white(96000, 2, -45), 0)
			before, s := d.Profile(), d.Stats()
			dither := white(480*1000, 5, -97) // what a muted 16-bit source gives at most
			for at := 0; at < len(dither); at += 4800 {
				if at%9600 == 0 {
					clear(dither[at : at+4800])
				}
			}
			y := process(d, dither, 0)
			after, e := d.Profile(), d.Stats()
			for k := range before.PSD {
				if before.PSD[k] != after.PSD[k] {
					t.Fatalf("%v, music %v: noise of bin %d moves from %v to %v", tracker, music, k, before.PSD[k], after.PSD[k])
				}
			}
			if e.SilentHops != 1000 || e.NoiseDBFS != s.NoiseDBFS || e.ReductionDB != s.ReductionDB || e.SpeechDBOV != s.SpeechDBOV || e.SNRDB != s.SNRDB {
				t.Errorf("%v, music %v: stats %+v, before the silence %+v", tracker, music, e, s)
			}
			if p := peak(y[2*d.Latency():]); p > 1e-4 {
				t.Errorf("silence comes out at %v", p)
			}
			// After ten seconds of it the noise is as well removed as before, at
			// once.
			x := white(9600, 7, -45)
			y = process(d, x, 0)
			if g := level(x) - level(y[1920:]); !music && g < 12 {
				t.Errorf("%v: noise after silence is down by %.1f dB only", tracker, g)
			}
		}
	}
	// A stream that begins with silence begins with its first sound.
	x := talk(48000, 1, 48000)
	want := process(mustNew(t, Config{SampleRate: 48000}), x, 0)
	d := mustNew(t, Config{SampleRate: 48000})
	process(d, make([]float32, 480*333), 0)
	if i := sameBits(process(d, x, 0), want); i >= 0 {
		t.Errorf("output after leading silence differs at sample %d", i)
	}
}
