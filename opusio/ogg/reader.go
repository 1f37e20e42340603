package ogg

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Reader reads the packets of an Ogg Opus stream. It is not safe for use by
// several goroutines at once.
type Reader struct {
	pages  *scanner
	maxGap int64
	link   link // that of the packet last returned
	coming link // that of the page last read

	asm   assembler
	queue []entry // packets that end on the current page
	at    int     // next of queue
	clock clock

	damage   Damage
	warnings []string
	err      error // what Next returns from now on
}

// An entry is a packet in the queue.
type entry struct {
	data    []byte
	samples int
}

// ReaderOption changes how a Reader works.
type ReaderOption func(*Reader)

// WithMaxGap sets up to which duration a gap is filled with missing samples,
// one minute if not set, and none with 0. Longer gaps only set Packet.Break. A
// few damaged or hostile bytes may claim any gap.
func WithMaxGap(d time.Duration) ReaderOption {
	return func(r *Reader) { r.maxGap = samplesOf(d) }
}

// samplesOf converts a duration without overflow.
func samplesOf(d time.Duration) int64 {
	d = max(d, 0)
	return int64(d/time.Second)*SampleRate + int64(d%time.Second)*SampleRate/int64(time.Second)
}

// NewReader reads the headers of an Ogg Opus stream from r and returns a Reader
// for its packets. It never seeks and buffers 64 KiB. Other logical streams
// multiplexed with the first Opus stream are skipped.
//
// The error says what the input is if that is recognisable, which codecs it
// holds if Opus is not among them, or what is wrong with the header. Damaged
// tags are not an error but one of [Reader.Warnings].
func NewReader(r io.Reader, options ...ReaderOption) (*Reader, error) {
	o := &Reader{pages: newScanner(r), maxGap: SampleRate * 60, queue: make([]entry, 0, maxSegments)}
	for _, option := range options {
		option(o)
	}
	start, _ := o.pages.br.Peek(headerBytes)
	start = slices.Clone(start)
	for o.coming.state < stateAudio {
		switch err := o.readPage(); {
		case err == errNoPage:
			return nil, notOgg(start, o.pages.bad)
		case err == io.EOF:
			return nil, o.endInHeaders()
		case err != nil:
			return nil, err
		}
	}
	o.link = o.coming
	return o, nil
}

func (r *Reader) endInHeaders() error {
	switch {
	case r.coming.state != stateNone:
		return errors.New("ogg: the input ends within the headers of the Opus stream")
	case r.coming.headErr != nil:
		return r.coming.headErr
	case r.coming.others != "":
		return r.coming.noOpus()
	}
	return errors.New("ogg: the input ends before an Opus stream begins")
}

// Head returns the header of the link that the last packet belongs to, or of
// the first link before the first packet. See Packet.NewLink.
func (r *Reader) Head() Head { return r.link.head }

// Tags returns the comments of the link that the last packet belongs to, or of
// the first link before the first packet. The caller must not change them.
func (r *Reader) Tags() Tags { return r.link.tags }

// Serial returns the serial number of the logical stream.
func (r *Reader) Serial() uint32 { return r.link.serial }

// Damage returns counts of what was wrong so far.
func (r *Reader) Damage() Damage {
	d := r.damage
	d.BadPages, d.SkippedBytes = r.pages.bad, r.pages.junk
	return d
}

// Warnings returns what was found wrong so far, without being an error, in
// plain sentences for a person: at most 32.
func (r *Reader) Warnings() []string { return slices.Clone(r.warnings) }

func (r *Reader) warn(format string, args ...any) {
	const most = 32
	if len(r.warnings) < most {
		r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
	}
}

// Next returns the next packet, or missing samples. It returns io.EOF at the
// end of the input, also if that came early (see [Damage]); other errors are
// those of the input, or that a further link of a chain cannot be read. It
// waits for no more of the input than the page that the packet ends on. It
// allocates only at the beginning of a link and when something is wrong.
func (r *Reader) Next() (Packet, error) {
	for {
		if r.clock.gap > 0 && r.at == r.clock.gapAt {
			return r.missing(), nil
		}
		if r.at < len(r.queue) {
			return r.packet(), nil
		}
		if r.err != nil {
			return Packet{}, r.err
		}
		r.err = r.readPage()
	}
}

// packet returns the next packet of the queue.
func (r *Reader) packet() Packet {
	e := r.queue[r.at]
	r.at++
	p := Packet{Data: e.data, Samples: e.samples}
	r.clock.advance(&p, int64(e.samples))
	return r.announce(p)
}

// missing returns the next piece of a gap: pieces as long as the packet behind
// it, or else the one before, with the odd one first. Decoders conceal only
// multiples of 2.5 ms, so that one is rounded up and trimmed.
func (r *Reader) missing() Packet {
	step := int64(r.clock.last)
	var next []byte
	if r.at < len(r.queue) {
		next, step = r.queue[r.at].data, int64(r.queue[r.at].samples)
	}
	n := r.clock.gap % step
	if n == 0 {
		n = step
	}
	r.clock.gap -= n
	r.damage.MissingSamples += n
	p := Packet{Samples: int(n+unitSamples-1) / unitSamples * unitSamples}
	if r.clock.gap == 0 {
		p.Next = next
	}
	r.clock.advance(&p, n)
	return r.announce(p)
}

