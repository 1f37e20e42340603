package main

import (
	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/denoise"
)

// ourRule is the default of denoise.VADConfig: voice begins at a probability of
// 0.7, goes on down to 0.55, and is held for 200 ms.
var ourRule = rule{start: 0.7, goOn: 0.55, hold: 20}

// neuralRule is the same with the neural engine.
var neuralRule = rule{start: 0.85, goOn: 0.7, hold: 20}

// denoiserTrack runs an engine with its defaults in chunks of 10 ms
// and asks for its statistics after each, as a program would that shows a
// speaking light. Frame i has what is known when its last sample is in: the
// figures of the analysis frame, 20 ms long, that ends there. The sound of frame
// i comes out 10 ms later, so the decision is ahead of the sound.
//
// With the neural engine the probability is that of the frame before: a hop of the
// 20 ms that its sound takes is spent on looking ahead.
func denoiserTrack(x []float32, engine denoise.Engine) (*track, error) {
	d, err := denoise.New(denoise.Config{SampleRate: lab.Rate, FrameSize: lab.Hop, Engine: engine})
	if err != nil {
		return nil, err
	}
	out := make([]float32, lab.Hop)
	stats := make([]denoise.Stats, len(x)/lab.Hop)
	cpu, err := lab.CPUTime(func() error {
		for i := range stats {
			d.Process(out, x[i*lab.Hop:(i+1)*lab.Hop])
			stats[i] = d.Stats()
		}
		return nil
	})
	t := &track{cpu: cpu, hops: len(stats)}
	for _, s := range stats {
		t.prob = append(t.prob, float32(s.SpeechProb))
		t.voice = append(t.voice, s.Voice)
	}
	return t, err
}

// detectorTrack runs a Detector in chunks of 10 ms. At 48 kHz its hop is the
// frame: decision i belongs to frame i and is known at its end.
func detectorTrack(x []float32, cfg denoise.VADConfig) (*track, error) {
	v, err := denoise.NewDetector(denoise.DetectorConfig{SampleRate: lab.Rate, VAD: cfg})
	if err != nil {
		return nil, err
	}
	n := len(x) / lab.Hop
	decisions := make([]denoise.Decision, 0, n)
	cpu, err := lab.CPUTime(func() error {
		for i := range n {
			decisions = v.Process(decisions, x[i*lab.Hop:(i+1)*lab.Hop])
		}
		return nil
	})
	t := &track{cpu: cpu, hops: n}
	for _, d := range decisions {
		t.prob = append(t.prob, float32(d.SpeechProb))
		t.voice = append(t.voice, d.Voice)
	}
	return t, err
}
