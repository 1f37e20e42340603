package mic

import (
	"math"

	"github.com/quietline/quietline/spectral"
)

// floorDB is the level of silence, as RFC 6464 has it.
const floorDB = -127

// framesPerReport is how many frames a spectrum averages. With two, of the ten
// hops between reports four are looked at: enough for a picture, and a hundredth
// of the denoiser's own work.
const framesPerReport = 2

// meter measures the level and the spectrum of one side of the microphone.
type meter struct {
	sum   float64 // of squares since the last report, all channels
	count int

	fft    *spectral.FFT
	window []float32
	frame  []float32 // of the first channel
	fill   int       // samples in frame
	skip   int       // samples to leave out before the next frame
	gap    int
	re, im []float32
	power  []float32 // mean square per bin, summed over frames
	frames int
	bands  bands
}

// newMeter returns a meter for frames of size samples.
func newMeter(rate, size int) (meter, error) {
	fft, err := spectral.NewFFT(size)
	if err != nil {
		return meter{}, err
	}
	m := meter{
		fft: fft, window: spectral.Hann(size), frame: make([]float32, size),
		re: make([]float32, fft.Bins()), im: make([]float32, fft.Bins()), power: make([]float32, fft.Bins()),
		gap:   max(rate/reportsPerSecond/framesPerReport-size, 0),
		bands: newBands(rate, size),
	}
	// By Parseval, the mean square under the window is 2/(L·Σw²) Σ|X|² over the
	// positive frequencies: the window carries the factor.
	var energy float64
	for _, w := range m.window {
		energy += float64(w) * float64(w)
	}
	scale := float32(math.Sqrt(2 / (float64(size) * energy)))
	for i := range m.window {
		m.window[i] *= scale
	}
	return m, nil
}

// add takes interleaved samples, whole sample frames.
func (m *meter) add(x []float32, channels int) {
	sum := m.sum
	for _, v := range x {
		sum += float64(v * v)
	}
	m.sum = sum
	m.count += len(x)

	for len(x) > 0 {
		most := len(x) / channels
		var n int
		if m.skip > 0 {
			n = min(m.skip, most)
			m.skip -= n
		} else {
			n = min(len(m.frame)-m.fill, most)
			first(m.frame[m.fill:m.fill+n], x, channels)
			if m.fill += n; m.fill == len(m.frame) {
				m.transform()
				m.fill, m.skip = 0, m.gap
			}
		}
		x = x[n*channels:]
	}
}

// first copies the first of the interleaved channels of x.
func first(dst, x []float32, channels int) {
	if channels == 1 {
		copy(dst, x)
		return
	}
	for i := range dst {
		dst[i] = x[i*channels]
	}
}

func (m *meter) transform() {
	for i, w := range m.window {
		m.frame[i] *= w
	}
	m.fft.Forward(m.re, m.im, m.frame)
	for k, re := range m.re {
		p := re*re + m.im[k]*m.im[k]
		if p < math.MaxFloat32 {
			m.power[k] += p
		}
	}
	m.frames++
}

// read writes the spectrum since the last read to dst, returns the level in dB
// and starts again. A spectrum without a frame stays as it was.
func (m *meter) read(dst *[Bands]uint8) float32 {
	level := float32(floorDB)
	if m.count > 0 && m.sum < math.MaxFloat32 { // not after NaN or Inf
		level = decibels(m.sum / float64(m.count))
	}
	m.sum, m.count = 0, 0
	if m.frames > 0 {
		m.bands.show(dst, m.power, 1/float64(m.frames))
		clear(m.power)
		m.frames = 0
	}
	return level
}

// decibels returns 10·log10 of a mean square, -127 to 0.
func decibels(power float64) float32 {
	return float32(min(max(10*math.Log10(power+1e-30), floorDB), 0))
}
