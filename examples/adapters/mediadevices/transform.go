// Package quietmedia puts noise cancellation into github.com/pion/mediadevices:
//
//	noise, err := quietmedia.New(denoise.Config{})
//	if err != nil {
//		return err
//	}
//	for _, track := range stream.GetAudioTracks() {
//		track.(*mediadevices.AudioTrack).Transform(noise.Transform)
//	}
//	…
//	noise.SetEnabled(false) // the switch
//	noise.SetStrength(denoise.Mild)
//	if noise.Stats().Voice { … } // the speaking ring
//
// Chunks of any length, 16-bit and float, interleaved and not, any rate and
// number of channels; a format that changes in the middle, as it does when
// somebody plugs in a headset, is followed. The delay is 10 ms for chunks of
// whole 10 ms, which microphones of mediadevices give, otherwise 20. Nothing is
// allocated for a chunk of one of the four types of package wave.
package quietmedia

import (
	"github.com/pion/mediadevices/pkg/io/audio"
	"github.com/pion/mediadevices/pkg/wave"

	"github.com/quietline/quietline/denoise"
)

// Transform is an audio.TransformFunc: the sound of r, cleaned. Each call begins
// a stream of its own, all under c's settings.
//
// Chunks are cleaned in place, which is right for the source of a track; a
// reader that shares its chunks with others (Broadcaster.NewReader(false)) must
// copy them first (true).
func (c *Cleaner) Transform(r audio.Reader) audio.Reader {
	return &reader{src: r, stream: stream{c: c}}
}

var _ audio.TransformFunc = (*Cleaner)(nil).Transform

type reader struct {
	stream
	src    audio.Reader
	shorts []int16 // interleaved, of chunks that are not
	floats []float32
}

// Read implements audio.Reader. Errors of the source pass.
func (r *reader) Read() (wave.Audio, func(), error) {
	chunk, release, err := r.src.Read()
	if err != nil || chunk == nil {
		return chunk, release, err
	}
	info := chunk.ChunkInfo()
	d := r.ready(info.SamplingRate, info.Channels, info.Len)
	if d == nil {
		return chunk, release, nil
	}
	switch c := chunk.(type) {
	case *wave.Int16Interleaved:
		pcm := c.Data[:info.Len*info.Channels]
		d.ProcessInt16(pcm, pcm)
	case *wave.Float32Interleaved:
		pcm := c.Data[:info.Len*info.Channels]
		d.Process(pcm, pcm)
	case *wave.Int16NonInterleaved:
		r.shorts = interleave(r.shorts, c.Data, info.Len)
		d.ProcessInt16(r.shorts, r.shorts)
		deinterleave(c.Data, r.shorts)
	case *wave.Float32NonInterleaved:
		r.floats = interleave(r.floats, c.Data, info.Len)
		d.Process(r.floats, r.floats)
		deinterleave(c.Data, r.floats)
	default:
		return r.other(chunk, d), release, nil
	}
	return chunk, release, nil
}

// other cleans a chunk of a type that package wave does not have, into a new one
// of floats.
func (r *reader) other(chunk wave.Audio, d *denoise.Denoiser) wave.Audio {
	out := wave.NewFloat32Interleaved(chunk.ChunkInfo())
	at := 0
	for i := range out.Size.Len {
		for ch := range out.Size.Channels {
			switch s := chunk.At(i, ch).(type) {
			case wave.Float32Sample:
				out.Data[at] = float32(s)
			default: // 16 bits stand in the upper half of 32
				out.Data[at] = float32(s.Int()) / (1 << 31)
			}
			at++
		}
	}
	d.Process(out.Data, out.Data)
	return out
}

func interleave[T int16 | float32](dst []T, src [][]T, n int) []T {
	if need := n * len(src); cap(dst) < need {
		dst = make([]T, need)
	} else {
		dst = dst[:need]
	}
	for ch, from := range src {
		at := ch
		for _, x := range from[:n] {
			dst[at] = x
			at += len(src)
		}
	}
	return dst
}

func deinterleave[T int16 | float32](dst [][]T, src []T) {
	for ch, to := range dst {
		at := ch
		for i := range to[:len(src)/len(dst)] {
			to[i] = src[at]
			at += len(dst)
		}
	}
}
