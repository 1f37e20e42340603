package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

// learnSamples is how much of a recording is in memory while learning.
const learnSamples = 1 << 21

// learnProfile measures the noise in a part of a recording: the mean of the
// profiles of its pieces, by power and weighted by their length. Pieces of
// digital silence say nothing and are left out.
func learnProfile(ctx context.Context, src source, part span) (*denoise.Profile, error) {
	f := src.format()
	from, to := part.frames(f.SampleRate)
	r := frameReader{src: src, ctx: ctx, raw: make([]byte, 1<<16/f.BytesPerFrame()*f.BytesPerFrame()+f.BytesPerFrame())}
	if err := r.skip(from); err != nil {
		return nil, err
	}
	piece := make([]float32, max(learnSamples/f.Channels, f.SampleRate)*f.Channels)
	var sum []float64
	var weight, binHz float64
	var firstErr error
	left := to - from
	for left > 0 {
		want := piece
		if most := len(piece) / f.Channels; left < int64(most) {
			want = piece[:int(left)*f.Channels]
		}
		n, err := r.fill(want)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		left -= int64(n / f.Channels)
		p, err := denoise.LearnProfile(piece[:n], f.SampleRate, f.Channels)
		if err != nil {
			if firstErr == nil {
				firstErr = err
			}
			continue
		}
		if sum == nil {
			sum, binHz = make([]float64, len(p.PSD)), p.BinHz
		}
		for k, db := range p.PSD {
			sum[k] += float64(n) * math.Pow(10, db/10)
		}
		weight += float64(n)
	}
	switch {
	case weight > 0:
	case firstErr != nil:
		return nil, firstErr
	case from > 0:
		return nil, fmt.Errorf("nothing to learn from: the recording ends before %g s", part.from)
	default:
		return nil, errors.New("nothing to learn from: the recording is empty")
	}
	out := &denoise.Profile{BinHz: binHz, PSD: make([]float64, len(sum))}
	for k, v := range sum {
		out.PSD[k] = math.Round(1000*math.Log10(v/weight)) / 100
	}
	return out, nil
}

// frameReader reads decoded samples of a source.
type frameReader struct {
	src source
	ctx context.Context
	raw []byte
}

// skip drops n samples per channel, or all there are.
func (r *frameReader) skip(n int64) error {
	size := int64(r.src.format().BytesPerFrame())
	for n > 0 {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		m, err := r.src.read(r.raw[:min(int64(len(r.raw)), n*size)])
		n -= int64(m) / size
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fill reads until dst, whole frames, is full or the source ends.
func (r *frameReader) fill(dst []float32) (n int, err error) {
	f := r.src.format()
	for n < len(dst) {
		if err := r.ctx.Err(); err != nil {
			return n, err
		}
		m, err := r.src.read(r.raw[:min(len(r.raw), (len(dst)-n)*f.BytesPerSample())])
		n += wav.Decode(dst[n:], r.raw[:m], f.Encoding)
		if err == io.EOF {
			break
		}
		if err != nil {
			return n, err
		}
	}
	sanitize(dst[:n])
	return n, nil
}
