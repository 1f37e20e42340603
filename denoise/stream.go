package denoise

import (
	"errors"

	"github.com/quietline/quietline/internal/wav"
)

// StreamOption changes how NewReader and NewWriter treat a stream's ends.
type StreamOption func(*stream)

// Aligned takes the delay out: the first Latency samples are dropped, so that
// sample n out is sample n in and as many come out as went in. For files.
// Without it the stream is live: every sample in is a sample out at once, the
// sound comes Latency later, and its tail follows after the end.
func Aligned() StreamOption {
	return func(s *stream) { s.skip = s.d.Latency() * s.d.cfg.Channels }
}

// stream cleans PCM bytes block by block: what reader and writer share.
type stream struct {
	d      *Denoiser
	format PCMFormat
	unit   int       // samples that Process takes a multiple of
	raw    []byte    // input bytes of a block
	fill   int       // how many are there
	block  []float32 // the block's samples
	out    []byte    // output bytes of a block
	skip   int       // samples to drop at the start
	ended  bool
	owed   int // samples still to come after the end
}

func newStream(d *Denoiser, format PCMFormat, options []StreamOption) (*stream, error) {
	if d == nil {
		return nil, errors.New("denoise: no Denoiser for the stream: want one from New")
	}
	if err := format.validate(); err != nil {
		return nil, err
	}
	s := &stream{d: d, format: format, unit: d.cfg.Channels * max(d.cfg.FrameSize, 1)}
	n := max(s.unit, d.hop*d.cfg.Channels)
	n -= n % s.unit
	s.raw = make([]byte, n*format.Size())
	s.out = make([]byte, n*format.Size())
	s.block = make([]float32, n)
	for _, o := range options {
		o(s)
	}
	return s, nil
}

// run cleans the whole units that are in raw, keeps the rest, and returns the
// output, valid until the next call.
func (s *stream) run() []byte {
	n := s.fill / s.format.Size()
	n -= n % s.unit
	if n == 0 {
		return nil
	}
	wav.Decode(s.block[:n], s.raw, s.format.encoding())
	used := n * s.format.Size()
	s.fill = copy(s.raw, s.raw[used:s.fill])
	s.d.Process(s.block[:n], s.block[:n])
	return s.encode(n)
}

// end returns the next piece of output after the input has ended, nil when
// there is no more: a unit that was begun, then what the denoiser holds.
func (s *stream) end() []byte {
	if !s.ended {
		s.ended = true
		left := s.fill / s.format.Size()
		left -= left % s.d.cfg.Channels
		s.owed = left + s.d.Latency()*s.d.cfg.Channels
		s.fill -= left * s.format.Size()
		if left > 0 {
			// FrameSize promises whole frames: silence fills the last one.
			wav.Decode(s.block[:left], s.raw, s.format.encoding())
			clear(s.block[left:s.unit])
			s.d.Process(s.block[:s.unit], s.block[:s.unit])
			return s.give(s.unit)
		}
	}
	n := s.d.Flush(s.block)
	if n == 0 || s.owed == 0 {
		return nil
	}
	return s.give(n)
}

// give encodes the first n samples of block as far as they are owed.
func (s *stream) give(n int) []byte {
	n = min(n, s.owed)
	s.owed -= n
	return s.encode(n)
}

// encode encodes the first n samples of block, less those to skip.
func (s *stream) encode(n int) []byte {
	drop := min(s.skip, n)
	s.skip -= drop
	out := s.out[:(n-drop)*s.format.Size()]
	wav.Encode(out, s.block[drop:n], s.format.encoding())
	return out
}

// partial reports whether bytes of an incomplete sample frame are left over.
func (s *stream) partial() bool { return s.fill > 0 }
