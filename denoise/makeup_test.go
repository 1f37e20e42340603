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
		e.makeup.update(gain, power, noise, r.Float32())
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
		m.update(gain, power, noise, 1)
	}
	if db := 20 * math.Log10(float64(m.factor*loss)); math.Abs(db) > 0.2 {
		t.Errorf("speech at %+.2f dB after make-up", db)
	}
	m.update(gain, power, noise, 0)
	if m.factor != 1 {
		t.Errorf("a pause is made louder by %v", m.factor)
	}
}

// TestDamp: pauses are damped by pauseDampDB, speech is not, bin 0 goes.
func TestDamp(t *testing.T) {
	s := newSmoothing(testWork(t, 101), nil)
	out := make([]float32, 101)
	for k := range s.linear {
		s.linear[k] = 0.5
	}
	s.damp(1, 1)
	s.write(out)
	if out[50] != 0.5 || out[0] != 0 || out[1] != 0.25 {
		t.Errorf("speech: %v, %v, %v", out[0], out[1], out[50])
	}
	s.damp(0, 1)
	s.write(out)
	if db := 20 * math.Log10(float64(out[50])/0.5); math.Abs(db+pauseDampDB) > 0.01 {
		t.Errorf("pause: %.2f dB, want −%v", db, pauseDampDB)
	}
	s.damp(1, 0.1)
	s.write(out)
	if math.Abs(float64(out[50])-0.05) > 1e-6 {
		t.Errorf("factor 0.1 gives %v", out[50])
	}
}
