package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/quietline/quietline/bench/metrics"
)

// targets are the bit rates asked of the encoder, in b/s.
var targets = []int{12000, 16000, 24000, 32000}

// result is what came of one recording, one sender and one bit rate.
type result struct {
	Recording string  `json:"recording"`
	Rate      int     `json:"sample_rate"`
	Seconds   float64 `json:"seconds"`
	Activity  float64 `json:"activity"` // share of time with speech, ITU-T P.56
	Sound     string  `json:"sound"`    // what is encoded
	DTXBy     string  `json:"dtx_by"`   // who decides what need not be sent; "": not coded
	Target    int     `json:"target"`   // b/s; 0: not coded
	traffic
	ESTOI float64 `json:"estoi"`
}

// measure sends one recording by every sender at every bit rate.
func measure(r *recording, targets []int) ([]result, error) {
	_, activity, err := metrics.ActiveLevel(r.clean, r.rate)
	if err != nil {
		return nil, err
	}
	base := result{Recording: r.name, Rate: r.rate, Seconds: r.seconds(), Activity: activity}
	var list []result
	seen := map[string]bool{}
	for _, s := range senders {
		base.Sound, base.DTXBy = s.Sound, s.dtx()
		if !seen[s.Sound] {
			seen[s.Sound] = true
			res := base
			res.DTXBy = ""
			out, err := s.uncoded(r)
			if err != nil {
				return nil, err
			}
			if res.ESTOI, err = metrics.ESTOI(r.clean, out, r.rate); err != nil {
				return nil, err
			}
			list = append(list, res)
		}
		for _, target := range targets {
			res := base
			res.Target = target
			var out []float32
			if out, res.traffic, err = s.send(r, target); err != nil {
				return nil, err
			}
			if res.ESTOI, err = metrics.ESTOI(r.clean, out, r.rate); err != nil {
				return nil, err
			}
			list = append(list, res)
		}
	}
	return list, nil
}

// measureAll measures every pair, some at once, and returns the results in the
// order of the pairs and how many pairs hold no speech or no noise.
func measureAll(pairs []pair, targets []int, progress io.Writer) (results []result, leftOut int, err error) {
	lists := make([][]result, len(pairs))
	errs := make([]error, len(pairs))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(len(pairs), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				r, err := pairs[i].load()
				if err == nil {
					lists[i], err = measure(r, targets)
				}
				errs[i] = err
			}
		})
	}
	for i, p := range pairs {
		fmt.Fprintf(progress, "%d/%d %s\n", i+1, len(pairs), p.name)
		next <- i
	}
	close(next)
	wg.Wait()
	for i, err := range errs {
		switch {
		case errors.Is(err, errNoSpeech), errors.Is(err, errNoNoise):
			leftOut++
		case err != nil:
			return nil, 0, fmt.Errorf("%s: %w", pairs[i].name, err)
		}
		results = append(results, lists[i]...)
	}
	if len(results) == 0 {
		return nil, 0, errors.New("no recording holds both speech and noise")
	}
	return results, leftOut, nil
}
