package main

import (
	"fmt"
	"math"
	"os"
	"unsafe"

	"github.com/quietline/quietline/bench/lab"
)

// signal is what all systems are fed: a recording at one rate, in whole hops of
// 10 ms, round and round.
type signal struct {
	rate int
	hop  int // samples
	hops int
	x    []float32 // ±1 on the grid of 16 bit
	x16  []int16
	xBig []float32 // ±32768
}

// loadSignals reads the recording and resamples it to each of the rates.
func loadSignals(name string, rates []int) (map[int]*signal, error) {
	x, err := lab.ReadMono(name)
	if err != nil {
		return nil, err
	}
	signals := map[int]*signal{}
	for _, rate := range rates {
		s, err := newSignal(lab.Quantize(append([]float32(nil), lab.Resample(x, lab.Rate, rate)...)), rate)
		if err != nil {
			return nil, err
		}
		signals[rate] = s
	}
	return signals, nil
}

// newSignal cuts x, on the grid of 16 bit, to whole hops.
func newSignal(x []float32, rate int) (*signal, error) {
	s := &signal{rate: rate, hop: rate / 100}
	if rate < 8000 || rate%100 != 0 {
		return nil, fmt.Errorf("loop: %d Hz: want a rate of at least 8000 Hz in whole hundreds", rate)
	}
	s.hops = len(x) / s.hop
	if s.hops < 100 {
		return nil, fmt.Errorf("loop: the recording has %d hops of 10 ms: want at least 100", s.hops)
	}
	s.x = x[:s.hops*s.hop]
	s.x16, s.xBig = make([]int16, len(s.x)), make([]float32, len(s.x))
	for i, v := range s.x {
		s.xBig[i] = v * 32768
		s.x16[i] = int16(math.Max(-32768, math.Min(float64(s.xBig[i]), 32767)))
	}
	return s, nil
}

// at returns hop i of values, counted round and round.
func at[T any](s *signal, values []T, i int) []T {
	i %= s.hops
	return values[i*s.hop : (i+1)*s.hop : (i+1)*s.hop]
}

// write stores the signal for a process that is to be counted and must not
// spend its instructions on reading a WAV file and resampling it.
func (s *signal) write(name string) error {
	return os.WriteFile(name, unsafe.Slice((*byte)(unsafe.Pointer(&s.x[0])), 4*len(s.x)), 0o666)
}

// readSignal reads what write has written on the same machine.
func readSignal(name string, rate int) (*signal, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	x := make([]float32, len(b)/4)
	if len(x) > 0 {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 4*len(x)), b)
	}
	return newSignal(x, rate)
}
