package metrics_test

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/bench/metrics"
)

func Example() {
	// 2 s of a tone that comes and goes, and what a codec might make of it.
	clean, processed := make([]float32, 32000), make([]float32, 32000)
	for i := range clean {
		t := float64(i) / 16000
		v := 0.1 * math.Sin(2*math.Pi*500*t) * math.Abs(math.Sin(2*math.Pi*2*t))
		clean[i] = float32(v)
		processed[i] = float32(math.Round(v*64) / 64)
	}
	sdr, err := metrics.SISDR(clean, processed)
	if err != nil {
		fmt.Println(err)
		return
	}
	level, activity, err := metrics.ActiveLevel(clean, 16000)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("SI-SDR %.1f dB, level %.1f dB, active %.0f %% of the time\n", sdr, level, 100*activity)
	// Output: SI-SDR 21.1 dB, level -25.9 dB, active 98 % of the time
}
