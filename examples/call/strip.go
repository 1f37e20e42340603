package main

import (
	"math"

	"github.com/quietline/quietline/spectral"
)

// stripBands is the height of a spectrogram strip: bands of equal width for the
// ear (ERB) from 0 to 24 kHz.
const stripBands = 64

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
	bands, err := spectral.ERBBands(frame, rate, stripBands)
	if err != nil {
		return nil, err
	}
	n := fft.Bins()
	return &strip{
		fft: fft, bands: bands, window: spectral.Hann(frame),
		x: make([]float32, frame), re: make([]float32, n), im: make([]float32, n),
		power: make([]float32, n), sums: make([]float32, stripBands),
	}, nil
}

// measure writes the mean level of every band of 20 ms of sound to dst, in half
// decibels above −127.5 dBFS, so that 255 is 0 dBFS: a sine of full scale in
// the middle of a band.
func (s *strip) measure(dst *[stripBands]byte, pcm []float32) {
	for i, w := range s.window {
		s.x[i] = w * pcm[i]
	}
	s.fft.Forward(s.re, s.im, s.x)
	spectral.Power(s.power, s.re, s.im)
	s.bands.Apply(s.sums, s.power)
	// A sine of amplitude 1 has |X| = Σ window / 2 = frame/4.
	const full = frame * frame / 16
	for i, p := range s.sums {
		db := 10 * math.Log10(float64(p)/full+1e-13)
		dst[i] = uint8(math.Round(min(max(2*(db+127.5), 0), 255)))
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
