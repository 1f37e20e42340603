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

// rates are the same for the kernels.
var rates = simd.BandRates{
	Smallest: smallest, Depth: depth, Most: levelMost, Smooth: smoothRate, Up: floorUp, Down: floorDown,
	OverScale: 0.25, OverShift: 1.5, RiseLeast: -2, RiseMost: 8, Scale: 1.0 / 3,
	Mean: func() (m [16]float32) {
		for b := range levelBands {
			m[b] = 1.0 / levelBands
		}
		return m
	}(),
}

// Update writes the features of a frame to x. power is |X|², finite and not
// negative, of the layout's bins.
func (e *Extractor) Update(x *[Features]float32, l *Layout, power []float32) {
	var band [Bands]float32
	simd.BandSums(band[:], power, l.edge[:])
	if e.frames == 0 {
		e.begin(band)
	}
	e.frames = min(e.frames+1, 1/levelRate)
	var check float32
	e.level, check = rates.Features(x, &band, &e.smooth, &e.floor, e.level, max(levelRate, 1/(e.frames+0.5)))
	if check-check != 0 { // NaN or Inf got in: begin anew
		e.Reset()
	}
}

// begin takes the level and the floors from the powers of the first frame's bands.
func (e *Extractor) begin(band [Bands]float32) {
	e.level = rates.Levels(&band)
	for b, p := range band {
		p = max(p-e.level, -depth)
		e.smooth[b], e.floor[b] = p, p
	}
}

// Reset begins a new stream.
func (e *Extractor) Reset() { *e = Extractor{} }
