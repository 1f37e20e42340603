package denoise

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
)

// BenchmarkPool runs the streams of one pool in turn, as a server's worker
// does: the state of each has left the cache when its turn comes. ns/op is one
// hop of 10 ms of one stream, streams/core how many live ones that makes, p50 to
// p99.9 the time of single hops, B/stream what one holds in memory. Beside it
// the same with Denoisers of New.
func BenchmarkPool(b *testing.B) {
	for _, rate := range []int{16000, 48000} {
		for _, n := range []int{1, 16, 256, 4096, 16384} {
			b.Run(fmt.Sprintf("pool/%dkHz/%d", rate/1000, n), func(b *testing.B) { benchmarkPool(b, rate, n, true) })
		}
	}
	for _, n := range []int{1, 16, 256, 4096} {
		b.Run(fmt.Sprintf("new/48kHz/%d", n), func(b *testing.B) { benchmarkPool(b, 48000, n, false) })
	}
}

func benchmarkPool(b *testing.B, rate, n int, pool bool) {
	cfg := Config{SampleRate: rate, FrameSize: rate / 100}
	p := mustPool(b, cfg)
	ds := make([]*Denoiser, n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range ds {
		if pool {
			ds[i] = mustPoolNew(b, p)
		} else {
			ds[i] = mustNew(b, cfg)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	hop := rate / 100
	const hops = 50
	x := talk(rate, 1, hops*hop)
	y := make([]float32, hop)
	next := 0
	step := func() {
		i, round := next%n, next/n
		next++
		at := (7*i + round) % hops * hop // every stream at a place of its own
		ds[i].Process(y, x[at:at+hop])
	}
	for range 3 * n { // beyond the start of the estimators
		step()
	}
	for b.Loop() {
		step()
	}
	perHop := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(1e7/perHop, "streams/core")
	if pool {
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "B/stream")
	}

	times := make([]time.Duration, min(max(n, 4000), 20000))
	for i := range times {
		start := time.Now()
		step()
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	for _, q := range []struct {
		name string
		at   float64
	}{{"p50-ns", 0.5}, {"p99-ns", 0.99}, {"p99.9-ns", 0.999}} {
		b.ReportMetric(float64(times[int(q.at*float64(len(times)-1))].Nanoseconds()), q.name)
	}
	runtime.KeepAlive(ds)
}
