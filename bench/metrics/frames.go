package metrics

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Constants of STOI (Taal et al. 2011, section II; Jensen and Taal 2016,
// section II are the same).
const (
	stoiRate     = 10000 // Hz; everything is resampled to it
	stoiFrame    = 256   // samples, 25.6 ms
	stoiHop      = stoiFrame / 2
	stoiFFT      = 512
	stoiBands    = 15  // one-third octaves
	stoiLowest   = 150 // Hz, centre of the lowest band
	stoiSegment  = 30  // frames, 384 ms
	dynamicRange = 40  // dB; frames of clean speech further below its loudest are silence

	// machineEps is what pystoi and the authors' code add before dividing or
	// taking logarithms.
	machineEps = 0x1p-52
)

// hann is the window of both the removal of silence and the spectra: MATLAB's
// hanning(256), which leaves out the zeros at its ends.
var hann = func() (w [stoiFrame]float64) {
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i+1)/(stoiFrame+1))
	}
	return w
}()

// frameCount returns how many frames the reference code takes out of n samples.
// It leaves the last one out if that would end exactly with them.
func frameCount(n int) int { return max(0, (n-stoiFrame+stoiHop-1)/stoiHop) }

// removeSilence takes the frames out of x and y in which x is silent, and adds
// the others up again, each half a frame behind its predecessor (Taal et al.
// 2011, section II.A).
func removeSilence(x, y []float64) (xs, ys []float64) {
	n := frameCount(len(x))
	level := make([]float64, n)
	loudest := math.Inf(-1)
	for i := range level {
		var e float64
		for j, w := range hann {
			v := w * x[i*stoiHop+j]
			e += v * v
		}
		level[i] = 20 * math.Log10(math.Sqrt(e)+machineEps)
		loudest = math.Max(loudest, level[i])
	}
	var kept []int
	for i, l := range level {
		if l > loudest-dynamicRange {
			kept = append(kept, i)
		}
	}
	if len(kept) == 0 {
		return nil, nil
	}
	xs = make([]float64, (len(kept)-1)*stoiHop+stoiFrame)
	ys = make([]float64, len(xs))
	for to, from := range kept {
		for j, w := range hann {
			xs[to*stoiHop+j] += w * x[from*stoiHop+j]
			ys[to*stoiHop+j] += w * y[from*stoiHop+j]
		}
	}
	return xs, ys
}

// bandEdges returns the first FFT bin of each one-third octave band, and the
// bin behind the last: the bins nearest to 150·2^((2k−1)/6) Hz.
func bandEdges() (edges [stoiBands + 1]int) {
	for k := range edges {
		hz := stoiLowest * math.Pow(2, float64(2*k-1)/6)
		edges[k] = int(math.Round(hz * stoiFFT / stoiRate))
	}
	return edges
}

// envelopes returns the norm of the spectrum in every band and frame, [band]
// [frame] (Taal et al. 2011, eq. 1).
func envelopes(x []float64) [stoiBands][]float64 {
	edges := bandEdges()
	n := frameCount(len(x))
	var bands [stoiBands][]float64
	for b := range bands {
		bands[b] = make([]float64, n)
	}
	fft := fourier.NewFFT(stoiFFT)
	buf := make([]float64, stoiFFT) // the upper half stays zero
	spec := make([]complex128, stoiFFT/2+1)
	for i := range n {
		for j, w := range hann {
			buf[j] = w * x[i*stoiHop+j]
		}
		fft.Coefficients(spec, buf)
		for b := range bands {
			var e float64
			for _, c := range spec[edges[b]:edges[b+1]] {
				e += real(c)*real(c) + imag(c)*imag(c)
			}
			bands[b][i] = math.Sqrt(e)
		}
	}
	return bands
}

// prepare does what STOI and ESTOI have in common: it returns the envelopes of
// both recordings and their number of frames, at least stoiSegment.
func prepare(clean, processed []float32, sampleRate int) (x, y [stoiBands][]float64, frames int, err error) {
	if err := checkPair(clean, processed); err != nil {
		return x, y, 0, err
	}
	if err := checkRate(sampleRate); err != nil {
		return x, y, 0, err
	}
	xs, ys := removeSilence(resample(float64s(clean), sampleRate, stoiRate), resample(float64s(processed), sampleRate, stoiRate))
	x, y = envelopes(xs), envelopes(ys)
	frames = len(x[0])
	if frames < stoiSegment || !(energy(xs) > 0) {
		return x, y, 0, fmt.Errorf("metrics: STOI of less than %.1f s of speech: want at least %d frames that are not silent, found %d",
			float64(stoiSegment*stoiHop+stoiFrame)/stoiRate, stoiSegment, frames)
	}
	return x, y, frames, nil
}

// energy returns Σx².
func energy(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return sum
}
