package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/quietline/quietline/internal/wav"
)

// sink takes the cleaned recording.
type sink interface {
	write(samples []float32) error // interleaved, ±1
	exact() bool                   // it holds the stored bytes of the source
	writeRaw(p []byte) error       // these bytes, unchanged, if it is exact
	clipped() int64                // samples that were beyond full scale
	close() (warnings []string, err error)
}

// newSink starts the output path. WAV to WAV has the format of the source, its
// length if that is known, and its metadata; Opus to Opus has its tags.
func newSink(o *options, path string, w io.Writer, src source, isFile bool) (sink, error) {
	if o.raw != nil {
		return &rawSink{w: w, f: src.format()}, nil
	}
	if outputContainer(o, path, src) == inOpus {
		return newOpusSink(o, w, src, isFile)
	}
	in, ok := src.(*wavSource)
	if !ok {
		f := src.format()
		f.Encoding = wav.PCM16 // what every program reads; the codec's error is larger
		ww, err := wav.NewWriter(w, f)
		if err != nil {
			return nil, err
		}
		return &wavSink{w: ww}, nil
	}
	// A length that is announced gives the plainest header, and the only
	// complete one on a pipe. In a file near 4 GiB leave it open: chunks
	// behind the samples may then make it RF64.
	frames := in.frames()
	const most = 1<<32 - 16<<20
	if isFile && frames > most/int64(in.format().BytesPerFrame()) {
		frames = -1
	}
	ww, err := wav.NewWriter(w, in.format(), wav.WithFrames(frames), wav.WithChunks(in.r.Chunks()...))
	if err != nil {
		return nil, err
	}
	return &wavSink{ww, in.r}, nil
}

type wavSink struct {
	w  *wav.Writer
	in *wav.Reader // nil if the source is no WAV
}

func (s *wavSink) write(samples []float32) error {
	_, err := s.w.Write(samples)
	return err
}

func (s *wavSink) writeRaw(p []byte) error {
	_, err := s.w.WriteRaw(p)
	return err
}

func (s *wavSink) exact() bool    { return s.in != nil }
func (s *wavSink) clipped() int64 { return s.w.Clipped() }

// close copies the metadata behind the samples and ends the file.
func (s *wavSink) close() (warnings []string, err error) {
	if s.in == nil {
		return nil, s.w.Close()
	}
	if tail := s.in.TrailingChunks(); len(tail) > 0 {
		if err := s.w.Append(tail...); err != nil {
			warnings = append(warnings, fmt.Sprintf("%d metadata chunks behind the samples are not copied: the output cannot seek", len(tail)))
		}
	}
	err = s.w.Close()
	// A truncated input gives fewer samples than it declared. That was a
	// warning already; only a failed write wraps another error.
	if s.in.Truncated() && errors.Unwrap(err) == nil {
		err = nil
	}
	return warnings, err
}

// rawSink writes headerless PCM.
type rawSink struct {
	w    io.Writer
	f    wav.Format
	buf  []byte
	clip int64
}

func (s *rawSink) write(samples []float32) error {
	n := len(samples) * s.f.BytesPerSample()
	if len(s.buf) < n {
		s.buf = make([]byte, n)
	}
	s.clip += int64(wav.Encode(s.buf[:n], samples, s.f.Encoding))
	return s.writeRaw(s.buf[:n])
}

func (s *rawSink) writeRaw(p []byte) error {
	_, err := s.w.Write(p)
	return err
}

func (s *rawSink) exact() bool              { return true }
func (s *rawSink) clipped() int64           { return s.clip }
func (s *rawSink) close() ([]string, error) { return nil, nil }

// noSink is for analysis alone.
type noSink struct{}

func (noSink) write([]float32) error    { return nil }
func (noSink) writeRaw([]byte) error    { return nil }
func (noSink) exact() bool              { return true }
func (noSink) clipped() int64           { return 0 }
func (noSink) close() ([]string, error) { return nil, nil }
