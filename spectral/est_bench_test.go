package spectral

import (
	"fmt"
	"testing"
)

var estBenchBins = []int{81, 161, 481} // 8, 16, 48 kHz

func benchEstimator(b *testing.B, bins int, e NoiseEstimator) {
	frames := estScene(1, bins, 64)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		e.Update(frames[i&63])
	}
}

func BenchmarkMMSE(b *testing.B) {
	for _, bins := range estBenchBins {
		b.Run(fmt.Sprint(bins), func(b *testing.B) { benchEstimator(b, bins, mustEst(NewMMSE(bins, MMSEOptions{}))) })
	}
}

func BenchmarkMinimumStatistics(b *testing.B) {
	for _, bins := range estBenchBins {
		b.Run(fmt.Sprint(bins), func(b *testing.B) {
			benchEstimator(b, bins, mustEst(NewMinimumStatistics(bins, MinimumStatisticsOptions{})))
		})
	}
}

func BenchmarkDecisionDirected(b *testing.B) {
	for name, opt := range map[string]DecisionDirectedOptions{"default": {}, "textbook": {Alpha: 0.98, Blend: 1}} {
		for _, bins := range estBenchBins {
			b.Run(fmt.Sprintf("%s/%d", name, bins), func(b *testing.B) {
				d, _ := NewDecisionDirected(bins, opt)
				frames := estScene(1, bins, 64)
				noise, gain := make([]float32, bins), make([]float32, bins)
				for k := range noise {
					noise[k], gain[k] = 1, 0.5
				}
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					d.Update(frames[i&63], noise)
					d.Feedback(gain, frames[i&63])
				}
			})
		}
	}
}
