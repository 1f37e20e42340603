package voicenet

import (
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// Bands is the number of bands, a quarter to a half of an octave wide above
// 500 Hz and 100 Hz below.
const Bands = 17

// edges of the bands in Hz. What lies above half of the sample rate is empty,
// and looks like the empty bands of a band-limited recording at a higher rate.
var edges = [Bands + 1]float64{75, 175, 275, 375, 475, 625, 775, 975, 1175, 1475, 1825, 2275, 2825, 3375, 3975, 4975, 6225, 7975}

// Features is the number of features of a frame, in nepers of power scaled to
// about ±1:
//
//	0–16   power of a band over the slow level of the sound
//	17–33  power of a band over its own floor
//	34     level of the frame over the slow level
//
// None changes with the gain of the input.
const Features = 2*Bands + 1

const (
	// The level is the mean of the lowest bands' logarithms, so that rumble
	// does not decide alone, nor does what a rate of 8 kHz leaves out.
	levelBands = 14
	levelRate  = 0.01  // of the slow level, per frame: 1 s
	levelMost  = 8     // that a frame counts for, so that a crash does not decide for seconds
	smoothRate = 0.6   // of the band power that the floor follows
	floorUp    = 0.01  // of the floor, per frame
	floorDown  = 0.12  //
	depth      = 14    // 61 dB under the frame or the slow level is as good as nothing
	smallest   = 1e-30 // keeps logarithms finite
)

// Layout is where the bands lie in a spectrum.
type Layout struct {
	edge [Bands + 1]int // first bin of each band, and the first above all
}

// NewLayout returns the layout for spectra of bins bins, 0 Hz first, binHz
// apart. The last bin is in no band.
func NewLayout(bins int, binHz float64) Layout {
	var l Layout
	for i, hz := range edges {
		l.edge[i] = max(min(int(math.Ceil(hz/binHz)), bins-1), 0)
	}
	return l
}

// Extractor makes features of the power spectra of one stream. Its state are
// levels; the zero value begins a stream.
type Extractor struct {
	level  float32        // slow mean of the level, ln
	frames float32        // seen, up to 1/levelRate
	smooth [Bands]float32 // bands over the slow level, smoothed, ln
	floor  [Bands]float32 // what they fall to
}

var rates = simd.LevelRates{Depth: depth, Rate: smoothRate, Up: floorUp, Down: floorDown}

// Update writes the features of a frame to x. power is |X|², finite and not
// negative, of the layout's bins.
func (e *Extractor) Update(x *[Features]float32, l *Layout, power []float32) {
	var band [Bands + 1]float32 // and all of them
	simd.BandSums(band[:Bands], power, l.edge[:])
	band[Bands] = simd.Sum(band[:Bands])
	simd.Log(band[:], band[:], smallest)
	least := band[Bands] - depth
	var mean float32
	for b, p := range band[:Bands] {
		if p < least {
			p = least
			band[b] = p
		}
		if b < levelBands {
			mean += p
		}
	}
	mean *= 1.0 / levelBands

	first := e.frames == 0
	if first {
		e.level = mean
	}
	e.frames = min(e.frames+1, 1/levelRate)
	e.level += max(levelRate, 1/(e.frames+0.5)) * min(max(mean-e.level, -levelMost), levelMost)
	if first {
		for b, p := range band[:Bands] {
			p = max(p-e.level, -depth)
			e.smooth[b], e.floor[b] = p, p
		}
	}
	simd.Levels(x[:Bands], x[Bands:2*Bands], e.smooth[:], e.floor[:], band[:Bands], e.level, &rates)
	for b := range Bands {
		x[b] = 0.25*x[b] + 1.5
		x[Bands+b] = bounded(x[Bands+b], -2, 8) * (1.0 / 3)
	}
	x[2*Bands] = bounded(mean-e.level, -levelMost, levelMost) * (1.0 / 3)
	if check := e.level + simd.Sum(e.floor[:]); check-check != 0 { // NaN or Inf got in: begin anew
		e.Reset()
	}
}

// Reset begins a new stream.
func (e *Extractor) Reset() { *e = Extractor{} }

// bounded returns x bounded to lo … hi; NaN becomes lo.
func bounded(x, lo, hi float32) float32 {
	if !(x > lo) {
		x = lo
	}
	if x > hi {
		x = hi
	}
	return x
}
