package main

import (
	"errors"
	"sync"
	"time"
)

// room is a set of people who hear each other. Its lock guards who is there and
// who carries whom; sound takes no part in it.
type room struct {
	name   string
	mode   string
	limits limits
	media  *media
	empty  func(*room) // called once, when the last one has left

	mu      sync.Mutex
	people  []*person
	closed  bool
	stop    chan struct{}
	lastCPU time.Duration
	lastAt  time.Time
}

func newRoom(name, mode string, l limits, m *media, empty func(*room)) *room {
	r := &room{name: name, mode: mode, limits: l, media: m, empty: empty, stop: make(chan struct{})}
	r.lastCPU, _ = processCPU()
	r.lastAt = time.Now()
	go r.tell()
	return r
}

// join brings someone in, or back in when the token is known.
func (r *room) join(h request, w *wire) (*person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, errRoomClosed
	}
	if r.mode != h.Mode {
		return nil, refuse("mode", "the people in this room chose the other mode (%s)", r.mode)
	}
	p := r.byToken(h.Token)
	again := p != nil
	if again {
		if p.absent != nil {
			p.absent.Stop()
			p.absent = nil
		}
		if p.wire != nil {
			p.wire.close(refuse("replaced", "you have come in again from elsewhere"))
		}
		p.name, p.set = h.Name, p.set.apply(h.change)
	} else {
		if len(r.people) >= r.limits.People {
			return nil, refuse("room-full", "%d people are in the room: no more fit in", len(r.people))
		}
		s := settings{Enabled: true, StrengthDB: defaultStrength}
		p = newPerson(r, h.Name, s.apply(h.change))
		r.people = append(r.people, p)
	}
	p.wire = w
	w.send(welcomeMessage{"welcome", p.id, p.token, r.name, r.mode, again, r.limits.People})
	if err := r.connect(p); err != nil {
		if errors.Is(err, errTooOften) {
			r.away(p) // the place is kept: a bad network is no offence
		} else {
			r.remove(p)
		}
		return nil, err
	}
	return p, nil
}

func (r *room) byToken(token string) *person {
	for _, p := range r.people {
		if p.token == token { // 128 random bits: nobody learns them from how long this takes
			return p
		}
	}
	return nil
}

// errRoomClosed: the last one has just left, and the room of that name is another now.
var errRoomClosed error = refuse("closed", "the room has just closed: try again")

var errTooOften error = refuse("too-fast", "too many media connections: wait a moment")

// connect makes a media connection for a person, in place of the one before.
func (r *room) connect(p *person) error {
	if !p.renew.take(1, time.Now()) {
		return errTooOften
	}
	if p.peer != nil {
		p.peer.close()
		p.peer, p.voice = nil, nil
	}
	p.peers++
	e, err := newPeer(r.media, p, p.peers, r.limits)
	if err != nil {
		return err
	}
	p.peer = e
	r.route()
	if len(e.slots) == 0 { // else route has made an offer due
		e.renegotiate()
	}
	return nil
}

// route gives every listener a slot for every other person, and every voice its
// list of slots. A listener whose media connection has just ended is passed over: it
// asks for another.
func (r *room) route() {
	for _, listener := range r.people {
		e := listener.peer
		if e == nil {
			continue
		}
		here := map[*person]bool{}
		for _, p := range r.people {
			here[p] = p != listener
		}
		for _, s := range e.slots {
			if here[s.carries] {
				here[s.carries] = false // is served
			} else {
				s.carries = nil
			}
		}
		before := len(e.slots)
		for _, p := range r.people {
			if !here[p] {
				continue
			}
			s, err := e.free()
			if err != nil {
				break
			}
			s.carries = p
		}
		if len(e.slots) > before {
			e.renegotiate()
		}
	}
	for _, p := range r.people {
		var to []*slot
		for _, listener := range r.people {
			if listener.peer == nil {
				continue
			}
			for _, s := range listener.peer.slots {
				if s.carries == p {
					to = append(to, s.slot)
				}
			}
		}
		p.listeners.Store(&to)
	}
	r.announce()
}

// free returns a slot that carries nobody, if need be a new one, which needs a
// new offer.
func (e *peer) free() (*slotUse, error) {
	for _, s := range e.slots {
		if s.carries == nil {
			return s, nil
		}
	}
	return e.addSlot()
}

// announce tells everyone who is there.
func (r *room) announce() {
	entries := make([]personEntry, len(r.people))
	for i, p := range r.people {
		entries[i] = personEntry{p.id, p.name, p.wire != nil, p.set}
	}
	for _, p := range r.people {
		if p.wire == nil {
			continue
		}
		slots := map[string]string{}
		if p.peer != nil {
			for _, s := range p.peer.slots {
				if s.carries != nil {
					slots[s.id] = s.carries.id
				}
			}
		}
		p.wire.send(peopleMessage{"people", entries, slots})
	}
}

// handle does what a person asks for.
func (r *room) handle(p *person, q request) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch q.Type {
	case "answer":
		if p.peer == nil || p.peer.number != q.Peer {
			return nil // to a connection that is no more
		}
		return p.peer.answer(q)
	case "set":
		return r.change(p, q)
	case "voice":
		p.detected.Store(q.Voice)
	case "again":
		err := r.connect(p)
		if errors.Is(err, errTooOften) {
			return nil // it will ask again
		}
		return err
	default:
		return refuse("bad-message", "there is no message of that type")
	}
	return nil
}

// change changes someone's settings: anybody's noise cancellation in server
// mode, where it is the room that hears the noise, but everyone's own microphone
// only.
func (r *room) change(p *person, q request) error {
	who := p
	if q.Person != "" && q.Person != p.id {
		if who = r.byID(q.Person); who == nil {
			return nil // has just left
		}
		if r.mode != modeServer || q.Muted != nil {
			return refuse("bad-message", "that is up to %s alone", who.name)
		}
	}
	who.set = who.set.apply(q.change)
	if who.voice != nil {
		who.voice.set(who.set)
	}
	r.announce()
	return nil
}

func (r *room) byID(id string) *person {
	for _, p := range r.people {
		if p.id == id {
			return p
		}
	}
	return nil
}

// lost tells that a person's connection w broke. The place is kept for a while.
func (r *room) lost(p *person, w *wire, leaves bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.wire != w {
		return // has come back already
	}
	if leaves {
		p.wire = nil
		r.remove(p)
		return
	}
	r.away(p)
}

// away keeps the place of a person without a connection for a while.
func (r *room) away(p *person) {
	p.wire = nil
	if p.peer != nil {
		p.peer.close()
		p.peer, p.voice = nil, nil
	}
	p.absent = time.AfterFunc(r.limits.Resume, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if p.wire == nil {
			r.remove(p)
		}
	})
	r.route()
}

// remove takes a person out, and closes the room behind the last one.
func (r *room) remove(p *person) {
	for i, q := range r.people {
		if q == p {
			r.people = append(r.people[:i], r.people[i+1:]...)
			break
		}
	}
	if p.peer != nil {
		p.peer.close()
		p.peer, p.voice = nil, nil
	}
	if len(r.people) > 0 {
		r.route()
	} else if !r.closed {
		r.closed = true
		close(r.stop)
		go r.empty(r)
	}
}
