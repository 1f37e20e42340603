package opusio

import "time"

// ClockRate is that of RTP timestamps for Opus, whatever the sampling rate
// (RFC 7587, section 4.1).
const ClockRate = 48000

// Delivery says what becomes of a packet.
type Delivery uint8

const (
	Send    Delivery = iota // sound
	Refresh                 // an update of the background during silence: sent, but no talk spurt
	Skip                    // silence: not sent (DTX)
)

// String returns send, refresh or skip.
func (d Delivery) String() string {
	switch d {
	case Send:
		return "send"
	case Refresh:
		return "refresh"
	default:
		return "skip"
	}
}

// RTPHeader is what an RTP header (RFC 3550, section 5.1) says of a packet of
// Opus; payload type and SSRC are the session's.
type RTPHeader struct {
	SequenceNumber uint16
	Timestamp      uint32
	Marker         bool
}

// Packetizer numbers packets for RTP by RFC 7587. It belongs to one goroutine
// and does not allocate.
type Packetizer struct {
	sequence  uint16
	timestamp uint32
	silence   bool // the next sound begins a talk spurt
}

// NewPacketizer returns a packetizer that starts at the given numbers, which
// should be random (RFC 3550, section 5.1).
func NewPacketizer(sequence uint16, timestamp uint32) *Packetizer {
	return &Packetizer{sequence: sequence, timestamp: timestamp, silence: true}
}

// Next returns the header for the next packet of an encoder, or false if it is
// not to be sent. Call it for every packet, those that are not sent too:
//
//   - the timestamp steps by the length of the packet's sound at 48 kHz, sent or
//     not (RFC 7587, section 4.1),
//   - the sequence number counts packets that are sent (section 3.1.3: so the
//     receiver tells silence from loss),
//   - the marker is on the first packet of a talk spurt (section 4.1, RFC 3551,
//     section 4.1), which a refresh in silence is not.
func (p *Packetizer) Next(packet []byte, d Delivery) (RTPHeader, bool, error) {
	n, err := PacketSamples48(packet)
	if err != nil {
		return RTPHeader{}, false, err
	}
	h := RTPHeader{SequenceNumber: p.sequence, Timestamp: p.timestamp}
	p.timestamp += uint32(n)
	if d == Skip {
		p.silence = true
		return RTPHeader{}, false, nil
	}
	p.sequence++
	if d == Send {
		h.Marker = p.silence
		p.silence = false
	}
	return h, true, nil
}

// Advance steps the timestamp over a time for which there is no packet, such as
// a closed microphone; the next packet of sound begins a talk spurt.
func (p *Packetizer) Advance(t time.Duration) {
	p.timestamp += uint32(int64(t) * (ClockRate / 1000) / int64(time.Millisecond))
	p.silence = true
}

// Sample is a packet with its time, field by field as media.Sample of
// pion/webrtc has them.
//
// TrackLocalStaticSample.WriteSample of pion/webrtc v4 derives timestamps from
// Duration and cannot step them alone: with DTX either write every packet,
// those of 1 and 2 bytes too (Sample does that), or take TrackLocalStaticRTP
// and the headers of Packetizer. PrevDroppedPackets steps the sequence number,
// which the receiver takes for loss.
type Sample struct {
	Data            []byte
	Timestamp       time.Time
	Duration        time.Duration
	PacketTimestamp uint32
}

// NewSample returns a packet as a Sample. captured is when its sound began,
// timestamp its RTP timestamp, if there is one.
func NewSample(packet []byte, captured time.Time, timestamp uint32) (Sample, error) {
	d, err := PacketDuration(packet)
	if err != nil {
		return Sample{}, err
	}
	return Sample{Data: packet, Timestamp: captured, Duration: d, PacketTimestamp: timestamp}, nil
}
