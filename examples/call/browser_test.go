package main

import (
	"math"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/quietline/quietline/bench/metrics"
)

// capture is what a listener without a browser hears of a person from now on, so
// much sound of it, however long a busy machine takes.
func (k *client) capture(id string, d time.Duration) []rtp.Packet {
	k.t.Helper()
	before := len(k.from(id))
	began := time.Now()
	for time.Since(began) < patience {
		time.Sleep(50 * time.Millisecond)
		p := k.from(id)[before:]
		if len(p) == 0 {
			continue
		}
		if span := p[len(p)-1].Timestamp - p[0].Timestamp; time.Duration(span)*time.Second/rate >= d {
			if took := time.Since(began); took > d*11/10+200*time.Millisecond {
				k.t.Logf("the machine is busy: %.1f s of sound took %.1f s", d.Seconds(), took.Seconds())
			}
			return p
		}
	}
	k.t.Fatalf("%d packets in %v", len(k.from(id))-before, patience)
	return nil
}

// unseal opens all packets, or fails the test.
func unseal(t *testing.T, o *opener, packets []rtp.Packet) []rtp.Packet {
	t.Helper()
	out := make([]rtp.Packet, len(packets))
	for i, p := range packets {
		plain, err := o.open(p.Payload)
		if err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		out[i] = p
		out[i].Payload = plain
	}
	return out
}

// onTimeOf turns a capture of a recording that is played over and over so that it
// begins where clean does, and returns a whole turn of it.
func onTimeOf(t *testing.T, clean, x []float32) []float32 {
	t.Helper()
	const hop = rate / 100
	n := len(clean) / hop
	if len(x) < len(clean) {
		t.Fatalf("%.1f s of sound, the recording has %.1f", float64(len(x))/rate, float64(len(clean))/rate)
	}
	env := func(x []float32) []float64 {
		e := make([]float64, len(x)/hop)
		for i := range e {
			e[i] = math.Max(dbfs(x[i*hop:(i+1)*hop]), -60)
		}
		return e
	}
	// Where the loudness fits best, to 10 ms; then to the sample.
	a, b := env(clean), env(x[:len(clean)])
	best, shift := math.Inf(-1), 0
	for s := range n {
		var sum, sa, sb, aa, bb float64
		for i := range n {
			u, v := a[(i+s)%n], b[i]
			sum, sa, sb, aa, bb = sum+u*v, sa+u, sb+v, aa+u*u, bb+v*v
		}
		m := float64(n)
		if r := (sum - sa*sb/m) / math.Sqrt((aa-sa*sa/m)*(bb-sb*sb/m)); r > best {
			best, shift = r, s
		}
	}
	turned := make([]float32, len(clean))
	for i := range turned {
		turned[(i+shift*hop)%len(clean)] = x[i]
	}
	al, err := metrics.FindLag(clean, turned, rate/20)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float32, len(clean))
	for i := range out {
		out[i] = turned[((i+al.Lag)%len(clean)+len(clean))%len(clean)]
	}
	return out
}

// TestBrowserServerMode is issue 7's list for the server mode.
func TestBrowserServerMode(t *testing.T) { browserMode(t, modeServer) }

// TestBrowserEndToEnd is the same for rooms that are encrypted.
func TestBrowserEndToEnd(t *testing.T) { browserMode(t, modeE2EE) }

