package main

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/quietline/quietline/opusio"
)

// decodeStream decodes received packets by their timestamps.
func decodeStream(t testing.TB, packets []rtp.Packet) []float32 {
	t.Helper()
	l := newListener(t)
	for _, p := range packets {
		l.hear(outPacket{seq: p.SequenceNumber, ts: p.Timestamp, payload: p.Payload})
	}
	return l.pcm
}

// Three people talk at once in server mode; each hears the two others, the noise
// in their pauses gone, their words kept, the levels of RFC 6464 on every
// packet; switched off, the noise is there.
func TestThreeHearEachOther(t *testing.T) {
	t.Parallel()
	noisy, clean := recording(t, "noisy_rain_48k.wav"), recording(t, "speech_48k.wav")
	if underRace {
		noisy = noisy[:rate/2]
	}
	packets := encodeAll(t, noisy)
	b := newBench(t, nil)
	people := []*client{
		join(t, b, "blue", "Ada", modeServer, nil),
		join(t, b, "blue", "Grace", modeServer, map[string]any{"enabled": false}),
		join(t, b, "blue", "Hedy", modeServer, nil),
	}
	for _, k := range people {
		k.connected()
		k.until("three people and their slots", func() bool { return len(k.people) == 3 && len(k.slots) == 2 })
	}
	time.Sleep(300 * time.Millisecond) // the last offer's round is through
	var wg sync.WaitGroup
	for _, k := range people {
		wg.Go(func() { k.talk(packets, opusio.AudioLevel{Level: 5}) })
	}
	wg.Wait()
	if underRace {
		return
	}
	time.Sleep(100 * time.Millisecond)

	heard := map[string][]float32{}
	for _, k := range people {
		for _, other := range people {
			if k == other {
				continue
			}
			got := k.from(other.id)
			if len(got) < len(packets)-10 {
				t.Fatalf("%s's packets: %d of %d came", other.id, len(got), len(packets))
			}
			voices := 0
			for i := range got {
				a := readLevel(&got[i].Header, k.ext)
				if a.Level < 8 { // the client's own claim, which the server must not believe
					t.Fatalf("packet %d claims %d dBov", i, a.Level)
				}
				if a.Voice {
					voices++
				}
			}
			if voices < len(got)/4 || voices > len(got)*9/10 {
				t.Errorf("voice bit on %d of %d packets", voices, len(got))
			}
			heard[other.id] = decodeStream(t, got)
		}
	}
	ada, grace := heard[people[0].id], heard[people[1].id]
	// Both recordings end together; what was missed at the beginning is put back.
	a, g := padFront(ada, len(noisy)), padFront(grace, len(noisy))
	drop := pauseDrop(t, clean, g, a)
	e := estoi(t, clean, a)
	t.Logf("pauses %.1f dB quieter, ESTOI %.3f", drop, e)
	if drop < 12 || e < 0.55 {
		t.Errorf("pauses %.1f dB quieter (want 12), ESTOI %.3f (want 0.55)", drop, e)
	}
	k := people[0]
	k.until("figures and strips", func() bool {
		f := k.figures[k.id]
		return f.Kbps > 5 && f.DenoiseUS > 0 && f.EncodeUS > 0 && len(k.strips) > 20
	})
}

func padFront(x []float32, n int) []float32 {
	n -= n % frame
	if len(x) >= n {
		return x[len(x)-n:]
	}
	return append(make([]float32, n-len(x)), x...)
}

