package main

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// A ticket is what C holds in place of a pointer: the slot of a stream in its
// low bits and above them how many tickets the slot had given before. A stream
// that is gone takes its number with it, so an old ticket leads nowhere instead
// of to whatever is in the slot now.
const (
	slotBits  = 14 + 6*(bits.UintSize/64) // 2^20 streams; 2^14 where a ticket has 32 bits
	maxSlots  = 1 << slotBits
	maxSerial = 1<<(bits.UintSize-slotBits) - 1
	blockBits = 10
	blockSize = 1 << blockBits
)

// table finds the stream of a ticket without a lock: two loads on the way of
// every call. Blocks of slots are made as they are needed and stay.
type table struct {
	blocks [maxSlots / blockSize]atomic.Pointer[slotBlock]

	mu     sync.Mutex // of what follows: create and destroy only
	serial []uint64   // of each slot used so far, the last it gave
	free   []uint32   // slots that can be used again
}

type slotBlock [blockSize]atomic.Pointer[stream]

// add stores a stream and sets its ticket, never 0. It returns false when the
// table is full.
func (t *table) add(s *stream) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	var i int
	switch {
	case len(t.free) > 0:
		i = int(t.free[len(t.free)-1])
		t.free = t.free[:len(t.free)-1]
	case len(t.serial) < maxSlots:
		i = len(t.serial)
		t.serial = append(t.serial, 0)
	default:
		return false
	}
	t.serial[i]++
	s.ticket = t.serial[i]<<slotBits | uint64(i)
	b := t.blocks[i>>blockBits].Load()
	if b == nil {
		b = new(slotBlock)
		t.blocks[i>>blockBits].Store(b)
	}
	b[i%blockSize].Store(s)
	return true
}

// find returns the stream of a ticket, nil if there is none.
func (t *table) find(ticket uint64) *stream {
	i := ticket % maxSlots
	b := t.blocks[i>>blockBits].Load()
	if b == nil {
		return nil
	}
	s := b[i%blockSize].Load()
	if s == nil || s.ticket != ticket {
		return nil
	}
	return s
}

// remove ends a stream and returns an error code. The stream stays busy, for
// callers that found it before it went.
func (t *table) remove(ticket uint64) int {
	s := t.find(ticket)
	if s == nil {
		return errStream
	}
	if !s.enter() {
		if t.find(ticket) == nil {
			return errStream
		}
		return errBusy
	}
	i := ticket % maxSlots
	t.blocks[i>>blockBits].Load()[i%blockSize].Store(nil)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.serial[i] < maxSerial { // else the slot has no new tickets left
		t.free = append(t.free, uint32(i))
	}
	return codeOK
}
