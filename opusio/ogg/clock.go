package ogg

import "math"

// A clock counts samples against granule positions: it knows where packets
// lie, what is missing between them and what is to be trimmed.
type clock struct {
	known   bool  // a granule position was seen
	pos     int64 // granule position before the next packet or gap
	limit   int64 // granule position at which the stream ends; MaxInt64 on all pages but the last
	preSkip int
	skip    int // samples still to skip at the start
	last    int // duration of the last packet

	hole   bool // something is missing since the last granule position
	holeAt int  // where it was, in packets of the current page
	gap    int64
	gapAt  int // where the gap lies, in packets of the current page
	jump   bool
}

// maxGranule keeps sums of granule positions from overflowing; it is three
// million years.
const maxGranule = 1 << 62

// missing notes that something is missing behind the first n packets of the
// current page. Of several holes, the first is where the gap will be.
func (c *clock) missing(n int) {
	if !c.hole {
		c.hole, c.holeAt = true, n
	}
}

// page is called for each page on which packets end, and for the last, with
// its granule position and the duration of those of its packets that are
// usable. badStart says that what is missing so far was damaged, rather than
// never recorded. It returns what is wrong, if anything.
func (c *clock) page(granule, sum int64, eos, badStart bool, maxGap int64) (wrong string) {
	c.limit, c.gap = math.MaxInt64, 0
	hole, holeAt := c.hole, c.holeAt
	c.hole, c.holeAt = false, 0
	if granule < 0 || granule > maxGranule {
		c.jump = c.jump || hole
		if eos && sum == 0 {
			return ""
		}
		return "it has no granule position although packets end on it"
	}
	if !c.known {
		c.known = true
		// RFC 7845 §4.5: the first granule position may be larger than the
		// duration, when a stream was cut or joined late, and then says where
		// it begins; on the last page it may be smaller, to trim. Smaller on
		// another page is invalid, but some recorders count to the beginning of
		// each packet rather than to its end, and nothing is lost by reading on.
		switch {
		case badStart:
			// The samples from 0 on are missing, rather than never recorded.
		case granule >= sum:
			c.pos = granule - sum
			return ""
		case !eos:
			c.pos = granule - sum
			return "its granule position is smaller than the samples on it"
		}
	}
	switch gap := granule - (c.pos + sum); {
	case gap == 0:
	case gap < 0 && eos: // RFC 7845 §4.4: end trim
		c.limit = granule
		if granule < int64(c.preSkip) {
			return "it ends the stream within the pre-skip"
		}
		if -gap > sum {
			return "it trims more samples than it holds; those given out before stay"
		}
	case gap < 0:
		c.pos = granule - sum
		c.jump = c.jump || hole
		return "its granule position is smaller than the samples before it"
	case gap > maxGap:
		c.pos = granule - sum
		c.jump = true
		return "a gap longer than the limit precedes it"
	case hole || gap%unitSamples == 0:
		c.gap, c.gapAt = gap, holeAt
	default:
		// Without damage, only multiples of 2.5 ms can be packets that were
		// lost or not sent (RFC 7845 §4.1). The rest is rounding by a muxer.
		c.pos = granule - sum
	}
	return ""
}

// advance moves over a packet or a piece of a gap that stands for n samples of
// the stream (p.Samples is n rounded up) and fills in the rest of p.
func (c *clock) advance(p *Packet, n int64) {
	p.TrimEnd = p.Samples - int(n)
	if end := c.pos + n; end > c.limit {
		p.TrimEnd += int(min(end-c.limit, n))
	}
	p.TrimStart = min(c.skip, p.Samples)
	c.skip -= p.TrimStart
	p.TrimEnd = min(p.TrimEnd, p.Samples-p.TrimStart)
	p.Break, c.jump = c.jump, false
	c.last = p.Samples
	p.Position = c.pos + int64(p.TrimStart) - int64(c.preSkip)
	c.pos += n
}
