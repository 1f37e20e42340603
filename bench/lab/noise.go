package lab

import (
	"math"
	"math/rand/v2"
)

// made wraps a signal that is computed sample by sample by what start returns;
// its level is left to the mixer.
func made(name string, n int, seed uint64, start func() func(r *rand.Rand, i int) float64) Source {
	return Source{name, func() ([]float32, error) {
		r := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
		next := start()
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(next(r, i))
		}
		return x, nil
	}}
}

// WhiteNoise is Gaussian.
func WhiteNoise(n int, seed uint64) Source {
	return made("white", n, seed, func() func(*rand.Rand, int) float64 {
		return func(r *rand.Rand, _ int) float64 { return 0.1 * r.NormFloat64() }
	})
}

// PinkNoise has a power of 1/f: white noise through first-order filters in
// parallel (P. Kellet's, made for 44.1 kHz).
func PinkNoise(n int, seed uint64) Source {
	return made("pink", n, seed, func() func(*rand.Rand, int) float64 {
		var b [7]float64
		return func(r *rand.Rand, _ int) float64 {
			w := r.NormFloat64()
			b[0] = 0.99886*b[0] + w*0.0555179
			b[1] = 0.99332*b[1] + w*0.0750759
			b[2] = 0.96900*b[2] + w*0.1538520
			b[3] = 0.86650*b[3] + w*0.3104856
			b[4] = 0.55000*b[4] + w*0.5329522
			b[5] = -0.7616*b[5] - w*0.0168980
			y := b[0] + b[1] + b[2] + b[3] + b[4] + b[5] + b[6] + w*0.5362
			b[6] = w * 0.115926
			return 0.02 * y
		}
	})
}

// FanNoise is what a computer's fan sounds like: hiss below 900 Hz, modulated by
// the rotation, and the harmonics of the blades.
func FanNoise(n int, seed uint64) Source {
	low := math.Exp(-2 * math.Pi * 900 / Rate)
	return made("fan", n, seed, func() func(*rand.Rand, int) float64 {
		var y1, y2 float64
		return func(r *rand.Rand, i int) float64 {
			t := float64(i) / Rate
			w := r.NormFloat64()
			y1 = low*y1 + (1-low)*w
			y2 = 0.5*y2 + 0.5*y1
			v := y2*(1+0.2*math.Sin(2*math.Pi*23*t)) + 0.01*w
			for h := 1; h <= 5; h++ {
				v += 0.06 / float64(h) * math.Sin(2*math.Pi*161*float64(h)*t+float64(h*h))
			}
			return 0.3 * v
		}
	})
}
