package main

// reorder puts the packets of a stream back in order. A packet that is missing
// is waited for until three others have come after it: 60 ms with packets of
// 20 ms, and nothing at all as long as they come in order. It belongs to one
// goroutine and allocates nothing for a packet.
type reorder struct {
	started bool
	next    uint16
	held    [reorderDepth]heldPacket // the packet with number n lies at n % reorderDepth
	count   int
	late    uint64 // came twice, or after their turn
}

const (
	reorderDepth = 4
	// reorderJump is how far a sequence number may be off before it is taken
	// for that of a new stream.
	reorderJump = 3000
)

type heldPacket struct {
	used    bool
	seq     uint16
	ts      uint32
	payload []byte
}

// push takes a packet and calls play for each whose turn it is. payload may be
// reused by the caller afterwards.
func (r *reorder) push(seq uint16, ts uint32, payload []byte, play func(seq uint16, ts uint32, payload []byte)) {
	if !r.started {
		r.started, r.next = true, seq
	}
	ahead := int(int16(seq - r.next))
	switch {
	case ahead == 0:
		play(seq, ts, payload)
		r.next++
		r.drain(play)
		return
	case ahead > reorderJump || ahead < -reorderJump:
		r.flush(play)
		r.next = seq + 1
		play(seq, ts, payload)
		return
	case ahead < 0:
		r.late++
		return
	}
	for ahead >= reorderDepth && r.count > 0 { // it does not fit: what is missing will not come
		r.skip(play)
		ahead = int(int16(seq - r.next))
	}
	if ahead >= reorderDepth { // a burst is lost
		r.next = seq + 1
		play(seq, ts, payload)
		return
	}
	if ahead == 0 {
		play(seq, ts, payload)
		r.next++
		r.drain(play)
		return
	}
	h := &r.held[seq%reorderDepth]
	if h.used {
		r.late++
		return
	}
	*h = heldPacket{true, seq, ts, append(h.payload[:0], payload...)}
	if r.count++; r.count == reorderDepth-1 {
		r.skip(play)
	}
}

// drain plays the held packets that follow without a gap.
func (r *reorder) drain(play func(uint16, uint32, []byte)) {
	for h := &r.held[r.next%reorderDepth]; h.used; h = &r.held[r.next%reorderDepth] {
		h.used = false
		r.count--
		r.next++
		play(h.seq, h.ts, h.payload)
	}
}

// skip gives up what is missing before the first held packet.
func (r *reorder) skip(play func(uint16, uint32, []byte)) {
	for range reorderDepth {
		if r.held[r.next%reorderDepth].used {
			break
		}
		r.next++
	}
	r.drain(play)
}

// flush plays all that is held.
func (r *reorder) flush(play func(uint16, uint32, []byte)) {
	for r.count > 0 {
		r.skip(play)
	}
}
