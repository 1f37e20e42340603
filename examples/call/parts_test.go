package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/quietline/quietline/opusio"
)

func TestBucket(t *testing.T) {
	now := time.Now()
	b := newBucket(10, 5)
	taken := 0
	for i := range 1000 { // 10 s, 100 tries a second
		if b.take(1, now.Add(time.Duration(i)*10*time.Millisecond)) {
			taken++
		}
	}
	if taken < 103 || taken > 105 {
		t.Errorf("%d units in 10 s: want 5 at once and 10 a second", taken)
	}
	if b.take(6, now.Add(time.Hour)) {
		t.Error("more at once than the burst")
	}
	if !b.take(5, now.Add(time.Hour)) {
		t.Error("the burst is not there after an hour")
	}
}

// Whatever the network does within the window of the reordering, packets come
// out in order, once each, and all of them if none was lost.
func TestReorder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		const n = 300
		first := uint16(rng.Uint32())
		type arrival struct {
			seq uint16
			at  float64
		}
		var in []arrival
		var sent []uint16
		lossy := round%2 == 1
		for i := range n {
			seq := first + uint16(i)
			if lossy && i > 0 && rng.IntN(10) == 0 {
				continue
			}
			sent = append(sent, seq)
			late := 0.0
			if i > 3 && rng.IntN(5) == 0 {
				late = 2.4 // after the two that follow
			}
			in = append(in, arrival{seq, float64(i) + late})
			if rng.IntN(20) == 0 {
				in = append(in, arrival{seq, float64(i) + late + 0.1}) // twice
			}
		}
		slices.SortStableFunc(in, func(a, b arrival) int { return int(math.Copysign(1, a.at-b.at)) })
		var r reorder
		var got []uint16
		for _, a := range in {
			r.push(a.seq, uint32(a.seq)*960, []byte{byte(a.seq)}, func(seq uint16, ts uint32, p []byte) {
				if ts != uint32(seq)*960 || p[0] != byte(seq) {
					t.Fatalf("packet %d has the time or the bytes of another", seq)
				}
				got = append(got, seq)
			})
		}
		r.flush(func(seq uint16, _ uint32, _ []byte) { got = append(got, seq) })
		for i := 1; i < len(got); i++ {
			if int16(got[i]-got[i-1]) <= 0 {
				t.Fatalf("round %d: %d after %d", round, got[i], got[i-1])
			}
		}
		if !lossy && !slices.Equal(got, sent) {
			t.Fatalf("round %d: %d of %d packets came through without loss", round, len(got), len(sent))
		}
		if lossy && len(got) < len(sent)*9/10 {
			t.Fatalf("round %d: %d of %d packets came through", round, len(got), len(sent))
		}
	}
}

func TestReorderNewStream(t *testing.T) {
	var r reorder
	var got []uint16
	play := func(seq uint16, _ uint32, _ []byte) { got = append(got, seq) }
	for _, seq := range []uint16{10, 11, 13, 40000, 40001, 40100, 40101} {
		r.push(seq, 0, nil, play)
	}
	if want := []uint16{10, 11, 13, 40000, 40001, 40100, 40101}; !slices.Equal(got, want) {
		t.Errorf("%v: want %v", got, want)
	}
}

func TestLossMeter(t *testing.T) {
	var m lossMeter
	for i := range 1000 {
		if i%10 != 5 {
			m.arrived(uint16(65000+i), 100) // over the wrap
		}
	}
	if p, bytes := m.since(); math.Abs(p-10) > 0.2 || bytes != 90000 {
		t.Errorf("%.1f %% and %d bytes: want 10 and 90000", p, bytes)
	}
	if p, _ := m.since(); p != 0 {
		t.Errorf("%v %% of nothing", p)
	}
}

