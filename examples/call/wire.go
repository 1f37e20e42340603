package main

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// wire is a WebSocket with a bounded queue before it: nobody who does not read
// holds up a room or grows the server.
type wire struct {
	c      *websocket.Conn
	out    chan []byte
	done   chan struct{}
	once   sync.Once
	why    *refusal // told before closing; nil for no reason; set before done is closed
	limits limits
}

const (
	wireQueue    = 128
	wireTimeout  = 5 * time.Second
	wirePingTime = 10 * time.Second
)

func newWire(c *websocket.Conn, l limits) *wire {
	c.SetReadLimit(-1) // read has a limit of its own, which it can explain
	return &wire{c: c, out: make(chan []byte, wireQueue), done: make(chan struct{}), limits: l}
}

// send queues a message. Whoever lets the queue fill is cut off.
func (w *wire) send(m any) {
	if !w.push(m) {
		w.close(refuse("slow", "messages were not read in time"))
	}
}

// sendIfRoom queues a message that may as well be left out, such as levels.
func (w *wire) sendIfRoom(m any) {
	if len(w.out) < wireQueue/2 {
		w.push(m)
	}
}

func (w *wire) push(m any) bool {
	b, err := json.Marshal(m)
	if err != nil {
		return false
	}
	select {
	case w.out <- b:
		return true
	default:
		return false
	}
}

// close ends the connection; why, which may be nil, is told first. Any goroutine.
func (w *wire) close(why *refusal) {
	w.once.Do(func() {
		w.why = why
		close(w.done)
	})
}

// expelled tells whether the connection was closed for what came over it, rather
// than for what did not come: nobody's place is kept then.
func (w *wire) expelled() bool {
	select {
	case <-w.done:
		return w.why != nil && w.why.Code != "slow" && w.why.Code != "timeout"
	default:
		return false
	}
}

// write sends what is queued, and pings, until the wire is closed.
func (w *wire) write(ctx context.Context) {
	pings := time.NewTicker(wirePingTime)
	defer pings.Stop()
	for {
		select {
		case b := <-w.out:
			if w.put(ctx, b) != nil {
				w.close(nil)
			}
		case <-pings.C:
			// Ping waits for the answer, which the reader takes in.
			go func() {
				c, cancel := context.WithTimeout(ctx, w.limits.Idle)
				defer cancel()
				if w.c.Ping(c) != nil {
					w.close(refuse("timeout", "no answer for %v", w.limits.Idle))
				}
			}()
		case <-w.done:
			w.last(ctx)
			return
		}
	}
}

func (w *wire) put(ctx context.Context, b []byte) error {
	c, cancel := context.WithTimeout(ctx, wireTimeout)
	defer cancel()
	return w.c.Write(c, websocket.MessageText, b)
}

// last says why and closes.
func (w *wire) last(ctx context.Context) {
	if w.why == nil {
		_ = w.c.Close(websocket.StatusNormalClosure, "")
		return
	}
	if b, err := json.Marshal(refusedMessage{"refused", w.why.Code, w.why.Text}); err == nil {
		_ = w.put(ctx, b)
	}
	_ = w.c.Close(websocket.StatusPolicyViolation, w.why.Code)
}

// read returns the next message, kept to the limits. Errors other than refusals
// mean that the connection is gone.
func (w *wire) read(ctx context.Context, rate *bucket) (request, error) {
	kind, r, err := w.c.Reader(ctx)
	if err != nil {
		return request{}, err
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(w.limits.MessageBytes)+1))
	if err != nil {
		return request{}, err
	}
	if len(b) > w.limits.MessageBytes {
		return request{}, refuse("too-large", "a message has at most %d bytes", w.limits.MessageBytes)
	}
	if kind != websocket.MessageText {
		return request{}, refuse("bad-message", "messages are text")
	}
	if !rate.take(1, time.Now()) {
		return request{}, refuse("too-fast", "at most %d messages a second", w.limits.MessagesPerSecond)
	}
	return parseRequest(b)
}
