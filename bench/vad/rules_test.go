package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/denoise"
)

func TestDecide(t *testing.T) {
	prob := []float32{0, 0.59, 0.6, 0.31, 0.3, 0.29, 0, 0.1, 0.1, 0.5, 0.7, 0.1, 0.4, 0, 0, 0, 0}
	want := "..vvvvvv..vvvvvv."
	r := rule{start: 0.6, goOn: 0.3, hold: 3}
	for i, v := range r.decide(prob) {
		if v != (want[i] == 'v') {
			t.Errorf("frame %d, probability %v: voice %v, want %c", i, prob[i], v, want[i])
		}
	}
	if got := threshold(0.5, 0).decide([]float32{0.5, 0.49}); !got[0] || got[1] {
		t.Errorf("plain threshold: %v", got)
	}
}

// TestRuleIsVADConfig: our rule decides as a Detector does with the same
// thresholds and hold, and its default is the Detector's. Otherwise the table of
// variants would speak of something else.
func TestRuleIsVADConfig(t *testing.T) {
	set, err := lab.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	x, _, err := set.Items[0].Load()
	if err != nil {
		t.Fatal(err)
	}
	x = x[:5*lab.Rate]
	detector := ourSystems()[1]
	def, err := detector.run(x)
	if err != nil {
		t.Fatal(err)
	}
	if got := ourRule.decide(def.prob); !slices.Equal(got, def.voice) {
		t.Errorf("ourRule %+v is not what a Detector does by default", ourRule)
	}
	neural, err := denoiserTrack(x, denoise.Neural)
	if err != nil {
		t.Fatal(err)
	}
	if got := neuralRule.decide(neural.prob); !slices.Equal(got, neural.voice) {
		t.Errorf("neuralRule %+v is not what a neural Denoiser does by default", neuralRule)
	}
	if !slices.Contains(def.voice, true) || !slices.Contains(def.voice, false) {
		t.Error("a decision that never changes shows nothing")
	}
	for _, r := range variantRules[1:7] {
		tr, err := detectorTrack(x, r.config())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.decide(tr.prob), tr.voice) {
			t.Errorf("rule %+v decides otherwise than a Detector with %+v", r, r.config())
		}
	}
}

// TestDenoiserAsDetector: frame by frame the same, so that the report may leave
// the Detector's decisions out.
func TestDenoiserAsDetector(t *testing.T) {
	x := lab.PinkNoise(2*lab.Rate, 1)
	noise, err := x.Load()
	if err != nil {
		t.Fatal(err)
	}
	for i := lab.Rate; i < len(noise); i++ {
		noise[i] += 0.3 * float32(math.Sin(2*math.Pi*200*float64(i)/lab.Rate))
	}
	a, err := denoiserTrack(noise, denoise.Classical)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ourSystems()[1].run(noise)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.prob) != 200 || !slices.Equal(a.prob, b.prob) || !slices.Equal(a.voice, b.voice) {
		t.Errorf("Denoiser and Detector differ (%d and %d frames)", len(a.prob), len(b.prob))
	}
	if a.cpu <= 0 || b.cpu <= 0 || a.hops != 200 || b.hops != 200 {
		t.Errorf("cost %v for %d hops and %v for %d", a.cpu, a.hops, b.cpu, b.hops)
	}
}

// TestHeld: a threshold on the held probability is the threshold with a hold.
func TestHeld(t *testing.T) {
	prob := random(500, 1)
	for _, hold := range []int{0, 1, 10} {
		h := held(prob, hold)
		for _, at := range []float32{0.1, 0.5, 0.95} {
			if !slices.Equal(threshold(at, 0).decide(h), threshold(at, hold).decide(prob)) {
				t.Errorf("hold %d, threshold %v: decisions differ", hold, at)
			}
		}
	}
}

func TestMeanOfLast(t *testing.T) {
	got := meanOfLast([]float32{0.8, 0.8, 0, 0.4, 1}, 4)
	for i, want := range []float64{0.2, 0.4, 0.4, 0.5, 0.55} {
		if math.Abs(float64(got[i])-want) > 1e-6 {
			t.Errorf("frame %d: %v, want %v", i, got[i], want)
		}
	}
}

// TestEnergyTrack: nothing over steady noise, the step in dB over 30 when it
// grows, and nothing again 2 s after that.
func TestEnergyTrack(t *testing.T) {
	x := make([]float32, 6*lab.Rate)
	for i := range x {
		x[i] = 0.01 * float32(1-2*(i%2))
		if i >= 2*lab.Rate {
			x[i] *= 4 // 12.04 dB
		}
	}
	p := energyTrack(x)
	if len(p) != 600 {
		t.Fatalf("%d values", len(p))
	}
	for _, c := range []struct {
		frame int
		want  float64
	}{{100, 0}, {199, 0}, {240, 12.04 / 30}, {350, 12.04 / 30}, {450, 0}} {
		if math.Abs(float64(p[c.frame])-c.want) > 0.005 {
			t.Errorf("frame %d: %v, want %.3f", c.frame, p[c.frame], c.want)
		}
	}
	if p[200] <= p[199] || p[205] <= p[201] {
		t.Error("does not rise where the noise does")
	}
	for i, v := range energyTrack(make([]float32, lab.Rate)) {
		if v != 0 {
			t.Fatalf("frame %d of silence: %v", i, v)
		}
	}
}

// random returns probabilities.
func random(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32()
	}
	return x
}
