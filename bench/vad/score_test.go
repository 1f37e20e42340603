package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/bench/metrics"
)

// frames reads "v" as true.
func frames(s string) []bool {
	out := make([]bool, len(s))
	for i := range s {
		out[i] = s[i] == 'v'
	}
	return out
}

func TestOnset90(t *testing.T) {
	// Ten onsets with delays of 0 to 9 frames; the tenth is missed whole.
	var truth, voice strings.Builder
	for d := range 10 {
		truth.WriteString("...vvvvvvvvv")
		voice.WriteString("..." + strings.Repeat(".", d) + strings.Repeat("v", 9-d))
	}
	tracks := []metrics.VoiceTrack{{Prob: numbers(frames(voice.String())), Speech: frames(truth.String())}}
	if got := onset90(tracks); got != 80*time.Millisecond {
		t.Errorf("%v, want 80ms", got)
	}
	s, err := metrics.ScoreVoice(tracks, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if s.MedianDelay != 45*time.Millisecond {
		t.Errorf("metrics counts otherwise: median %v, want 45ms", s.MedianDelay)
	}
	if got := onset90(nil); got != 0 {
		t.Errorf("%v without onsets", got)
	}
}

// small is a set of recordings that is judged by hand: 100 frames each.
func small() []*recording {
	item := func(name string, kind lab.Kind, snr float64, rev bool, speech string) *recording {
		return &recording{&lab.Item{Name: name, Kind: kind, SNR: snr, Reverb: rev, Noise: "fan"}, frames(speech)}
	}
	half := strings.Repeat(".", 70) + strings.Repeat("v", 30)
	return []*recording{
		item("a", lab.Mix, 0, false, half), item("b", lab.Mix, 10, true, half),
		item("n", lab.Noise, math.NaN(), false, strings.Repeat(".", 100)),
		item("c", lab.Clean, math.NaN(), false, half),
	}
}

// TestScore: groups, decisions and what is left out, on made-up tracks.
func TestScore(t *testing.T) {
	recs := small()
	tracks := make([]*track, len(recs))
	for i, r := range recs {
		tracks[i] = &track{prob: numbers(r.speech), cpu: time.Millisecond, hops: 100}
	}
	tracks[0].prob[10] = 0.9 // false alarm within the first 0.6 s
	tracks[1].prob[70] = 0.2 // late by a frame
	tracks[2].prob[0] = 0.7
	s := &system{Info: lab.Info{Name: "x", Label: "X"}, Threshold: 0.5}
	got, err := score(s, recs, tracks, []float64{0, 10})
	if err != nil {
		t.Fatal(err)
	}
	near := func(name string, got optional, want float64) {
		t.Helper()
		if !got.ok || math.Abs(got.v-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	near("cost", got.CPU, 10)
	// 59 voiced frames at 1 beat all, the one at 0.2 all but the 0.9.
	near("all", got.Areas.All, (59*140+139)/(60.0*140))
	near("0 dB", got.Areas.SNR[0], 1)
	near("10 dB, reverberant", got.Areas.Reverberant, 1)
	near("after the start", got.Areas.AfterStart, 1)
	near("clean", got.Areas.Clean, 1)
	if len(got.Decisions) != 2 || got.Decisions[0].By != byThreshold || got.Decisions[1].By != byHold {
		t.Fatalf("decisions %+v", got.Decisions)
	}
	d := got.Decisions[0]
	near("false alarm after the start", d.FalseAfter, 0)
	near("noise only", d.NoiseAlarm, 0.6)
	if d.Miss != 1/60.0 || d.False != 1/140.0 || d.Onset != 5 || d.Onset90 != 10 {
		t.Errorf("%+v", d)
	}
	if held := got.Decisions[1]; held.False != 11/140.0 || held.Miss != d.Miss {
		t.Errorf("with hold %+v", held)
	}
	if _, err := score(s, recs, append(tracks[:3:3], &track{prob: []float32{float32(math.NaN())}}), nil); err == nil {
		t.Error("NaN passes")
	}
}

// TestMeasureLeavesOut: a system that fails once is out, with those made of it,
// and the others are complete.
func TestMeasureLeavesOut(t *testing.T) {
	set, err := lab.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set.Items = set.Items[:2]
	calls := 0
	energy := ourSystems()[2]
	bad := &system{Info: lab.Info{Name: "bad"}, run: func(x []float32) (*track, error) {
		if calls++; calls == 2 {
			return &track{prob: make([]float32, 3)}, nil
		}
		return &track{prob: make([]float32, len(x)/lab.Hop)}, nil
	}}
	half := func(p []float32) []float32 { return meanOfLast(p, 2) }
	var log bytes.Buffer
	m, err := measure(set, []*system{
		energy, {Info: lab.Info{Name: "smooth"}, Of: "energy", derive: half},
		bad, {Info: lab.Info{Name: "worse"}, Of: "bad", derive: half},
	}, &log)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.systems) != 2 || m.systems[0] != energy || m.systems[1].Name != "smooth" {
		t.Errorf("systems %v", m.systems)
	}
	if len(m.skipped) != 1 || m.skipped[0].Name != "bad" || !strings.Contains(m.skipped[0].Why, "3 probabilities") {
		t.Errorf("skipped %v", m.skipped)
	}
	for _, s := range m.systems {
		if len(m.tracks[s.Name]) != 2 {
			t.Errorf("%s: %d tracks", s.Name, len(m.tracks[s.Name]))
		}
	}
	if !strings.Contains(log.String(), "left out: bad") {
		t.Errorf("progress: %s", log.String())
	}
}

// fake is a peer that breaks off when told to.
type fake struct {
	dies   bool
	closed *int
}

func (f *fake) Info() lab.Info { return lab.Info{Name: "silero-x"} }
func (f *fake) Close() error   { *f.closed++; return nil }
func (f *fake) Process(x []float32) (lab.Result, error) {
	if f.dies {
		return lab.Result{}, &lab.Dead{Why: "gone"}
	}
	return lab.Result{Prob: make([]float32, len(x)/lab.Hop), CPU: time.Millisecond, Hops: len(x) / lab.Hop}, nil
}

// TestPeerStartsAgain: once for a recording, and the report knows.
func TestPeerStartsAgain(t *testing.T) {
	starts, closed := 0, 0
	dead := map[int]bool{1: true, 3: true, 4: true}
	s, err := peerSystem(func() (lab.System, error) {
		starts++
		return &fake{dead[starts], &closed}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Threshold != 0.5 || s.ThresholdBy != "its documentation" || s.Kind != kindPeer {
		t.Errorf("%+v", s)
	}
	x := make([]float32, 4800)
	tr, err := s.run(x)
	if err != nil || len(tr.prob) != 10 || starts != 2 || closed != 1 || len(s.Notes) != 1 {
		t.Errorf("%v, %d starts, %d closed, notes %v", err, starts, closed, s.Notes)
	}
	dead = map[int]bool{}
	if _, err := s.run(x); err != nil || starts != 2 {
		t.Errorf("%v, %d starts", err, starts)
	}
	s, err = peerSystem(func() (lab.System, error) { return &fake{true, &closed}, nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.run(x); err == nil {
		t.Error("a peer that dies twice on a recording passes")
	}
	if _, err := peerSystem(func() (lab.System, error) { return nil, &lab.Dead{Why: "not here"} }); err == nil {
		t.Error("a peer that does not start passes")
	}
}

func TestDerived(t *testing.T) {
	for of, want := range map[string]string{"rnnoise-0.1": "telegram", "webrtc-vad": "webrtc-vad-3"} {
		list := derived(of)
		if len(list) != 1 || list[0].Name != want || list[0].Of != of {
			t.Errorf("of %s: %v", of, list)
		}
	}
	if derived("rnnoise-0.2-main") != nil {
		t.Error("Telegram's rule is for RNNoise 0.1")
	}
	if got := derived("webrtc-vad")[0].derive([]float32{0, 0.75, 1}); got[1] != 0 || got[2] != 1 {
		t.Errorf("mode 3 of the votes: %v", got)
	}
}

func TestOptionalJSON(t *testing.T) {
	b, err := json.Marshal([]optional{some(0.5), {}, some(math.NaN())})
	if err != nil || string(b) != "[0.5,null,null]" {
		t.Errorf("%s, %v", b, err)
	}
}
