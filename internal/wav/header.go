package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// parse reads everything up to the first sample.
func (r *Reader) parse() error {
	head, err := r.peek(12)
	if err != nil && err != io.EOF {
		return fmt.Errorf("wav: reading the header: %w", err)
	}
	if err := sniff(head); err != nil {
		return err
	}
	r.rf64 = string(head[:4]) != "RIFF"
	r.riffSize = int64(le.Uint32(head[4:]))
	r.discard(12)

	haveFmt, haveDS64 := false, false
	for range maxScanChunks {
		id, size, err := r.chunkHeader()
		if err != nil {
			return noData(err, haveFmt)
		}
		switch id {
		case "data":
			if !haveFmt {
				return errors.New("wav: the samples come before the fmt chunk; it must stand first")
			}
			if r.rf64 && !haveDS64 {
				r.warn("an RF64 file without a ds64 chunk: its length is unknown")
			}
			return r.openData(uint32(size))
		case "fmt ":
			if haveFmt {
				r.warn("a second fmt chunk is ignored")
				break
			}
			// The longest fmt chunks, of formats not supported, have a few
			// hundred bytes.
			b, err := r.peek(int(min(size, 40)))
			if err != nil {
				return noData(err, false)
			}
			f, warnings, err := parseFmt(b)
			if err != nil {
				return err
			}
			r.format, r.frame, haveFmt = f, f.BytesPerFrame(), true
			for _, w := range warnings {
				r.warn("%s", w)
			}
		case "ds64":
			if !r.rf64 || haveDS64 || size < 24 {
				r.warn("a ds64 chunk of %d bytes is ignored", size)
				break
			}
			b, err := r.peek(24)
			if err != nil {
				return noData(err, haveFmt)
			}
			haveDS64 = true
			r.riffSize = int64(le.Uint64(b))
			r.dataSize64 = int64(le.Uint64(b[8:]))
			if err := r.readTable(size); err != nil {
				return noData(err, haveFmt)
			}
			continue // readTable moved past the chunk
		default:
			if err := r.keepChunk(id, size, false); err != nil {
				return noData(err, haveFmt)
			}
			continue
		}
		if err := r.skipChunk(size); err != nil {
			return noData(err, haveFmt)
		}
	}
	return fmt.Errorf("wav: no samples among the first %d chunks", maxScanChunks)
}

// noData turns the end of the input inside the header into an error that says
// so. Errors of the package itself pass.
func noData(err error, haveFmt bool) error {
	var own headerError
	switch {
	case errors.As(err, &own):
		return errors.New(string(own))
	case err != io.EOF:
		return fmt.Errorf("wav: reading the header: %w", err)
	case !haveFmt:
		return errors.New("wav: the input ends before a whole fmt chunk and the samples")
	}
	return errors.New("wav: the input ends before the samples: it has no data chunk")
}

type headerError string

func (e headerError) Error() string { return string(e) }

// chunkHeader reads the ID and size of the next chunk before the samples. Bytes
// that cannot be a chunk, left by writers that counted wrong, are skipped up to
// the next ID in common use.
func (r *Reader) chunkHeader() (id string, size int64, err error) {
	b, err := r.peek(8)
	if err != nil {
		return "", 0, err
	}
	if !printableID(b[:4]) {
		at := r.pos
		n, err := r.findID()
		if err != nil {
			return "", 0, err
		}
		r.warn("%d unreadable bytes at %d are skipped", n, at)
		if err := r.discard(int64(n)); err != nil {
			return "", 0, err
		}
		if b, err = r.peek(8); err != nil {
			return "", 0, err
		}
	}
	id, size = string(b[:4]), r.size64(b)
	return id, size, r.discard(8)
}

// size64 returns the size in a chunk header, looked up in the table of ds64
// when it says so.
func (r *Reader) size64(header []byte) int64 {
	size := le.Uint32(header[4:])
	if r.rf64 && size == sizeUnknown {
		for _, t := range r.table {
			if t.id == [4]byte(header) {
				return t.size
			}
		}
	}
	return int64(size)
}

// findID returns the distance to the next chunk ID in common use.
func (r *Reader) findID() (int, error) {
	b, err := r.peek(maxScanJunk)
	if err != nil && err != io.EOF {
		return 0, err
	}
	best := -1
	for _, id := range knownIDs {
		if i := bytes.Index(b, []byte(id)); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	if best < 0 {
		return 0, headerError(fmt.Sprintf("wav: no chunk found at byte %d, where one should start", r.pos))
	}
	return best, nil
}

// keepChunk stores a metadata chunk, or skips it if it is filler or too large.
// It moves past the chunk. Memory grows only with bytes really read.
func (r *Reader) keepChunk(id string, size int64, after bool) error {
	if filler(id) {
		return r.skipChunk(size)
	}
	if size > maxChunkBytes || size+int64(r.kept) > maxAllBytes || len(r.chunks) >= maxChunks {
		r.warn("a %q chunk of %d bytes is not kept: at most %d chunks of %d bytes, %d in all, are", id, size, maxChunks, maxChunkBytes, maxAllBytes)
		return r.skipChunk(size)
	}
	var data []byte
	for rest := int(size); rest > 0; {
		b, err := r.peek(min(rest, 4096))
		if err != nil {
			return err
		}
		data = append(data, b...)
		rest -= len(b)
		if err := r.discard(int64(len(b))); err != nil {
			return err
		}
	}
	r.kept += len(data)
	r.chunks = append(r.chunks, Chunk{ID: id, Data: data, AfterData: after})
	return r.skipPad(size)
}

// skipChunk moves past the size bytes of a chunk and its pad byte.
func (r *Reader) skipChunk(size int64) error {
	if size > maxScanBytes-r.skipped {
		return headerError(fmt.Sprintf("wav: more than %d MiB of chunks that are not samples", maxScanBytes>>20))
	}
	r.skipped += size
	if err := r.discard(size); err != nil {
		return err
	}
	return r.skipPad(size)
}

func (r *Reader) skipPad(size int64) error {
	if size&1 == 0 {
		return nil
	}
	b, err := r.peek(5)
	if err != nil && err != io.EOF {
		return err
	}
	n := padBefore(b)
	if n == 0 && len(b) > 0 {
		r.warn("a chunk of odd size without a pad byte ends at %d", r.pos)
	}
	return r.discard(int64(n))
}

type tableEntry struct {
	id   [4]byte
	size int64
}

// readTable reads the sizes of other chunks beyond 4 GiB, which stand behind
// the three fixed fields of ds64, and moves past the chunk of size bytes.
func (r *Reader) readTable(size int64) error {
	const maxEntries = 64
	if err := r.discard(24); err != nil {
		return err
	}
	rest := size - 24
	if rest >= 4 {
		b, err := r.peek(4)
		if err != nil {
			return err
		}
		n := int64(le.Uint32(b))
		r.discard(4)
		rest -= 4
		for range min(n, rest/12, maxEntries) {
			if b, err = r.peek(12); err != nil {
				return err
			}
			if s := int64(le.Uint64(b[4:])); s >= 0 {
				r.table = append(r.table, tableEntry{[4]byte(b), s})
			}
			r.discard(12)
			rest -= 12
		}
	}
	return r.skipChunk(rest)
}
