package main

import (
	"math"

	"github.com/quietline/quietline/denoise"
)

// segment is a stretch of voice.
type segment struct {
	from, to float64 // s
	prob     float64 // mean speech probability
	level    float64 // RMS in dBov
}

// voiceTracker joins the hops with voice into segments and hands each on when
// it is over.
type voiceTracker struct {
	rate, channels int
	emit           func(segment)

	at, start    int64 // samples per channel
	voice        bool
	prob, energy float64
	hops         int
	count        int
	total        float64 // s of voice
}

func (v *voiceTracker) input(hop []float32, s denoise.Stats) {
	if s.Voice && !v.voice {
		v.start, v.prob, v.energy, v.hops = v.at, 0, 0, 0
	}
	if !s.Voice && v.voice {
		v.end()
	}
	v.voice = s.Voice
	v.at += int64(len(hop) / v.channels)
	if s.Voice {
		v.prob += s.SpeechProb
		v.hops++
		v.energy += energy(hop)
	}
}

func (v *voiceTracker) output([]float32) {}

// end closes the segment that is open.
func (v *voiceTracker) end() {
	samples := float64((v.at - v.start) * int64(v.channels))
	s := segment{
		from: float64(v.start) / float64(v.rate), to: float64(v.at) / float64(v.rate),
		prob:  v.prob / float64(max(v.hops, 1)),
		level: math.Max(decibels(v.energy/samples), -127),
	}
	v.count++
	v.total += s.to - s.from
	v.emit(s)
}

// close ends the recording.
func (v *voiceTracker) close() {
	if v.voice {
		v.end()
		v.voice = false
	}
}

// energy returns the sum of squares.
func energy(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}

// decibels returns 10·log10 of a power ratio, at least −200.
func decibels(power float64) float64 { return 10 * math.Log10(math.Max(power, 1e-20)) }
