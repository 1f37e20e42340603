package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

// listener follows a pass hop by hop. The samples are interleaved and the same
// stretch of time before and after: output comes some hops later than input
// but starts at the same sample. Only the last hop is shorter than Hop.
type listener interface {
	input(hop []float32, s denoise.Stats)
	output(hop []float32)
}

// pass takes one recording through a denoiser, in memory that does not grow
// with its length.
type pass struct {
	d         *denoise.Denoiser
	src       source
	dst       sink
	listeners []listener
	// exact copies the stored bytes: strength off must not round samples that
	// float32 cannot hold.
	exact   bool
	removed bool // the output is what was taken away

	hop, channels int
	skip          int64 // samples per channel of output still to drop: the latency
	frames        int64 // samples per channel read
	written       int64 // samples per channel written

	hops  int64
	spent time.Duration // in the denoiser
}

// blockSamples is about how many samples are read and written at a time.
const blockSamples = 1 << 15

// newPass connects a source and a sink. The denoiser works in whole hops, which
// has the shortest latency and gives statistics for each.
func newPass(cfg denoise.Config, src source, dst sink, listeners ...listener) (*pass, error) {
	d, err := newDenoiser(cfg, src.format())
	if err != nil {
		return nil, err
	}
	off := cfg.Strength == denoise.Off && cfg.LimitDB == 0
	return &pass{
		removed: cfg.Output == denoise.OutputRemoved,
		d:       d, src: src, dst: dst, listeners: listeners,
		exact: off && cfg.Output == denoise.OutputClean && !cfg.Gate.Enabled && dst.exact(),
		hop:   d.Hop(), channels: src.format().Channels, skip: int64(d.Latency()),
	}, nil
}

// newDenoiser returns a denoiser that is given whole hops.
func newDenoiser(cfg denoise.Config, f wav.Format) (*denoise.Denoiser, error) {
	cfg.SampleRate, cfg.Channels = f.SampleRate, f.Channels
	d, err := denoise.New(cfg)
	if err != nil {
		return nil, err
	}
	cfg.FrameSize = d.Hop()
	return denoise.New(cfg)
}

// run reads to the end of the source and writes as many samples.
func (p *pass) run(ctx context.Context) error {
	format := p.src.format()
	hopSamples := p.hop * p.channels
	hopBytes := p.hop * format.BytesPerFrame()
	hops := max(blockSamples/hopSamples, 1)
	raw := make([]byte, hops*hopBytes)
	in := make([]float32, hops*hopSamples)
	out := make([]float32, hops*hopSamples)
	fill := 0 // bytes in raw
	for ended := false; !ended; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := p.src.read(raw[fill:])
		if err != nil && err != io.EOF {
			return err
		}
		ended = err == io.EOF
		fill += n
		used := fill - fill%hopBytes
		if ended {
			used = fill // and the last hop, which may be short
		}
		samples := wav.Decode(in, raw[:used], format.Encoding)
		sanitize(in[:samples])
		if p.exact && samples > 0 {
			if err := p.dst.writeRaw(raw[:used]); err != nil {
				return writeError{err}
			}
		}
		p.frames += int64(samples / p.channels)
		done := p.process(out, in, samples)
		if err := p.emit(out[:done]); err != nil {
			return err
		}
		fill = copy(raw, raw[used:fill])
	}
	for p.written < p.frames {
		n := p.d.Flush(out)
		if n == 0 {
			return fmt.Errorf("the denoiser kept %d samples", p.frames-p.written)
		}
		if err := p.emit(out[:n]); err != nil {
			return err
		}
	}
	return nil
}

// process cleans n samples of in, hop by hop, the last one filled up with
// silence, and returns how many samples are in out.
func (p *pass) process(out, in []float32, n int) int {
	size := p.hop * p.channels
	at := 0
	for ; at < n; at += size {
		hop := in[at : at+size]
		if n-at < size {
			clear(hop[n-at:])
		}
		start := time.Now()
		p.d.Process(out[at:at+size], hop)
		p.spent += time.Since(start)
		p.hops++
		s := p.d.Stats()
		for _, l := range p.listeners {
			l.input(hop[:min(size, n-at)], s)
		}
	}
	return at
}

// emit writes output: without the latency at its start, and never more than
// was read.
func (p *pass) emit(out []float32) error {
	drop := min(p.skip, int64(len(out)/p.channels))
	p.skip -= drop
	out = out[drop*int64(p.channels):]
	if most := (p.frames - p.written) * int64(p.channels); int64(len(out)) > most {
		out = out[:most]
	}
	if len(out) == 0 {
		return nil
	}
	p.written += int64(len(out) / p.channels)
	for at := 0; at < len(out); at += p.hop * p.channels {
		for _, l := range p.listeners {
			l.output(out[at:min(at+p.hop*p.channels, len(out))])
		}
	}
	if p.exact {
		return nil
	}
	if err := p.dst.write(out); err != nil {
		return writeError{err}
	}
	return nil
}

// writeError tells an error of the sink from one of the source.
type writeError struct{ error }

func (e writeError) Unwrap() error { return e.error }

// sanitize bounds samples as the denoiser does, so that those who listen
// measure what it hears: NaN and infinities are 0, magnitudes at most 65536.
func sanitize(x []float32) {
	for i, v := range x {
		if v-v != 0 {
			v = 0
		}
		x[i] = min(max(v, -65536), 65536)
	}
}

// seconds returns the length of what was read.
func (p *pass) seconds() float64 {
	return float64(p.frames) / float64(p.src.format().SampleRate)
}
