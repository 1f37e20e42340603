package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// span is a part of a recording in seconds from its start.
type span struct{ from, to float64 }

var everything = span{0, math.Inf(1)}

// parseSpan reads FROM-TO; either may be missing.
func parseSpan(s string) (span, error) {
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		return span{}, fmt.Errorf("want FROM-TO, such as 0s-1.5s")
	}
	out := everything
	var err error
	if a != "" {
		if out.from, err = parseTime(a); err != nil {
			return span{}, err
		}
	}
	if b != "" {
		if out.to, err = parseTime(b); err != nil {
			return span{}, err
		}
	}
	if out.to <= out.from {
		return span{}, fmt.Errorf("the part ends before it starts")
	}
	return out, nil
}

// parseTime reads seconds as 1.5, 1.5s, 300ms, 1m2s, 1:02.5 or 1:00:02.
func parseTime(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return d.Seconds(), nil
	}
	seconds := 0.0
	for i, part := range strings.Split(s, ":") {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || !(v >= 0 && v < 1e9) || i > 2 {
			return 0, fmt.Errorf("%q is no time: want seconds as 1.5, 1.5s, 300ms or 1:02.5", s)
		}
		seconds = 60*seconds + v
	}
	return seconds, nil
}

// frames returns the span in samples per channel; a span without an end ends
// at the largest int64.
func (s span) frames(rate int) (from, to int64) {
	from = int64(math.Round(s.from * float64(rate)))
	to = math.MaxInt64
	if end := math.Round(s.to * float64(rate)); end < math.MaxInt64/2 {
		to = int64(end)
	}
	return from, to
}
