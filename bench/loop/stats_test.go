package main

import (
	"math"
	"testing"
)

func TestSummarize(t *testing.T) {
	got := summarize([]float64{5, 1, 4, 2, 3})
	if want := (summary{N: 5, Min: 1, Q1: 2, Median: 3, Q3: 4, Max: 5}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := summarize([]float64{1, 2}); got.Median != 1.5 || got.Q1 != 1.25 || got.Q3 != 1.75 {
		t.Errorf("of two values: %+v", got)
	}
	if got := summarize([]float64{7}); got != (summary{1, 7, 7, 7, 7, 7}) {
		t.Errorf("of one value: %+v", got)
	}
	if got := summarize(nil); got != (summary{}) {
		t.Errorf("of none: %+v", got)
	}
	if got := (summary{Q1: 9, Median: 10, Q3: 12}).spread(); got != 0.3 {
		t.Errorf("spread %v, want 0.3", got)
	}
}

// Ratios are within rounds: a machine that is twice as slow in one round changes
// nothing.
func TestRatios(t *testing.T) {
	got := ratios([]float64{10, 40, 10}, []float64{1, 4, 1})
	if s := summarize(got); s.Min != 10 || s.Max != 10 {
		t.Errorf("%v, want 10 each", got)
	}
	if got := ratios([]float64{1}, []float64{0}); got[0] != 0 {
		t.Errorf("over a time of 0: %v, want 0", got)
	}
}

func TestCarried(t *testing.T) {
	sizes := []int{1, 100, 10000}
	for _, c := range []struct {
		costs []float64
		want  int
	}{
		{[]float64{2, 2, 2}, 5000},    // 5000·2 = 10000
		{[]float64{1, 1, 1}, 10000},   // at the last size
		{[]float64{1, 1, 0.5}, 20000}, // beyond it
		{[]float64{10000, 10000, 10000}, 1},
	} {
		if got := carried(sizes, c.costs, 10000); got != c.want {
			t.Errorf("costs %v: %d, want %d", c.costs, got, c.want)
		}
	}
	// Between sizes: the cost of n is on the straight line over log n.
	n := float64(carried(sizes, []float64{1, 1, 3}, 10000))
	cost := 1 + 2*math.Log(n/100)/math.Log(100)
	if load := n * cost; math.Abs(load-10000) > 3*cost {
		t.Errorf("%v streams of %v each are %v, want 10000", n, cost, load)
	}
}
