package spectral_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/quietline/quietline/spectral"
)

// noiseFrame fills power with a frame of white noise of the given mean power.
func noiseFrame(rng *rand.Rand, power []float32, mean float64) {
	for k := range power {
		power[k] = float32(mean*rng.ExpFloat64()) + 1e-12
	}
}

func ExampleMMSE() {
	const bins = 161 // 16 kHz, bins of 50 Hz
	est, err := spectral.NewMMSE(bins, spectral.MMSEOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rng := rand.New(rand.NewPCG(1, 1))
	power := make([]float32, bins)
	for range 100 { // a second of noise
		noiseFrame(rng, power, 1)
		est.Update(power)
	}
	for k := 20; k < 40; k++ { // then a voice between 1 and 2 kHz
		power[k] = 1000
	}
	est.Update(power)
	fmt.Printf("speech at 1.5 kHz: %.2f\n", est.SpeechProb()[30])
	fmt.Printf("noise there still below 2: %v\n", est.PSD()[30] < 2)
	// Output:
	// speech at 1.5 kHz: 1.00
	// noise there still below 2: true
}

func ExampleMinimumStatistics() {
	const bins = 161
	// Four seconds, for music.
	est, err := spectral.NewMinimumStatistics(bins, spectral.MinimumStatisticsOptions{WindowFrames: 400})
	if err != nil {
		fmt.Println(err)
		return
	}
	rng := rand.New(rand.NewPCG(1, 1))
	power := make([]float32, bins)
	for t := range 600 {
		noiseFrame(rng, power, 1)
		if t > 200 && t%100 < 80 { // notes of 0.8 s
			for k := 20; k < 40; k++ {
				power[k] += 1000
			}
		}
		est.Update(power)
	}
	mean := 0.0
	for _, n := range est.PSD() {
		mean += float64(n) / bins
	}
	fmt.Printf("within 1 dB of the noise: %v\n", math.Abs(10*math.Log10(mean)) < 1)
	// Output: within 1 dB of the noise: true
}

func ExampleDecisionDirected() {
	const bins = 1
	snr, err := spectral.NewDecisionDirected(bins, spectral.DecisionDirectedOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	noise := []float32{1}
	gain := []float32{0}
	for _, p := range []float32{1, 50, 50, 50, 1} {
		power := []float32{p}
		snr.Update(power, noise)
		xi := snr.Prior()[0]
		gain[0] = xi / (1 + xi) // Wiener
		snr.Feedback(gain, power)
		fmt.Printf("γ = %2.0f, ξ = %7.4f, gain %.2f\n", snr.Post()[0], xi, gain[0])
	}
	// Output:
	// γ =  1, ξ =  0.0085, gain 0.01
	// γ = 50, ξ =  3.9201, gain 0.80
	// γ = 50, ξ = 33.1213, gain 0.97
	// γ = 50, ξ = 47.2632, gain 0.98
	// γ =  1, ξ = 44.1135, gain 0.98
}

func ExampleFixed() {
	est, err := spectral.NewFixed([]float32{4, 2, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	est.Update([]float32{100, 100, 100})
	fmt.Println(est.PSD())
	// Output: [4 2 1]
}

func ExampleBox() {
	box, err := spectral.NewBox(6, 0.5)
	if err != nil {
		fmt.Println(err)
		return
	}
	dst := make([]float32, 6)
	box.Apply(dst, []float32{0, 0, 6, 0, 0, 12})
	fmt.Println(dst) // half widths 0 0 1 1 2 2
	// Output: [0 0 2 2 4.5 4]
}

func ExampleKernel() {
	smooth, err := spectral.NewKernel(5, spectral.Tri3())
	if err != nil {
		fmt.Println(err)
		return
	}
	dst := make([]float32, 5)
	smooth.Apply(dst, []float32{0, 0, 4, 0, 0})
	fmt.Println(dst)
	// Output: [0 1 2 1 0]
}
