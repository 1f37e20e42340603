package ogg

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// Writer writes an Ogg Opus stream. It is not safe for use by several
// goroutines at once.
type Writer struct {
	w       io.Writer
	head    Head
	serial  uint32
	perPage int64 // samples

	page    page   // its lacing and body lie in buf
	buf     []byte // room for the header and lacing values, and behind that the body
	lacing  [maxSegments]byte
	onPage  int64 // samples of the packets on the page
	pos     int64 // samples so far
	flushed int64 // granule position of the last page written
	last    byte  // first byte of the last packet
	one     [1]byte
	end     int64 // what SetEnd said, or −1
	closed  bool
	err     error
}

// WriterOption changes how a Writer works.
type WriterOption func(*Writer) error

// WithSerial sets the serial number of the logical stream, which must differ
// from those of the other links of a chain. It is random if not set.
func WithSerial(serial uint32) WriterOption {
	return func(w *Writer) error {
		w.serial = serial
		return nil
	}
}

// WithPageDuration sets how much audio goes on one page: as many packets as
// fit into d, and one at least. It is one second if not set, as in opusenc: a
// page is the unit of loss, of seeking and of latency, and pages of 50 packets
// cost no more than 2 % at 32 kb/s. With 0 each packet has its own page, for
// live streams. A page holds at most 255 packets and about 64 KB in any case.
func WithPageDuration(d time.Duration) WriterOption {
	return func(w *Writer) error {
		if d < 0 || d > time.Minute {
			return fmt.Errorf("ogg: %v of audio on a page; 0 to 1m are accepted", d)
		}
		w.perPage = samplesOf(d)
		return nil
	}
}

