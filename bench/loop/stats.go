package main

import (
	"math"
	"slices"
)

// summary describes the times, or ratios of times, of one system over the
// rounds.
type summary struct {
	N      int     `json:"n"`
	Min    float64 `json:"min"`
	Q1     float64 `json:"q1"`
	Median float64 `json:"median"`
	Q3     float64 `json:"q3"`
	Max    float64 `json:"max"`
}

// summarize returns the summary of values, which need no order; all zero for
// none.
func summarize(values []float64) summary {
	if len(values) == 0 {
		return summary{}
	}
	v := slices.Sorted(slices.Values(values))
	return summary{
		N:      len(v),
		Min:    v[0],
		Q1:     quantile(v, 0.25),
		Median: quantile(v, 0.5),
		Q3:     quantile(v, 0.75),
		Max:    v[len(v)-1],
	}
}

// spread is the distance of the quartiles as a part of the median: how much one
// round differs from another.
func (s summary) spread() float64 {
	if s.Median == 0 {
		return 0
	}
	return (s.Q3 - s.Q1) / s.Median
}

// quantile returns the value below which a part q of the sorted values lies,
// between neighbours by a straight line.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	f := at - float64(i)
	return sorted[i]*(1-f) + sorted[i+1]*f
}

// ratios returns a[i]/b[i], the ratio within each round: a machine that is slow
// for a while is slow for both. It is 0 where a coarse clock says that b took no
// time.
func ratios(a, b []float64) []float64 {
	r := make([]float64, min(len(a), len(b)))
	for i := range r {
		if b[i] > 0 {
			r[i] = a[i] / b[i]
		}
	}
	return r
}

// carried returns how many streams of one hop in budget one core carries: the
// largest n with n·cost(n) ≤ budget. Costs are those measured at sizes, which
// ascend; between two the cost follows a straight line over log n, outside it is
// that of the nearest.
func carried(sizes []int, costs []float64, budget float64) int {
	cost := func(n float64) float64 {
		i := 0
		for i < len(sizes) && float64(sizes[i]) < n {
			i++
		}
		if i == 0 || i == len(sizes) {
			return costs[max(i-1, 0)]
		}
		l, r := math.Log(float64(sizes[i-1])), math.Log(float64(sizes[i]))
		f := (math.Log(n) - l) / (r - l)
		return costs[i-1]*(1-f) + costs[i]*f
	}
	// By halving: n·cost(n) rises, but for where the cost falls steeply, which is
	// noise.
	lo, hi := 0.0, 2*budget/slices.Min(costs)
	for range 60 {
		mid := (lo + hi) / 2
		if mid*cost(mid) <= budget {
			lo = mid
		} else {
			hi = mid
		}
	}
	return int(lo + 1e-6)
}
