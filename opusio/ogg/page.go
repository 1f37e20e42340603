package ogg

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The header of a page (RFC 3533 §6):
//
//	 0 "OggS"   4 version 0   5 flags   6 granule position   14 serial number
//	18 sequence number   22 checksum   26 number of lacing values   27 these
const (
	capturePattern = "OggS"
	headerBytes    = 27
	crcOffset      = 22
	maxSegments    = 255
	maxPageBytes   = headerBytes + maxSegments + maxSegments*255

	flagContinued = 1 // the first packet began on an earlier page
	flagBOS       = 2 // first page of the logical stream
	flagEOS       = 4 // last page of the logical stream

	noGranule = -1 // granule position of a page on which no packet ends
)

type page struct {
	flags       byte
	granule     int64
	serial, seq uint32
	crc         uint32
	lacing      []byte
	body        []byte
}

func (p *page) continued() bool { return p.flags&flagContinued != 0 }
func (p *page) bos() bool       { return p.flags&flagBOS != 0 }
func (p *page) eos() bool       { return p.flags&flagEOS != 0 }

func (p *page) pieces() pieces { return pieces{p.lacing, p.body} }

// scanner finds the pages of a physical stream. Pages are parsed where they
// lie in the buffer: nothing is copied.
type scanner struct {
	br     *bufio.Reader
	hold   int   // bytes of the page last returned
	pos    int64 // bytes consumed
	pages  int64 // good pages
	bad    int64 // pages with a wrong checksum
	junk   int64 // bytes skipped
	cut    bool  // the input ends within a page
	wasted int64 // bytes of checksums that came out wrong
}

// maxJunkBefore is how far a scanner looks for the first page: a stream that
// was cut anywhere shows its next page within one page.
const maxJunkBefore = 2 * maxPageBytes

var errNoPage = errors.New("no Ogg page")

func newScanner(r io.Reader) *scanner {
	return &scanner{br: bufio.NewReaderSize(r, 64<<10)} // one page and some
}

// next returns the next page with a right checksum, valid until the call after,
// or io.EOF, errNoPage or the error of the input.
func (s *scanner) next() (page, error) {
	s.consume(s.hold)
	s.hold = 0
	for {
		if s.pages == 0 && s.pos > maxJunkBefore {
			return page{}, errNoPage
		}
		b, err := s.br.Peek(headerBytes)
		if err != nil {
			return page{}, s.end(len(b), err)
		}
		if string(b[:4]) != capturePattern || b[4] != 0 {
			s.resync()
			continue
		}
		size := headerBytes + int(b[26])
		if b, err = s.br.Peek(size); err == nil {
			for _, v := range b[headerBytes:] {
				size += int(v)
			}
			b, err = s.br.Peek(size)
		}
		switch {
		case err == io.EOF: // a page that is cut off, or a pattern by chance
			s.cut = true
			s.skip(len(capturePattern))
			continue
		case err != nil:
			return page{}, err
		}
		p := parsePage(b)
		if pageCRC(b) != p.crc {
			s.reject(size)
			continue
		}
		s.hold, s.cut = size, false
		s.pages++
		return p, nil
	}
}

// parsePage takes a whole page apart.
func parsePage(b []byte) page {
	n := headerBytes + int(b[26])
	return page{
		flags:   b[5],
		granule: int64(binary.LittleEndian.Uint64(b[6:])),
		serial:  binary.LittleEndian.Uint32(b[14:]),
		seq:     binary.LittleEndian.Uint32(b[18:]),
		crc:     binary.LittleEndian.Uint32(b[crcOffset:]),
		lacing:  b[headerBytes:n],
		body:    b[n:],
	}
}

// resync skips to the next capture pattern in the buffer, of which it skips
// one byte at least, or to the last bytes that may begin one.
func (s *scanner) resync() {
	b, _ := s.br.Peek(s.br.Buffered())
	if i := bytes.Index(b[1:], []byte(capturePattern)); i >= 0 {
		s.skip(i + 1)
		return
	}
	s.skip(len(b) - len(capturePattern) + 1)
}

// reject skips the capture pattern of a page whose checksum is wrong, so that
// a page that begins within its supposed length is found. An input made of
// nothing but such patterns would have every byte checked 2,000 times; beyond
// a budget that damage by chance never reaches, all of the page is skipped,
// which keeps the work proportional to the input.
func (s *scanner) reject(size int) {
	s.bad++
	s.wasted += int64(size)
	if s.wasted > 4<<20+16*s.pos {
		s.skip(size)
		return
	}
	s.skip(len(capturePattern))
}

// end is called with n bytes, less than a header, before the end of the input.
func (s *scanner) end(n int, err error) error {
	if err != io.EOF {
		return err
	}
	if n > 0 {
		s.cut = true
		s.skip(n)
	}
	if s.pages == 0 {
		return errNoPage
	}
	return io.EOF
}

func (s *scanner) skip(n int) {
	s.junk += int64(n)
	s.consume(n)
}

func (s *scanner) consume(n int) {
	m, _ := s.br.Discard(n) // in the buffer, cannot fail
	s.pos += int64(m)
}

// putHeader writes the header of a page into the first bytes of b, which is
// the whole page with its lacing values and body in place, and the checksum.
func putHeader(b []byte, p page) {
	copy(b, capturePattern)
	b[4] = 0
	b[5] = p.flags
	binary.LittleEndian.PutUint64(b[6:], uint64(p.granule))
	binary.LittleEndian.PutUint32(b[14:], p.serial)
	binary.LittleEndian.PutUint32(b[18:], p.seq)
	b[26] = byte(len(p.lacing))
	binary.LittleEndian.PutUint32(b[crcOffset:], pageCRC(b))
}

// notOgg is the error for an input without any page; start is how it begins,
// bad the number of pages with a wrong checksum.
func notOgg(start []byte, bad int64) error {
	for _, k := range []struct {
		at         int
		sign, what string
	}{
		{0, "RIFF", "a RIFF file (WAV)"}, {0, "RF64", "an RF64 file (WAV)"}, {0, "fLaC", "a FLAC file"},
		{0, "ID3", "an MP3 file or one with ID3 tags in front"}, {0, "\x1A\x45\xDF\xA3", "a Matroska or WebM file"},
		{4, "ftyp", "an MP4 file"}, {0, "caff", "a CAF file"},
	} {
		if len(start) >= k.at+len(k.sign) && string(start[k.at:k.at+len(k.sign)]) == k.sign {
			return fmt.Errorf("ogg: the input is %s, not an Ogg stream", k.what)
		}
	}
	switch {
	case len(start) == 0:
		return errors.New("ogg: the input is empty")
	case bad > 0:
		return errors.New("ogg: the input is damaged at the beginning: no page has a right checksum")
	}
	return errors.New("ogg: the input is not an Ogg stream: no whole page begins in it")
}
