package main

import (
	"errors"
	"fmt"
	"time"
)

// limits bounds everything that a stranger can make the server hold or do.
type limits struct {
	Rooms        int // at a time
	People       int // in a room, those included who may still come back
	Conns        int // WebSockets, all together
	ConnsPerHost int // WebSockets from one address

	MessageBytes      int // of a JSON message
	SDPBytes          int // of an answer
	MessagesPerSecond int // of a connection, on average
	MessageBurst      int
	NameRunes         int // of a person's name
	RoomBytes         int // of a room's name

	Hello   time.Duration // from the WebSocket to the first message
	Idle    time.Duration // without an answer to a ping
	Answer  time.Duration // from an offer to its answer
	Resume  time.Duration // how long the place of someone whose connection broke is kept
	NewPeer time.Duration // between two media connections of a person, on average

	PacketBytes      int // of RTP payload
	PacketsPerSecond int // of a sender, on average
	// SoundPerSecond bounds the work of the decoder: a small packet can hold
	// 120 ms of sound. 1 is what a person makes.
	SoundPerSecond float64
}

func defaultLimits() limits {
	return limits{
		Rooms: 50, People: 8, Conns: 200, ConnsPerHost: 40,
		MessageBytes: 40 << 10, SDPBytes: 32 << 10,
		MessagesPerSecond: 20, MessageBurst: 60,
		NameRunes: 32, RoomBytes: 32,
		Hello: 10 * time.Second, Idle: 30 * time.Second, Answer: 20 * time.Second,
		Resume: 20 * time.Second, NewPeer: 2 * time.Second,
		PacketBytes: 1275 + 64, PacketsPerSecond: 120, SoundPerSecond: 1.25,
	}
}

// refusal is why the server does not do what it was asked for: a code for
// programs and a sentence for people. It ends the connection.
type refusal struct {
	Code string
	Text string
}

func (r *refusal) Error() string { return "call: " + r.Code + ": " + r.Text }

func refuse(code, format string, args ...any) *refusal {
	return &refusal{Code: code, Text: fmt.Sprintf(format, args...)}
}

// asRefusal makes a refusal of any error, without telling strangers its inside.
func asRefusal(err error) *refusal {
	var r *refusal
	if errors.As(err, &r) {
		return r
	}
	return refuse("failed", "the server could not do that")
}
