package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

// source gives the stored bytes of a recording.
type source interface {
	format() wav.Format
	kind() (container, encoding string) // for reports
	frames() int64                      // samples per channel, −1 if that shows at the end
	read(p []byte) (int, error)         // whole frames, as many as are at hand
	truncated() bool                    // fewer came than should have
	warnings() []string
}

// supported reports why the denoiser cannot take a format, or nil.
func supported(f wav.Format) error {
	switch {
	case f.SampleRate < denoise.MinSampleRate || f.SampleRate > denoise.MaxSampleRate:
		return fmt.Errorf("a sample rate of %d Hz; accepted are %d to %d", f.SampleRate, denoise.MinSampleRate, denoise.MaxSampleRate)
	case f.Channels > denoise.MaxChannels:
		return fmt.Errorf("%d channels; accepted are 1 to %d", f.Channels, denoise.MaxChannels)
	}
	return nil
}

// openSource opens a job's input. The closer is nil for standard input.
func openSource(o *options, std stdio, in input, progress func(int)) (source, io.Closer, error) {
	var r io.Reader = std.in
	var c io.Closer
	if in.path != "-" {
		f, err := os.Open(in.path)
		if err != nil {
			return nil, nil, err
		}
		r, c = f, f
	}
	if progress != nil {
		r = &countingReader{r, progress}
	}
	src, err := newSource(o.raw, r)
	if err == nil {
		err = supported(src.format())
	}
	if err != nil {
		if c != nil {
			c.Close()
		}
		return nil, nil, err
	}
	return src, c, nil
}

// newSource tells Opus from WAV by how the input begins, whatever its name.
func newSource(raw *wav.Format, r io.Reader) (source, error) {
	if raw != nil {
		return &rawSource{r: r, f: *raw}, nil
	}
	magic := make([]byte, 4)
	n, err := io.ReadFull(r, magic)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	r = io.MultiReader(bytes.NewReader(magic[:n]), r)
	if string(magic) == "OggS" {
		return newOpusSource(r)
	}
	w, err := wav.NewReader(r)
	if err != nil {
		return nil, alsoOpus(err)
	}
	return &wavSource{w}, nil
}

// alsoOpus adds to what package wav says it accepts.
func alsoOpus(err error) error {
	if strings.HasSuffix(err.Error(), "accepted are WAV files (RIFF, RF64 or BW64)") {
		return fmt.Errorf("%w and Ogg Opus", err)
	}
	return err
}

type wavSource struct{ r *wav.Reader }

func (s *wavSource) format() wav.Format         { return s.r.Format() }
func (s *wavSource) frames() int64              { return s.r.Frames() }
func (s *wavSource) read(p []byte) (int, error) { return s.r.ReadRaw(p) }
func (s *wavSource) truncated() bool            { return s.r.Truncated() }
func (s *wavSource) warnings() []string         { return s.r.Warnings() }
func (s *wavSource) kind() (container, encoding string) {
	return "wav", s.r.Format().Encoding.String()
}

// rawSource is headerless PCM.
type rawSource struct {
	r    io.Reader
	f    wav.Format
	rest int // bytes of an incomplete frame at the end
	err  error
}

func (s *rawSource) format() wav.Format { return s.f }
func (s *rawSource) frames() int64      { return -1 }
func (s *rawSource) truncated() bool    { return s.rest > 0 }
func (s *rawSource) kind() (container, encoding string) {
	return "raw", s.f.Encoding.String()
}

func (s *rawSource) warnings() []string {
	if s.rest == 0 {
		return nil
	}
	return []string{fmt.Sprintf("truncated: the input ends within a frame, %d bytes are dropped", s.rest)}
}

func (s *rawSource) read(p []byte) (int, error) {
	size := s.f.BytesPerFrame()
	p = p[:len(p)/size*size]
	n := 0
	const patience = 100 // reads of nothing, as bufio allows
	for empty := 0; (n == 0 || n%size != 0) && s.err == nil; {
		var m int
		m, s.err = s.r.Read(p[n:])
		n += m
		if m > 0 {
			empty = 0
		} else if empty++; empty == patience && s.err == nil {
			s.err = io.ErrNoProgress
		}
	}
	if n%size != 0 {
		s.rest = n % size
		n -= s.rest
	}
	if n > 0 {
		return n, nil
	}
	return 0, s.err
}

// countingReader reports the bytes that pass.
type countingReader struct {
	r     io.Reader
	count func(int)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.count(n)
	return n, err
}
