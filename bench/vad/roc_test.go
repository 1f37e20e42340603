package main

import (
	"math"
	"testing"

	"github.com/quietline/quietline/bench/metrics"
)

// made returns tracks in which speech has higher probabilities, in steps of a
// hundredth so that there are ties.
func made(recordings, frames int) []metrics.VoiceTrack {
	var list []metrics.VoiceTrack
	for r := range recordings {
		p, s := random(frames, uint64(r)), random(frames, 1000+uint64(r))
		t := metrics.VoiceTrack{Prob: p, Speech: make([]bool, frames)}
		for i := range p {
			t.Speech[i] = s[i] < 0.6
			if t.Speech[i] {
				p[i] = float32(math.Sqrt(float64(p[i])))
			}
			p[i] = float32(math.Round(float64(p[i])*100) / 100)
		}
		list = append(list, t)
	}
	return list
}

// TestCurve: the area under the curve by trapezia is the ROC area; the ends are
// the corners; it never falls.
func TestCurve(t *testing.T) {
	tracks := made(5, 400)
	c := curve(tracks)
	if c[0] != (point{}) || c[len(c)-1] != (point{1, 1}) {
		t.Errorf("from %v to %v", c[0], c[len(c)-1])
	}
	var sum float64
	for i := 1; i < len(c); i++ {
		if c[i].False < c[i-1].False || c[i].Hit < c[i-1].Hit {
			t.Errorf("falls at %d: %v, %v", i, c[i-1], c[i])
		}
		sum += (c[i].False - c[i-1].False) * (c[i].Hit + c[i-1].Hit) / 2
	}
	want, err := metrics.ROCArea(pool(tracks))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(sum-want) > 2e-4 {
		t.Errorf("area %.5f, want %.5f", sum, want)
	}
	// The curve goes through the operating point of a threshold.
	s, err := metrics.ScoreVoice(tracks, 0.495)
	if err != nil {
		t.Fatal(err)
	}
	if got := missAt(c, s.FalseAlarm); math.Abs(got-s.Miss) > 0.005 {
		t.Errorf("at %.3f false alarms %.4f missed, want %.4f", s.FalseAlarm, got, s.Miss)
	}
}

func TestMissAt(t *testing.T) {
	c := []point{{0, 0}, {0, 0.5}, {0.2, 0.7}, {1, 1}}
	for at, want := range map[float64]float64{0: 0.5, 0.1: 0.4, 0.2: 0.3, 0.6: 0.15, 1: 0} {
		if got := missAt(c, at); math.Abs(got-want) > 1e-12 {
			t.Errorf("at %v: %v, want %v", at, got, want)
		}
	}
}

// TestBootstrap: recordings that are all the same leave nothing to chance; the
// draws lie around the area; the same seed gives the same draws.
func TestBootstrap(t *testing.T) {
	one := made(1, 600)
	want, err := metrics.ROCArea(one[0].Prob, one[0].Speech)
	if err != nil {
		t.Fatal(err)
	}
	same := bootstrap([]metrics.VoiceTrack{one[0], one[0], one[0], one[0]})
	for _, v := range same {
		if math.Abs(v-want) > 1e-3 {
			t.Fatalf("area %.5f, want %.5f", v, want)
		}
	}
	if got := interval(same); got > 1e-9 {
		t.Errorf("± %v of the same recordings", got)
	}
	tracks := made(20, 200)
	all, err := metrics.ROCArea(pool(tracks))
	if err != nil {
		t.Fatal(err)
	}
	a, b := bootstrap(tracks), bootstrap(tracks)
	var mean float64
	for i := range a {
		mean += a[i] / float64(len(a))
		if a[i] != b[i] {
			t.Fatal("not the same draws")
		}
	}
	if half := interval(a); math.Abs(mean-all) > 0.005 || half < 0.002 || half > 0.05 {
		t.Errorf("mean %.4f of area %.4f, ± %.4f", mean, all, half)
	}
}

func TestInterval(t *testing.T) {
	var v []float64
	for i := range 1001 {
		v = append(v, float64(i))
	}
	if got := interval(v); got != 475 {
		t.Errorf("%v, want 475", got)
	}
	if got := interval(v[:10]); !math.IsNaN(got) {
		t.Errorf("%v of ten values", got)
	}
}
