package quietdiago_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/emiago/diago"
	"github.com/emiago/diago/media"

	"github.com/quietline/quietline/denoise"
	quietdiago "github.com/quietline/quietline/examples/adapters/diago"
)

// Both directions of a call are cleaned, whatever is done with it afterwards.
func Example() {
	noise, err := quietdiago.New(denoise.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := func(in *diago.DialogServerSession) { // for diago.Serve
		if err := in.Answer(); err != nil {
			return
		}
		if err := noise.Incoming(in.Media()); err != nil {
			return
		}
		if err := noise.Outgoing(in.Media()); err != nil {
			return
		}
		in.Echo() // or a bridge, a recording, a playback
	}
	_ = answer
}

// PCM between a decoder of diago and a program.
func ExampleCleaner_Reader() {
	var line bytes.Buffer // takes the place of audio.NewPCMDecoderReader
	for range 2 * 8000 {
		x := int16(600 * rand.NormFloat64())
		line.Write([]byte{byte(x), byte(x >> 8)})
	}
	noise, err := quietdiago.New(denoise.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := io.Copy(io.Discard, noise.Reader(&line, media.CodecAudioUlaw))
	fmt.Println(n, err)
	fmt.Println("noise is 12 dB quieter:", noise.Stats().ReductionDB > 12)
	// Output:
	// 32000 <nil>
	// noise is 12 dB quieter: true
}