// In the end-to-end mode the server passes on what it gets, byte for byte, and
// tells who talks from the header and from what the browser's detector says.
func TestSealedIsPassedOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	ada := join(t, b, "red", "Ada", modeE2EE, nil)
	grace := join(t, b, "red", "Grace", modeE2EE, nil)
	for _, k := range []*client{ada, grace} {
		k.connected()
		k.until("two people", func() bool { return len(k.people) == 2 && len(k.slots) == 1 })
	}
	time.Sleep(300 * time.Millisecond)
	ada.send(map[string]any{"type": "voice", "voice": true})
	time.Sleep(100 * time.Millisecond)
	rng := rand.New(rand.NewPCG(7, 8))
	var packets [][]byte
	for range 50 { // as good as encrypted: the server cannot know
		p := make([]byte, 40+rng.IntN(100))
		for i := range p {
			p[i] = byte(rng.Uint32())
		}
		packets = append(packets, p)
	}
	last := func(payload []byte) {
		grace.until("the last packet", func() bool {
			got := grace.heard(ada.id)
			return len(got) > 0 && bytes.Equal(got[len(got)-1].Payload, payload)
		})
	}
	ada.talk(packets, opusio.AudioLevel{Level: 33})
	last(packets[49])
	got := grace.from(ada.id)
	sent := ada.mic.sent
	if len(got) < 45 || len(got) > len(sent) {
		t.Fatalf("%d of %d packets came", len(got), len(sent))
	}
	for i, p := range got {
		if want := sent[len(sent)-len(got)+i]; !bytes.Equal(p.Payload, want) {
			t.Fatalf("packet %d was changed on the way", i)
		}
		if i > 0 && (p.SequenceNumber-got[i-1].SequenceNumber != 1 || p.Timestamp-got[i-1].Timestamp != frame) {
			t.Fatalf("packet %d: the numbers were changed", i)
		}
		if a := readLevel(&p.Header, grace.ext); a != (opusio.AudioLevel{Level: 33, Voice: true}) {
			t.Fatalf("packet %d has level %+v", i, a)
		}
	}
	grace.until("Ada's ring", func() bool { return grace.levels[ada.id] == [2]int{33, 1} || grace.levels[ada.id] == [2]int{127, 0} })
	// What a browser loses, the listener must see as lost.
	ada.mic.skip = 3
	ada.talk(packets[:10], opusio.AudioLevel{Level: 33})
	last(packets[9])
	more := grace.from(ada.id)[len(got):]
	if len(more) != 7 || more[0].SequenceNumber-got[len(got)-1].SequenceNumber != 4 {
		t.Errorf("%d packets, the first %d later: want 7 and 4", len(more), more[0].SequenceNumber-got[len(got)-1].SequenceNumber)
	}
}

// Whoever loses the connection comes back as the same person in the same slot.
func TestReconnect(t *testing.T) {
	t.Parallel()
	oneGoroutine(t)
	packets := encodeAll(t, recording(t, "noisy_rain_48k.wav")[:2*rate])
	b := newBench(t, nil)
	ada := join(t, b, "blue", "Ada", modeServer, nil)
	grace := join(t, b, "blue", "Grace", modeServer, nil)
	ada.connected()
	grace.connected()
	grace.until("Ada", func() bool { return len(grace.slots) == 1 })
	time.Sleep(200 * time.Millisecond)
	ada.talk(packets, opusio.AudioLevel{})
	before := grace.from(ada.id)
	if len(before) < 80 {
		t.Fatalf("%d packets", len(before))
	}
	ada.drop()
	grace.until("Ada's absence", func() bool { return len(grace.people) == 2 && !grace.person(ada.id).Present })

	back := join(t, b, "blue", "Ada", modeServer, map[string]any{"token": ada.token})
	back.connected()
	if back.id != ada.id || !back.again {
		t.Fatalf("Ada came back as %s, was %s", back.id, ada.id)
	}
	grace.until("Ada's return", func() bool { return len(grace.people) == 2 && grace.person(ada.id).Present })
	time.Sleep(200 * time.Millisecond)
	back.talk(packets, opusio.AudioLevel{})
	all := grace.from(ada.id)
	if len(all)-len(before) < 80 {
		t.Fatalf("%d packets after the return", len(all)-len(before))
	}
	for i := 1; i < len(all); i++ {
		if all[i].SequenceNumber-all[i-1].SequenceNumber != 1 || int32(all[i].Timestamp-all[i-1].Timestamp) <= 0 {
			t.Fatalf("packet %d does not continue the one before", i)
		}
	}
	if grace.offers != 1 {
		t.Errorf("%d offers to Grace: the slot should have stayed", grace.offers)
	}
}

