package ogg

// A packet of n bytes is described by ⌊n/255⌋ lacing values of 255 and one of
// n mod 255 that ends it, which is 0 for multiples of 255 (RFC 3533 §5).

// segments returns the number of lacing values of a packet of n bytes.
func segments(n int) int { return n/255 + 1 }

// A piece is what one page holds of one packet.
type piece struct {
	data []byte
	ends bool // the packet ends here
}

// pieces takes the body of a page apart. It does not allocate and never reads
// beyond the body, whose length a page's scanner made the sum of the lacing
// values.
type pieces struct {
	lacing, body []byte
}

// next returns the next piece; ok is false behind the last.
func (p *pieces) next() (q piece, ok bool) {
	if len(p.lacing) == 0 {
		return q, false
	}
	n, i := 0, 0
	for i < len(p.lacing) && !q.ends {
		v := p.lacing[i]
		n += int(v)
		q.ends = v < 255
		i++
	}
	q.data = p.body[:n:n]
	p.lacing, p.body = p.lacing[i:], p.body[n:]
	return q, true
}
