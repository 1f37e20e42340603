package quietlivekit_test

import (
	"fmt"
	"math/rand/v2"

	media "github.com/livekit/media-sdk"

	"github.com/quietline/quietline/denoise"
	quietlivekit "github.com/quietline/quietline/examples/adapters/livekit"
)

// What goes to an encoder is cleaned on the way.
func Example() {
	var encoder media.PCM16Sample // takes the place of one
	w := media.NewPCM16BufferWriter(&encoder, 48000)

	noise, err := quietlivekit.New(denoise.Config{Strength: denoise.Strong})
	if err != nil {
		fmt.Println(err)
		return
	}
	w = noise.Processor(w)

	fan := make(media.PCM16Sample, 960) // 20 ms
	for range 100 {
		for i := range fan {
			fan[i] = int16(600 * rand.NormFloat64())
		}
		if err := w.WriteSample(fan); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("somebody talks:", noise.Stats().Voice)
	fmt.Println("noise is 12 dB quieter:", noise.Stats().ReductionDB > 12)
	// Output:
	// somebody talks: false
	// noise is 12 dB quieter: true
}
