package main

import "time"

// bucket allows so many units a second on average and a burst of them at once
// (a token bucket). It belongs to one goroutine.
type bucket struct {
	rate, burst float64
	level       float64 // units that are left
	last        time.Time
}

func newBucket(rate, burst float64) bucket { return bucket{rate: rate, burst: burst, level: burst} }

// take takes n units, or none and returns false when there are too few.
func (b *bucket) take(n float64, now time.Time) bool {
	if !b.last.IsZero() {
		b.level = min(b.burst, b.level+b.rate*max(0, now.Sub(b.last).Seconds()))
	}
	b.last = now
	if b.level < n {
		return false
	}
	b.level -= n
	return true
}
