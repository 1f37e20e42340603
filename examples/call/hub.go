package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// hub holds the rooms and counts the connections.
type hub struct {
	limits limits
	media  *media

	mu    sync.Mutex
	rooms map[string]*room
	conns int
	hosts map[string]int // connections by address
}

func newHub(l limits, m *media) *hub {
	return &hub{limits: l, media: m, rooms: map[string]*room{}, hosts: map[string]int{}}
}

// admit counts a connection from a host in, or refuses it.
func (h *hub) admit(host string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.conns >= h.limits.Conns:
		return refuse("server-full", "the server takes no more people at the moment")
	case h.hosts[host] >= h.limits.ConnsPerHost:
		return refuse("server-full", "too many connections from your address")
	}
	h.conns++
	h.hosts[host]++
	return nil
}

func (h *hub) release(host string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns--
	if h.hosts[host]--; h.hosts[host] == 0 {
		delete(h.hosts, host)
	}
}

// room returns the room of a name and opens it if need be.
func (h *hub) room(name, mode string) (*room, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.rooms[name]; r != nil {
		return r, nil
	}
	if len(h.rooms) >= h.limits.Rooms {
		return nil, refuse("rooms-full", "the server has no room left")
	}
	r := newRoom(name, mode, h.limits, h.media, h.forget)
	h.rooms[name] = r
	return r, nil
}

func (h *hub) forget(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rooms[r.name] == r {
		delete(h.rooms, r.name)
	}
}

// serve talks with a browser until either has enough.
func (h *hub) serve(ctx context.Context, c *websocket.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := newWire(c, h.limits)
	written := make(chan struct{})
	go func() { w.write(ctx); close(written) }()
	var why *refusal
	if err := h.talk(ctx, w); !errors.As(err, &why) {
		why = nil // the connection is gone, or the person left: nobody to be told
	}
	w.close(why)
	<-written
}

// talk reads messages until there is an error. Only a refusal is to be told.
func (h *hub) talk(ctx context.Context, w *wire) error {
	rate := newBucket(float64(h.limits.MessagesPerSecond), float64(h.limits.MessageBurst))

	hello, err := w.hello(ctx, &rate)
	if err != nil {
		return err
	}
	r, err := h.room(hello.Room, hello.Mode)
	if err != nil {
		return err
	}
	p, err := r.join(hello, w)
	if errors.Is(err, errRoomClosed) {
		h.forget(r)
		if r, err = h.room(hello.Room, hello.Mode); err == nil {
			p, err = r.join(hello, w)
		}
	}
	if err != nil {
		return err
	}
	for {
		q, err := w.read(ctx, &rate)
		if err == nil && q.Type == "leave" {
			r.lost(p, w, true)
			return errLeft
		}
		if err == nil {
			err = r.handle(p, q)
		}
		if err != nil {
			r.lost(p, w, w.expelled() || errors.As(err, new(*refusal)))
			return err
		}
	}
}

var errLeft = errors.New("call: left")

// hello reads the first message.
func (w *wire) hello(ctx context.Context, rate *bucket) (request, error) {
	late := time.AfterFunc(w.limits.Hello, func() {
		w.close(refuse("timeout", "no hello for %v", w.limits.Hello))
	})
	defer late.Stop()
	q, err := w.read(ctx, rate)
	if err != nil {
		return q, err
	}
	return q, q.checkHello(w.limits)
}
