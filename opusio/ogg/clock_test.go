package ogg

import (
	"math"
	"testing"
)

// TestClockExtremes: whatever the granule positions, nothing overflows and no
// packet gets trims that do not fit. TestTiming has the cases with a meaning.
func TestClockExtremes(t *testing.T) {
	values := []int64{math.MinInt64, -2, -1, 0, 1, 119, 120, 960, 5760, 1 << 40, maxGranule - 1, maxGranule, maxGranule + 1, math.MaxInt64}
	for _, a := range values {
		for _, b := range values {
			for _, limit := range []int64{0, SampleRate, samplesOf(1<<63 - 1)} {
				for flags := range 8 {
					c := clock{preSkip: 500, skip: 500, last: 960}
					for i, g := range []int64{a, b} {
						if flags&1 == 1 {
							c.missing(0)
						}
						c.page(g, 960, i == 1 && flags&2 > 0, flags&4 > 0, limit)
						if c.gap < 0 || c.gap > limit {
							t.Fatalf("%d, %d: a gap of %d", a, b, c.gap)
						}
						c.pos += c.gap
						p := Packet{Samples: 960}
						c.advance(&p, 960)
						if p.TrimStart < 0 || p.TrimEnd < 0 || p.Keep() < 0 || c.pos < -960 || c.pos > 2*960+maxGranule {
							t.Fatalf("%d, %d: %+v, then %d", a, b, p, c.pos)
						}
					}
				}
			}
		}
	}
}