// A new media connection on request, without leaving.
func TestAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	ada := join(t, b, "blue", "Ada", modeServer, nil)
	ada.connected()
	first := ada.peer
	ada.send(map[string]any{"type": "again"})
	ada.until("another media connection", func() bool { return ada.peer > first })
	ada.connected()
	// Who asks too often is not answered at once, but not put out either.
	for range 10 {
		ada.send(map[string]any{"type": "again"})
	}
	time.Sleep(500 * time.Millisecond)
	ada.connected()
	if ada.peer > first+5 || ada.refused != "" {
		t.Errorf("%d media connections, refused: %q", ada.peer, ada.refused)
	}
}

// Settings reach everyone; in server mode anybody can change another's noise
// cancellation but not the microphone, in the end-to-end mode nothing of others.
func TestSettings(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, mode := range []string{modeServer, modeE2EE} {
		ada := join(t, b, mode, "Ada", mode, nil)
		grace := join(t, b, mode, "Grace", mode, nil)
		ada.until("both", func() bool { return len(ada.people) == 2 })
		grace.until("both", func() bool { return len(grace.people) == 2 })
		ada.send(map[string]any{"type": "set", "muted": true, "strengthDB": 12})
		grace.until("Ada's change", func() bool { p := grace.person(ada.id); return p.Muted && p.StrengthDB == 12 && p.Enabled })
		grace.send(map[string]any{"type": "set", "person": ada.id, "enabled": false})
		if mode == modeServer {
			ada.until("Grace's change", func() bool { return !ada.person(ada.id).Enabled })
			grace.send(map[string]any{"type": "set", "person": ada.id, "muted": false})
		}
		grace.until("a refusal", func() bool { return grace.refused == "bad-message" })
	}
}

// The server hears talk into a microphone that the person has muted, tells that
// person, and passes on nothing.
func TestTalkingWhileMuted(t *testing.T) {
	t.Parallel()
	oneGoroutine(t)
	packets := encodeAll(t, recording(t, "noisy_rain_48k.wav")[:4*rate])
	b := newBench(t, nil)
	ada := join(t, b, "blue", "Ada", modeServer, map[string]any{"muted": true})
	grace := join(t, b, "blue", "Grace", modeServer, nil)
	ada.connected()
	grace.connected()
	grace.until("Ada", func() bool { return len(grace.slots) == 1 })
	time.Sleep(200 * time.Millisecond)
	told := false
	done := make(chan struct{})
	go func() { ada.talk(packets, opusio.AudioLevel{}); close(done) }()
	ada.until("being told", func() bool { told = told || ada.muted; return told })
	<-done
	got := grace.from(ada.id)
	if level := dbfs(decodeStream(t, got)); len(got) < 100 || level > -90 {
		t.Errorf("%d packets at %.1f dBFS", len(got), level)
	}
}

// Rooms close behind the last person, at once when they leave and after a while
// when their connections break; places are kept that long only.
func TestRoomsClose(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(l *limits) { l.Resume = 300 * time.Millisecond })
	rooms := func() int {
		b.hub.mu.Lock()
		defer b.hub.mu.Unlock()
		return len(b.hub.rooms)
	}
	empty := func(what string) {
		t.Helper()
		for range 500 {
			if rooms() == 0 {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("%d rooms %s", rooms(), what)
	}
	ada := join(t, b, "blue", "Ada", modeServer, nil)
	ada.connected()
	if rooms() != 1 {
		t.Fatalf("%d rooms", rooms())
	}
	ada.leave()
	empty("after the last one left")
	grace := join(t, b, "blue", "Grace", modeE2EE, nil) // the other mode: it is another room now
	grace.connected()
	grace.drop()
	empty("after the last connection broke")
	again := join(t, b, "blue", "Grace", modeE2EE, map[string]any{"token": grace.token})
	again.until("a welcome", func() bool { return again.id != "" })
	if again.again || again.id == grace.id {
		t.Error("the place was kept for ever")
	}
	b.hub.mu.Lock()
	conns := b.hub.conns
	b.hub.mu.Unlock()
	if conns < 1 || conns > 3 {
		t.Errorf("%d connections counted", conns)
	}
}
