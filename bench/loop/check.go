package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// checkDenoiser runs a new instance hop by hop over the recording, once, and
// refuses what a denoiser in working order cannot give. step processes the next
// hop and returns its output in ±1.
func checkDenoiser(s *signal, step func() ([]float32, error)) (checked, error) {
	in, out := make([]float64, s.hops), make([]float64, s.hops)
	same := true
	for i := range s.hops {
		x := at(s, s.x, i)
		y, err := step()
		if err != nil {
			return checked{}, err
		}
		in[i], out[i] = meanSquare(x), meanSquare(y)
		same = same && slices.Equal(x, y)
	}
	if same {
		return checked{}, errors.New("the output is the input: it does nothing")
	}
	const settled = 100 // hops: the first second belongs to the start
	in, out = in[settled-1:], out[settled-1:]
	level := decibels(mean(out) / mean(in))
	// Levels of the frames by rank, not by time: no delay to know.
	slices.Sort(in)
	slices.Sort(out)
	pauses := decibels(quantile(out, 0.2) / quantile(in, 0.2))
	switch {
	case math.IsNaN(level) || math.IsInf(level, 0):
		return checked{}, errors.New("the output is not finite, or nothing")
	case level < -12 || level > 3:
		return checked{}, fmt.Errorf("the output is %.1f dB against the input: want −12 to 3 dB", level)
	case !(pauses < -3):
		return checked{}, fmt.Errorf("pauses change by %.1f dB: want at least 3 dB less", pauses)
	}
	pauses = max(pauses, -120)
	return checked{LevelDB: &level, PausesDB: &pauses}, nil
}

func meanSquare(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(max(len(x), 1))
}

func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func decibels(power float64) float64 { return 10 * math.Log10(power) }
