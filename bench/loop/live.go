package main

import (
	"runtime"
	"time"

	"github.com/quietline/quietline/bench/lab"
)

// liveResult is one worker with many live streams: every 10 ms a hop of each.
type liveResult struct {
	Rate    int `json:"rate"`
	Streams int `json:"streams"`
	Ticks   int `json:"ticks"`
	// Late counts ticks whose last stream was done after the next tick was
	// due, so after 10 ms.
	Late int      `json:"late"`
	Hop  hopTimes `json:"hop"`  // µs from one stream's end to the next one's
	Tick hopTimes `json:"tick"` // µs from when the tick was due until all streams are done
	CPU  summary  `json:"cpu"`  // µs of CPU time per tick
}

// live runs streams at the pace of real time, with kernels where there are any:
// it sleeps until a tick is due, does a hop of every stream, and starts over. A
// tick that begins late, because the one before it took too long or the machine
// was busy, counts from when it was due. Where there are more streams than the
// core carries, it ends when twice the time of the ticks is over.
func live(s *signal, streams, ticks int) (*liveResult, error) {
	const period = 10 * time.Millisecond
	c, _, err := newCrowd(s, streams)
	if err != nil {
		return nil, err
	}
	c.steps(3 * streams)
	runtime.GC()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r := &liveResult{Rate: s.rate, Streams: streams, Ticks: ticks}
	all := make([]time.Duration, ticks*streams)
	done := make([]time.Duration, ticks)
	cpu := make([]float64, ticks)
	start := time.Now().Add(period)
	for i := range ticks {
		if time.Since(start) > 2*time.Duration(ticks)*period {
			all, done, cpu, r.Ticks = all[:i*streams], done[:i], cpu[:i], i
			break
		}
		due := start.Add(time.Duration(i) * period)
		time.Sleep(time.Until(due))
		d, err := lab.CPUTime(func() error { c.times(all[i*streams : (i+1)*streams]); return nil })
		if err != nil {
			return nil, err
		}
		cpu[i] = float64(d.Nanoseconds()) / 1e3
		done[i] = time.Since(due)
		if done[i] > period {
			r.Late++
		}
	}
	r.CPU = summarize(cpu)
	r.Tick = hopTimesOf(done)
	r.Hop = hopTimesOf(all)
	return r, nil
}
