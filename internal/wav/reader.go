package wav

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

const bufferBytes = 64 << 10 // holds several frames of MaxChannels float64

// Reader reads the samples of a WAV stream. It is not safe for use by several
// goroutines at once.
type Reader struct {
	br     *bufio.Reader
	format Format
	frame  int   // bytes of one frame
	pos    int64 // bytes consumed

	rf64       bool
	riffSize   int64 // as the header says, 0 or negative: nothing sensible
	dataSize64 int64 // from ds64
	table      []tableEntry

	frames    int64 // declared, or −1
	remain    int64 // bytes of the data chunk still to come, or −1: all up to the end
	soft      bool  // remain comes from a size that may just mean "unknown"
	pad       int64 // pad bytes due behind the samples, 0 or 1
	truncated bool
	err       error // what the next Read returns

	chunks   []Chunk
	kept     int   // bytes in chunks
	skipped  int64 // bytes of chunks not kept
	warnings []string
}

// NewReader reads the header of a WAV stream from r, up to the first sample,
// and returns a Reader for the samples. It never seeks, takes whatever r gives
// without waiting for more, and allocates a buffer of 64 KiB plus the metadata
// that it keeps (at most 8 MiB). r need not be buffered; bytes behind the WAV
// may be consumed.
//
// The error says what the input is, if that is recognisable, or what is wrong
// with the header. Contradictions in the header that do not matter become
// [Reader.Warnings].
func NewReader(r io.Reader) (*Reader, error) {
	w := &Reader{br: bufio.NewReaderSize(r, bufferBytes)}
	if err := w.parse(); err != nil {
		return nil, err
	}
	return w, nil
}

// Format returns the format of the samples as stored.
func (r *Reader) Format() Format { return r.format }

// Frames returns the number of samples per channel that the header declares,
// or −1 if the writer of a stream did not know. More or fewer may come: see
// [Reader.Truncated].
func (r *Reader) Frames() int64 { return r.frames }

// Truncated reports whether the samples ended before the declared length or
// within a frame. It is final once Read has returned io.EOF.
func (r *Reader) Truncated() bool { return r.truncated }

// Warnings returns what was found wrong so far, without being an error, in
// plain sentences for a person.
func (r *Reader) Warnings() []string { return slices.Clone(r.warnings) }

// Chunks returns the metadata found so far in the order of the file: the
// chunks before the samples at once, those behind them (AfterData) after Read
// has returned io.EOF. The fmt, data and ds64 chunks and fillers (JUNK …) are
// not among them. Up to 128 chunks of at most 4 MiB are kept, 8 MiB in all.
// The caller must not change the data.
func (r *Reader) Chunks() []Chunk { return slices.Clone(r.chunks) }

// TrailingChunks returns those of [Reader.Chunks] that stand behind the
// samples, for [Writer.Append].
func (r *Reader) TrailingChunks() []Chunk {
	return slices.DeleteFunc(r.Chunks(), func(c Chunk) bool { return !c.AfterData })
}

// Read decodes the next samples, interleaved with full scale ±1, and returns
// how many: whole frames only, at least one unless the error is not nil. It
// returns what is at hand rather than wait until dst is full. At the end of
// the samples it returns 0, io.EOF, also when they are fewer than declared
// (see [Reader.Truncated]). It allocates nothing before the end. dst must hold
// one frame at least.
func (r *Reader) Read(dst []float32) (n int, err error) {
	if len(dst) < r.format.Channels {
		if len(dst) == 0 {
			return 0, nil
		}
		return 0, fmt.Errorf("wav: Read into %d samples; one frame has %d", len(dst), r.format.Channels)
	}
	if err := r.more(); err != nil {
		return 0, err
	}
	b, err := r.peek(r.frame)
	if err != nil {
		return 0, r.inputEnd(len(b), err)
	}
	frames := min(r.br.Buffered()/r.frame, len(dst)/r.format.Channels)
	if r.remain >= 0 {
		frames = int(min(int64(frames), r.remain/int64(r.frame)))
	}
	if b, err = r.peek(frames * r.frame); err != nil {
		return 0, r.inputEnd(len(b), err)
	}
	n = Decode(dst, b, r.format.Encoding)
	r.consumed(len(b))
	r.discard(int64(len(b)))
	return n, nil
}

// ReadRaw is Read without decoding: it fills p with the stored bytes of whole
// frames, which [Writer.WriteRaw] takes unchanged.
func (r *Reader) ReadRaw(p []byte) (n int, err error) {
	if len(p) < r.frame {
		if len(p) == 0 {
			return 0, nil
		}
		return 0, fmt.Errorf("wav: ReadRaw into %d bytes; one frame has %d", len(p), r.frame)
	}
	if err := r.more(); err != nil {
		return 0, err
	}
	p = p[:len(p)/r.frame*r.frame]
	if r.remain >= 0 {
		p = p[:min(int64(len(p)), r.remain/int64(r.frame)*int64(r.frame))]
	}
	n, err = r.br.Read(p)
	for n%r.frame != 0 && err == nil { // complete the last frame
		var m int
		m, err = r.br.Read(p[n : n+r.frame-n%r.frame])
		n += m
	}
	r.pos += int64(n)
	part := n % r.frame
	n -= part
	r.consumed(n)
	switch {
	case err == nil:
		return n, nil
	case n > 0: // hand these over first
		r.inputEnd(part, err)
		return n, nil
	}
	return 0, r.inputEnd(part, err)
}

