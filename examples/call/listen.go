package main

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/quietline/quietline/opusio"
)

// listen takes in the microphone of a person until the connection ends: bounds,
// loss, level, and then the room's way of passing it on.
func listen(e *peer, track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	p := e.person
	id := levelID(receiver.GetParameters().HeaderExtensions)
	pass, err := p.passage(e)
	if err != nil {
		p.refuseFrom(e, asRefusal(err))
		return
	}
	packets := newBucket(float64(e.limits.PacketsPerSecond), 2*float64(e.limits.PacketsPerSecond))
	buf := make([]byte, 1500)
	var packet rtp.Packet
	for {
		n, _, err := track.Read(buf)
		if err != nil {
			return
		}
		now := time.Now()
		if packet.Unmarshal(buf[:n]) != nil || len(packet.Payload) > e.limits.PacketBytes || !packets.take(1, now) {
			p.dropped.Add(1)
			continue
		}
		pass.arrivals.arrived(packet.SequenceNumber, n)
		if len(packet.Payload) == 0 {
			continue // padding, with which browsers probe a path
		}
		pass.packet(&packet.Header, packet.Payload, readLevel(&packet.Header, id))
	}
}

// passage is the way of a sender's packets through the room: sealed, as they
// are, or through a voice.
type passage struct {
	sealed   bool
	voice    *voice // nil when sealed
	source   *source
	person   *person
	arrivals lossMeter
	detect   *atomic.Bool // sealed: our detector in the sender's browser
}

func (w *passage) packet(h *rtp.Header, payload []byte, level opusio.AudioLevel) {
	if !w.sealed {
		w.voice.push(h.SequenceNumber, h.Timestamp, payload)
		return
	}
	// The level is the browser's, of what it encoded, which our code had cleaned
	// before; who talks our detector knows better.
	level.Voice = w.detect.Load()
	w.forward(outPacket{h.SequenceNumber, h.Timestamp, h.Marker, level, payload})
}

// forward sends a packet to everyone who listens.
func (w *passage) forward(p outPacket) {
	w.person.ring.set(p.level, time.Now())
	for _, s := range *w.person.listeners.Load() {
		s.write(w.source, p)
	}
}
