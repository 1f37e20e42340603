package wav

import (
	"fmt"
	"io"
	"slices"
)

// header is the part of a WAV before the samples, with the places of what is
// known only at the end.
type header struct {
	bytes []byte
	ds64  bool // room for ds64 (as JUNK, or in use) from byte 12 on
	rf64  bool // ds64 in use
	fact  int  // of the frame count in the fact chunk, or 0: no such chunk
	data  int  // of the size of the data chunk
}

// makeHeader lays the header out: RIFF, ds64 or its place, fmt, fact for what
// is not integer PCM (the specification asks for it), metadata, data. Lengths
// are left at "unknown".
func makeHeader(f Format, reserve bool, chunks []Chunk) header {
	var h header
	b := append(make([]byte, 0, 128), "RIFF\xFF\xFF\xFF\xFFWAVE"...)
	if reserve {
		h.ds64 = true
		b = append(b, "JUNK"...)
		b = le.AppendUint32(b, ds64Bytes)
		b = append(b, make([]byte, ds64Bytes)...)
	}
	b = appendFmt(b, f)
	if !f.Encoding.integer() {
		b = append(b, "fact\x04\x00\x00\x00\xFF\xFF\xFF\xFF"...)
		h.fact = len(b) - 4
	}
	for _, c := range chunks {
		b = appendChunk(b, c)
	}
	b = append(b, "data\xFF\xFF\xFF\xFF"...)
	h.data = len(b) - 4
	h.bytes = b
	return h
}

// setLengths fills in the lengths of a WAV with so many frames, bytes of
// samples and bytes behind those (pad byte and chunks). It turns the header
// into RF64 if they need more than 32 bits and there is room for it. It
// returns false if there is not.
func (h *header) setLengths(frames, data, behind int64) bool {
	b := h.bytes
	riff := int64(len(b)) - 8 + data + behind
	// Sizes close below the limit mean "unknown" to many readers.
	if riff >= 0xFFFFF000 || h.rf64 {
		if !h.ds64 {
			return false
		}
		h.rf64 = true
		copy(b, "RF64")
		le.PutUint32(b[4:], sizeUnknown)
		copy(b[12:], "ds64")
		le.PutUint64(b[20:], uint64(riff))
		le.PutUint64(b[28:], uint64(data))
		le.PutUint64(b[36:], uint64(frames))
		le.PutUint32(b[44:], 0) // no table
		le.PutUint32(b[h.data:], sizeUnknown)
	} else {
		le.PutUint32(b[4:], uint32(riff))
		le.PutUint32(b[h.data:], uint32(data))
	}
	if h.fact > 0 {
		le.PutUint32(b[h.fact:], uint32(min(frames, sizeUnknown)))
	}
	return true
}

// start writes the header.
func (w *Writer) start() error {
	if w.known >= 0 {
		// The lengths are final: room for ds64 is needed only if it is used.
		data := w.known * int64(w.frame)
		w.header = makeHeader(w.format, false, w.chunks)
		if !w.header.setLengths(w.known, data, data&1) {
			w.header = makeHeader(w.format, true, w.chunks)
			w.header.setLengths(w.known, data, data&1)
		}
	}
	done, err := w.probeSeek()
	if err != nil {
		return err
	}
	if w.known < 0 {
		w.header = makeHeader(w.format, w.seeker != nil, w.chunks)
	}
	_, err = w.w.Write(w.header.bytes[done:])
	w.chunks = nil
	return err
}

// probeSeek sets w.seeker if the destination can go back and overwrite what
// was written. Having a Seek method is not enough: on a pipe it fails, and on a
// file opened for appending, as by a shell's >>, it succeeds without effect on
// where writes go. So this writes the first four bytes of the header, goes
// back, and writes the next four in their place: where writes are appended,
// that continues the header. done is the number of header bytes in place.
func (w *Writer) probeSeek() (done int, err error) {
	s, ok := w.w.(io.Seeker)
	if !ok {
		return 0, nil
	}
	base, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, nil // a pipe or a terminal
	}
	// The eight bytes are the same in every header whose lengths come later.
	first := []byte("RIFF\xFF\xFF\xFF\xFF")
	if w.known >= 0 {
		first = w.header.bytes[:8]
	}
	if _, err := w.w.Write(first[:4]); err != nil {
		return 0, err
	}
	if at, err := s.Seek(0, io.SeekCurrent); err != nil || at != base+4 {
		return 4, nil // appended to what was there, or seeking is a pretence
	}
	if at, err := s.Seek(base, io.SeekStart); err != nil || at != base {
		return 4, nil
	}
	if _, err := w.w.Write(first[4:8]); err != nil {
		return 0, err
	}
	if at, err := s.Seek(0, io.SeekCurrent); err != nil || at != base+4 {
		return 8, nil // opened for appending
	}
	if _, err := s.Seek(base, io.SeekStart); err != nil {
		return 0, err
	}
	w.seeker, w.base = s, base
	return 0, nil
}

// finish writes what stands behind the samples and the final lengths.
func (w *Writer) finish() error {
	var behind []byte
	// In a stream of unknown length a pad byte would be taken for samples.
	if w.written&1 == 1 && (w.seeker != nil || w.known >= 0) {
		behind = append(behind, 0)
	}
	for _, c := range w.tail {
		behind = appendChunk(behind, c)
	}
	if len(behind) > 0 {
		if _, err := w.w.Write(behind); err != nil {
			return err
		}
	}
	if w.seeker == nil {
		return nil
	}
	h := &w.header
	if !h.setLengths(w.Frames(), w.written, int64(len(behind))) {
		return fmt.Errorf("the chunks behind the samples make the file longer than 4 GiB")
	}
	// All but the metadata between fact and data is short; write it again.
	fixed := 12
	if h.ds64 {
		fixed += 8 + ds64Bytes
	}
	spans := [][2]int{{0, fixed}, {h.data, h.data + 4}}
	if h.fact > 0 {
		spans = append(spans, [2]int{h.fact, h.fact + 4})
	}
	for _, s := range spans {
		if _, err := w.seeker.Seek(w.base+int64(s[0]), io.SeekStart); err != nil {
			return err
		}
		if _, err := w.w.Write(h.bytes[s[0]:s[1]]); err != nil {
			return err
		}
	}
	end := w.base + int64(len(h.bytes)) + w.written + int64(len(behind))
	_, err := w.seeker.Seek(end, io.SeekStart)
	return err
}

func appendChunk(b []byte, c Chunk) []byte {
	b = append(b, c.ID...)
	b = le.AppendUint32(b, uint32(len(c.Data)))
	b = append(b, c.Data...)
	if len(c.Data)&1 == 1 {
		b = append(b, 0)
	}
	return b
}

// writable returns the chunks that a Writer may copy, or an error if one of
// them cannot be a chunk.
func writable(chunks []Chunk) ([]Chunk, error) {
	const most = 1 << 28
	total := 0
	for _, c := range chunks {
		if !printableID(c.ID) {
			return nil, fmt.Errorf("wav: chunk ID %q; four printable ASCII characters are accepted", c.ID)
		}
		if total += len(c.Data); total > most {
			return nil, fmt.Errorf("wav: metadata chunks of more than %d MiB", most>>20)
		}
	}
	return slices.DeleteFunc(slices.Clone(chunks), func(c Chunk) bool {
		switch c.ID {
		case "fmt ", "fact", "ds64", "data", "RIFF", "RF64", "BW64", "PEAK", "levl":
			return true
		}
		return filler(c.ID)
	}), nil
}
