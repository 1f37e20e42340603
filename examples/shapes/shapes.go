// Package shapes shows how a Denoiser goes into the audio types of call
// libraries. The interfaces here are copies of theirs, method for method, so
// that nothing is imported: in a program that uses the library, delete the copy
// and name the original.
package shapes

import "github.com/quietline/quietline/denoise"

// The types of github.com/pion/mediadevices/pkg/io/audio and pkg/wave (v0.7),
// as far as a transform needs them.
type (
	// Chunk is *wave.Int16Interleaved: Data and Size.
	Chunk struct {
		Data []int16
		Size ChunkInfo
	}
	// ChunkInfo is wave.ChunkInfo.
	ChunkInfo struct{ Len, Channels, SamplingRate int }

	// Reader is audio.Reader; there, chunk is the interface wave.Audio.
	Reader interface {
		Read() (chunk *Chunk, release func(), err error)
	}
	// ReaderFunc is audio.ReaderFunc.
	ReaderFunc func() (chunk *Chunk, release func(), err error)
	// TransformFunc is audio.TransformFunc.
	TransformFunc func(r Reader) Reader
)

// Read implements Reader.
func (f ReaderFunc) Read() (*Chunk, func(), error) { return f() }

// MediaDevices returns a transform for mediadevices, to be given to
// mediadevices.AudioTrack.Transform: the microphone, cleaned. In the original,
// the chunk is asserted: chunk.(*wave.Int16Interleaved).
func MediaDevices(d *denoise.Denoiser) TransformFunc {
	return func(r Reader) Reader {
		return ReaderFunc(func() (*Chunk, func(), error) {
			chunk, release, err := r.Read()
			if err == nil {
				d.ProcessInt16(chunk.Data, chunk.Data)
			}
			return chunk, release, err
		})
	}
}

// The types of github.com/livekit/media-sdk (2025).
type (
	// PCM16Sample is media.PCM16Sample: interleaved samples.
	PCM16Sample []int16
	// WriteCloser is media.WriteCloser[PCM16Sample].
	WriteCloser interface {
		String() string
		SampleRate() int
		WriteSample(sample PCM16Sample) error
		Close() error
	}
	// PCM16Processor is media.PCM16Processor.
	PCM16Processor func(w WriteCloser) WriteCloser
)

// LiveKit returns a processor for LiveKit's media-sdk: what is written is
// cleaned and passed on. The sample is the caller's, so the clean one is a copy
// that is used again.
func LiveKit(d *denoise.Denoiser) PCM16Processor {
	return func(w WriteCloser) WriteCloser { return &liveKit{WriteCloser: w, d: d} }
}

type liveKit struct {
	WriteCloser
	d   *denoise.Denoiser
	buf PCM16Sample
}

func (l *liveKit) String() string { return "Denoise -> " + l.WriteCloser.String() }

func (l *liveKit) WriteSample(sample PCM16Sample) error {
	l.buf = append(l.buf[:0], sample...)
	l.d.ProcessInt16(l.buf, l.buf)
	return l.WriteCloser.WriteSample(l.buf)
}

// AudioEncoder is layeh.com/gumble/gumble.AudioEncoder.
type AudioEncoder interface {
	ID() int
	Encode(pcm []int16, mframeSize, maxDataBytes int) ([]byte, error)
	Reset()
}

// Gumble wraps the encoder of a Mumble client: frames are cleaned before it gets
// them. gumble sends mono at 48 kHz, 10 ms frames by default.
func Gumble(enc AudioEncoder, d *denoise.Denoiser) AudioEncoder {
	return &gumble{AudioEncoder: enc, d: d}
}

type gumble struct {
	AudioEncoder
	d   *denoise.Denoiser
	buf []int16
}

func (g *gumble) Encode(pcm []int16, mframeSize, maxDataBytes int) ([]byte, error) {
	g.buf = append(g.buf[:0], pcm...)
	g.d.ProcessInt16(g.buf, g.buf)
	return g.AudioEncoder.Encode(g.buf, mframeSize, maxDataBytes)
}

// Reset begins a talk spurt: the noise that is known stays known.
func (g *gumble) Reset() {
	g.AudioEncoder.Reset()
	g.d.ResetTransient()
}
