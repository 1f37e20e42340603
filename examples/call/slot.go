package main

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// slot is a stream to one listener that carries one voice at a time. Voices come
// and go; the slot, and with it the listener's track, stays, so that most
// changes in a room need no new session description. It is a webrtc.TrackLocal.
type slot struct {
	id string

	mu      sync.Mutex // the old voice may be at its last packet when the new one begins
	out     webrtc.TrackLocalWriter
	ssrc    uint32
	payload uint8
	ext     uint8

	source   *source // whose packet was last
	seqOff   uint16
	tsOff    uint32
	lastSeq  uint16
	lastTS   uint32
	lastTime time.Time
	header   rtp.Header // reused
}

// source is a run of packets whose numbers belong together: a voice as it comes
// from one media connection. Another connection, another source.
type source struct{ _ byte }

func newSlot(id string) *slot {
	return &slot{id: id, lastSeq: uint16(rand.Uint32()), lastTS: rand.Uint32()}
}

// write sends a packet of a source. Numbers continue those of the source before
// it: the next sequence number, and a timestamp as much later as time went by.
func (s *slot) write(from *source, p outPacket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out == nil {
		return
	}
	now := time.Now()
	if s.source != from {
		step := uint32(frame)
		if !s.lastTime.IsZero() {
			step = max(step, uint32(min(now.Sub(s.lastTime), time.Hour)*rate/time.Second))
		}
		s.source, s.seqOff, s.tsOff = from, s.lastSeq+1-p.seq, s.lastTS+step-p.ts
		p.marker = true
	}
	seq, ts := p.seq+s.seqOff, p.ts+s.tsOff
	if int16(seq-s.lastSeq) > 0 { // else a late packet, which is passed on as such
		s.lastSeq, s.lastTS, s.lastTime = seq, ts, now
	}
	s.header = rtp.Header{
		Version: 2, Marker: p.marker, PayloadType: s.payload,
		SequenceNumber: seq, Timestamp: ts, SSRC: s.ssrc,
	}
	if s.ext != 0 {
		_ = s.header.SetExtension(s.ext, []byte{p.level.Byte()}) // one byte under a number below 15 fits
	}
	_, _ = s.out.WriteRTP(&s.header, p.payload) // a listener that is gone is found out elsewhere
}

// Bind is called when the listener has agreed to the stream.
func (s *slot) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, c := range ctx.CodecParameters() {
		if c.MimeType != webrtc.MimeTypeOpus {
			continue
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.out, s.ssrc, s.payload = ctx.WriteStream(), uint32(ctx.SSRC()), uint8(c.PayloadType)
		s.ext = levelID(ctx.HeaderExtensions())
		return c, nil
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind is called when the stream ends.
func (s *slot) Unbind(webrtc.TrackLocalContext) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = nil
	return nil
}

func (s *slot) ID() string                { return s.id }
func (s *slot) RID() string               { return "" }
func (s *slot) StreamID() string          { return s.id }
func (s *slot) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }

var _ webrtc.TrackLocal = (*slot)(nil)
