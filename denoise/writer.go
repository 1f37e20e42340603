package denoise

import (
	"errors"
	"io"
)

// Writer cleans the PCM that is written to it and passes it on.
type Writer struct {
	s      *stream
	dst    io.Writer
	err    error
	closed bool
}

// NewWriter returns a writer that cleans PCM of the rate and channels of d,
// which it takes over, and writes it to w in the same format. Close writes the
// tail. Nothing is allocated after NewWriter.
func NewWriter(w io.Writer, d *Denoiser, format PCMFormat, options ...StreamOption) (*Writer, error) {
	if w == nil {
		return nil, errors.New("denoise: no writer to write to")
	}
	s, err := newStream(d, format, options)
	if err != nil {
		return nil, err
	}
	return &Writer{s: s, dst: w}, nil
}

var errClosed = errors.New("denoise: write to a closed Writer")

// Write implements io.Writer. Bytes of an incomplete sample frame wait for the
// rest.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if w.closed {
		return 0, errClosed
	}
	done := 0
	for done < len(p) {
		n := copy(w.s.raw[w.s.fill:], p[done:])
		w.s.fill += n
		done += n
		if !w.pass(w.s.run()) {
			return done, w.err
		}
	}
	return done, nil
}

// Close writes what is still on its way. It does not close the writer below.
// io.ErrUnexpectedEOF says that the last sample frame was incomplete.
func (w *Writer) Close() error {
	if w.closed || w.err != nil {
		w.closed = true
		return w.err
	}
	w.closed = true
	for piece := w.s.end(); piece != nil; piece = w.s.end() {
		if !w.pass(piece) {
			return w.err
		}
	}
	if w.s.partial() {
		w.err = io.ErrUnexpectedEOF
	}
	return w.err
}

// pass writes a piece of output and keeps the first error.
func (w *Writer) pass(piece []byte) bool {
	if len(piece) == 0 {
		return true
	}
	n, err := w.dst.Write(piece)
	if err == nil && n < len(piece) {
		err = io.ErrShortWrite
	}
	w.err = err
	return err == nil
}
