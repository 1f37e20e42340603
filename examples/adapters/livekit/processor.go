// Package quietlivekit puts noise cancellation into github.com/livekit/media-sdk,
// the audio pipelines of LiveKit's SIP bridge, egress, agents and bots:
//
//	noise, err := quietlivekit.New(denoise.Config{})
//	if err != nil {
//		return err
//	}
//	w = noise.Processor(w) // a media.PCM16Processor: between source and encoder
//	…
//	noise.SetEnabled(false) // the switch
//	noise.SetStrength(denoise.Mild)
//
// One Processor a voice. Samples of any length at any rate that the writer has;
// the delay is 10 ms for samples of whole 10 ms, otherwise 20. Nothing is
// allocated for a sample.
package quietlivekit

import (
	"fmt"

	media "github.com/livekit/media-sdk"
)

// Processor is a media.PCM16Processor for mono, which is what media-sdk's
// pipelines carry: what is written is cleaned and passed on to w. Each call
// begins a stream of its own, all under c's settings.
func (c *Cleaner) Processor(w media.PCM16Writer) media.PCM16Writer {
	return &writer{PCM16Writer: w, channels: 1, stream: stream{c: c}}
}

// ProcessorOf is Processor for so many interleaved channels.
func (c *Cleaner) ProcessorOf(channels int) media.PCM16Processor {
	return func(w media.PCM16Writer) media.PCM16Writer {
		return &writer{PCM16Writer: w, channels: channels, stream: stream{c: c}}
	}
}

var _ media.PCM16Processor = (*Cleaner)(nil).Processor

type writer struct {
	media.PCM16Writer
	stream
	channels int
	clean    media.PCM16Sample
}

// String names the pipeline from here on.
func (w *writer) String() string {
	return fmt.Sprintf("Quietline(%d) -> %v", w.channels, w.PCM16Writer)
}

// WriteSample cleans a sample and passes it on, with the error of the writer
// below. The sample itself stays as it is: others may have it too (media's
// MultiWriter), so the clean one is a copy, valid during the call as every
// sample is.
func (w *writer) WriteSample(sample media.PCM16Sample) error {
	if w.channels < 1 || len(sample)%w.channels != 0 {
		return fmt.Errorf("quietlivekit: a sample of %d values cannot be %d channels", len(sample), w.channels)
	}
	d := w.ready(w.SampleRate(), w.channels, len(sample)/w.channels)
	if d == nil {
		return w.PCM16Writer.WriteSample(sample)
	}
	w.clean = append(w.clean[:0], sample...)
	d.ProcessInt16(w.clean, w.clean)
	return w.PCM16Writer.WriteSample(w.clean)
}
