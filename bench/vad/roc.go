package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/quietline/quietline/bench/metrics"
)

// point is an operating point of a detector: shares of frames, 0 to 1.
type point struct {
	False float64 `json:"false_alarm"` // of the frames without speech
	Hit   float64 `json:"hit"`         // of the frames with speech
}

// curvePoints is how many points of a curve are kept.
const curvePoints = 200

// curve returns the ROC of tracks taken together, from (0, 0) to (1, 1).
func curve(tracks []metrics.VoiceTrack) []point {
	prob, speech := pool(tracks)
	order := make([]int, len(prob))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(prob[b], prob[a]) })
	var voiced, unvoiced float64
	all := []point{{}}
	for i := 0; i < len(order); {
		p := prob[order[i]]
		for ; i < len(order) && prob[order[i]] == p; i++ {
			if speech[order[i]] {
				voiced++
			} else {
				unvoiced++
			}
		}
		all = append(all, point{unvoiced, voiced})
	}
	for i := range all {
		all[i].False /= max(unvoiced, 1)
		all[i].Hit /= max(voiced, 1)
	}
	return thin(all, 1.0/curvePoints)
}

// thin drops points that are closer to the one before than step on both axes.
func thin(all []point, step float64) []point {
	out := all[:1:1]
	for i, p := range all[1:] {
		last := out[len(out)-1]
		if p.False-last.False >= step || p.Hit-last.Hit >= step || i == len(all)-2 {
			out = append(out, p)
		}
	}
	return out
}

// missAt returns the share of speech that is missed at the threshold that gives
// the false alarms, on the straight line between the curve's points.
func missAt(c []point, falseAlarm float64) float64 {
	for i := 1; i < len(c); i++ {
		a, b := c[i-1], c[i]
		if b.False > falseAlarm {
			return 1 - a.Hit - (b.Hit-a.Hit)*(falseAlarm-a.False)/(b.False-a.False)
		}
	}
	return 1 - c[len(c)-1].Hit
}

// pool puts tracks behind each other.
func pool(tracks []metrics.VoiceTrack) (prob []float32, speech []bool) {
	for _, t := range tracks {
		n := min(len(t.Prob), len(t.Speech))
		prob, speech = append(prob, t.Prob[:n]...), append(speech, t.Speech[:n]...)
	}
	return prob, speech
}

// The bootstrap: how far a ROC area would move with other recordings like these.
const (
	bootstrapDraws = 300
	bootstrapBins  = 512
	bootstrapLeast = 10 // recordings; fewer say nothing of others
)

// bootstrap draws as many recordings as there are, with replacement, again and
// again, and returns the ROC area of each draw. The same seed draws the same
// recordings, so that two systems can be compared draw by draw. Probabilities
// are counted in 512 bins of equal content, which moves an area by less than
// 0.001.
func bootstrap(tracks []metrics.VoiceTrack) []float64 {
	prob, _ := pool(tracks)
	if len(prob) == 0 {
		return nil
	}
	slices.Sort(prob)
	var edges []float32
	for b := 1; b < bootstrapBins; b++ {
		edges = append(edges, prob[b*len(prob)/bootstrapBins])
	}
	edges = slices.Compact(edges)
	type counts struct{ voiced, unvoiced []float64 }
	hist := make([]counts, len(tracks))
	for i, t := range tracks {
		h := counts{make([]float64, len(edges)+1), make([]float64, len(edges)+1)}
		for j := range min(len(t.Prob), len(t.Speech)) {
			b, found := slices.BinarySearch(edges, t.Prob[j])
			if found {
				b++
			}
			if t.Speech[j] {
				h.voiced[b]++
			} else {
				h.unvoiced[b]++
			}
		}
		hist[i] = h
	}
	r := rand.New(rand.NewPCG(1, 1))
	areas := make([]float64, bootstrapDraws)
	for d := range areas {
		voiced, unvoiced := make([]float64, len(edges)+1), make([]float64, len(edges)+1)
		for range hist {
			h := hist[r.IntN(len(hist))]
			for b := range voiced {
				voiced[b] += h.voiced[b]
				unvoiced[b] += h.unvoiced[b]
			}
		}
		areas[d] = areaOfCounts(voiced, unvoiced)
	}
	return areas
}

// areaOfCounts is metrics.ROCArea of counted values.
func areaOfCounts(voiced, unvoiced []float64) float64 {
	var area, below, total float64
	for b, v := range voiced {
		area += v * (below + unvoiced[b]/2)
		below += unvoiced[b]
		total += v
	}
	return area / (total * below)
}

// interval returns half the width of the range that holds 95 % of the values.
func interval(v []float64) float64 {
	v = slices.DeleteFunc(slices.Clone(v), math.IsNaN)
	if len(v) < 40 {
		return math.NaN()
	}
	slices.Sort(v)
	at := func(q float64) float64 { return v[int(math.Round(q*float64(len(v)-1)))] }
	return (at(0.975) - at(0.025)) / 2
}
