package metrics

import (
	"math"
	"math/rand/v2"
	"time"
)

// gaussian returns n samples of white Gaussian noise of the given level in dB.
func gaussian(n int, level float64, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make([]float32, n)
	g := math.Pow(10, level/20)
	for i := range x {
		x[i] = float32(g * r.NormFloat64())
	}
	return x
}

// bursts returns d of noise bursts of −20 dB, each from one time up to the next,
// and digital silence between. The noise rises with frequency: low frequencies
// would ring on in a high-pass.
func bursts(rate int, d time.Duration, spans ...time.Duration) []float32 {
	x := gaussian(samples(d, rate), -23, 7)
	for i := len(x) - 1; i > 0; i-- {
		x[i] -= x[i-1]
	}
	at := 0
	for i := 0; i < len(spans); i += 2 {
		clear(x[at:samples(spans[i], rate)])
		at = samples(spans[i+1], rate)
	}
	clear(x[at:])
	return x
}

func samples(d time.Duration, rate int) int { return int(d * time.Duration(rate) / time.Second) }

const ms = time.Millisecond

// mix returns a·x + b·y.
func mix(a float64, x []float32, b float64, y []float32) []float32 {
	z := make([]float32, len(x))
	for i := range z {
		z[i] = float32(a*float64(x[i]) + b*float64(y[i]))
	}
	return z
}

func scaled(x []float32, db float64) []float32 {
	return mix(math.Pow(10, db/20), x, 0, x)
}

// span returns the mask of n frames that holds from one up to another.
func span(n, from, to int) []bool {
	m := make([]bool, n)
	for i := from; i < to; i++ {
		m[i] = true
	}
	return m
}
