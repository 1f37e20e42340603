package main

import (
	"math"

	"github.com/quietline/quietline/spectral"
)

// stripBands is the height of a spectrogram strip: bands of equal width for the
// ear (ERB) from 0 to 16 kHz, as in the browser's own (worklet/mic).
const stripBands = 64

// stripAll bands reach up to 24 kHz when 64 reach up to 16.
const stripAll = 70

// strip measures a voice for the before/after picture of the page. It belongs
// to one goroutine.
type strip struct {
	fft    *spectral.FFT
	bands  *spectral.Bands
	window []float32
	x      []float32
	re, im []float32
	power  []float32
	sums   []float32
}

func newStrip() (*strip, error) {
	fft, err := spectral.NewFFT(frame)
	if err != nil {
		return nil, err
	}
	bands, err := spectral.ERBBands(frame, rate, stripAll)
	if err != nil {
		return nil, err
	}
	n := fft.Bins()
	return &strip{
		fft: fft, bands: bands, window: spectral.Hann(frame),
		x: make([]float32, frame), re: make([]float32, n), im: make([]float32, n),
		power: make([]float32, n), sums: make([]float32, stripAll),
	}, nil
}

// measure writes the level of every band of 20 ms of sound to dst: 0 to 255 for
// −100 to 0 dBFS.
func (s *strip) measure(dst *[stripBands]byte, pcm []float32) {
	for i, w := range s.window {
		s.x[i] = w * pcm[i]
	}
	s.fft.Forward(s.re, s.im, s.x)
	spectral.Power(s.power, s.re, s.im)
	s.bands.Apply(s.sums, s.power)
	// Parseval: the mean square under a window w is 2/(n·Σw²) Σ|X|² over the
	// positive frequencies, and Σw² of a Hann window is 3n/8.
	const scale = 2 / (frame * frame * 3. / 8)
	for i := range dst {
		db := 10 * math.Log10(float64(s.sums[i])*scale+1e-12)
		dst[i] = uint8(math.Round(2.55 * (min(max(db, -100), 0) + 100)))
	}
}

// dbfs returns the level of pcm, −120 to 0 and a little above.
func dbfs(pcm []float32) float64 {
	var sum float64
	for _, x := range pcm {
		sum += float64(x) * float64(x)
	}
	return 10 * math.Log10(sum/float64(max(len(pcm), 1))+1e-12)
}
