package metrics

import (
	"fmt"
	"math"
)

// Constants of the segmental measures (Hu and Loizou, "Evaluation of Objective
// Quality Measures for Speech Enhancement", 2008, section III).
const (
	segmentTime  = 0.03 // s
	segmentSteps = 4    // frames within that time: an overlap of 75 %
	segmentLeast = -10  // dB
	segmentMost  = 35   // dB
)

// SegmentalSNR returns the segmental signal-to-noise ratio in dB (Hansen and
// Pellom, "An Effective Quality Evaluation Protocol for Speech Enhancement
// Algorithms", 1998): the mean over frames of
//
//	10 lg Σ s² / Σ (s − y)²
//
// of the clean speech s and the processed y, both under a Hann window of 30 ms
// that moves on by a quarter of that, each frame limited to −10 to 35 dB. A
// gain counts as an error.
//
// Of the two conventions in use, all frames and speech frames, this is the
// second: a frame counts if speech, the mask of Activity, holds where its
// middle lies. In pauses s is nothing, whose frames are all −10 dB whatever the
// processing did, so that with the first convention the share of pauses decides.
//
// The error tells of recordings or a mask of different length; ErrTooShort of
// no speech.
func SegmentalSNR(clean, processed []float32, speech []bool, sampleRate int) (float64, error) {
	s, err := newSegments(clean, processed, speech, sampleRate)
	if err != nil {
		return 0, err
	}
	var sum float64
	for s.next() {
		var signal, rest float64
		for i, x := range s.x {
			d := x - s.y[i]
			signal += x * x
			rest += d * d
		}
		sum += limitSegment(decibels((signal + 1e-20) / (rest + 1e-20)))
	}
	return s.mean(sum)
}

func limitSegment(db float64) float64 { return math.Max(segmentLeast, math.Min(db, segmentMost)) }

// segments steps over the windowed frames in whose middle there is speech.
type segments struct {
	clean, processed []float32
	speech           []bool
	rate, hop, at    int
	window           []float64
	x, y             []float64 // the frame
	counted          int
}

func newSegments(clean, processed []float32, speech []bool, sampleRate int) (*segments, error) {
	if err := checkMasked(clean, processed, speech, sampleRate); err != nil {
		return nil, err
	}
	n := int(math.Round(segmentTime * float64(sampleRate)))
	s := &segments{clean: clean, processed: processed, speech: speech, rate: sampleRate, hop: n / segmentSteps,
		window: make([]float64, n), x: make([]float64, n), y: make([]float64, n)}
	for i := range s.window { // without the zeros at its ends, as Loizou's code has it
		s.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i+1)/float64(n+1))
	}
	s.at = -s.hop
	return s, nil
}

// next puts the next frame into x and y and reports whether there was one.
func (s *segments) next() bool {
	n := len(s.window)
	for s.at += s.hop; s.at+n <= len(s.clean); s.at += s.hop {
		// The frame of the mask that holds the middle.
		i := (s.at + n/2) * framesPerSecond / s.rate
		if i >= len(s.speech) || !s.speech[i] {
			continue
		}
		for j, w := range s.window {
			s.x[j] = w * float64(s.clean[s.at+j])
			s.y[j] = w * float64(s.processed[s.at+j])
		}
		s.counted++
		return true
	}
	return false
}

func (s *segments) mean(sum float64) (float64, error) {
	if s.counted == 0 {
		return 0, fmt.Errorf("%w: a segmental SNR wants 30 ms of speech, found none", ErrTooShort)
	}
	return sum / float64(s.counted), nil
}
