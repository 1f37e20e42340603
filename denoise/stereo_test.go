package denoise

import (
	"fmt"
	"math"
	"testing"
)

var links = []Link{LinkPower, LinkMinimum, Independent}

// TestIdenticalChannelsStayIdentical in every link mode, with everything on.
func TestIdenticalChannelsStayIdentical(t *testing.T) {
	bothEngines(t, testIdenticalChannelsStayIdentical)
}

func testIdenticalChannelsStayIdentical(t *testing.T) {
	mono := talk(48000, 1, 48000)
	for _, link := range links {
		d := mustNew(t, Config{SampleRate: 48000, Channels: 3, Link: link, ComfortNoiseDB: -60, Gate: GateConfig{Enabled: true}})
		y := process(d, interleave(mono, mono, mono), 0)
		first := channelOf(y, 0, 3)
		for c := 1; c < 3; c++ {
			if i := sameBits(channelOf(y, c, 3), first); i >= 0 {
				t.Errorf("%v: channel %d differs from channel 0 at %d", link, c, i)
			}
		}
		one := mustNew(t, Config{SampleRate: 48000})
		process(one, mono, 0)
		// (a+a+a)/3 rounds: figures agree, not bits.
		if a, b := d.Stats(), one.Stats(); math.Abs(a.NoiseDBFS-b.NoiseDBFS) > 0.01 || math.Abs(a.LevelDBOV-b.LevelDBOV) > 0.01 || math.Abs(a.SpeechProb-b.SpeechProb) > 0.01 {
			t.Errorf("%v: stats of three channels %+v, of one %+v", link, a, b)
		}
		if peak(first) == 0 {
			t.Errorf("%v: nothing comes out", link)
		}
	}
}

// TestIndependentIsMono: with Independent every channel is what a mono denoiser
// makes of it, bit for bit.
func TestIndependentIsMono(t *testing.T) { bothEngines(t, testIndependentIsMono) }

func testIndependentIsMono(t *testing.T) {
	a := talk(48000, 1, 48000)
	b := fan(48000, 48000, 4, -30)
	c := make([]float32, 48000) // a dead channel
	copy(c[20000:], a[:9000])
	for _, cfg := range []Config{{}, {Rule: Wiener, LimitDB: 50}, {Music: true}, {Tracker: TrackMinimum, Output: OutputRemoved}} {
		cfg.SampleRate = 48000
		stereo := cfg
		stereo.Channels, stereo.Link = 3, Independent
		y := process(mustNew(t, stereo), interleave(a, b, c), 0)
		for i, x := range [][]float32{a, b, c} {
			if at := sameBits(channelOf(y, i, 3), process(mustNew(t, cfg), x, 0)); at >= 0 {
				t.Errorf("%+v: channel %d differs from mono at %d", cfg, i, at)
			}
		}
	}
}

// TestOneTalkerOfTwoIsKept: somebody who talks into one channel alone is heard
// with the power link, and with the minimum link if the other channel is dead
// silent (a plugged mono microphone).
func TestOneTalkerOfTwoIsKept(t *testing.T) {
	v, active := voice(48000, 5, 31)
	n := len(v)
	left := add(white(n, 1, -60), v)
	for _, c := range []struct {
		name  string
		link  Link
		right []float32
	}{
		{"noise right", LinkPower, white(n, 2, -60)},
		{"noise right", Independent, white(n, 2, -60)},
		{"dead right", LinkPower, make([]float32, n)},
		{"dead right", LinkMinimum, make([]float32, n)},
	} {
		t.Run(fmt.Sprintf("%v/%s", c.link, c.name), func(t *testing.T) {
			d := mustNew(t, Config{SampleRate: 48000, Channels: 2, Link: c.link})
			y := channelOf(aligned(d, interleave(left, c.right)), 0, 2)
			mono := aligned(mustNew(t, Config{SampleRate: 48000}), left)
			skip := 48000
			spans := activeAfter(active, skip)
			got, want := speechChange(y, v, spans), speechChange(mono, v, spans)
			t.Logf("speech %+.2f dB, mono %+.2f dB", got, want)
			if got < -1.5 || got < want-1 {
				t.Errorf("the talker comes out %.2f dB quieter, %.2f dB in mono", -got, -want)
			}
		})
	}
}

func activeAfter(spans []span, from int) []span {
	var out []span
	for _, s := range spans {
		if s.from >= from {
			out = append(out, s)
		}
	}
	return out
}

// TestLinkedGainsAreOne: linked channels are multiplied by the same gains: a
// channel that is half of the other stays half of it, so the image stays.
func TestLinkedGainsAreOne(t *testing.T) {
	x := talk(48000, 1, 48000)
	half := scale(append([]float32(nil), x...), 0.5)
	for _, link := range []Link{LinkPower, LinkMinimum} {
		y := process(mustNew(t, Config{SampleRate: 48000, Channels: 2, Link: link}), interleave(x, half), 0)
		l, r := channelOf(y, 0, 2), scale(channelOf(y, 1, 2), 2)
		if e := largestDifference(l, r); e > 1e-6 {
			t.Errorf("%v: the image moves by %g", link, e)
		}
	}
	// Noise on the right is damped no less and no more than on the left where
	// only the left has speech: take the gains themselves.
	d := mustNew(t, Config{SampleRate: 48000, Channels: 2, Link: LinkMinimum})
	y := make([]float32, 960)
	in := interleave(x, white(len(x), 5, -40))
	for at := 0; at+960 <= len(in); at += 960 {
		d.Process(y, in[at:at+960])
		a, b := d.analyses[0].gain, d.analyses[1].gain
		// The strength stage deepens each by its own presence only beyond its
		// default limit.
		if i := sameBits(a, b); i >= 0 {
			t.Fatalf("minimum link: gains of the channels differ in point %d: %v and %v", i, a[i], b[i])
		}
		for c := range 2 {
			own := make([]float32, len(a))
			d.current.list[c].gain(own)
			for k := 2; k < len(own); k++ {
				if a[k] > own[k]+1e-6 && a[k] > d.strength.floor+1e-6 {
					t.Fatalf("minimum link: gain %v of point %d above channel %d's own %v", a[k], k, c, own[k])
				}
			}
		}
	}
}
