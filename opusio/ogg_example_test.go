package opusio_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/ogg"
)

// A voice message becomes clean and stays as long.
func ExampleTranscode() {
	in, err := os.Open("ogg/testdata/opusenc_mono.opus")
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer // or a file
	res, err := opusio.Transcode(context.Background(), &out, in, opusio.TranscodeOptions{
		Denoise: denoise.Config{Strength: denoise.Strong},
		Codec:   opusio.EncoderConfig{Bitrate: 24000},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Frames, "samples")
	// Output: 19200 samples
}

// Half a second of 16 kHz sound becomes an Ogg Opus file, and that becomes 48
// kHz sound again.
func ExampleNewOggWriter() {
	var file bytes.Buffer
	w, err := opusio.NewOggWriter(&file, nil, opusio.OggWriterOptions{
		Codec: opusio.EncoderConfig{SampleRate: 16000, Bitrate: 24000},
		Tags:  ogg.Tags{Comments: []string{"TITLE=silence"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := w.Write(make([]float32, 8000)); err != nil { // any length
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}

	r, err := opusio.NewOggReader(&file, nil)
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]float32, 4800)
	for {
		n, err := r.Read(buf)
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		_ = buf[:n] // play it
	}
	title, _ := r.Tags().Get("title")
	fmt.Println(title, r.Channels(), "channel,", r.Frames(), "samples")
	// Output: silence 1 channel, 24000 samples
}
