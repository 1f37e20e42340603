package main

import (
	"errors"
	"fmt"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/simd"
)

// kernelWays lists the ways to run our code in this build on this machine: with
// the vector kernels, where there are any, and in plain Go.
func kernelWays() []bool {
	if simd.Available() {
		return []bool{true, false}
	}
	return []bool{false}
}

// ourTasks are the engine with its defaults at one rate, in chunks of 10 ms.
func ourTasks(s *signal) ([]*task, error) {
	var tasks []*task
	for _, kernels := range kernelWays() {
		for _, make := range []func(*signal) (*task, error){denoiserTask, int16Task, detectorTask, neuralTask} {
			t, err := make(s)
			if err != nil {
				return nil, err
			}
			t.ours, t.inGo, t.turn = true, true, s.hops
			way := "kernels"
			if !kernels {
				t.plain = true
				way = "plain"
			}
			t.name = fmt.Sprintf("%s-%s/%d", t.name, way, s.rate)
			if way == "plain" {
				way = "plain Go"
			}
			t.label += ", " + way
			tasks = append(tasks, t)
		}
	}
	return tasks, nil
}

func newDenoiser(s *signal) (*denoise.Denoiser, error) {
	return denoise.New(denoise.Config{SampleRate: s.rate, FrameSize: s.hop})
}

func newNeural(s *signal) (*denoise.Denoiser, error) {
	return denoise.New(denoise.Config{SampleRate: s.rate, FrameSize: s.hop, Engine: denoise.Neural})
}

func denoiserTask(s *signal) (*task, error) {
	return floatTask(s, "quietline", "Quietline", newDenoiser)
}

func neuralTask(s *signal) (*task, error) {
	return floatTask(s, "quietline-neural", "Quietline, neural engine", newNeural)
}

// floatTask is an engine with samples in float32.
func floatTask(s *signal, name, label string, newDenoiser func(*signal) (*denoise.Denoiser, error)) (*task, error) {
	d, err := newDenoiser(s)
	if err != nil {
		return nil, err
	}
	out, next := make([]float32, s.hop), 0
	return &task{
		name: name, label: label,
		run: func(n int) error {
			for range n {
				d.Process(out, at(s, s.x, next))
				next++
			}
			return nil
		},
		check: func() (checked, error) {
			d, err := newDenoiser(s)
			if err != nil {
				return checked{}, err
			}
			i := 0
			return checkDenoiser(s, func() ([]float32, error) {
				d.Process(out, at(s, s.x, i))
				i++
				return out, nil
			})
		},
	}, nil
}

// int16Task is the engine with samples of 16 bit on both sides, which SpeexDSP
// takes.
func int16Task(s *signal) (*task, error) {
	d, err := newDenoiser(s)
	if err != nil {
		return nil, err
	}
	out, next := make([]int16, s.hop), 0
	return &task{
		name: "quietline-int16", label: "Quietline, 16-bit samples",
		run: func(n int) error {
			for range n {
				d.ProcessInt16(out, at(s, s.x16, next))
				next++
			}
			return nil
		},
	}, nil
}

func detectorTask(s *signal) (*task, error) {
	v, err := denoise.NewDetector(denoise.DetectorConfig{SampleRate: s.rate})
	if err != nil {
		return nil, err
	}
	out, next := make([]denoise.Decision, 0, 4), 0
	return &task{
		name: "quietline-detector", label: "Quietline, voice activity alone",
		run: func(n int) error {
			for range n {
				out = v.Process(out[:0], at(s, s.x, next))
				next++
			}
			return nil
		},
		check: func() (checked, error) {
			v, err := denoise.NewDetector(denoise.DetectorConfig{SampleRate: s.rate})
			if err != nil {
				return checked{}, err
			}
			voice := map[bool]int{}
			for _, d := range v.Process(nil, s.x) {
				voice[d.Voice]++
			}
			if voice[true] < s.hops/10 || voice[false] < s.hops/10 {
				return checked{}, errors.New("the detector finds no mixture of voice and pauses")
			}
			return checked{}, nil
		},
	}, nil
}
