package main

import (
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/bench/metrics"
)

// measured is what came of a set.
type measured struct {
	recs    []*recording
	seconds float64
	systems []*system // those that went through all recordings
	tracks  map[string][]*track
	skipped []skipped
}

// measure runs every system on every recording, one system after the other on
// each, so that what else the machine does meets all alike. A system that fails
// once is left out: figures of different recordings cannot be compared.
func measure(set *lab.Set, systems []*system, progress io.Writer) (*measured, error) {
	m := &measured{tracks: map[string][]*track{}, systems: slices.Clone(systems)}
	for n, item := range set.Items {
		fmt.Fprintf(progress, "%d/%d %s\n", n+1, len(set.Items), item.Name)
		noisy, ref, err := item.Load()
		if err != nil {
			return nil, err
		}
		speech, err := metrics.Activity(ref, lab.Rate)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", item.Name, err)
		}
		m.recs = append(m.recs, &recording{item, speech})
		m.seconds += float64(len(noisy)) / lab.Rate
		for _, s := range slices.Clone(m.systems) {
			if s.Of != "" {
				continue
			}
			t, err := s.run(noisy)
			if err == nil {
				err = t.check(len(speech))
			}
			if err != nil {
				fmt.Fprintf(progress, "left out: %s: %v\n", s.Name, err)
				m.leaveOut(s.Name, fmt.Sprintf("%s: %v", item.Name, err))
				continue
			}
			m.tracks[s.Name] = append(m.tracks[s.Name], t)
		}
	}
	for _, s := range m.systems {
		if s.Of == "" {
			continue
		}
		for _, t := range m.tracks[s.Of] {
			m.tracks[s.Name] = append(m.tracks[s.Name], &track{prob: s.derive(t.prob)})
		}
	}
	return m, nil
}

// leaveOut takes a system out, and those that are made of it.
func (m *measured) leaveOut(name, why string) {
	m.skipped = append(m.skipped, skipped{name, why})
	m.systems = slices.DeleteFunc(m.systems, func(s *system) bool { return s.Name == name || s.Of == name })
}

// check refuses a track that has not one number for each frame, give or take
// two.
func (t *track) check(frames int) error {
	if d := len(t.prob) - frames; d < -2 || d > 2 {
		return fmt.Errorf("%d probabilities for %d frames of 10 ms", len(t.prob), frames)
	}
	for i, p := range t.prob {
		if math.IsNaN(float64(p)) {
			return fmt.Errorf("probability %d is NaN", i)
		}
	}
	return nil
}
