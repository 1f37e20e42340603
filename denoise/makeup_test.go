package denoise

import (
	"math"
	"testing"
)

// TestMakeupBounds: whatever the frames, the factor lies between 1 and its
// bound, in a new engine too.
func TestMakeupBounds(t *testing.T) {
	e := newClassical(testWork(t, 481), false, nil)
	r := newRand(3)
	gain, power, noise := make([]float32, 481), make([]float32, 481), make([]float32, 481)
	for range 2000 {
		for k := range gain {
			gain[k] = r.Float32()
			noise[k] = r.Float32()
			power[k] = 2 * r.Float32() * noise[k]
			if r.IntN(50) == 0 {
				power[k] = float32(math.Pow(10, 16*r.Float64()))
			}
		}
		e.makeup.update(gain, power, noise, r.Float32(), true)
		if f := e.makeup.factor; !(f >= 1 && f <= makeupMost) {
			t.Fatalf("factor %v, want 1 to %v", f, makeupMost)
		}
	}
}

// TestMakeupRestoresLevel: speech that the gains take 2 dB from gets them back
// within two seconds of speech, pauses get nothing.
func TestMakeupRestoresLevel(t *testing.T) {
	var m makeup
	m.reset()
	gain, power, noise := make([]float32, 481), make([]float32, 481), make([]float32, 481)
	loss := float32(math.Pow(10, -2.0/20))
	for k := range gain {
		gain[k], power[k], noise[k] = loss, 10, 0.1
	}
	for range 200 {
		m.update(gain, power, noise, 1, true)
	}
	if db := 20 * math.Log10(float64(m.factor*loss)); math.Abs(db) > 0.2 {
		t.Errorf("speech at %+.2f dB after make-up", db)
	}
	m.update(gain, power, noise, 0, true)
	if m.factor != 1 {
		t.Errorf("a pause is made louder by %v", m.factor)
	}
}

// TestEnough: 0 before a voice was heard; then the gain that puts the noise
// quietDB under the voice, at most 1 and never negative. So with leave, from
// neuralDepthDB at noisyDB to nothing at cleanDB.
func TestEnough(t *testing.T) {
	var m makeup
	m.reset()
	gain, power, noise := make([]float32, 481), make([]float32, 481), make([]float32, 481)
	for k := range gain {
		gain[k], power[k], noise[k] = 1, 11, 1 // speech of 10 a bin
	}
	frame := func(prob float32, learn bool) { m.update(gain, power, noise, prob, learn) }
	for range makeupFrames - 1 {
		frame(1, true)
	}
	for range 1000 { // pauses, and sound that was made up, are no voice
		frame(0.2, true)
		frame(1, false)
	}
	if g := m.enough(1); g != 0 {
		t.Errorf("%v is enough after %d frames of voice", g, makeupFrames-1)
	}
	for range 1000 {
		frame(1, true)
	}
	voice := 10 * float64(len(power)-makeupFirst)
	for _, db := range []float64{-60, -20, 0, 10, 18, 20, 25, 30, 32, 37, 40, 60, 300} {
		level := voice / math.Pow(10, db/10)
		want := math.Min(math.Pow(10, (db-quietDB)/20), 1)
		got := float64(m.enough(float32(level)))
		if math.Abs(got/want-1) > 1e-3 || got > 1+1e-6 {
			t.Errorf("voice %v dB over the noise: %v is enough, want %v", db, got, want)
		}
		want = math.Pow(10, -neuralDepthDB/20.0*math.Min(math.Max(cleanDB-db, 0)/(cleanDB-noisyDB), 1))
		got = float64(m.leave(float32(level)))
		if math.Abs(got/want-1) > 1e-3 || got > 1+1e-6 {
			t.Errorf("voice %v dB over the noise: leave %v, want %v", db, got, want)
		}
	}
	for _, level := range []float32{0, 1e-30, math.MaxFloat32} {
		if g := m.enough(level); !(g >= 0 && g <= 1+1e-6) {
			t.Errorf("noise of %v: %v is enough", level, g)
		}
		if g := m.leave(level); !(g > 0 && g <= 1+1e-6) {
			t.Errorf("noise of %v: leave %v", level, g)
		}
	}
	m.reset()
	if g := m.enough(1); g != 0 {
		t.Errorf("%v is enough after reset", g)
	}
	if g := m.leave(1); g != 0 {
		t.Errorf("leave %v after reset", g)
	}
}

// TestCrashIsNoVoice: ten frames of crash that pass for speech do not decide for
// long what is enough: 5 dB at most.
func TestCrashIsNoVoice(t *testing.T) {
	var m makeup
	m.reset()
	gain, power, noise := make([]float32, 481), make([]float32, 481), make([]float32, 481)
	for k := range gain {
		gain[k], power[k] = 1, 10
	}
	for range 200 {
		m.update(gain, power, noise, 1, true)
	}
	before := m.enough(1e5)
	for k := range power {
		power[k] = 1e9
	}
	for range 10 {
		m.update(gain, power, noise, 1, true)
	}
	if db := 20 * math.Log10(float64(m.enough(1e5)/before)); !(db < 5) {
		t.Errorf("a crash of 0.1 s raises what is enough by %.1f dB", db)
	}
}

// TestCleanPausesStay: a clean recording keeps its room, a noisy one does not;
// whoever asks for more than the default gets it.
func TestCleanPausesStay(t *testing.T) {
	const rate = 48000
	v, _, name := speech(t, 6)
	for _, c := range []struct {
		engine   Engine
		strength Strength
		db       float64 // of the noise
		lo, hi   float64 // reduction, dB
	}{
		{Classical, Default, -80, -0.5, 3}, {Classical, Default, -72, -0.5, 3}, {Classical, Default, -45, 15, 29}, {Classical, Default, -35, 20, 29},
		{Classical, Maximum, -72, 20, 60},
		{Neural, Default, -80, -0.5, 3}, {Neural, Default, -72, -0.5, 3}, {Neural, Default, -45, 28, 36}, {Neural, Default, -35, 30, 36},
		{Neural, Maximum, -72, 20, 60},
	} {
		x := add(v, white(len(v), 3, c.db))
		x = append(x, white(2*rate, 4, c.db)...)
		y := aligned(mustNew(t, Config{SampleRate: rate, Engine: c.engine, Strength: c.strength}), x)
		from := len(v) + rate/2
		got := level(x[from:]) - level(y[from:])
		t.Logf("%v, %s, noise at %v dBFS, %v: pause −%.1f dB", c.engine, name, c.db, c.strength, got)
		if !(got >= c.lo && got <= c.hi) {
			t.Errorf("%v, %s, noise at %v dBFS, %v: the pause comes down by %.1f dB, want %v to %v", c.engine, name, c.db, c.strength, got, c.lo, c.hi)
		}
	}
}
