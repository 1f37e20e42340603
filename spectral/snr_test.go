package spectral

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// estRefDD is the prior SNR from its equations in float64.
func estRefDD(power, noise, clean []float64, alpha, floor, most, fraction, blend float64) (prior, post []float64) {
	prior, post = make([]float64, len(power)), make([]float64, len(power))
	m0 := make([]float64, len(power))
	for k := range power {
		post[k] = math.Min(power[k]/noise[k], most)
		m0[k] = math.Max(post[k]-1, 0)
	}
	mean := estRefBox(m0, fraction)
	for k := range power {
		m := blend*m0[k] + (1-blend)*mean[k]
		prior[k] = math.Max(floor, alpha*math.Min(clean[k]/noise[k], most)+(1-alpha)*m)
	}
	return prior, post
}

func TestDecisionDirectedAgainstReference(t *testing.T) {
	for _, c := range []struct {
		opt                                 DecisionDirectedOptions
		alpha, floor, most, fraction, blend float64
	}{
		{DecisionDirectedOptions{}, 0.92, 0.0085, 1e4, 0.08, 0.5},
		{DecisionDirectedOptions{Alpha: 0.98, Blend: 1, Floor: 0.0032}, 0.98, 0.0032, 1e4, 0, 1},
		{DecisionDirectedOptions{Alpha: -1, Blend: -1, Floor: -1, Max: 100, SmoothFraction: 0.01}, 0, 0, 100, 0.01, 0},
		{DecisionDirectedOptions{SmoothFraction: -1}, 0.92, 0.0085, 1e4, 0, 0.5},
	} {
		for _, bins := range []int{1, 81, 481} {
			d, err := NewDecisionDirected(bins, c.opt)
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(1, uint64(bins)))
			noise, gain := make([]float32, bins), make([]float32, bins)
			for k := range noise {
				noise[k] = float32(math.Pow(10, 6*rng.Float64()-4))
			}
			clean := make([]float64, bins)
			for i, f := range estScene(2, bins, 60) {
				d.Update(f, noise)
				prior, post := estRefDD(estTo64(f), estTo64(noise), clean, c.alpha, c.floor, c.most, c.fraction, c.blend)
				for k := range f {
					// γ−1 loses digits where γ ≈ 1, and its mean is rounded to some 1e-3.
					if e := math.Abs(float64(d.Prior()[k]) - prior[k]); e > 1e-5+2e-6*prior[k] {
						t.Fatalf("%+v, frame %d, bin %d: ξ = %v, want %v", c.opt, i, k, d.Prior()[k], prior[k])
					}
					if e := math.Abs(float64(d.Post()[k]) - post[k]); e > 1e-6*post[k] {
						t.Fatalf("%+v, frame %d, bin %d: γ = %v, want %v", c.opt, i, k, d.Post()[k], post[k])
					}
					gain[k] = float32(prior[k] / (1 + prior[k]))
					clean[k] = float64(gain[k]) * float64(gain[k]) * float64(f[k])
				}
				d.Feedback(gain, f)
			}
		}
	}
}

// On paper (eq. 51) the feedback is G²γ of the last frame; with steady noise
// the stored power gives the same.
func TestDecisionDirectedIsEphraimMalah(t *testing.T) {
	d, _ := NewDecisionDirected(1, DecisionDirectedOptions{Alpha: 0.98, Blend: 1, Floor: -1})
	noise := []float32{0.5}
	g2gamma := 0.0
	for _, p := range []float32{0.3, 2, 20, 7, 0.1, 0.6} {
		d.Update([]float32{p}, noise)
		gamma := float64(p) / 0.5
		want := 0.98*g2gamma + 0.02*math.Max(gamma-1, 0)
		if math.Abs(float64(d.Prior()[0])-want) > 1e-6*(1+want) {
			t.Errorf("power %v: ξ = %v, want %v", p, d.Prior()[0], want)
		}
		gain := want / (1 + want)
		d.Feedback([]float32{float32(gain)}, []float32{p})
		g2gamma = gain * gain * gamma
	}
}

func TestDecisionDirectedBounds(t *testing.T) {
	const bins = 40
	d, _ := NewDecisionDirected(bins, DecisionDirectedOptions{})
	power, noise, gain := make([]float32, bins), make([]float32, bins), make([]float32, bins)
	values := []float32{0, 1e-30, 1e-12, 1, 1e16, math.MaxFloat32, float32(math.Inf(1)), float32(math.NaN()), -1}
	for i := range 81 * 3 {
		for k := range power {
			power[k] = values[(i+k)%len(values)]
			noise[k] = values[(i+k)/len(values)%len(values)]
			gain[k] = 1
		}
		d.Update(power, noise)
		estValid(t, "ξ", d.Prior(), 0.0085)
		estValid(t, "γ", d.Post(), 0)
		for k := range power {
			if d.Post()[k] > 1e4 || d.Prior()[k] > 1.0001e4 {
				t.Fatalf("γ = %v, ξ = %v above the maximum", d.Post()[k], d.Prior()[k])
			}
		}
		d.Feedback(gain, power)
	}
	d.Reset()
	for k := range power {
		power[k], noise[k] = 1, 1
	}
	d.Update(power, noise)
	for k := range power {
		if d.Prior()[k] != 0.0085 || d.Post()[k] != 1 {
			t.Fatalf("after Reset and γ = 1: ξ = %v, γ = %v", d.Prior()[k], d.Post()[k])
		}
	}
	estNoAlloc(t, "DecisionDirected", func() { d.Update(power, noise); d.Feedback(gain, power) })
	estPanics(t, "Update of short power", func() { d.Update(power[1:], noise) })
	estPanics(t, "Update of short noise", func() { d.Update(power, noise[1:]) })
	estPanics(t, "Feedback of short gain", func() { d.Feedback(gain[1:], power) })
	estPanics(t, "Feedback of short power", func() { d.Feedback(gain, power[1:]) })
}

func TestDecisionDirectedErrors(t *testing.T) {
	nan := math.NaN()
	if _, err := NewDecisionDirected(0, DecisionDirectedOptions{}); err == nil {
		t.Error("no bins: no error")
	}
	for i, o := range []DecisionDirectedOptions{
		{Alpha: 1}, {Alpha: nan}, {Max: -1}, {Max: 1e13}, {Max: nan}, {Floor: 2e4}, {Floor: nan}, {Blend: 1.1}, {Blend: nan},
		{SmoothFraction: 1.1}, {SmoothFraction: nan},
	} {
		if _, err := NewDecisionDirected(10, o); err == nil || !strings.HasPrefix(err.Error(), "spectral: ") {
			t.Errorf("case %d, %+v: error %v", i, o, err)
		}
	}
}
