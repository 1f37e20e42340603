package wav

import (
	"errors"
	"fmt"
	"io"
)

// Writer writes a WAV stream. It is not safe for use by several goroutines at
// once.
type Writer struct {
	w      io.Writer
	seeker io.Seeker // nil where the destination cannot seek
	base   int64     // where the WAV starts in the destination
	format Format
	frame  int // bytes of one frame

	header  header
	known   int64 // frames announced by WithFrames, or −1
	chunks  []Chunk
	tail    []Chunk
	buf     []byte
	written int64 // bytes of samples
	clipped int64
	err     error
	closed  bool
}

// Option changes how a Writer starts.
type Option func(*Writer)

// WithFrames announces the number of samples per channel, so that a header
// with the right lengths can be written to a pipe; Write refuses more, Close
// reports fewer as an error. A negative n, as [Reader.Frames] may return,
// announces nothing.
func WithFrames(n int64) Option { return func(w *Writer) { w.known = max(n, -1) } }

// WithChunks puts metadata chunks before the samples, such as those of
// [Reader.Chunks]. Chunks that the Writer makes itself (fmt, fact, ds64, data,
// fillers) and those that describe sample values, which may have changed (PEAK
// and levl), are left out.
func WithChunks(chunks ...Chunk) Option {
	return func(w *Writer) { w.chunks = append(w.chunks, chunks...) }
}

// NewWriter writes a header to w and returns a Writer for samples of format f.
//
// If w can seek, checked with care since os.Stdout may be a file or a pipe,
// Close goes back and fills in the lengths; the header keeps room to become
// RF64 if the file grows beyond 4 GiB. Otherwise the lengths are those of
// [WithFrames], or else 0xFFFFFFFF, which means "up to the end". Nothing is
// buffered between calls.
//
// The header is extensible if f.Extensible is set or if f has a channel mask,
// fewer valid bits than are stored, or ambisonic channels.
func NewWriter(w io.Writer, f Format, options ...Option) (*Writer, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	wr := &Writer{w: w, format: f, frame: f.BytesPerFrame(), known: -1}
	for _, o := range options {
		o(wr)
	}
	if wr.known > (1<<62)/int64(wr.frame) {
		return nil, fmt.Errorf("wav: %d frames of %v are too many", wr.known, f)
	}
	var err error
	if wr.chunks, err = writable(wr.chunks); err != nil {
		return nil, err
	}
	if err := wr.start(); err != nil {
		return nil, fmt.Errorf("wav: writing the header: %w", err)
	}
	wr.buf = make([]byte, max(bufferBytes/wr.frame, 1)*wr.frame)
	return wr, nil
}

// Format returns the format that the Writer was made with.
func (w *Writer) Format() Format { return w.format }

// Clipped returns the number of samples so far that were beyond full scale, or
// NaN, and had to be changed; see [Encode].
func (w *Writer) Clipped() int64 { return w.clipped }

// Frames returns the number of samples per channel written so far.
func (w *Writer) Frames() int64 { return w.written / int64(w.frame) }

// Write encodes interleaved samples, full scale ±1, and writes them. len(src)
// must be a multiple of the channels. It returns the number of samples
// written and allocates nothing. See [Encode] for rounding and clipping; where
// the format has fewer valid bits than it stores, samples are rounded to those.
func (w *Writer) Write(src []float32) (n int, err error) {
	if len(src)%w.format.Channels != 0 {
		return 0, fmt.Errorf("wav: Write of %d samples; whole frames of %d are accepted", len(src), w.format.Channels)
	}
	size := w.format.BytesPerSample()
	if err := w.room(int64(len(src)) * int64(size)); err != nil {
		return 0, err
	}
	valid := w.format.validBits()
	for n < len(src) {
		block := src[n:min(n+len(w.buf)/size, len(src))]
		b := w.buf[:len(block)*size]
		if valid == 8*size {
			w.clipped += int64(Encode(b, block, w.format.Encoding))
		} else {
			w.clipped += int64(encodeValid(b, block, w.format.Encoding, valid))
		}
		m, err := w.put(b)
		n += m / size
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// WriteRaw writes samples that are already encoded, as [Reader.ReadRaw] gives
// them. len(p) must be a multiple of the bytes per frame. It returns the number
// of bytes written.
func (w *Writer) WriteRaw(p []byte) (n int, err error) {
	if len(p)%w.frame != 0 {
		return 0, fmt.Errorf("wav: WriteRaw of %d bytes; whole frames of %d are accepted", len(p), w.frame)
	}
	if err := w.room(int64(len(p))); err != nil {
		return 0, err
	}
	return w.put(p)
}

// room reports whether n more bytes of samples may be written.
func (w *Writer) room(n int64) error {
	switch {
	case w.closed:
		return errors.New("wav: Write after Close")
	case w.err != nil:
		return w.err
	case w.known >= 0 && w.written+n > w.known*int64(w.frame):
		return fmt.Errorf("wav: Write beyond the %d frames that were announced", w.known)
	}
	return nil
}

func (w *Writer) put(b []byte) (int, error) {
	n, err := w.w.Write(b)
	w.written += int64(n)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.err = fmt.Errorf("wav: writing the samples: %w", err)
		return n, w.err
	}
	return n, nil
}

// Append adds metadata chunks behind the samples, such as those of
// [Reader.TrailingChunks]; Close writes them. The same kinds as in
// [WithChunks] are left out. It fails where the destination cannot seek, since
// a reader would take the chunks for samples.
func (w *Writer) Append(chunks ...Chunk) error {
	chunks, err := writable(chunks)
	switch {
	case err != nil:
		return err
	case w.closed:
		return errors.New("wav: Append after Close")
	case len(chunks) > 0 && w.seeker == nil:
		return errors.New("wav: chunks cannot be appended where the destination cannot seek; WithChunks puts them before the samples")
	}
	w.tail = append(w.tail, chunks...)
	return nil
}

// Close ends the stream: it writes the pad byte after an odd number of bytes
// (none if the length in the header is unknown: it would be taken for a sample),
// the appended chunks and, where the destination can seek, the final lengths,
// and leaves the destination at the end of the WAV. It does not close the destination. Fewer
// frames than announced by WithFrames are an error; the file is still valid
// where the destination can seek. Further calls return the same error.
func (w *Writer) Close() error {
	if w.closed {
		return w.err
	}
	w.closed = true
	if w.err != nil {
		return w.err
	}
	if err := w.finish(); err != nil {
		w.err = fmt.Errorf("wav: finishing the file: %w", err)
	} else if w.known >= 0 && w.Frames() != w.known {
		w.err = fmt.Errorf("wav: %d frames were announced, %d written", w.known, w.Frames())
	}
	return w.err
}