func browserMode(t *testing.T, mode string) {
	noisy, clean := recording(t, "noisy_rain_48k.wav"), recording(t, "speech_48k.wav")
	c := startChromium(t, noisy, nil)
	turn := time.Duration(len(noisy)) * time.Second / rate

	ada := c.enter(t, "", "blue", "Ada Lovelace", mode)
	ear := join(t, c.bench, "blue", "Ear", mode, nil)
	ear.connected()
	ear.until("Ada", func() bool { return len(ear.slots) == 1 })
	var id string
	ada.js(`call.id`, &id)
	open := func(p []rtp.Packet) []rtp.Packet { return p }
	if mode == modeE2EE {
		o := openerFor(t, ada.url)
		open = func(p []rtp.Packet) []rtp.Packet { return unseal(t, o, p) }
	}
	click := func() { ada.js(`document.querySelector('[data-id="'+call.id+'"] .switch').click(); true`, nil) }

	time.Sleep(2 * time.Second) // the noise is known
	onPackets := ear.capture(id, turn+300*time.Millisecond)
	click()
	ear.until("the switch", func() bool { return !ear.person(id).Enabled })
	time.Sleep(300 * time.Millisecond)
	offPackets := ear.capture(id, turn+300*time.Millisecond)
	for range 10 { // on and off, ending where it began
		click()
		time.Sleep(310 * time.Millisecond)
	}
	click()

	on := onTimeOf(t, clean, decodeStream(t, open(onPackets)))
	off := onTimeOf(t, clean, decodeStream(t, open(offPackets)))
	drop, eOn, eOff := pauseDrop(t, clean, off, on), estoi(t, clean, on), estoi(t, clean, off)
	t.Logf("pauses %.1f dB quieter with the switch on; ESTOI %.3f on, %.3f off", drop, eOn, eOff)
	if drop < 12 {
		t.Errorf("pauses are %.1f dB quieter: want 12", drop)
	}
	if eOn < eOff-0.02 || eOn < 0.5 {
		t.Errorf("ESTOI %.3f with the switch on, %.3f off", eOn, eOff)
	}

	// Everything since the first capture, so that the decoder goes through: where
	// the switch was turned nothing is steeper than elsewhere.
	all := decodeStream(t, open(ear.from(id)))
	end := (len(onPackets) + len(offPackets)) * frame
	steady := max(jump(on, 0, len(on)), jump(off, 0, len(off)))
	turned := jump(all, len(all)-4*rate, len(all))
	t.Logf("largest step %.3f while switching, %.3f before", turned, steady)
	if len(all) < end+3*rate || turned > 1.5*steady {
		t.Errorf("largest step %.3f while switching, %.3f before", turned, steady)
	}

	// RFC 6464 on what arrives: levels that move, and voice for part of the time.
	voices, quiet, loud := 0, 0, 0
	for i := range onPackets {
		a := readLevel(&onPackets[i].Header, ear.ext)
		if a.Voice {
			voices++
		}
		if a.Level > 45 {
			quiet++
		}
		if a.Level < 35 {
			loud++
		}
	}
	t.Logf("of %d packets %d with the voice bit, %d loud, %d quiet", len(onPackets), voices, loud, quiet)
	if n := len(onPackets); voices < n/5 || voices > n*19/20 || loud < n/20 || quiet < n/20 {
		t.Errorf("of %d packets %d with the voice bit, %d loud, %d quiet", n, voices, loud, quiet)
	}
	if mode == modeE2EE {
		checkSealed(t, clean, onPackets)
	}

	// Two more browsers: all three hear each other.
	query := ada.url[len(c.web)+1:]
	grace, hedy := c.enter(t, query, "blue", "Grace Hopper", mode), c.enter(t, query, "blue", "Hedy Lamarr", mode)
	for _, p := range []*tab{ada, grace, hedy} {
		p.until("four people", `call.list.length === 4`)
		p.until("two voices", `call.media.lost().then(s => Object.values(s).filter(x => x.energy > 0.001).length >= 2)`)
		if mode == modeE2EE {
			p.until("opened frames", `call.opened > 20`)
		}
		p.until("rings", `document.querySelectorAll('.tile.talking').length >= 2`)
	}

	// Talking while muted: told so, and nothing goes out.
	ada.run(clickMute)
	ada.until("the warning", `/talking/.test(document.getElementById('alert').textContent)`)
	muted := ear.capture(id, time.Second)
	if level := dbfs(tail(decodeStream(t, open(muted)), rate/2)); level > -70 {
		t.Errorf("muted, %.1f dBFS go out", level)
	}
	ada.run(clickMute)

	// The connection breaks: the same person comes back, and is heard.
	var peer int
	ada.js(`window.before = call.media.connection; call.signal.drop(); 1`, &peer)
	ada.until("the return", `call.media.connection !== window.before && call.media.connection?.connectionState === 'connected'`)
	var again string
	ada.js(`call.id`, &again)
	if again != id {
		t.Errorf("came back as %s, was %s", again, id)
	}
	back := open(ear.capture(id, 3*time.Second))
	if level := dbfs(decodeStream(t, back)); len(back) < 100 || level < -60 {
		t.Errorf("after the return %d packets at %.1f dBFS", len(back), level)
	}
	ada.js(`call.leave(); true`, nil)
	grace.until("Ada's leaving", `call.list.length === 3`)
}

// tail is the end of x.
func tail(x []float32, n int) []float32 { return x[max(0, len(x)-n):] }

// checkSealed: what the server has in its hands is no speech. As Opus it does not
// decode, or to something without a trace of the words; another key opens none.
func checkSealed(t *testing.T, clean []float32, packets []rtp.Packet) {
	t.Helper()
	other := openerFor(t, "http://localhost/?room=blue#key=AAAAAAAAAAAAAAAAAAAAAA")
	l := newListener(t)
	pcm := make([]float32, rate*120/1000)
	var heard []float32
	for _, p := range packets {
		if _, err := other.open(p.Payload); err == nil {
			t.Fatal("another key opens a packet")
		}
		n, err := l.dec.DecodeFloat32(p.Payload, pcm)
		if err != nil {
			n = frame
			clear(pcm[:n])
		}
		heard = append(heard, pcm[:min(n, frame)]...)
	}
	for i, x := range heard {
		heard[i] = min(max(x, -1), 1)
	}
	heard = append(heard, make([]float32, len(clean))...)[:len(clean)]
	if dbfs(heard) > -100 {
		if e := estoi(t, clean, heard); e > 0.2 {
			t.Errorf("what the server passes on sounds like the words: ESTOI %.3f", e)
		}
	}
}
