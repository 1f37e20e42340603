package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/quietline/quietline/bench/lab"
)

// systemRun is what a system did to every item.
type systemRun struct {
	info     lab.Info
	declared int // samples of delay by its own word, −1 where it has none
	dead     string
	files    []*fileRun // in the order of the items; nil: failed
	failed   []string   // items, and why
	delay    int        // samples: measured, or of ours stated; taken out before scoring
	notes    []string
}

// fileRun is what it did to one.
type fileRun struct {
	item   *lab.Item
	cpu    time.Duration
	hops   int
	path   string             // of the sound, aligned once scoreAll has been there
	scores map[string]float64 // by metric; what is not there was not measured
	onsets []float64          // dB lost at the start of each word
}

// microseconds returns the cost of a hop of 10 ms.
func (f *fileRun) microseconds() float64 {
	return float64(f.cpu.Nanoseconds()) / 1000 / float64(max(f.hops, 1))
}

// runAll gives every item to every system, one system after the other and one
// item after the other, so that whatever else the machine is doing hits all
// alike, and nothing of ours runs beside them. A system that dies is left out
// from there on.
func runAll(items []*lab.Item, systems []lab.System, work string, progress io.Writer) []*systemRun {
	runs := make([]*systemRun, len(systems))
	for i, s := range systems {
		runs[i] = &systemRun{info: s.Info(), declared: -1, files: make([]*fileRun, len(items))}
	}
	for i, it := range items {
		fmt.Fprintf(progress, "run %d/%d %s\n", i+1, len(items), it.Name)
		noisy, ref, err := it.Load()
		if err == nil {
			err = lab.WriteMono(filepath.Join(work, "ref", it.Name+".wav"), ref)
		}
		if err != nil {
			for _, r := range runs {
				r.failed = append(r.failed, fmt.Sprintf("%s: %v", it.Name, err))
			}
			continue
		}
		for j, s := range systems {
			r := runs[j]
			if r.dead != "" {
				continue
			}
			f := &fileRun{item: it, scores: map[string]float64{}, path: filepath.Join(work, r.info.Name, it.Name+".wav")}
			res, err := s.Process(slices.Clone(noisy))
			if err == nil {
				err = lab.WriteMono(f.path, res.Out)
			}
			var dead *lab.Dead
			switch {
			case errors.As(err, &dead):
				r.dead = fmt.Sprintf("died at %s: %s", it.Name, dead.Why)
				fmt.Fprintf(progress, "left out from here: %s: %s\n", r.info.Name, dead.Why)
			case err != nil:
				r.failed = append(r.failed, fmt.Sprintf("%s: %v", it.Name, err))
				fmt.Fprintf(progress, "%s: %v\n", it.Name, err)
			default:
				f.cpu, f.hops, r.declared, r.delay = res.CPU, res.Hops, res.Delay, res.Taken
				r.files[i] = f
			}
		}
	}
	return runs
}
