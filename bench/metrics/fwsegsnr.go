package metrics

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// criticalBands are the centres and widths in Hz of the 25 bands of Hu and
// Loizou's measures, which reach to 3.8 kHz whatever the rate (Loizou, "Speech
// Enhancement: Theory and Practice", chapter 11).
var criticalBands = [25]struct{ centre, width float64 }{
	{50, 70}, {120, 70}, {190, 70}, {260, 70}, {330, 70}, {400, 70}, {470, 70}, {540, 77.3724}, {617.372, 86.0056},
	{703.378, 95.3398}, {798.717, 105.411}, {904.128, 116.256}, {1020.38, 127.914}, {1148.30, 140.423},
	{1288.72, 153.823}, {1442.54, 168.154}, {1610.70, 183.457}, {1794.16, 199.776}, {1993.93, 217.153},
	{2211.08, 235.631}, {2446.71, 255.255}, {2701.97, 276.072}, {2978.04, 298.126}, {3276.17, 321.465}, {3597.63, 346.136},
}

const fwExponent = 0.2 // γ, of the weight of a band; the best of Hu and Loizou 2008

// WeightedSegmentalSNR returns the frequency-weighted segmental SNR in dB (Hu
// and Loizou, "Evaluation of Objective Quality Measures for Speech
// Enhancement", 2008, eq. 6): the mean over frames of
//
//	10 Σⱼ Wⱼ lg( Xⱼ² / (Xⱼ − Yⱼ)² ) / Σⱼ Wⱼ,   Wⱼ = Xⱼ^0.2
//
// with the magnitudes Xⱼ of the clean and Yⱼ of the processed speech in 25
// critical bands to 3.8 kHz, from magnitude spectra whose sum was brought to 1;
// each frame limited to −10 to 35 dB. Frames, and which of them count, as for
// SegmentalSNR; the gain of a frame does not count, and a frame of digital
// silence as processed speech is 0 dB. The spectrum reaches to half the sample
// rate, so compare figures of one rate only.
//
// The error tells of recordings or a mask of different length; ErrTooShort of
// no speech.
func WeightedSegmentalSNR(clean, processed []float32, speech []bool, sampleRate int) (float64, error) {
	s, err := newSegments(clean, processed, speech, sampleRate)
	if err != nil {
		return 0, err
	}
	n := 1
	for n < len(s.window) {
		n *= 2
	}
	b := newBandFilter(n, sampleRate)
	var sum float64
	for s.next() {
		x, y := b.magnitudes(s.x), b.magnitudes(s.y)
		var weighted, weights float64
		for j := range x {
			d := x[j] - y[j]
			w := math.Pow(x[j], fwExponent)
			weighted += w * decibels((x[j]*x[j]+1e-30)/(d*d+1e-30))
			weights += w
		}
		if weights > 0 {
			sum += limitSegment(weighted / weights)
		} else {
			sum += segmentLeast
		}
	}
	return s.mean(sum)
}

// bandFilter takes the magnitudes in the critical bands.
type bandFilter struct {
	fft     *fourier.FFT
	buf     []float64
	spec    []complex128
	first   [len(criticalBands)]int       // bin of the first weight
	weights [len(criticalBands)][]float64 // of the bins from there
}

func newBandFilter(n, sampleRate int) *bandFilter {
	b := &bandFilter{fft: fourier.NewFFT(n), buf: make([]float64, n), spec: make([]complex128, n/2+1)}
	// Gaussians of equal area; what is below −30 dB of amplitude² counts nothing.
	perHz := float64(n) / float64(sampleRate)
	least := math.Exp(-30 / (2 * 2.303))
	for j, band := range criticalBands {
		f0, width := math.Floor(band.centre*perHz), band.width*perHz
		for k := 0; k < n/2; k++ {
			d := (float64(k) - f0) / width
			g := criticalBands[0].width / band.width * math.Exp(-11*d*d)
			if g <= least {
				if len(b.weights[j]) > 0 {
					break
				}
				continue
			}
			if len(b.weights[j]) == 0 {
				b.first[j] = k
			}
			b.weights[j] = append(b.weights[j], g)
		}
	}
	return b
}

// magnitudes returns the magnitude of x in every band, the sum of its magnitude
// spectrum being 1.
func (b *bandFilter) magnitudes(x []float64) (m [len(criticalBands)]float64) {
	clear(b.buf)
	copy(b.buf, x)
	b.fft.Coefficients(b.spec, b.buf)
	mag := b.buf[:len(b.buf)/2]
	var total float64
	for k := range mag {
		mag[k] = math.Sqrt(power(b.spec[k]))
		total += mag[k]
	}
	if total == 0 {
		return m
	}
	for j, w := range b.weights {
		m[j] = dot(w, mag[b.first[j]:]) / total
	}
	return m
}
