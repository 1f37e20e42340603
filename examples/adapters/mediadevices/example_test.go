package quietmedia_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/pion/mediadevices"
	"github.com/pion/mediadevices/pkg/io/audio"
	"github.com/pion/mediadevices/pkg/wave"

	"github.com/quietline/quietline/denoise"
	quietmedia "github.com/quietline/quietline/examples/adapters/mediadevices"
)

// A track whose sound is cleaned before it is encoded. Here a fan takes the
// place of the microphone that mediadevices.GetUserMedia finds.
func Example() {
	track := mediadevices.NewAudioTrack(&fan{}, mediadevices.NewCodecSelector()).(*mediadevices.AudioTrack)

	noise, err := quietmedia.New(denoise.Config{Strength: denoise.Strong})
	if err != nil {
		fmt.Println(err)
		return
	}
	track.Transform(noise.Transform)

	r := track.NewReader(false) // what the encoder reads
	for range 200 {
		if _, _, err := r.Read(); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("somebody talks:", noise.Stats().Voice)
	fmt.Println("noise is 12 dB quieter:", noise.Stats().ReductionDB > 12)
	noise.SetEnabled(false)
	// Output:
	// somebody talks: false
	// noise is 12 dB quieter: true
}

// fan is a mediadevices.AudioSource.
type fan struct{}

func (*fan) ID() string   { return "fan" }
func (*fan) Close() error { return nil }

func (*fan) Read() (wave.Audio, func(), error) {
	c := wave.NewInt16Interleaved(wave.ChunkInfo{Len: 960, Channels: 1, SamplingRate: 48000})
	for i := range c.Data {
		c.Data[i] = int16(600 * rand.NormFloat64())
	}
	return c, func() {}, nil
}

var _ audio.Reader = (*fan)(nil)
