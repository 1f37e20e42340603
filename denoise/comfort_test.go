package denoise

import (
	"math"
	"testing"
)

// TestComfortNoiseLevel: where little is left, the output lies at the level
// that was asked for, within 1 dB, whatever the strength, the rate, the gate
// and the background, an offset in it included.
func TestComfortNoiseLevel(t *testing.T) { bothEngines(t, testComfortNoiseLevel) }

func testComfortNoiseLevel(t *testing.T) {
	for _, rate := range []int{8000, 48000} {
		for name, x := range map[string][]float32{
			"white": white(4*rate, 1, -50),
			"pink":  pink(4*rate, 2, -50),
			"with an offset": func() []float32 {
				x := white(4*rate, 3, -50)
				for i := range x {
					x[i] += 0.02
				}
				return x
			}(),
			"silence": make([]float32, 4*rate),
		} {
			for _, cfg := range []Config{{}, {Strength: Maximum}, {Gate: GateConfig{Enabled: true}}, {LimitDB: 40}} {
				for _, db := range []float64{-60} {
					cfg.SampleRate, cfg.ComfortNoiseDB = rate, db
					y := aligned(mustNew(t, cfg), x)
					got := level(highPass(y, rate)[2*rate:])
					if math.Abs(got-db) > 1 {
						t.Errorf("%d Hz, %s, %v, gate %v: comfort noise at %.1f dBFS, want %v", rate, name, cfg.Strength, cfg.Gate.Enabled, got, db)
					}
				}
			}
		}
	}
}

// highPass takes offsets away, below some 50 Hz.
func highPass(x []float32, rate int) []float32 {
	w := 1 - math.Exp(-2*math.Pi*20/float64(rate))
	y := make([]float32, len(x))
	var low float64
	for i, v := range x {
		low += w * (float64(v) - low)
		y[i] = float32(float64(v) - low)
	}
	return y
}

// TestNeverDigitalSilence: with comfort noise the line is open from the first
// hop on and through silence and closed gates, in every channel.
func TestNeverDigitalSilence(t *testing.T) { bothEngines(t, testNeverDigitalSilence) }

func testNeverDigitalSilence(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000, Channels: 2, ComfortNoiseDB: -65, Gate: GateConfig{Enabled: true}})
	deepest := -75.0
	if testEngine == Neural {
		// Comfort noise fills what the newest frame lacks, while the gate lets out
		// what came in before it: for a moment less of it when a voice has just begun.
		deepest = -100
	}
	x := append(make([]float32, 48000), talk(48000, 2, 48000)...)
	x = append(x, make([]float32, 96000)...)
	y := process(d, x, 0)
	for at := 2 * 1440; at+240 <= len(y); at += 240 {
		if l := level(y[at : at+240]); l < deepest {
			t.Fatalf("%.0f ms after the start the output is at %.0f dBFS", float64(at)/96, l)
		}
	}
	// Bypass and the removed noise have none.
	for _, cfg := range []Config{{Strength: Off}, {Output: OutputRemoved}} {
		cfg.SampleRate, cfg.ComfortNoiseDB = 48000, -50
		if p := peak(process(mustNew(t, cfg), make([]float32, 9600), 0)); p != 0 {
			t.Errorf("%v, %v: comfort noise at %v", cfg.Strength, cfg.Output, p)
		}
	}
}

// TestComfortNoiseIsSmooth: it is noise, not a buzz: Gaussian-like over time,
// without a line at the frame rate.
func TestComfortNoiseIsNoise(t *testing.T) {
	x := make([]float32, 4*48000)
	y := process(mustNew(t, Config{SampleRate: 48000, ComfortNoiseDB: -50}), x, 0)[48000:]
	if k := spectralKurtosis(y); k < 3 || k > 12 {
		t.Errorf("kurtosis of the powers %.1f, Gaussian noise has 6", k)
	}
	// The envelope's level per quarter of a hop, folded over hops.
	var fold [8]float64
	for i, v := range y {
		fold[i%480/60] += float64(v) * float64(v)
	}
	lo, hi := math.Inf(1), 0.0
	for _, f := range fold {
		lo, hi = math.Min(lo, f), math.Max(hi, f)
	}
	if r := 10 * math.Log10(hi/lo); r > 1 {
		t.Errorf("the level moves by %.1f dB within a hop", r)
	}
}
