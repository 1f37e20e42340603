package ogg

// An assembler puts packets together that go over several pages. Packets that
// lie on one page pass through without being copied.
type assembler struct {
	buf  []byte // the packet that is open
	done []byte // the packet last completed from several pages: still in use while buf is filled
	open bool   // a packet waits for its rest
	over bool   // the packet last seen is beyond the limit
}

// add takes the next piece of the stream. If a packet of at most limit bytes
// ends with it, add returns the packet, which is valid until the page after
// the next call with continued set. continued says that the piece belongs to
// the packet that is open; if none is, its beginning is missing and it is
// dropped.
func (a *assembler) add(p piece, continued bool, limit int) (packet []byte, whole bool) {
	if continued && !a.open {
		a.over = false
		return nil, false
	}
	if !continued {
		a.over = len(p.data) > limit
		if p.ends {
			return p.data, !a.over
		}
		a.buf, a.done = a.done[:0], a.buf
		a.open = true
	}
	if a.over = a.over || len(a.buf)+len(p.data) > limit; a.over {
		a.buf = a.buf[:0]
	} else {
		a.buf = append(a.buf, p.data...)
	}
	a.open = !p.ends
	return a.buf, p.ends && !a.over
}

// drop forgets the packet that is open.
func (a *assembler) drop() { a.open = false }

// release gives the memory back.
func (a *assembler) release() { a.buf, a.done = nil, nil }
