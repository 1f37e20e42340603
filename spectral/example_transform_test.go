package spectral_test

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/spectral"
)

func ExampleFFT() {
	plan, err := spectral.NewFFT(480) // 10 ms at 48 kHz: bins 100 Hz apart
	if err != nil {
		panic(err)
	}
	x := make([]float32, plan.Len())
	for i := range x {
		x[i] = 0.5 * float32(math.Cos(2*math.Pi*1000*float64(i)/48000))
	}
	re, im := make([]float32, plan.Bins()), make([]float32, plan.Bins())
	plan.Forward(re, im, x)
	for k := range re {
		if mag := math.Hypot(float64(re[k]), float64(im[k])); mag > 1 {
			fmt.Printf("%d Hz: %.1f\n", 100*k, mag) // amplitude times n/2
		}
	}
	plan.Inverse(x, re, im)
	fmt.Printf("x[0] = %.4f\n", x[0])
	// Output:
	// 1000 Hz: 120.0
	// x[0] = 0.5000
}

func ExampleFastLen() {
	fmt.Println(spectral.FastLen(960), spectral.FastLen(1000+9), spectral.FastLen(220))
	// Output: 960 1008 216
}

func ExampleHann() {
	fmt.Printf("%.2f\n", spectral.Hann(8))
	fmt.Printf("%.2f\n", spectral.SqrtHann(8))
	// Output:
	// [0.00 0.15 0.50 0.85 1.00 0.85 0.50 0.15]
	// [0.00 0.38 0.71 0.92 1.00 0.92 0.71 0.38]
}

// A stream goes through hop by hop; here a crude low-pass silences the bins
// above 1 kHz, and the tone at 3 kHz with them.
func ExampleSTFT() {
	const rate, size, hop = 16000, 320, 160
	stft, err := spectral.NewSTFT(spectral.SqrtHann(size), hop)
	if err != nil {
		panic(err)
	}
	re, im := make([]float32, stft.Bins()), make([]float32, stft.Bins())
	chunk := make([]float32, hop)
	in, out := 0.0, 0.0
	for frame := range 100 {
		for i := range chunk {
			t := float64(frame*hop+i) / rate
			chunk[i] = float32(0.3*math.Sin(2*math.Pi*500*t) + 0.4*math.Sin(2*math.Pi*3000*t))
			in += float64(chunk[i]*chunk[i]) / (100 * hop)
		}
		stft.Analyze(re, im, chunk)
		clear(re[1000*size/rate:])
		clear(im[1000*size/rate:])
		stft.Synthesize(chunk, re, im)
		for _, v := range chunk {
			out += float64(v*v) / (100 * hop)
		}
	}
	fmt.Printf("delay %d samples, RMS %.2f before, %.2f after\n", stft.Delay(), math.Sqrt(in), math.Sqrt(out))
	// Output: delay 160 samples, RMS 0.35 before, 0.21 after
}

func ExamplePower() {
	re, im := []float32{1, 3}, []float32{0, 4}
	power := make([]float32, 2)
	spectral.Power(power, re, im)
	fmt.Println(power)
	// Output: [1 25]
}

func ExampleERBBands() {
	bands, err := spectral.ERBBands(960, 48000, 8)
	if err != nil {
		panic(err)
	}
	power := make([]float32, bands.Bins())
	for k := range power {
		power[k] = 1
	}
	sums := make([]float32, bands.Len())
	bands.Apply(sums, power)
	for i, s := range sums {
		fmt.Printf("%.0f Hz: %.1f bins\n", bands.Center(i), s)
	}
	sums = []float32{1, 1, 1, 1, 0, 0, 0, 0} // a gain per band
	bands.Expand(power, sums)
	fmt.Printf("gain %.2f at 1 kHz, %.2f at 3 kHz, %.2f at 6 kHz\n", power[20], power[60], power[120])
	// Output:
	// 0 Hz: 2.7 bins
	// 217 Hz: 6.4 bins
	// 638 Hz: 12.4 bins
	// 1459 Hz: 24.2 bins
	// 3056 Hz: 47.1 bins
	// 6166 Hz: 91.6 bins
	// 12218 Hz: 178.3 bins
	// 24000 Hz: 118.3 bins
	// gain 1.00 at 1 kHz, 0.04 at 3 kHz, 0.00 at 6 kHz
}

func ExampleHzToERB() {
	fmt.Printf("1 kHz is %.2f ERB or %.2f Bark\n", spectral.HzToERB(1000), spectral.HzToBark(1000))
	fmt.Printf("%.0f Hz, %.0f Hz\n", spectral.ERBToHz(20), spectral.BarkToHz(20))
	// Output:
	// 1 kHz is 15.62 ERB or 8.53 Bark
	// 1739 Hz, 6407 Hz
}
