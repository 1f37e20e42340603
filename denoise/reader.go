package denoise

import (
	"errors"
	"io"
)

// Reader cleans the PCM that it reads from another reader.
type Reader struct {
	s       *stream
	src     io.Reader
	pending []byte
	err     error
}

// NewReader returns a reader of the clean sound of r, in the same format, rate
// and channels: those of d, which it takes over. Reads pass on what the source
// gives without waiting for more than a sample frame (a FrameSize, if d
// promises one). Nothing is allocated after NewReader. A source that ends
// within a sample frame gives io.ErrUnexpectedEOF after all whole ones.
func NewReader(r io.Reader, d *Denoiser, format PCMFormat, options ...StreamOption) (*Reader, error) {
	if r == nil {
		return nil, errors.New("denoise: no reader to read from")
	}
	s, err := newStream(d, format, options)
	if err != nil {
		return nil, err
	}
	return &Reader{s: s, src: r}, nil
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	const patience = 100 // reads of nothing, as bufio allows
	for empty := 0; len(r.pending) == 0; {
		switch {
		case r.err == io.EOF:
			piece := r.s.end()
			if piece == nil && r.s.partial() {
				return 0, io.ErrUnexpectedEOF
			}
			if piece == nil {
				return 0, io.EOF
			}
			r.pending = piece
		case r.err != nil:
			return 0, r.err
		default:
			n := r.fill(len(p))
			if n > 0 {
				empty = 0
			} else if empty++; empty == patience && r.err == nil {
				return 0, io.ErrNoProgress
			}
			r.pending = r.s.run()
		}
	}
	n := copy(p, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

// fill reads about as many bytes as the caller wants, at least what completes
// a unit, at most a block.
func (r *Reader) fill(want int) int {
	s := r.s
	want = max(want, s.unit*s.format.Size()-s.fill)
	end := min(s.fill+want, len(s.raw))
	n, err := r.src.Read(s.raw[s.fill:end])
	s.fill += n
	r.err = err
	return n
}
