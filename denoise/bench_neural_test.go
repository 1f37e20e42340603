package denoise

import (
	"fmt"
	"testing"

	"github.com/quietline/quietline/internal/simd"
)

// BenchmarkNeural is the neural engine with its defaults, a hop of 10 ms at a time,
// with vector kernels and without.
func BenchmarkNeural(b *testing.B) {
	for _, rate := range []int{8000, 16000, 48000} {
		for _, way := range []string{"kernels", "plain"} {
			b.Run(fmt.Sprintf("%d/%s", rate, way), func(b *testing.B) {
				if way == "kernels" && !simd.Available() {
					b.Skip("no vector kernels in this build or on this machine")
				}
				defer simd.SetEnabled(simd.SetEnabled(way == "kernels"))
				hop := rate / 100
				d := mustNew(b, Config{SampleRate: rate, FrameSize: hop, Engine: Neural})
				x := talk(rate, 1, 4*rate)
				y := make([]float32, hop)
				at := 0
				for b.Loop() {
					d.Process(y, x[at:at+hop])
					if at += hop; at == len(x) {
						at = 0
					}
				}
			})
		}
	}
}
