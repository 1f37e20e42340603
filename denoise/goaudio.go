package denoise

import (
	"errors"
	"fmt"

	"github.com/go-audio/audio"
)

// ProcessIntBuffer cleans a go-audio buffer in place. Samples are scaled by the
// buffer's SourceBitDepth (8, 16, 24 or 32); 8-bit samples are unsigned around
// 128, as WAV files and go-audio/wav have them. The error says when format,
// rate or channels do not match the denoiser's; the buffer is unchanged then.
//
// It allocates only when the buffer is longer than all before it.
func (d *Denoiser) ProcessIntBuffer(b *audio.IntBuffer) error {
	if b == nil {
		return errors.New("denoise: nil IntBuffer")
	}
	if err := d.checkBuffer(b.Format, len(b.Data)); err != nil {
		return err
	}
	var full, centre float64
	switch b.SourceBitDepth {
	case 8:
		full, centre = 1<<7, 128
	case 16, 24, 32:
		full = float64(uint64(1) << (b.SourceBitDepth - 1))
	default:
		return fmt.Errorf("denoise: IntBuffer with SourceBitDepth %d: want 8, 16, 24 or 32", b.SourceBitDepth)
	}
	x := d.scratchFor(len(b.Data))
	for i, v := range b.Data {
		x[i] = float32((float64(v) - centre) / full)
	}
	d.Process(x, x)
	for i, v := range x {
		b.Data[i] = int(toInt(v, full)) + int(centre)
	}
	return nil
}

// ProcessFloat32Buffer cleans a go-audio buffer of ±1 samples in place.
func (d *Denoiser) ProcessFloat32Buffer(b *audio.Float32Buffer) error {
	if b == nil {
		return errors.New("denoise: nil Float32Buffer")
	}
	if err := d.checkBuffer(b.Format, len(b.Data)); err != nil {
		return err
	}
	d.Process(b.Data, b.Data)
	return nil
}

func (d *Denoiser) checkBuffer(f *audio.Format, n int) error {
	switch {
	case f == nil:
		return errors.New("denoise: buffer without a format: want sample rate and channels")
	case f.SampleRate != d.cfg.SampleRate:
		return fmt.Errorf("denoise: buffer at %d Hz: want the denoiser's %d", f.SampleRate, d.cfg.SampleRate)
	case f.NumChannels != d.cfg.Channels:
		return fmt.Errorf("denoise: buffer with %d channels: want the denoiser's %d", f.NumChannels, d.cfg.Channels)
	}
	unit := d.cfg.Channels * max(d.cfg.FrameSize, 1)
	if n%unit != 0 {
		return fmt.Errorf("denoise: buffer of %d samples: want a multiple of %d", n, unit)
	}
	return nil
}

// scratchFor returns n samples of scratch that grow to the largest buffer seen.
func (d *Denoiser) scratchFor(n int) []float32 {
	if cap(d.scratch) < n {
		d.scratch = make([]float32, n)
	}
	return d.scratch[:n]
}

// toInt scales x by full, rounds half away from zero and clamps to
// −full … full−1.
func toInt(x float32, full float64) int32 {
	v := float64(x) * full
	if v < 0 {
		return int32(max(v-0.5, -full))
	}
	return int32(min(v+0.5, full-1))
}
