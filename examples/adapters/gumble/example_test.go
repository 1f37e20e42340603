package quietgumble_test

import (
	"fmt"
	"math/rand/v2"

	"layeh.com/gumble/gumble"

	"github.com/quietline/quietline/denoise"
	quietgumble "github.com/quietline/quietline/examples/adapters/gumble"
)

// Before gumble.Dial, the codec that gumble has is wrapped. With Opus, codec is
// opus.Codec of layeh.com/gumble/opus.
func Example() {
	var codec gumble.AudioCodec = counting{}

	mic, err := quietgumble.New(denoise.Config{Strength: denoise.Strong})
	if err != nil {
		fmt.Println(err)
		return
	}
	codec = quietgumble.Wrap(codec, mic, nil)
	gumble.RegisterAudioCodec(codec.ID(), codec)

	enc := codec.NewEncoder() // as gumble does when it has connected
	fan := make([]int16, gumble.AudioDefaultFrameSize)
	for range 200 {
		for i := range fan {
			fan[i] = int16(600 * rand.NormFloat64())
		}
		if _, err := enc.Encode(fan, len(fan), gumble.AudioDefaultDataBytes); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("somebody talks:", mic.Stats().Voice)
	fmt.Println("noise is 12 dB quieter:", mic.Stats().ReductionDB > 12)
	// Output:
	// somebody talks: false
	// noise is 12 dB quieter: true
}

// counting takes the place of a codec.
type counting struct{}

func (counting) ID() int                                  { return 4 }
func (counting) NewEncoder() gumble.AudioEncoder          { return counting{} }
func (counting) NewDecoder() gumble.AudioDecoder          { return nil }
func (counting) Encode([]int16, int, int) ([]byte, error) { return nil, nil }
func (counting) Reset()                                   {}