// openData prepares for the samples once the header of the data chunk, with
// its size, has been read.
func (r *Reader) openData(size32 uint32) error {
	size := int64(size32)
	switch {
	case r.rf64 && size32 == sizeUnknown:
		size = r.dataSize64
		if size < 0 || size > math.MaxInt64/2 {
			size = -1
		}
	case size32 == sizeUnknown:
		size = -1
	case lengthUnknown(size32, r.frame):
		r.soft = true
	}
	if size == 0 {
		empty, err := r.reallyEmpty()
		if err != nil {
			return fmt.Errorf("wav: reading the header: %w", err)
		}
		if !empty {
			size = -1
		}
	}
	r.remain, r.frames, r.pad = size, -1, size&1
	if size >= 0 && !r.soft {
		r.frames = size / int64(r.frame)
		if odd := size % int64(r.frame); odd != 0 {
			r.warn("the data chunk of %d bytes is not a whole number of frames of %d: the last %d bytes are dropped", size, r.frame, odd)
		}
	}
	return nil
}

// reallyEmpty tells a data chunk of size 0 that holds nothing from one whose
// size was never filled in.
func (r *Reader) reallyEmpty() (bool, error) {
	b, err := r.peek(4)
	if err == io.EOF {
		return len(b) == 0, nil
	}
	if err != nil {
		return false, err
	}
	moreChunks := !r.rf64 && r.riffSize < 0x7FFFF000 || r.rf64 && r.riffSize > 0
	return moreChunks && r.riffSize+8 > r.pos && printableID(b), nil
}

// more returns nil if another frame should follow, and otherwise reads to the
// end of the file and returns io.EOF or the error that ended the input.
func (r *Reader) more() error {
	if r.err != nil {
		return r.err
	}
	if r.remain < 0 || r.remain >= int64(r.frame) {
		return nil
	}
	if r.soft && !r.chunkFollows() {
		r.soft, r.remain = false, -1 // the size meant "unknown"
		return nil
	}
	r.err = io.EOF
	if err := r.readTail(); err != nil {
		r.warn("the chunks behind the samples could not be read: %v", err)
	}
	return r.err
}

// chunkFollows reports whether a known chunk, or nothing, stands behind the
// data chunk.
func (r *Reader) chunkFollows() bool {
	rest := int(r.remain)
	b, err := r.peek(rest + 5)
	b = b[min(rest, len(b)):]
	return err != nil && len(b) == 0 || len(b) >= 4 && knownID(b[:4]) || len(b) >= 5 && knownID(b[1:5])
}

func (r *Reader) consumed(n int) {
	if r.remain >= 0 {
		r.remain -= int64(n)
	}
}

// inputEnd records that the input ended, or failed, with part bytes of a frame
// left over, and returns what Read should.
func (r *Reader) inputEnd(part int, err error) error {
	if err != io.EOF {
		r.err = fmt.Errorf("wav: reading the samples: %w", err)
		return r.err
	}
	r.err = io.EOF
	switch {
	case r.frames >= 0:
		r.truncated = true
		got := r.frames - r.remain/int64(r.frame)
		r.warn("truncated: %d of %d frames are there", got, r.frames)
	case part > 0:
		r.truncated = true
		r.warn("truncated: the input ends within a frame, %d bytes are dropped", part)
	}
	return r.err
}

// readTail collects the chunks behind the samples.
func (r *Reader) readTail() error {
	// What the size of the data chunk leaves over after its last whole frame.
	if err := r.discard(r.remain); err == io.EOF {
		return nil
	} else if err != nil {
		return err
	}
	// Where the RIFF header agrees that this is the end, do not wait for a
	// live input to say so.
	if r.pos == r.riffSize+8 || r.pos+r.pad == r.riffSize+8 {
		return nil
	}
	if err := r.skipPad(r.pad); err != nil {
		return err
	}
	for range maxScanChunks {
		if r.pos == r.riffSize+8 {
			return nil
		}
		b, err := r.peek(8)
		switch {
		case err == io.EOF && len(b) == 0:
			return nil
		case err != nil && err != io.EOF:
			return err
		case err == io.EOF || !printableID(b[:4]):
			r.warn("what follows the samples at byte %d is not a chunk", r.pos)
			return nil
		case isForm(b[:4]):
			r.warn("another %s file follows at byte %d; only the first is read", b[:4], r.pos)
			return nil
		}
		id, size := string(b[:4]), r.size64(b)
		r.discard(8)
		if id == "data" || id == "fmt " {
			r.warn("a second %q chunk of %d bytes is ignored", id, size)
			err = r.skipChunk(size)
		} else {
			err = r.keepChunk(id, size, true)
		}
		if err != nil {
			return tailEnd(err)
		}
	}
	return nil
}

func tailEnd(err error) error {
	if err == io.EOF {
		return errors.New("the input ends within one")
	}
	return err
}

func (r *Reader) warn(format string, args ...any) {
	const most = 32
	if len(r.warnings) < most {
		r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
	}
}

// peek returns the next n bytes without consuming them, or fewer and an error.
func (r *Reader) peek(n int) ([]byte, error) { return r.br.Peek(n) }

// discard consumes n bytes.
func (r *Reader) discard(n int64) error {
	for n > 0 {
		m, err := r.br.Discard(int(min(n, 1<<30)))
		r.pos += int64(m)
		n -= int64(m)
		if err != nil {
			return err
		}
	}
	return nil
}
