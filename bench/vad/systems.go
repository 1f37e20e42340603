package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/denoise"
)

// track is what a system says about a recording, one value per frame of 10 ms.
type track struct {
	prob  []float32     // probability of speech, 0 to 1
	voice []bool        // the system's own decision, nil if it has none
	cpu   time.Duration // of the processing
	hops  int           // 10 ms each, that cpu was for; 0: not measured
}

// Kinds of systems.
const (
	kindOurs     = "ours"
	kindPeer     = "peer"
	kindBaseline = "baseline"
)

// system is one row of the report.
type system struct {
	lab.Info
	Kind        string  `json:"kind"`
	Threshold   float32 `json:"threshold"`    // over which the probability counts as voice
	ThresholdBy string  `json:"threshold_by"` // whose number that is
	Of          string  `json:"of,omitempty"` // the system whose probability this one is made of

	run    func(x []float32) (*track, error) // nil if Of is set
	derive func(prob []float32) []float32    // with Of
	close  func()                            // may be nil
	Notes  []string                          `json:"notes,omitempty"` // of the run, for the report
}

// holdFrames is the hold in the comparison of decisions: 100 ms after the last
// frame over the threshold.
const holdFrames = 10

// ourSystems returns this library's ways to voice activity and the baseline.
func ourSystems() []*system {
	const by = "default of VADConfig"
	return []*system{
		{
			Info: lab.Info{Name: "quietline", Label: "Quietline Denoiser", Ours: true},
			Kind: kindOurs, Threshold: ourRule.start, ThresholdBy: by,
			run: func(x []float32) (*track, error) { return denoiserTrack(x, denoise.Classical) },
		},
		{
			Info: lab.Info{Name: "detector", Label: "Quietline Detector", Ours: true},
			Kind: kindOurs, Threshold: ourRule.start, ThresholdBy: by,
			run: func(x []float32) (*track, error) { return detectorTrack(x, denoise.VADConfig{}) },
		},
		{
			Info: lab.Info{Name: "energy", Label: "energy over 2 s minimum", From: "this folder"},
			Kind: kindBaseline, Threshold: 0.2, ThresholdBy: "6 dB, a round number",
			run: func(x []float32) (*track, error) { return &track{prob: energyTrack(x)}, nil },
		},
		{
			Info: lab.Info{Name: "quietline-neural", Label: "Quietline neural", Ours: true},
			Kind: kindOurs, Threshold: neuralRule.start, ThresholdBy: by,
			run: func(x []float32) (*track, error) { return denoiserTrack(x, denoise.Neural) },
		},
	}
}

// peerThresholds has the thresholds that the peers themselves use or advise, by
// the beginning of their names; the others get one half.
var peerThresholds = []struct {
	name string
	at   float32
	by   string
}{
	{"silero", 0.5, "its documentation"},
	{"ten", 0.5, "its documentation"},
	{"webrtc-vad", 0.25, "mode 0, its default, hears speech"},
	{"speex", 0.35, "its PROB_START"},
	{"rnnoise", 0.5, "one half; it names none"},
}

func peerThreshold(name string) (float32, string) {
	for _, p := range peerThresholds {
		if strings.HasPrefix(name, p.name) {
			return p.at, p.by
		}
	}
	return 0.5, "one half"
}

// skipped is a system that could not be had, or broke off.
type skipped struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// startPeers starts the drivers of the peers that tell voice activity, all or
// those named, and adds the rules that others make of their probabilities.
func startPeers(only []string, progress io.Writer) (list []*system, out []skipped, err error) {
	root, err := lab.Root()
	if err != nil {
		return nil, nil, err
	}
	peers, err := lab.Peers(root, "vad")
	if err != nil {
		return nil, nil, err
	}
	if len(peers) == 0 {
		fmt.Fprintln(progress, "no peers: bench/peers/peers.json lists none for voice activity")
	}
	for _, name := range only {
		if !slices.ContainsFunc(peers, func(p lab.Peer) bool { return p.Name == name }) {
			return nil, nil, fmt.Errorf("-peers: no %q for voice activity in bench/peers/peers.json", name)
		}
	}
	for _, p := range peers {
		if only != nil && !slices.Contains(only, p.Name) {
			continue
		}
		start := func() (lab.System, error) { return lab.StartDriver(p, root, true) }
		s, err := peerSystem(start)
		if err != nil {
			fmt.Fprintf(progress, "skipped: %s: %v\n", p.Name, err)
			out = append(out, skipped{p.Name, err.Error()})
			continue
		}
		list = append(list, s)
		list = append(list, derived(s.Name)...)
	}
	return list, out, nil
}

// peerSystem starts a driver. One that breaks off is started again, once for a
// recording, which the report says: every recording begins with a new state, so
// the figures are the same.
func peerSystem(start func() (lab.System, error)) (*system, error) {
	d, err := start()
	if err != nil {
		return nil, err
	}
	s := &system{Info: d.Info(), Kind: kindPeer, close: func() { d.Close() }}
	s.Threshold, s.ThresholdBy = peerThreshold(s.Name)
	s.run = func(x []float32) (*track, error) {
		r, err := d.Process(x)
		var dead *lab.Dead
		if errors.As(err, &dead) {
			s.Notes = append(s.Notes, "started again: "+dead.Error())
			d.Close()
			again, startErr := start()
			if startErr != nil {
				return nil, err
			}
			d = again
			r, err = d.Process(x)
		}
		if err != nil {
			return nil, err
		}
		return &track{prob: r.Prob, cpu: r.CPU, hops: r.Hops}, nil
	}
	return s, nil
}

// derived returns what others make of a peer's probabilities: of RNNoise 0.1 the
// rule of Telegram's client; of WebRTC VAD, whose four modes vote, the strictest
// mode alone.
func derived(of string) []*system {
	switch of {
	case "rnnoise-0.1":
		return []*system{{
			Info: lab.Info{Name: "telegram", Label: "Telegram's rule", From: "rules.go on RNNoise 0.1"},
			Kind: kindPeer, Threshold: telegramThreshold, ThresholdBy: "its rule", Of: of,
			derive: func(p []float32) []float32 { return meanOfLast(p, telegramFrames) },
		}}
	case "webrtc-vad":
		return []*system{{
			Info: lab.Info{Name: "webrtc-vad-3", Label: "WebRTC VAD, mode 3", From: "its vote alone"},
			Kind: kindPeer, Threshold: 0.5, ThresholdBy: "it says yes or no", Of: of,
			derive: func(p []float32) []float32 { return numbers(threshold(1, 0).decide(p)) },
		}}
	}
	return nil
}