// NewWriter writes the headers of an Ogg Opus stream to w and returns a Writer
// for its packets. head.PreSkip should be the delay of the encoder. Each page is
// one call of w.Write.
func NewWriter(w io.Writer, head Head, tags Tags, options ...WriterOption) (*Writer, error) {
	o := &Writer{w: w, head: head, serial: rand.Uint32(), perPage: SampleRate, end: -1}
	for _, option := range options {
		if err := option(o); err != nil {
			return nil, err
		}
	}
	if err := head.Validate(); err != nil {
		return nil, err
	}
	if err := tags.Validate(); err != nil {
		return nil, err
	}
	o.buf = make([]byte, headerBytes+maxSegments, maxPageBytes)
	// RFC 7845 §3: the header alone on the first page, the tags on as many as
	// they need, audio on a fresh page. Both have granule position 0.
	o.page.flags = flagBOS
	for _, packet := range [][]byte{head.appendTo(nil), tags.appendTo(nil)} {
		o.append(packet)
		if err := o.flush(0); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// WritePacket adds an Opus packet; its duration is in it. The packet is copied.
// A packet that [PacketDuration] does not understand, or of more than
// [MaxPacketBytes], is an error and is not written; the Writer goes on. Other
// errors are those of the destination, and stay. It allocates nothing.
func (w *Writer) WritePacket(packet []byte) error {
	if err := w.ready(); err != nil {
		return err
	}
	n, err := PacketDuration(packet)
	if err != nil {
		return err
	}
	if len(packet) > MaxPacketBytes {
		return fmt.Errorf("ogg: a packet of %d bytes; up to %d are accepted", len(packet), MaxPacketBytes)
	}
	// A page goes out when the next packet does not fit, not when it is full,
	// so that the last one is still here when Close trims it. No packet need
	// go over two pages: the largest has 241 lacing values.
	used := len(w.page.lacing)
	if used > 0 && (w.onPage+int64(n) > w.perPage || used+segments(len(packet)) > maxSegments) {
		if err := w.flush(w.pos); err != nil {
			return err
		}
	}
	w.append(packet)
	w.onPage += int64(n)
	w.pos += int64(n)
	w.last = packet[0]
	return w.err
}

// WriteMissing adds packets that ask the decoder to conceal samples that were
// lost, or not sent in a pause (RFC 7845 §4.1), so that the time of the stream
// goes on: those of a [Packet] without data, or a jump of RTP timestamps.
// samples must be a multiple of 120 (2.5 ms). Each packet is one byte, for one
// frame without data, of the size and kind of the last packet as long as
// possible.
func (w *Writer) WriteMissing(samples int64) error {
	if samples < 0 || samples%unitSamples != 0 {
		return fmt.Errorf("ogg: %d missing samples; multiples of %d are accepted", samples, unitSamples)
	}
	if err := w.ready(); err != nil {
		return err
	}
	toc := w.last &^ 3
	if w.pos == 0 {
		toc = 31<<3 | byte(w.head.Channels-1)<<2 // fullband CELT, 20 ms
	}
	for samples > 0 {
		toc = shortened(toc, samples)
		w.one[0] = toc
		if err := w.WritePacket(w.one[:]); err != nil {
			return err
		}
		samples -= int64(frameSamples(toc))
	}
	return nil
}

func (w *Writer) ready() error {
	if w.closed && w.err == nil {
		return errors.New("ogg: WritePacket after Close")
	}
	return w.err
}

// Samples returns the number of samples per channel at 48 kHz that the packets
// so far decode to, less the pre-skip: what a player gives out if the end is
// not trimmed.
func (w *Writer) Samples() int64 { return max(w.pos-int64(w.head.PreSkip), 0) }

// SetEnd says how many samples per channel at 48 kHz the stream gives when it
// is played, not counting the pre-skip; what the packets hold beyond is trimmed
// (RFC 7845 §4.4). It may be called at any time before Close, and the last call
// counts. The end should lie in the last packet: Close can trim only the last
// page, and adds nothing.
func (w *Writer) SetEnd(samples int64) error {
	if samples < 0 || samples > maxGranule {
		return fmt.Errorf("ogg: an end at sample %d; 0 or more is accepted", samples)
	}
	if w.closed {
		return errors.New("ogg: SetEnd after Close")
	}
	w.end = samples
	return nil
}

// Close writes the last page. It does not close the destination. Without
// SetEnd nothing is trimmed. If SetEnd was called with more samples than there
// are, or fewer than the pages before the last hold, Close ends the stream as
// near as it can and returns an error. A stream with less than the pre-skip
// gets packets without data up to there, so that it is valid and plays
// nothing. Further calls return the same error.
func (w *Writer) Close() error {
	if w.closed || w.err != nil {
		w.closed = true
		return w.err
	}
	skip := int64(w.head.PreSkip)
	if short := max(skip, 1) - w.pos; short > 0 {
		w.WriteMissing((short + unitSamples - 1) / unitSamples * unitSamples)
		w.end = max(w.end, 0)
	}
	w.closed = true
	granule := w.pos
	var trouble error
	if w.end >= 0 {
		want := skip + w.end
		granule = max(min(want, w.pos), w.flushed)
		if granule != want {
			trouble = fmt.Errorf("ogg: SetEnd(%d), but the end can only be at %d to %d", w.end, max(w.flushed-skip, 0), w.Samples())
		}
	}
	w.page.flags |= flagEOS
	if err := w.flush(granule); err != nil {
		return err
	}
	w.err = trouble
	return w.err
}

// append adds a packet to the page, which has room for its lacing values or is
// empty, and writes pages as they become full.
func (w *Writer) append(packet []byte) {
	for n := segments(len(packet)); n > 0; {
		used := len(w.page.lacing)
		if used == maxSegments {
			w.flush(noGranule)
			w.page.flags |= flagContinued
			continue
		}
		k := min(n, maxSegments-used)
		w.page.lacing = w.lacing[:used+k]
		for i := range w.page.lacing[used:] {
			w.page.lacing[used+i] = 255
		}
		bytes := k * 255
		if n -= k; n == 0 {
			w.page.lacing[used+k-1] = byte(len(packet) % 255)
			bytes = len(packet)
		}
		w.buf = append(w.buf, packet[:bytes]...)
		packet = packet[bytes:]
	}
}

// flush writes the page with the given granule position and begins the next.
func (w *Writer) flush(granule int64) error {
	const body = headerBytes + maxSegments
	start := body - headerBytes - len(w.page.lacing) // the header ends where the body begins
	copy(w.buf[start+headerBytes:], w.page.lacing)
	w.page.granule, w.page.serial = granule, w.serial
	putHeader(w.buf[start:], w.page)
	if w.err == nil {
		n, err := w.w.Write(w.buf[start:])
		if err == nil && n < len(w.buf)-start {
			err = io.ErrShortWrite
		}
		if err != nil {
			w.err = fmt.Errorf("ogg: writing: %w", err)
		}
	}
	if granule != noGranule {
		w.flushed = granule
	}
	w.page = page{seq: w.page.seq + 1}
	w.buf, w.onPage = w.buf[:body], 0
	return w.err
}