func (r *Reader) announce(p Packet) Packet {
	if r.coming.announce {
		r.coming.announce = false
		r.link = r.coming
		p.NewLink = true
	}
	return p
}

// readPage reads the next page and fills the queue from it if it belongs to the
// stream.
func (r *Reader) readPage() error {
	r.queue, r.at = r.queue[:0], 0
	pg, err := r.pages.next()
	switch {
	case err == io.EOF:
		r.inputEnd()
		return err
	case err == errNoPage:
		return err
	case err != nil:
		return fmt.Errorf("ogg: reading: %w", err)
	}
	switch l := &r.coming; {
	case pg.bos():
		r.beginStream(pg)
	case l.group && l.state == stateNone: // the first pages are over
		l.group = false
		return r.noOpusInLink()
	case l.state == stateNone:
		if r.pages.pages > maxForeignPages && r.link.state == stateNone {
			return errors.New("ogg: no Opus stream begins within the first pages; the input was cut, or its first page is damaged")
		}
	default:
		l.group = false
		if pg.serial == l.serial {
			r.streamPage(pg)
		}
	}
	return nil
}

// maxForeignPages is how far NewReader looks for a stream that begins in an
// input that was cut within another.
const maxForeignPages = 256

func (r *Reader) inputEnd() {
	if l := r.coming; l.state != stateNone && l.state != stateEnded || r.pages.cut {
		r.damage.Truncated = true
		r.warn("the input ends without the last page of the stream")
	}
}

// streamPage takes a page of the stream apart, behind the first.
func (r *Reader) streamPage(pg page) {
	l := &r.coming
	if l.state == stateEnded {
		if !l.warned {
			l.warned = true
			r.warn("pages behind the last page of the stream are ignored")
		}
		return
	}
	if pg.seq != l.seq+1 {
		if pg.seq == l.seq && pg.crc == l.crc {
			return // the same page again
		}
		r.lostPages(pg.seq - (l.seq + 1))
	}
	l.seq, l.crc = pg.seq, pg.crc
	if !pg.continued() && r.asm.open {
		r.asm.drop()
		r.clock.missing(len(r.queue))
		r.warn("the rest of a packet is missing")
	}
	ends := false
	ps := pg.pieces()
	for first := true; ; first = false {
		q, ok := ps.next()
		if !ok {
			break
		}
		ends = ends || q.ends
		limit := MaxPacketBytes
		if l.state == stateTags {
			limit = MaxTagsBytes
		}
		data, whole := r.asm.add(q, first && pg.continued(), limit)
		switch {
		case whole:
			r.received(data)
		case q.ends: // too large, or its beginning is missing
			r.unusable()
		}
	}
	if l.state == stateAudio && (ends && !(l.tagsEnd && len(r.queue) == 0) || pg.eos()) {
		r.timing(pg.granule, pg.eos())
	}
	l.tagsEnd = false
	if pg.eos() {
		l.state = stateEnded
	}
}

// lostPages notes that n pages are missing, or, if that is "negative", that
// their numbers jump back.
func (r *Reader) lostPages(n uint32) {
	if n < math.MaxUint32/2 {
		r.damage.LostPages += int64(n)
		r.warn("%d pages are missing before page %d of the stream", n, r.coming.seq+1+n)
	} else {
		r.warn("the page numbers jump from %d to %d", r.coming.seq, r.coming.seq+1+n)
	}
	r.asm.drop()
	r.clock.missing(0)
}

// received takes a whole packet of the stream.
func (r *Reader) received(data []byte) {
	if r.coming.state == stateTags && r.receivedTags(data) {
		return
	}
	n, err := PacketDuration(data)
	if err == nil && len(data) > MaxPacketBytes { // where the tags were expected
		err = fmt.Errorf("ogg: %d bytes", len(data))
	}
	if err != nil {
		r.damage.BadPackets++
		r.clock.missing(len(r.queue))
		r.warn("a packet is dropped: %v", err)
		return
	}
	r.queue = append(r.queue, entry{data, n})
}

// unusable notes a packet that ends here and could not be put together.
func (r *Reader) unusable() {
	if r.coming.state == stateTags {
		r.warn("the tags cannot be read: they are damaged or larger than %d bytes", MaxTagsBytes)
		r.tagsDone()
		return
	}
	if r.asm.over {
		r.damage.BadPackets++
		r.warn("a packet of more than %d bytes is dropped", MaxPacketBytes)
	}
	r.clock.missing(len(r.queue))
}

// badThings counts what was there but could not be used.
func (r *Reader) badThings() int64 { return r.pages.bad + r.damage.BadPackets }

// timing sets the clock for the packets of a page.
func (r *Reader) timing(granule int64, eos bool) {
	sum := int64(0)
	for _, e := range r.queue {
		sum += int64(e.samples)
	}
	badStart := r.clock.hole && r.badThings() > r.coming.badBefore
	if s := r.clock.page(granule, sum, eos, badStart, r.maxGap); s != "" {
		r.warn("page %d of the stream: %s", r.coming.seq, s)
	}
}
