package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/ogg"
)

// opusSource is an Ogg Opus file; its stored bytes are what the decoder gives.
type opusSource struct {
	r   *opusio.OggReader
	buf []float32
}

func newOpusSource(r io.Reader) (source, error) {
	o, err := opusio.NewOggReader(r, nil)
	if err != nil {
		return nil, err
	}
	return &opusSource{o, make([]float32, ogg.MaxPacketSamples*o.Channels())}, nil
}

func (s *opusSource) format() wav.Format {
	return wav.Format{SampleRate: ogg.SampleRate, Channels: s.r.Channels(), Encoding: wav.Float32}
}

func (s *opusSource) kind() (container, encoding string) { return "ogg", "opus" }
func (s *opusSource) frames() int64                      { return -1 }
func (s *opusSource) truncated() bool                    { return s.r.Damage().Truncated }
func (s *opusSource) warnings() []string                 { return s.r.Warnings() }

func (s *opusSource) read(p []byte) (int, error) {
	size := wav.Float32.BytesPerSample()
	n, err := s.r.Read(s.buf[:min(len(s.buf), len(p)/size)])
	wav.Encode(p[:n*size], s.buf[:n], wav.Float32)
	return n * size, err
}

// opusRates are the sampling rates that Opus takes.
var opusRates = []int{8000, 12000, 16000, 24000, 48000}

// opusTakes reports why Opus cannot hold sound of a format, or nil.
func opusTakes(f wav.Format) error {
	switch {
	case !slices.Contains(opusRates, f.SampleRate):
		return fmt.Errorf("a sample rate of %d Hz, and Opus takes 8, 12, 16, 24 or 48 kHz; resample first, as in "+
			"ffmpeg -i in.wav -ar 48000 -f wav - | denoise - out.opus, or sox in.wav -r 48000 out.wav", f.SampleRate)
	case f.Channels > 2:
		return fmt.Errorf("%d channels; Opus files here have 1 or 2", f.Channels)
	}
	return nil
}

// opusSink writes an Ogg Opus file.
type opusSink struct{ w *opusio.OggWriter }

func newOpusSink(o *options, w io.Writer, src source, isFile bool) (sink, error) {
	f := src.format()
	opts := opusio.OggWriterOptions{
		Codec: opusio.EncoderConfig{
			SampleRate: f.SampleRate, Channels: f.Channels, Application: o.application, Bitrate: o.bitrate,
		},
		Program: "denoise " + version() + " (Quietline)",
	}
	if !isFile {
		opts.PageDuration = 100 * time.Millisecond // somebody may be listening
	}
	if in, ok := src.(*opusSource); ok {
		opts.Tags, opts.InputRate = opusio.KeptTags(in.r.Tags()), in.r.Head().InputRate
	}
	ow, err := opusio.NewOggWriter(w, nil, opts)
	if err != nil {
		return nil, err
	}
	return &opusSink{ow}, nil
}

func (s *opusSink) write(samples []float32) error {
	_, err := s.w.Write(samples)
	return err
}

func (s *opusSink) exact() bool              { return false } // the codec changes every sample
func (s *opusSink) writeRaw([]byte) error    { panic("Opus has no raw samples") }
func (s *opusSink) clipped() int64           { return 0 }
func (s *opusSink) close() ([]string, error) { return nil, s.w.Close() }

// parseBitrate reads bits per second: 24000 or 24k.
func parseBitrate(s string) (int, error) {
	digits, kilo := strings.CutSuffix(strings.ToLower(s), "k")
	v, err := strconv.ParseFloat(digits, 64)
	if kilo {
		v *= 1000
	}
	if err != nil || !(v >= 500 && v <= 512000) {
		return 0, fmt.Errorf("want 500 to 512000 bits per second, such as 24000 or 24k")
	}
	return int(v), nil
}
