package main

import (
	"math"

	"github.com/quietline/quietline/bench/lab"
)

// The baseline: how far the energy of a frame lies over its own minimum of the
// last two seconds. What cannot beat it has learned nothing about speech.
const (
	energyWindow = 200 // frames, 2 s
	energySpan   = 30  // dB over the minimum that count as certain
)

// energyTrack returns for every frame of 10 ms its level over the lowest of the
// last 2 s as a fraction of 30 dB, 0 to 1. The power is smoothed over five
// frames first; digital silence counts as −90 dBFS.
func energyTrack(x []float32) []float32 {
	level := make([]float64, len(x)/lab.Hop)
	out := make([]float32, len(level))
	var smooth float64
	for i := range level {
		sum := 1e-9 * lab.Hop
		for _, v := range x[i*lab.Hop : (i+1)*lab.Hop] {
			sum += float64(v) * float64(v)
		}
		if i == 0 {
			smooth = sum
		}
		smooth += 0.2 * (sum - smooth)
		level[i] = 10 * math.Log10(smooth)
		low := level[i]
		for _, v := range level[max(0, i-energyWindow+1):i] {
			low = min(low, v)
		}
		out[i] = float32(min((level[i]-low)/energySpan, 1))
	}
	return out
}
