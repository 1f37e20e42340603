package main

import (
	"math"
	"math/bits"
	"sync/atomic"

	"github.com/quietline/quietline/denoise"
)

// The error codes of quietline.h.
const (
	codeOK      = 0
	errStream   = -1
	errConfig   = -2
	errArgument = -3
	errFrames   = -4
	errBusy     = -5
	errLimit    = -6
	errInternal = -7
)

// maxSamples bounds a call: more is no sound but a mistake, and would not fit
// into memory.
const maxSamples = 1 << (28 + 12*(bits.UintSize/64))

// stream is a denoiser behind the C boundary.
type stream struct {
	d      *denoise.Denoiser
	ticket uint64 // the only one that leads here
	// busy is 1 while a caller is in, and for good once the stream was
	// destroyed. C callers have no race detector: whoever finds it taken is
	// turned away instead of spoiling the memory of the other.
	busy  atomic.Uint32
	piece [1024]float32 // flushed sound on its way to 16 bits
}

func newStream(cfg denoise.Config) (*stream, error) {
	d, err := denoise.New(cfg)
	if err != nil {
		return nil, err
	}
	return &stream{d: d}, nil
}

func (s *stream) enter() bool { return s.busy.CompareAndSwap(0, 1) }
func (s *stream) leave()      { s.busy.Store(0) }

// samples returns the interleaved samples of so many frames, or an error code.
func (s *stream) samples(frames uint64) (int, int) {
	cfg := s.d.Config()
	if frames > uint64(maxSamples/cfg.Channels) || cfg.FrameSize > 0 && frames%uint64(cfg.FrameSize) != 0 {
		return 0, errFrames
	}
	return int(frames) * cfg.Channels, codeOK
}

// flushInt16 is Denoiser.Flush for 16-bit samples, with the rounding of
// ProcessInt16. It returns the samples written.
func (s *stream) flushInt16(dst []int16) int {
	done := 0
	for {
		n := s.d.Flush(s.piece[:min(len(dst)-done, len(s.piece))])
		if n == 0 {
			return done
		}
		for i, x := range s.piece[:n] {
			dst[done+i] = int16(math.RoundToEven(float64(min(max(x*32768, -32768), 32767))))
		}
		done += n
	}
}

// The scale of RNNoise's samples.
const fullScale = 32768

// rnnFrame is the frame of RNNoise: 10 ms at 48 kHz.
const rnnFrame = 480

// rnnConfig is what RNNoise is: mono, 48 kHz, 10 ms. With frames of 10 ms the
// delay is 10 ms too, RNNoise 0.1's own.
var rnnConfig = denoise.Config{SampleRate: 48000, Channels: 1, FrameSize: rnnFrame}

// rnn cleans a frame in RNNoise's scale and returns the speech probability. The
// output is clamped, because callers cast it to 16 bits, and a cast wraps.
func (s *stream) rnn(out, in []float32) float32 {
	for i, x := range in {
		out[i] = x * (1.0 / fullScale)
	}
	s.d.Process(out, out)
	for i, x := range out {
		out[i] = min(max(x*fullScale, -fullScale), fullScale-1)
	}
	return float32(s.d.Stats().SpeechProb)
}
