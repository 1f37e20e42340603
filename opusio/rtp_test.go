package opusio_test

import (
	"testing"
	"time"

	"github.com/quietline/quietline/opusio"
)

func TestPacketizer(t *testing.T) {
	const sequence, timestamp = 65534, 0xfffff000
	p := opusio.NewPacketizer(sequence, timestamp)
	ms20, ms60, ms2 := []byte{31 << 3, 1, 2}, []byte{11 << 3, 1, 2}, []byte{28 << 3, 1, 2}
	var wantSequence uint16 = sequence
	var wantTimestamp uint32 = timestamp
	for i, c := range []struct {
		packet   []byte
		delivery opusio.Delivery
		step     uint32
		marker   bool
	}{
		{ms20, opusio.Send, 960, true}, // the first packet
		{ms20, opusio.Send, 960, false},
		{ms60, opusio.Send, 2880, false}, // 48 kHz whatever the codec's bandwidth
		{ms2, opusio.Send, 120, false},
		{ms20[:1], opusio.Skip, 960, false},
		{ms20[:1], opusio.Skip, 960, false},
		{ms20, opusio.Refresh, 960, false}, // no talk spurt
		{ms20[:1], opusio.Skip, 960, false},
		{ms20, opusio.Send, 960, true}, // first after silence
		{ms20, opusio.Send, 960, false},
		{ms20[:1], opusio.Skip, 960, false},
		{ms20, opusio.Refresh, 960, false},
		{ms20, opusio.Send, 960, true}, // silence ends right after a refresh
	} {
		h, send, err := p.Next(c.packet, c.delivery)
		if err != nil {
			t.Fatal(err)
		}
		if send != (c.delivery != opusio.Skip) {
			t.Errorf("packet %d: send is %v", i, send)
		}
		if send {
			want := opusio.RTPHeader{SequenceNumber: wantSequence, Timestamp: wantTimestamp, Marker: c.marker}
			if h != want {
				t.Errorf("packet %d: %+v, want %+v", i, h, want)
			}
			wantSequence++
		}
		wantTimestamp += c.step
	}
	p.Advance(1500 * time.Millisecond)
	h, _, _ := p.Next(ms20, opusio.Send)
	if want := (opusio.RTPHeader{SequenceNumber: wantSequence, Timestamp: wantTimestamp + 72000, Marker: true}); h != want {
		t.Errorf("after Advance: %+v, want %+v", h, want)
	}
	if _, _, err := p.Next(nil, opusio.Send); err == nil {
		t.Error("no packet got a header")
	}
	if a := testing.AllocsPerRun(100, func() { _, _, _ = p.Next(ms20, opusio.Send) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}

func TestSample(t *testing.T) {
	now := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	s, err := opusio.NewSample([]byte{11 << 3, 9}, now, 77)
	if err != nil || s.Duration != 60*time.Millisecond || s.Timestamp != now || s.PacketTimestamp != 77 || len(s.Data) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := opusio.NewSample(nil, now, 0); err == nil {
		t.Error("a sample of nothing")
	}
}
