package opusio

import (
	"context"
	"io"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio/ogg"
)

// TranscodeOptions says how Transcode cleans and encodes. The zero value is a
// good default.
type TranscodeOptions struct {
	// Denoise is how to denoise; the stream sets its SampleRate, Channels and
	// FrameSize. Strength Off only encodes anew.
	Denoise denoise.Config

	Backend Backend // nil means Default

	// Codec is how to encode: bit rate, application and so on; the stream sets
	// its SampleRate and Channels. Bitrate 0 means FileBitrate.
	Codec         EncoderConfig
	FrameDuration time.Duration // as in OggWriterOptions
	Program       string        // as in OggWriterOptions
}

// TranscodeResult tells what Transcode did, as far as it came.
type TranscodeResult struct {
	Frames   int64         // samples per channel at 48 kHz
	Stats    denoise.Stats // of the denoiser at the end
	Damage   ogg.Damage    // of the input
	Warnings []string      // about the input
}

// Transcode reads an Ogg Opus file from src, takes the noise out and writes an
// Ogg Opus file to dst, as long to the sample and at the same time, with its
// tags. A chain becomes one file with the tags of its first part. What packet
// loss and DTX left to the decoder is cleaned, but the noise estimate does not
// learn from it.
//
// It ends early when ctx is done. After an error what dst got is of no use.
func Transcode(ctx context.Context, dst io.Writer, src io.Reader, o TranscodeOptions) (TranscodeResult, error) {
	in, err := NewOggReader(src, o.Backend)
	if err != nil {
		return TranscodeResult{}, err
	}
	t := transcoder{in: in}
	cfg := o.Denoise
	cfg.SampleRate, cfg.Channels, cfg.FrameSize = ogg.SampleRate, in.Channels(), 0
	if t.d, err = denoise.New(cfg); err != nil {
		return TranscodeResult{}, err
	}
	t.skip = t.d.Latency() * in.Channels()
	codec := o.Codec
	codec.SampleRate, codec.Channels = ogg.SampleRate, in.Channels()
	t.out, err = NewOggWriter(dst, o.Backend, OggWriterOptions{
		Codec: codec, FrameDuration: o.FrameDuration, Program: o.Program,
		Tags: KeptTags(in.Tags()), InputRate: in.Head().InputRate,
	})
	if err != nil {
		return TranscodeResult{}, err
	}
	err = t.run(ctx)
	return TranscodeResult{Frames: t.out.Frames(), Stats: t.d.Stats(), Damage: in.Damage(), Warnings: in.Warnings()}, err
}

// transcoder connects a file, a denoiser and another file.
type transcoder struct {
	in   *OggReader
	d    *denoise.Denoiser
	out  *OggWriter
	skip int // samples of the denoiser's delay still to drop, of all channels
}

func (t *transcoder) run(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		more, err := t.packet()
		if err != nil {
			return err
		}
		if !more {
			return t.finish()
		}
	}
}

// packet passes one packet on; it returns false at the end of the input.
func (t *transcoder) packet() (more bool, err error) {
	pcm, madeUp, err := t.in.next()
	if err == io.EOF {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if madeUp {
		t.d.Conceal(pcm, pcm)
	} else {
		t.d.Process(pcm, pcm)
	}
	return true, t.write(pcm)
}

// finish writes what the denoiser holds back, which is as much as was dropped
// at the start.
func (t *transcoder) finish() error {
	buf := t.in.buf
	for n := t.d.Flush(buf); n > 0; n = t.d.Flush(buf) {
		if err := t.write(buf[:n]); err != nil {
			return err
		}
	}
	return t.out.Close()
}

func (t *transcoder) write(pcm []float32) error {
	drop := min(t.skip, len(pcm))
	t.skip -= drop
	_, err := t.out.Write(pcm[drop:])
	return err
}
