package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// testSignal is seconds of noise at −40 dB with louder stretches, a substitute
// for noisy speech.
func testSignal(t *testing.T, rate int, seconds float64) *signal {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	x := make([]float32, int(seconds*float64(rate)))
	for i := range x {
		v := 0.01 * random.NormFloat64()
		if at := float64(i) / float64(rate); math.Mod(at, 1) > 0.5 {
			v += 0.3 * math.Sin(2*math.Pi*300*at) * math.Sin(2*math.Pi*4*at)
		}
		x[i] = float32(math.Round(v*32768) / 32768)
	}
	s, err := newSignal(x, rate)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCheckRefusesWhatDoesNothing(t *testing.T) {
	s := testSignal(t, 8000, 3)
	delayed := make([]float32, s.hop)
	for _, c := range []struct {
		name string
		step func(x []float32) []float32
		want string // in the error; "" for none
	}{
		{"identity", func(x []float32) []float32 { return x }, "does nothing"},
		{"delay", func(x []float32) []float32 {
			y := append([]float32(nil), delayed...)
			copy(delayed, x)
			return y
		}, "pauses"},
		{"silence", func(x []float32) []float32 { return make([]float32, len(x)) }, "not finite"},
		{"NaN", func(x []float32) []float32 { return []float32{float32(math.NaN())} }, "not finite"},
		{"too loud", func(x []float32) []float32 { return apply(x, func(v float32) float32 { return 2 * v }) }, "+6.0 dB against"},
		{"a gate", func(x []float32) []float32 {
			if meanSquare(x) < 0.001 {
				return apply(x, func(v float32) float32 { return 0.1 * v })
			}
			return x
		}, ""},
	} {
		i := 0
		got, err := checkDenoiser(s, func() ([]float32, error) {
			i++
			return c.step(at(s, s.x, i-1)), nil
		})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want == "":
			if *got.PausesDB > -15 || *got.LevelDB < -1 {
				t.Errorf("%s: pauses %v dB, level %v dB", c.name, *got.PausesDB, *got.LevelDB)
			}
		case err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(c.want, "+")):
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func apply(x []float32, f func(float32) float32) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = f(v)
	}
	return y
}

func TestSignal(t *testing.T) {
	s := testSignal(t, 8000, 1.005)
	if s.hop != 80 || s.hops != 100 || len(s.x) != 8000 {
		t.Errorf("hop %d, %d hops, %d samples", s.hop, s.hops, len(s.x))
	}
	if a, b := &at(s, s.x, 3)[0], &at(s, s.x, 103)[0]; a != b {
		t.Error("hop 103 is not hop 3 of a recording of 100")
	}
	for i, v := range s.x {
		if s.xBig[i] != v*32768 || float32(s.x16[i]) != v*32768 {
			t.Fatalf("sample %d: %v, %v, %v", i, v, s.xBig[i], s.x16[i])
		}
	}
	name := t.TempDir() + "/x.f32"
	if err := s.write(name); err != nil {
		t.Fatal(err)
	}
	back, err := readSignal(name, 8000)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.x {
		if back.x[i] != s.x[i] {
			t.Fatalf("sample %d is %v after write and read, was %v", i, back.x[i], s.x[i])
		}
	}
	if _, err := newSignal(s.x[:50*80], 8000); err == nil {
		t.Error("half a second is taken")
	}
	if _, err := newSignal(s.x, 8001); err == nil {
		t.Error("8001 Hz is taken")
	}
}