func TestParseRequest(t *testing.T) {
	l := defaultLimits()
	for _, c := range []struct{ message, code string }{
		{`{"type":"hello","room":"blue","name":" Ada  Lovelace ","mode":"server"}`, ""},
		{`{"type":"hello","room":"blue","name":"Ада","mode":"e2ee","muted":true,"strengthDB":12.5}`, ""},
		{`{"type":"set","room":"blue","name":"Ada","mode":"server"}`, "bad-message"},
		{`{"type":"hello","room":"Blue Room","name":"Ada","mode":"server"}`, "bad-room"},
		{`{"type":"hello","room":"../etc","name":"Ada","mode":"server"}`, "bad-room"},
		{`{"type":"hello","room":"","name":"Ada","mode":"server"}`, "bad-room"},
		{`{"type":"hello","room":"blue","name":"` + strings.Repeat("a", 33) + `","mode":"server"}`, "bad-name"},
		{`{"type":"hello","room":"blue","name":"\u202e\u200b\t ","mode":"server"}`, "bad-name"},
		{`{"type":"hello","room":"blue","name":"Ada","mode":"root"}`, "bad-message"},
		{`{"type":"hello","room":"blue","name":"Ada","mode":"server","admin":true}`, "bad-message"},
		{`{"type":"hello","room":"blue","name":"Ada","mode":"server"} {}`, "bad-message"},
		{`{"type":"hello","room":"blue","name":"Ada","mode":"server","strengthDB":1e9}`, "bad-message"},
		{`{"type":"hello","room":"blue","name":"Ada","mode":"server","token":"` + strings.Repeat("a", 65) + `"}`, "bad-message"},
		{`[]`, "bad-message"},
		{`null`, "bad-message"},
		{"{\"type\":\"\xff\"}", "bad-message"},
		{strings.Repeat("[", 10000), "bad-message"},
		{``, "bad-message"},
	} {
		r, err := parseRequest([]byte(c.message))
		if err == nil {
			err = r.checkHello(l)
		}
		code := ""
		if err != nil {
			code = asRefusal(err).Code
		}
		if code != c.code {
			t.Errorf("%.80q: %q, want %q", c.message, code, c.code)
		}
	}
	if got := cleanName(" Ada \n Love\u202elace "); got != "Ada Lovelace" {
		t.Errorf("cleaned to %q", got)
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add([]byte(`{"type":"hello","room":"blue","name":"Ada","mode":"server"}`))
	f.Add([]byte(`{"type":"set","muted":true,"enabled":false,"strengthDB":6}`))
	l := defaultLimits()
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parseRequest(b)
		if err == nil && r.checkHello(l) == nil {
			if !validRoom(r.Room, l.RoomBytes) || r.Name == "" || len(r.Name) > 4*l.NameRunes {
				t.Fatalf("taken: %+v", r)
			}
		}
	})
}

func TestStripShowsASine(t *testing.T) {
	s, err := newStrip()
	if err != nil {
		t.Fatal(err)
	}
	for band := 8; band < stripBands-1; band++ {
		pcm := make([]float32, frame)
		for i := range pcm {
			pcm[i] = float32(0.1 * math.Sin(2*math.Pi*s.bands.Center(band)*float64(i)/rate))
		}
		var got [stripBands]byte
		s.measure(&got, pcm)
		loudest := 0
		for i, b := range got {
			if b > got[loudest] {
				loudest = i
			}
		}
		// The mean square of a tenth of full scale is −23 dB; narrow bands share it.
		if level := float64(got[band])/2.55 - 100; loudest != band || level < -27 || level > -22.8 {
			t.Errorf("a sine in band %d: loudest is band %d, its level %.1f dBFS", band, loudest, level)
		}
	}
}

// catcher collects what a slot sends.
type catcher struct{ headers []rtp.Header }

func (c *catcher) WriteRTP(h *rtp.Header, _ []byte) (int, error) {
	c.headers = append(c.headers, h.Clone())
	return 0, nil
}
func (c *catcher) Write(b []byte) (int, error) { return len(b), nil }

// Numbers go on from one voice to the next, losses stay visible, and late
// packets keep their place.
func TestSlotKeepsNumbers(t *testing.T) {
	c := &catcher{}
	s := newSlot("slot-0")
	s.out, s.ssrc, s.payload, s.ext = c, 77, 111, 3
	a, b := new(source), new(source)
	level := opusio.AudioLevel{Level: 30, Voice: true}
	s.write(a, outPacket{seq: 65534, ts: 1000, level: level})
	s.write(a, outPacket{seq: 65535, ts: 1960, level: level})
	s.write(a, outPacket{seq: 1, ts: 3880, level: level}) // 0 is late
	s.write(a, outPacket{seq: 0, ts: 2920, level: level})
	s.write(b, outPacket{seq: 500, ts: 99, level: level})
	s.write(b, outPacket{seq: 501, ts: 1059, level: level})
	h := c.headers
	first := h[0].SequenceNumber
	for i, want := range []uint16{0, 1, 3, 2, 4, 5} {
		if got := h[i].SequenceNumber - first; got != want {
			t.Errorf("packet %d has number %d, want %d", i, got, want)
		}
		if h[i].SSRC != 77 || h[i].PayloadType != 111 || readLevel(&h[i], 3) != level {
			t.Errorf("packet %d: %+v", i, h[i])
		}
	}
	if d := h[2].Timestamp - h[0].Timestamp; d != 2880 {
		t.Errorf("timestamps of a voice step by %d, want 2880", d)
	}
	if d := int32(h[4].Timestamp - h[2].Timestamp); d < frame || d > rate {
		t.Errorf("the next voice begins %d later", d)
	}
	if !h[0].Marker || h[1].Marker || !h[4].Marker {
		t.Error("the marker belongs on the first packet of a voice")
	}
}

func TestRingGoesStale(t *testing.T) {
	var r ring
	now := time.Now()
	a := opusio.AudioLevel{Level: 25, Voice: true}
	r.set(a, now)
	if got := r.get(now.Add(100 * time.Millisecond)); got != a {
		t.Errorf("%+v", got)
	}
	if got := r.get(now.Add(time.Second)); got != opusio.MutedLevel {
		t.Errorf("a second without packets: %+v", got)
	}
}
