package wav_test

import (
	"bytes"
	"fmt"
	"io"
	"log"

	"github.com/quietline/quietline/internal/wav"
)

// Halve the level of a WAV stream, keeping its format and metadata.
func Example() {
	var in, out bytes.Buffer // would be os.Stdin and os.Stdout
	makeInput(&in)

	r, err := wav.NewReader(&in)
	if err != nil {
		log.Fatal(err)
	}
	w, err := wav.NewWriter(&out, r.Format(), wav.WithFrames(r.Frames()), wav.WithChunks(r.Chunks()...))
	if err != nil {
		log.Fatal(err)
	}
	pcm := make([]float32, 480*r.Format().Channels)
	for {
		n, err := r.Read(pcm)
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		for i := range pcm[:n] {
			pcm[i] /= 2
		}
		if _, err := w.Write(pcm[:n]); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Format(), "-", w.Frames(), "frames")
	// Output: 16000 Hz, 1 channel, s16 - 3 frames
}

func makeInput(dst io.Writer) {
	w, err := wav.NewWriter(dst, wav.Format{SampleRate: 16000, Channels: 1, Encoding: wav.PCM16}, wav.WithFrames(3))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := w.Write([]float32{0, 0.5, -0.5}); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
}

func ExampleReader_Truncated() {
	var file bytes.Buffer
	makeInput(&file)
	cut := file.Bytes()[:file.Len()-2] // the last sample is missing

	r, err := wav.NewReader(bytes.NewReader(cut))
	if err != nil {
		log.Fatal(err)
	}
	pcm := make([]float32, 100)
	for err == nil {
		_, err = r.Read(pcm)
	}
	fmt.Println(err, r.Truncated(), r.Warnings())
	// Output: EOF true [truncated: 2 of 3 frames are there]
}

func ExampleEncode() {
	enc, err := wav.ParseEncoding("s16le")
	if err != nil {
		log.Fatal(err)
	}
	raw := make([]byte, 3*enc.BytesPerSample())
	clipped := wav.Encode(raw, []float32{0, 0.5, 1.5}, enc)
	fmt.Printf("% x, %d clipped\n", raw, clipped)

	pcm := make([]float32, 3)
	n := wav.Decode(pcm, raw, enc)
	fmt.Println(n, pcm)
	// Output:
	// 00 00 00 40 ff 7f, 1 clipped
	// 3 [0 0.5 0.9999695]
}
