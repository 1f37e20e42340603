package metrics

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Alignment is how a processed recording lies to what went in.
type Alignment struct {
	Lag      int     // samples by which it is late; negative: early
	Inverted bool    // its polarity is the opposite
	Peak     float64 // 0 to 1: how alike the two are at that lag, about 1 for a mere delay of noise; below 0.1 distrust it
}

// FindLag returns by how many samples, at most maxLag either way, processed is
// behind reference, and whether it is inverted. The best reference is what the
// processing was given, noise and all; clean speech also does. The lengths may
// differ; both recordings begin at the same time.
//
// It is where the smoothed coherence transform has its largest magnitude
// (Carter, Nuttall and Cable, "The Smoothed Coherence Transform", 1973): the
// cross-correlation of the two after each frequency was weighted by the
// inverse of both its magnitudes, with all spectra averaged over the recording.
// A frequency counts as much as the two agree there, not for its power: neither
// hum nor the pitch make side peaks, and what a suppressor removed counts
// little.
//
// The error tells of samples that are not finite, of silence, and of
// recordings not longer than maxLag.
func FindLag(reference, processed []float32, maxLag int) (Alignment, error) {
	if maxLag < 0 || len(reference) <= maxLag || len(processed) <= maxLag {
		return Alignment{}, fmt.Errorf("metrics: lags up to %d in %d and %d samples: want 0 or more, and longer recordings", maxLag, len(reference), len(processed))
	}
	for _, x := range [][]float32{reference, processed} {
		if err := checkFinite(x); err != nil {
			return Alignment{}, err
		}
	}
	n := 1024
	for n < 4*maxLag {
		n *= 2
	}
	r := coherenceTransform(reference, processed, n, maxLag)
	if r == nil {
		return Alignment{}, errors.New("metrics: lag of digital silence: want sound in both recordings")
	}
	var a Alignment
	// Of equal peaks the one nearest to 0 counts.
	for d := 0; d <= maxLag; d++ {
		for _, lag := range []int{d, -d} {
			v := r[(lag+n)%n]
			if math.Abs(v) > a.Peak {
				a = Alignment{Lag: lag, Inverted: v < 0, Peak: math.Abs(v)}
			}
		}
	}
	a.Peak = math.Min(a.Peak, 1)
	return a, nil
}

// coherenceTransform returns the smoothed coherence transform at lag l, at index
// l modulo n, for |l| ≤ maxLag; nil if one of the recordings is silent. Blocks of
// n − 2·maxLag samples of x, half over each other, meet n samples of y, maxLag
// more on both sides, so that no lag wraps around. Both have Hann windows: the
// leakage from bare edges would correlate at ±maxLag wherever the spectrum is
// low, which counts no less than where it is high.
func coherenceTransform(x, y []float32, n, maxLag int) []float64 {
	block := n - 2*maxLag
	wx, wy := periodicHann(block), periodicHann(n)
	fft := fourier.NewFFT(n)
	buf := make([]float64, n)
	var sx, sy []complex128
	cross := make([]complex128, n/2+1)
	px, py := make([]float64, n/2+1), make([]float64, n/2+1)
	var ex, ey float64
	for at := -block / 2; at < len(x); at += block / 2 {
		clear(buf)
		for i := max(0, at); i < min(at+block, len(x)); i++ {
			buf[maxLag+i-at] = wx[i-at] * float64(x[i])
		}
		sx = fft.Coefficients(sx, buf)
		clear(buf)
		for i := max(0, at-maxLag); i < min(at-maxLag+n, len(y)); i++ {
			buf[i-at+maxLag] = wy[i-at+maxLag] * float64(y[i])
		}
		sy = fft.Coefficients(sy, buf)
		for k := range cross {
			a, b := sx[k], sy[k]
			cross[k] += complex(real(a)*real(b)+imag(a)*imag(b), real(a)*imag(b)-imag(a)*real(b)) // a*·b
			px[k] += power(a)
			py[k] += power(b)
			ex += power(a)
			ey += power(b)
		}
	}
	if ex == 0 || ey == 0 {
		return nil
	}
	// Frequencies 100 dB below the mean are rounding errors.
	least := 1e-10 * math.Sqrt(ex*ey) / float64(len(cross))
	for k, c := range cross {
		w := math.Sqrt(px[k]*py[k]) + least
		cross[k] = complex(real(c)/w, imag(c)/w)
	}
	r := fft.Sequence(buf, cross)
	// What the windows alone make of two equal white signals.
	equal := dot(wx, wy[maxLag:]) / math.Sqrt(dot(wx, wx)*dot(wy, wy))
	for i := range r {
		r[i] /= float64(n) * equal
	}
	return r
}

// Apply returns n samples of processed with the lag and the inversion taken out,
// and zeros where it has none.
func (a Alignment) Apply(processed []float32, n int) []float32 {
	out := make([]float32, n)
	if a.Lag < 0 {
		if -a.Lag < n {
			copy(out[-a.Lag:], processed)
		}
	} else if a.Lag < len(processed) {
		copy(out, processed[a.Lag:])
	}
	if a.Inverted {
		for i := range out {
			out[i] = -out[i]
		}
	}
	return out
}

// Align returns the parts of reference and processed that both have, sample by
// sample, of the same length, with processed's polarity put right; and how they
// lay. See FindLag for its arguments and errors.
func Align(reference, processed []float32, maxLag int) (ref, out []float32, a Alignment, err error) {
	a, err = FindLag(reference, processed, maxLag)
	if err != nil {
		return nil, nil, a, err
	}
	from, late := max(0, -a.Lag), max(0, a.Lag)
	n := min(len(reference)-from, len(processed)-late)
	out = Alignment{Lag: late, Inverted: a.Inverted}.Apply(processed, n)
	return reference[from : from+n], out, a, nil
}
