package main

import (
	"crypto/rand"
	"encoding/hex"
	"sync/atomic"
	"time"
)

// person is someone in a room. A broken connection does not end it: whoever has
// the token comes back as the same person.
type person struct {
	id, token string
	name      string
	room      *room

	// Guarded by the room's lock.
	set     settings
	wire    *wire // nil: absent
	peer    *peer
	peers   int // media connections so far
	renew   bucket
	absent  *time.Timer
	voice   *voice // of the present media connection, in server mode
	talking bool   // told that they talk while muted

	// Any goroutine.
	listeners atomic.Pointer[[]*slot]
	ring      ring
	detected  atomic.Bool               // e2ee: what our detector in the browser says
	arrivals  atomic.Pointer[lossMeter] // of the present stream
	dropped   atomic.Uint64
}

func newPerson(r *room, name string, s settings) *person {
	p := &person{id: secret(6), token: secret(16), name: name, room: r, set: s}
	p.renew = newBucket(1/r.limits.NewPeer.Seconds(), 4)
	p.listeners.Store(new([]*slot))
	p.arrivals.Store(new(lossMeter))
	return p
}

// secret returns n random bytes in hexadecimal digits.
func secret(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, by its documentation
	return hex.EncodeToString(b)
}

// sendFrom tells the person something on behalf of a media connection, if that is
// still the present one.
func (p *person) sendFrom(e *peer, m any) {
	if w := p.wireOf(e); w != nil {
		w.send(m)
	}
}

// refuseFrom ends the person's connection likewise.
func (p *person) refuseFrom(e *peer, why *refusal) {
	if w := p.wireOf(e); w != nil {
		w.close(why)
	}
}

func (p *person) wireOf(e *peer) *wire {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	if p.peer != e {
		return nil
	}
	return p.wire
}

// passage returns the way for the packets of a new microphone stream.
func (p *person) passage(e *peer) (*passage, error) {
	w := &passage{sealed: p.room.mode == modeE2EE, source: new(source), person: p, detect: &p.detected}
	p.arrivals.Store(&w.arrivals)
	if w.sealed {
		return w, nil
	}
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	v, err := newVoice(p.set, w.forward)
	if err != nil {
		return nil, err
	}
	v.limit(p.room.limits.SoundPerSecond)
	w.voice = v
	if p.peer == e {
		p.voice = v
	}
	return w, nil
}
