// Opus shows how to put Quietline before an Opus encoder that a program already
// has. In place of a microphone it reads PCM, 16 bits, mono, 48 kHz, from
// standard input, and in place of sending packets it prints a line for each:
// when, how large, what becomes of it, the level that goes into the RTP header
// extension of RFC 6464, and whether somebody talks.
//
//	arecord -t raw -f S16_LE -r 48000 | opus
//	ffmpeg -v error -i talk.mp3 -f s16le -ac 1 -ar 48000 - | opus
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/thesyncim/gopus"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "opus:", err)
		os.Exit(1)
	}
}

const (
	rate  = 48000
	frame = rate / 50 // 20 ms
)

func run(in io.Reader, out io.Writer) error {
	// The encoder that the program has: any library's, see opusio.Encoder.
	codec, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: rate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		return err
	}
	// What is new: a denoiser, and the encoder wrapped.
	d, err := denoise.New(denoise.Config{SampleRate: rate, FrameSize: frame})
	if err != nil {
		return err
	}
	enc, err := opusio.NewDenoisingEncoder(opusio.FromGopusEncoder(codec), d, opusio.SendOptions{DTX: true})
	if err != nil {
		return err
	}
	raw, pcm, packet := make([]byte, 2*frame), make([]int16, frame), make([]byte, opusio.MaxPacketBytes)
	for i := 0; ; i++ {
		if _, err := io.ReadFull(in, raw); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil // a last frame that is not full is left out
		} else if err != nil {
			return err
		}
		for k := range pcm {
			pcm[k] = int16(raw[2*k]) | int16(raw[2*k+1])<<8
		}
		n, err := enc.Encode(pcm, packet) // as before
		if err != nil {
			return err
		}
		s := enc.Status()
		fmt.Fprintf(out, "%8.2fs %4d bytes  %-7v %4d dBov  voice %v\n",
			(time.Duration(i) * 20 * time.Millisecond).Seconds(), n, s.Delivery, -int(s.Level.Level), s.Level.Voice)
	}
}
