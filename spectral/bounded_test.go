package spectral

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/quietline/quietline/internal/simd"
)

// TestBoundedBox against a Box for any values: they differ by what rounding to
// fixed point leaves, with kernels and without, even beside the largest values.
func TestBoundedBox(t *testing.T) {
	for _, on := range []bool{true, false} {
		was := simd.SetEnabled(on)
		rng := rand.New(rand.NewPCG(4, 5))
		for _, bins := range []int{1, 5, 81, 161, 442, 481, 961} {
			for _, fraction := range []float64{0, 0.01, 0.08, 0.12, 0.3, 1} {
				for _, most := range []float64{4, 1e4, 1e12} {
					plain, err := NewBox(bins, fraction)
					if err != nil {
						t.Fatal(err)
					}
					box, err := NewBoundedBox(bins, fraction, most)
					if err != nil {
						t.Fatal(err)
					}
					if most > 1e11 && box.fixed != nil {
						t.Fatalf("%d bins, fraction %v: fixed point for values up to 1e12", bins, fraction)
					}
					x, got, want := make([]float32, bins), make([]float32, bins), make([]float32, bins)
					for i := range x {
						x[i] = float32(most * (2*rng.Float64() - 1))
						if i%3 == 0 {
							x[i] = float32(most)
						}
					}
					b := box.Clone()
					b.Apply(got, x)
					plain.Apply(want, x)
					step := 1.0 / 256 // half of the coarsest
					if most < 10 {
						step = 1e-6
					}
					for k := range got {
						if d := math.Abs(float64(got[k] - want[k])); !(d <= step+1e-6*most) {
							t.Fatalf("kernels %v, %d bins, fraction %v, ±%v: mean %d is %v, want %v", on, bins, fraction, most, k, got[k], want[k])
						}
					}
				}
			}
		}
		simd.SetEnabled(was)
	}
	if _, err := NewBoundedBox(0, 0.1, 1); err == nil {
		t.Error("a box over no bins")
	}
}

// TestOverSubtraction: UpdateOver is Update with louder noise, FeedbackSquare is
// Feedback with G², PowerFloor is Power and a constant.
func TestOverSubtraction(t *testing.T) {
	const bins = 161
	a, err := NewDecisionDirected(bins, DecisionDirectedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b := a.Clone()
	rng := rand.New(rand.NewPCG(6, 7))
	power, zero, noise, louder, gain, square := make([]float32, bins), make([]float32, bins), make([]float32, bins), make([]float32, bins), make([]float32, bins), make([]float32, bins)
	for range 5 {
		for k := range power {
			noise[k] = float32(rng.Float64() + 0.1)
			louder[k] = 1.25 * noise[k]
			power[k] = float32(3 * rng.Float64())
			gain[k] = float32(rng.Float64())
			square[k] = gain[k] * gain[k]
		}
		PowerFloor(power, power, zero, 0.5)
		if k := bins / 2; power[k] < 0.5 {
			t.Fatalf("power %v under its floor", power[k])
		}
		a.UpdateOver(power, noise, 1.25)
		b.Update(power, louder)
		for k := range power {
			if math.Abs(float64(a.Prior()[k]-b.Prior()[k])) > 1e-6*float64(1+b.Prior()[k]) || math.Abs(float64(a.Post()[k]-b.Post()[k])) > 1e-6*float64(b.Post()[k]) {
				t.Fatalf("bin %d: ξ %v, γ %v; want %v, %v", k, a.Prior()[k], a.Post()[k], b.Prior()[k], b.Post()[k])
			}
		}
		a.FeedbackSquare(square, power)
		b.Feedback(gain, power)
	}
}
