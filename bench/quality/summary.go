package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/quietline/quietline/bench/lab"
)

// stat is a mean over files.
type stat struct {
	Mean float64 `json:"mean"`
	N    int     `json:"n"`
}

// diff is a mean of differences between pairs of files, with the interval in
// which 95 % of means of files drawn again with replacement lie (Efron 1979,
// percentile bootstrap).
type diff struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	N    int     `json:"n"`
}

// groups returns the choices of items that means are taken over: those that the
// items know of.
func groups(items []*lab.Item) []group {
	list := []group{{"all", func(it *lab.Item) bool { return it.Kind == lab.Mix }}}
	var snrs []float64
	var noises []string
	for _, it := range items {
		if it.Kind != lab.Mix {
			continue
		}
		if !math.IsNaN(it.SNR) && !slices.Contains(snrs, it.SNR) {
			snrs = append(snrs, it.SNR)
		}
		if it.Noise != "" && !slices.Contains(noises, it.Noise) {
			noises = append(noises, it.Noise)
		}
	}
	slices.Sort(snrs)
	slices.Sort(noises)
	for _, snr := range snrs {
		list = append(list, group{fmt.Sprintf("%g dB", snr), func(it *lab.Item) bool { return it.Kind == lab.Mix && it.SNR == snr }})
	}
	if slices.ContainsFunc(items, func(it *lab.Item) bool { return it.Reverb }) {
		list = append(list,
			group{"dry", func(it *lab.Item) bool { return it.Kind == lab.Mix && !it.Reverb }},
			group{"reverberant", func(it *lab.Item) bool { return it.Kind == lab.Mix && it.Reverb }})
	}
	for _, n := range noises {
		list = append(list, group{"noise: " + n, func(it *lab.Item) bool { return it.Kind == lab.Mix && it.Noise == n }})
	}
	for _, k := range []lab.Kind{lab.Noise, lab.Clean, lab.Step} {
		if slices.ContainsFunc(items, func(it *lab.Item) bool { return it.Kind == k }) {
			list = append(list, group{string(k) + " only", func(it *lab.Item) bool { return it.Kind == k }})
		}
	}
	return list
}

// summarize takes the means of a system's files over a group. Onsets are pooled
// over words, not over files.
func summarize(files []*fileRun, g group) map[string]stat {
	sums := map[string]stat{}
	var losses []float64
	for _, f := range files {
		if f == nil || !g.has(f.item) {
			continue
		}
		losses = append(losses, f.onsets...)
		for k, v := range f.scores {
			s := sums[k]
			sums[k] = stat{s.Mean + v, s.N + 1}
		}
	}
	for k, s := range sums {
		sums[k] = stat{s.Mean / float64(s.N), s.N}
	}
	if len(losses) > 0 {
		var sum, clipped float64
		for _, l := range losses {
			sum += l
			if l > clippedDB {
				clipped++
			}
		}
		n := float64(len(losses))
		sums["onset_loss"] = stat{sum / n, len(losses)}
		sums["onset_clipped"] = stat{100 * clipped / n, len(losses)}
	}
	return sums
}

// clippedDB is the loss from which metrics.Onsets counts a word as clipped.
const clippedDB = 6

// paired compares two systems' files over a group, by metric.
func paired(a, b []*fileRun, g group) map[string]diff {
	values := map[string][]float64{}
	for i, f := range a {
		if f == nil || b[i] == nil || !g.has(f.item) {
			continue
		}
		for k, v := range f.scores {
			if w, ok := b[i].scores[k]; ok {
				values[k] = append(values[k], v-w)
			}
		}
	}
	out := map[string]diff{}
	for k, v := range values {
		out[k] = bootstrap(v)
	}
	return out
}

// draws is how often the bootstrap draws.
const draws = 2000

// bootstrap returns mean and interval; the same values give the same interval.
func bootstrap(v []float64) diff {
	d := diff{N: len(v)}
	for _, x := range v {
		d.Mean += x / float64(len(v))
	}
	r := rand.New(rand.NewPCG(1, uint64(len(v))))
	means := make([]float64, draws)
	for i := range means {
		var sum float64
		for range v {
			sum += v[r.IntN(len(v))]
		}
		means[i] = sum / float64(len(v))
	}
	slices.Sort(means)
	d.Low, d.High = means[draws*25/1000], means[draws*975/1000-1]
	return d
}
