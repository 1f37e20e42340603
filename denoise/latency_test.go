package denoise

import (
	"fmt"
	"math"
	"testing"
	"time"
)

var allRates = []int{8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 192000}

// TestLatencyIsTheDelay sends an impulse through at every rate and kind of
// chunk: with strength off it comes out Latency samples later and nothing else
// does; with suppression its peak does.
func TestLatencyIsTheDelay(t *testing.T) { bothEngines(t, testLatencyIsTheDelay) }

func testLatencyIsTheDelay(t *testing.T) {
	for _, rate := range allRates {
		for _, frame := range []int{0, 1, rate / 100, rate / 50, 160} {
			for _, strength := range []Strength{Off, Default} {
				t.Run(fmt.Sprintf("%d/%d/%v", rate, frame, strength), func(t *testing.T) {
					d := mustNew(t, Config{SampleRate: rate, FrameSize: frame, Strength: strength})
					unit := max(frame, 1)
					n := (rate/4/unit + 1) * unit
					for _, at := range []int{0, 1, d.hop - 1, d.hop, 3*d.hop + 7} {
						d.Reset()
						x := make([]float32, n)
						x[at] = 0.5
						y := process(d, x, unit*(1+d.hop/unit))
						want := at + d.Latency()
						if strength == Off {
							for i, v := range y {
								if i == want && v != 0.5 || i != want && v != 0 {
									t.Fatalf("impulse at %d: output %d is %v; Latency says it comes at %d", at, i, v, want)
								}
							}
							continue
						}
						best := 0
						for i, v := range y {
							if math.Abs(float64(v)) > math.Abs(float64(y[best])) {
								best = i
							}
						}
						if best != want {
							t.Errorf("impulse at %d peaks at %d, Latency says %d", at, best, want)
						}
					}
				})
			}
		}
	}
}

// TestLatencyBounds: at most 10 ms when chunks are multiples of 10 ms, at most
// 20 ms whatever they are; 10 ms more with the neural engine.
func TestLatencyBounds(t *testing.T) { bothEngines(t, testLatencyBounds) }

func testLatencyBounds(t *testing.T) {
	for _, rate := range append([]int{8001, 12000, 37800, 88200, 176400}, allRates...) {
		for _, frame := range []int{0, 1, 7, 160, 441, 480, 882, 960, 5000, rate / 100, rate / 50, rate / 25, rate / 100 * 3} {
			d := mustNew(t, Config{SampleRate: rate, FrameSize: frame})
			ms := 1000 * float64(d.Latency()) / float64(rate)
			limit := 20.0
			if frame > 0 && rate%100 == 0 && frame%(rate/100) == 0 && d.hop == rate/100 {
				limit = 10
			}
			if testEngine == Neural {
				limit += 10
			}
			if ms > limit || d.Latency() < d.hop {
				t.Errorf("%d Hz, chunks of %d: latency %d samples, %.2f ms, want at most %v ms", rate, frame, d.Latency(), ms, limit)
			}
		}
	}
	for _, rate := range []int{8000, 16000, 24000, 32000, 44100, 48000, 96000, 192000} {
		if got := hopSize(rate); got != rate/100 {
			t.Errorf("hop at %d Hz is %d samples, want 10 ms", rate, got)
		}
	}
}

// TestLatencyWithGate: the pre-roll is part of Latency, rounded up to hops.
func TestLatencyWithGate(t *testing.T) { bothEngines(t, testLatencyWithGate) }

func testLatencyWithGate(t *testing.T) {
	for _, c := range []struct {
		preRoll time.Duration
		hops    int
	}{{0, int(defaultPreRoll / (10 * time.Millisecond))}, {-1, 0}, {time.Nanosecond, 1}, {10 * time.Millisecond, 1}, {25 * time.Millisecond, 3}, {time.Second, 100}} {
		cfg := Config{SampleRate: 48000, FrameSize: 480, Gate: GateConfig{Enabled: true, PreRoll: c.preRoll}}
		d := mustNew(t, cfg)
		want := 480 + c.hops*480
		if testEngine == Neural {
			want += 480
		}
		if d.Latency() != want {
			t.Errorf("pre-roll %v: latency %d, want %d", c.preRoll, d.Latency(), want)
		}
		x := make([]float32, 2*48000)
		x[9600+13] = 1
		y := process(d, x, 480)
		best := 0
		for i, v := range y {
			if v > y[best] {
				best = i
			}
		}
		if best != 9613+d.Latency() {
			t.Errorf("pre-roll %v: impulse peaks %d samples later, Latency says %d", c.preRoll, best-9613, d.Latency())
		}
	}
}
