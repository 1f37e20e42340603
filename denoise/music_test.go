package denoise

import (
	"math"
	"testing"
)

// chords is music of a kind: chords of decaying harmonic tones, one every
// 0.6 s, at −20 dBFS.
func chords(rate int, seconds float64) []float32 {
	x := make([]float32, int(seconds*float64(rate)))
	roots := []float64{220, 174.6, 261.6, 196}
	for i := 0; float64(i)*0.6 < seconds; i++ {
		from := int(float64(i) * 0.6 * float64(rate))
		for _, ratio := range []float64{0.5, 1, 1.25, 1.5} {
			f := roots[i%4] * ratio
			for h := 1; h <= 8; h++ {
				w := 2 * math.Pi * f * float64(h) / float64(rate)
				decay := math.Exp(-math.Sqrt(float64(h)) / 1.2 / float64(rate))
				e, before, now, turn := 1.0/float64(h*h), 0.0, math.Sin(w), 2*math.Cos(w)
				for j := 0; from+j < len(x) && j < rate*5/4; j++ {
					attack := math.Min(1, 200*float64(j)/float64(rate))
					x[from+j] += float32(e * attack * now)
					e, before, now = e*decay, now, turn*now-before
				}
			}
		}
	}
	return toLevel(x, -20)
}

// TestMusicMode: music passes, hiss falls.
func TestMusicMode(t *testing.T) { bothEngines(t, testMusicMode) }

func testMusicMode(t *testing.T) {
	const rate = 48000
	lead := rate
	music := append(make([]float32, lead), chords(rate, 5)...)
	span1 := []span{{lead + rate, len(music)}}
	x := add(music, white(len(music), 1, -55))
	d := mustNew(t, Config{SampleRate: rate, Music: true})
	y := aligned(d, x)
	change := speechChange(y, music, span1)
	distance := logSpectralDistance(gather(y, span1), gather(x, span1), rate)
	// The hiss alone, before the first chord, and above the chords' spectrum
	// while they play.
	before := level(x[lead/2:lead]) - level(y[lead/2:lead])
	treble := highBand(gather(x, span1), rate) - highBand(gather(y, span1), rate)
	t.Logf("music %+.2f dB, hiss −%.1f dB before it, −%.1f dB above 12 kHz during it, distance %.2f dB", change, before, treble, distance)
	if math.Abs(change) > 1 {
		t.Errorf("music changes by %+.2f dB", change)
	}
	if before < 6 || treble < 6 || before > musicLimitDB+0.5 || treble > musicLimitDB+0.5 {
		t.Errorf("hiss falls by %.1f and %.1f dB, want 6 to %v", before, treble, musicLimitDB)
	}
	// Every second of it: no note dies because it is held.
	for at := lead + rate; at+rate <= len(y); at += rate {
		if c := speechChange(y, music, []span{{at, at + rate}}); c < -1 {
			t.Errorf("second %d: music at %+.2f dB", at/rate, c)
		}
	}
	// A held organ note of ten seconds.
	note := sine(10*rate, rate, 440, 0.1)
	z := aligned(mustNew(t, Config{SampleRate: rate, Music: true}), add(append(make([]float32, rate), note...), white(11*rate, 1, -60)))
	if c := speechChange(z[rate:], note, []span{{8 * rate, 10 * rate}}); c < -1 {
		t.Errorf("after eight seconds a held note is at %+.2f dB", c)
	}
	// Speech mode would not do: the test can tell.
	z = aligned(mustNew(t, Config{SampleRate: rate}), add(append(make([]float32, rate), note...), white(11*rate, 1, -60)))
	if c := speechChange(z[rate:], note, []span{{8 * rate, 10 * rate}}); c > -6 {
		t.Errorf("without music mode a held note is at %+.2f dB: the tracker does not follow a steady sound", c)
	}
}

// TestMusicLimit: at most 12 dB, rumble included.
func TestMusicLimit(t *testing.T) { bothEngines(t, testMusicLimit) }

func testMusicLimit(t *testing.T) {
	x := add(white(6*48000, 1, -40), sine(6*48000, 48000, 20, 0.05))
	d := mustNew(t, Config{SampleRate: 48000, Music: true, Strength: Maximum})
	y := aligned(d, x)
	in, out := x[4*48000:], y[4*48000:]
	if r := level(in) - level(out); r > musicLimitDB+0.2 {
		t.Errorf("steady noise with a rumble of 20 Hz is down by %.1f dB in music mode, at most %v is promised", r, musicLimitDB)
	}
}

// highBand returns the level above 12 kHz.
func highBand(x []float32, rate int) float64 {
	w := 1 - math.Exp(-2*math.Pi*12000/float64(rate))
	y := append([]float32(nil), x...)
	for range 4 {
		var low float64
		for i, v := range y {
			low += w * (float64(v) - low)
			y[i] = float32(float64(v) - low)
		}
	}
	return level(y)
}
