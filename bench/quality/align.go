package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/bench/metrics"
)

const (
	maxLag   = lab.Rate / 10 // samples, what a system may be late
	sureLag  = 0.15          // Alignment.Peak from which a lag of one file is believed
	lagSlack = lab.Rate / 1000
	lagFiles = 24 // that are searched; a constant delay needs no more
)

// align finds the delay of a system and takes it out of its sound: the median
// over up to lagFiles files of the lag of the output behind the input by
// cross-correlation. A system's delay is constant; a lag of one file alone would
// follow what is left of its noise.
func align(items []*lab.Item, r *systemRun, work string) error {
	lags := make([]*metrics.Alignment, len(items))
	stride := (len(items) + lagFiles - 1) / lagFiles
	err := each(len(items), func(i int) error {
		f := r.files[i]
		if f == nil || items[i].Kind == lab.Step || i%stride != 0 {
			return nil
		}
		in, err := lab.ReadMono(filepath.Join(work, "noisy", items[i].Name+".wav"))
		if err != nil {
			return err
		}
		out, err := lab.ReadMono(f.path)
		if err != nil {
			return err
		}
		a, err := metrics.FindLag(in, out, maxLag)
		if err == nil && a.Peak >= sureLag { // nothing to find in silence
			lags[i] = &a
		}
		return nil
	})
	if err != nil {
		return err
	}
	var sure []int
	inverted := 0
	for _, a := range lags {
		if a != nil {
			sure = append(sure, a.Lag)
			if a.Inverted {
				inverted++
			}
		}
	}
	all := metrics.Alignment{Inverted: 2*inverted > len(sure)}
	switch {
	case len(sure) > 0:
		slices.Sort(sure)
		all.Lag = sure[len(sure)/2]
	case r.declared >= 0:
		all.Lag = r.declared
		r.notes = append(r.notes, "delay not found in its sound, taken as declared")
	default:
		r.notes = append(r.notes, "delay not found in its sound, taken as none")
	}
	off := 0
	for _, lag := range sure {
		if math.Abs(float64(lag-all.Lag)) > lagSlack {
			off++
		}
	}
	if off > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d of %d files lie more than 1 ms off its delay", off, len(sure)))
	}
	if all.Inverted {
		r.notes = append(r.notes, "polarity inverted; put right before scoring")
	}
	r.delay = all.Lag
	if all.Lag == 0 && !all.Inverted {
		return nil
	}
	return each(len(items), func(i int) error {
		f := r.files[i]
		if f == nil {
			return nil
		}
		out, err := lab.ReadMono(f.path)
		if err != nil {
			return err
		}
		return lab.WriteMono(f.path, all.Apply(out, len(out)))
	})
}
