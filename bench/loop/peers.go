package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// kind is how a peer's library is called.
type kind int

const (
	speex   kind = iota // int16 in place
	webrtc              // float ±1
	rnnoise             // float ±32768
)

// peer is another system as a shared library with a C interface; bench/peers
// installs and describes them.
type peer struct {
	name, label, lib string
	kind             kind
	rates            []int
	debian           bool // there is also Debian's build of it
}

var peers = []peer{
	{"speexdsp", "SpeexDSP 1.2.1", "speexdsp", speex, []int{8000, 16000, 32000, 48000}, true},
	{"webrtc-ns", "WebRTC NS", "webrtcns", webrtc, []int{16000, 32000, 48000}, false},
	{"rnnoise-0.1", "RNNoise 0.1", "rnnoise01", rnnoise, []int{48000}, false},
	{"rnnoise-0.2-small", "RNNoise 0.2, small model", "rnnoise02small", rnnoise, []int{48000}, false},
	{"rnnoise-0.2-main", "RNNoise 0.2, main model", "rnnoise02main", rnnoise, []int{48000}, false},
}

// buildLabels are the builds of bench/peers and what they are called in tables.
// avx2 is for machines and tools that do not know what native uses; it takes
// part where somebody has built it.
var buildLabels = []struct{ name, label string }{
	{"native", "-O3 -march=native"},
	{"avx2", "-O3 -march=x86-64-v3"},
	{"o2", "-O2"},
	{"debian", "Debian's build"},
}

// peerTasks are the peers that can run at the rate of the signal, in the builds
// that are asked for and with the names that are wanted; missing says why others
// cannot. Libraries of other names are not even loaded: under valgrind one with
// instructions that it does not know would end the process.
func peerTasks(folder string, s *signal, builds []string, want func(name string) bool) (tasks []*task, missing []string) {
	if !nativeCalls {
		return nil, []string{"C libraries: this build has no cgo (or is not for Linux)"}
	}
	for _, p := range peers {
		if !slices.Contains(p.rates, s.rate) {
			continue
		}
		for _, b := range buildLabels {
			if !slices.Contains(builds, b.name) || b.name == "debian" && !p.debian {
				continue
			}
			name := fmt.Sprintf("%s-%s/%d", p.name, b.name, s.rate)
			if !want(name) {
				continue
			}
			path := filepath.Join(folder, "lib"+p.lib+"-"+b.name+".so")
			if _, err := os.Stat(path); err != nil {
				if b.name != "avx2" { // which bench/peers need not make
					missing = append(missing, fmt.Sprintf("%s, %s: %s is not there (make peers)", p.label, b.label, filepath.Base(path)))
				}
				continue
			}
			t, err := p.task(path, s)
			if err != nil {
				missing = append(missing, fmt.Sprintf("%s, %s: %v", p.label, b.label, err))
				continue
			}
			t.name = name
			t.label = fmt.Sprintf("%s, %s", p.label, b.label)
			tasks = append(tasks, t)
		}
	}
	return tasks, missing
}

// task opens the library and makes an instance for the timed rounds; the check
// makes another.
func (p *peer) task(path string, s *signal) (*task, error) {
	n, err := openNative(p.kind, path, s)
	if err != nil {
		return nil, err
	}
	return &task{
		turn: s.hops,
		run:  func(hops int) error { n.run(hops); return nil },
		check: func() (checked, error) {
			n, err := openNative(p.kind, path, s)
			if err != nil {
				return checked{}, err
			}
			defer n.close()
			return checkDenoiser(s, func() ([]float32, error) { n.run(1); return n.output(), nil })
		},
	}, nil
}
