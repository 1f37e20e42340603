// Package quietdiago puts noise cancellation into github.com/emiago/diago, SIP
// calls and their 8 kHz telephony. Around a whole call, with whatever reads and
// writes its sound (playback, recording, bridge, echo):
//
//	noise, err := quietdiago.New(denoise.Config{})
//	if err != nil {
//		return err
//	}
//	dg.Serve(ctx, func(in *diago.DialogServerSession) {
//		in.Answer()
//		noise.Incoming(in.Media()) // what the caller says
//		…
//		noise.SetEnabled(false) // the switch
//	})
//
// or around PCM, between diago's decoder and a program:
//
//	pcm, err := audio.NewPCMDecoderReader(codec.PayloadType, in.AudioReader())
//	…
//	clean := noise.Reader(pcm, codec)
//
// Packets stay packets of the same length, which RTP needs. Any length, rate and
// number of channels; the delay is 10 ms for packets of whole 10 ms, otherwise
// 20. Nothing is allocated for a packet.
package quietdiago

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/emiago/diago/media"
)

// pcm cleans 16-bit little-endian samples, which is what diago calls PCM.
type pcm struct {
	stream
	rate, channels int
	samples        []int16
}

func (c *Cleaner) pcm(codec media.Codec) pcm {
	return pcm{stream: stream{c: c}, rate: int(codec.SampleRate), channels: codec.NumChannels}
}

// clean cleans b in place.
func (p *pcm) clean(b []byte) error {
	if p.channels < 1 || len(b)%(2*p.channels) != 0 {
		return fmt.Errorf("quietdiago: %d bytes are no whole samples of 16 bits in %d channels", len(b), p.channels)
	}
	d := p.ready(p.rate, p.channels, len(b)/(2*p.channels))
	if d == nil {
		return nil
	}
	p.samples = p.samples[:0]
	for i := 0; i < len(b); i += 2 {
		p.samples = append(p.samples, int16(binary.LittleEndian.Uint16(b[i:])))
	}
	d.ProcessInt16(p.samples, p.samples)
	for i, x := range p.samples {
		binary.LittleEndian.PutUint16(b[2*i:], uint16(x))
	}
	return nil
}

// Reader returns a reader of the samples of r, cleaned: as many bytes a Read as r
// gives, and r's errors. r reads whole samples, as diago's decoders do.
func (c *Cleaner) Reader(r io.Reader, codec media.Codec) io.Reader {
	return &reader{pcm: c.pcm(codec), src: r}
}

type reader struct {
	pcm
	src io.Reader
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.src.Read(b)
	if n > 0 {
		if bad := r.clean(b[:n]); bad != nil {
			return 0, bad
		}
	}
	return n, err
}

// Writer returns a writer that cleans samples and writes them to w: a Write for
// each, of the same length, as diago's encoders want, with w's errors.
func (c *Cleaner) Writer(w io.Writer, codec media.Codec) io.Writer {
	return &writer{pcm: c.pcm(codec), dst: w}
}

type writer struct {
	pcm
	dst io.Writer
	buf []byte
}

func (w *writer) Write(b []byte) (int, error) {
	w.buf = append(w.buf[:0], b...) // a Writer leaves b as it is
	if err := w.clean(w.buf); err != nil {
		return 0, err
	}
	return w.dst.Write(w.buf)
}
