package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/simd"
)

// scaleResult is the cost of one stream among many, at one rate, in one way.
type scaleResult struct {
	Rate    int          `json:"rate"`
	Way     string       `json:"way"` // kernels or plain
	Points  []scalePoint `json:"points"`
	Carried int          `json:"carried"` // live streams that fill one core
}

// scalePoint is one number of streams.
type scalePoint struct {
	Streams    int      `json:"streams"`
	US         summary  `json:"us"`           // CPU time of one hop of one stream
	Hop        hopTimes `json:"hop"`          // single hops by the clock on the wall
	HeapBytes  float64  `json:"heap_bytes"`   // per stream, what the heap grew by
	StateBytes int      `json:"state_bytes"`  // what the stream says
	PerHop     float64  `json:"allocs_a_hop"` // 0
	us         []float64
}

// hopTimes are quantiles of wall-clock times in µs.
type hopTimes struct {
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
	N    int     `json:"n"`
}

func hopTimesOf(d []time.Duration) hopTimes {
	us := make([]float64, len(d))
	for i, v := range d {
		us[i] = float64(v.Nanoseconds()) / 1e3
	}
	slices.Sort(us)
	return hopTimes{quantile(us, 0.5), quantile(us, 0.99), quantile(us, 0.999), quantile(us, 1), len(us)}
}

// crowd is the streams of one pool, which take turns, hop by hop, as with a
// server's worker: the state of each has left the cache when its turn comes
// again. Each is at a place of its own in the recording.
type crowd struct {
	s    *signal
	p    *denoise.Pool
	ds   []*denoise.Denoiser
	out  []float32
	next int // hops done
}

func newCrowd(s *signal, n int) (c *crowd, heapBytes float64, err error) {
	p, err := denoise.NewPool(denoise.Config{SampleRate: s.rate, FrameSize: s.hop})
	if err != nil {
		return nil, 0, err
	}
	c = &crowd{s: s, p: p, ds: make([]*denoise.Denoiser, n), out: make([]float32, s.hop)}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range c.ds {
		if c.ds[i], err = p.New(); err != nil {
			return nil, 0, err
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	return c, float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)) / float64(n), nil
}

// step is the next stream's hop.
func (c *crowd) step() {
	i, round := c.next%len(c.ds), c.next/len(c.ds)
	c.p.Ahead(c.ds[(i+1)%len(c.ds)])
	c.ds[i].Process(c.out, at(c.s, c.s.x, 7*i+round))
	c.next++
}

// steps is n hops, each of the next stream.
func (c *crowd) steps(n int) {
	for range n {
		c.step()
	}
}

// times fills d with the wall-clock times of single hops.
func (c *crowd) times(d []time.Duration) {
	last := time.Now()
	for i := range d {
		c.step()
		now := time.Now()
		d[i], last = now.Sub(last), now
	}
}

// scaling measures pools of the given sizes, which ascend, in turns: every round
// has a turn of every size in every way, of turn hops or one per stream.
func scaling(s *signal, sizes []int, rounds, turn int, progress io.Writer) ([]*scaleResult, error) {
	var crowds []*crowd
	ways := kernelWays()
	results := make([]*scaleResult, len(ways))
	for w, kernels := range ways {
		results[w] = &scaleResult{Rate: s.rate, Way: wayName(kernels)}
	}
	for _, n := range sizes {
		c, heap, err := newCrowd(s, n)
		if err != nil {
			return nil, err
		}
		crowds = append(crowds, c)
		for _, r := range results {
			r.Points = append(r.Points, scalePoint{Streams: n, HeapBytes: heap, StateBytes: c.ds[0].StateBytes()})
		}
		c.steps(3 * n) // beyond the start of the estimators
	}
	defer simd.SetEnabled(simd.SetEnabled(true))
	start := time.Now()
	for round := -1; round < rounds; round++ {
		for i, c := range crowds {
			// Whole sweeps, so that every stream has the same share.
			hops := (turn + len(c.ds) - 1) / len(c.ds) * len(c.ds)
			for w, kernels := range ways {
				simd.SetEnabled(kernels)
				d, err := lab.CPUTime(func() error { c.steps(hops); return nil })
				if err != nil {
					return nil, err
				}
				if round >= 0 {
					p := &results[w].Points[i]
					p.us = append(p.us, float64(d.Nanoseconds())/1e3/float64(hops))
				}
			}
		}
		if round == 0 {
			fmt.Fprintf(progress, "  %d sizes, %d rounds, %.0f s\n", len(sizes), rounds, time.Since(start).Seconds()/2*float64(rounds-1))
		}
	}
	times := make([]time.Duration, 5*turn)
	for i, c := range crowds {
		for w, kernels := range ways {
			simd.SetEnabled(kernels)
			c.steps(len(c.ds))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			c.times(times)
			runtime.ReadMemStats(&after)
			p := &results[w].Points[i]
			p.Hop = hopTimesOf(times)
			p.PerHop = float64(after.Mallocs-before.Mallocs) / float64(len(times))
		}
	}
	for _, r := range results {
		costs := make([]float64, len(r.Points))
		for i := range r.Points {
			p := &r.Points[i]
			p.US = summarize(p.us)
			costs[i] = p.US.Median
		}
		r.Carried = carried(sizes, costs, 10_000)
	}
	return results, nil
}

func wayName(kernels bool) string {
	if kernels {
		return "kernels"
	}
	return "plain"
}
