package metrics

import (
	"math"
	"math/cmplx"
)

const (
	onsetPause   = 20   // frames of 10 ms without speech before an onset
	onsetSpan    = 5    // frames of it that are measured, 50 ms
	onsetLost    = 6.0  // dB, from which an onset counts as clipped
	onsetMost    = 40.0 // dB, to which a loss is limited
	onsetFloor   = 1e-3 // of the power of the onset, −30 dB: no band has less disturbance
	onsetLowest  = 100.0
	onsetHighest = 16000.0
)

// Onsets is what became of the beginnings of words.
type Onsets struct {
	Losses   []float64 // of every onset, in dB; positive means quieter. To pool files, append them
	Unjudged int       // onsets that the noise hides so well that nothing can be said
}

// Mean returns the mean loss in dB, 0 without onsets.
func (o Onsets) Mean() float64 {
	if len(o.Losses) == 0 {
		return 0
	}
	var sum float64
	for _, l := range o.Losses {
		sum += l
	}
	return sum / float64(len(o.Losses))
}

// Clipped returns the share of onsets that lost more than 6 dB, 0 to 1, and 0
// without onsets.
func (o Onsets) Clipped() float64 {
	if len(o.Losses) == 0 {
		return 0
	}
	n := 0
	for _, l := range o.Losses {
		if l > onsetLost {
			n++
		}
	}
	return float64(n) / float64(len(o.Losses))
}

// OnsetClipping returns by how much the first 50 ms of words became quieter: of
// every run in the mask speech of Activity after 200 ms or more without speech.
// noisy is what the processing was given, clean speech for clean input.
//
// With the spectra S of the clean speech, X of noisy and Y of processed in
// these 50 ms (20 ms Hann windows every 10 ms, 100 Hz to 16 kHz), and bands b a
// third of an octave wide, at least one bin, the gain of the speech is
//
//	g(Y) = Σ_b Re⟨Y,S⟩_b / D_b  /  Σ_b ⟨S,S⟩_b / D_b,   D_b = ⟨X−S,X−S⟩_b + 0.001 Σ⟨S,S⟩
//
// which is the projection onto the clean speech with each band weighted by how
// little it is disturbed, the least-squares estimate for noise of that
// spectrum; of an undisturbed onset it is the plain projection. Before that, Y
// is turned bin by bin by the phase that it has against X over the whole
// recording, so that a filter's phase, the opposite polarity or an alignment
// that is off by 1 ms are no loss. The loss is
//
//	20 lg g(X)/g(Y), at most 40 dB
//
// so that what of the noise happens to look like the onset cancels: unprocessed
// sound has a loss of 0, a gain of −a dB one of a. Onsets in which g(X)
// is not within 6 dB of 1 are Unjudged.
//
// The error tells of recordings or a mask of different length.
func OnsetClipping(clean, noisy, processed []float32, speech []bool, sampleRate int) (Onsets, error) {
	if err := checkMasked(clean, processed, speech, sampleRate); err != nil {
		return Onsets{}, err
	}
	if err := checkPair(clean, noisy); err != nil {
		return Onsets{}, err
	}
	s := newSpectra(sampleRate)
	edges := thirdOctaves(s.bin(onsetLowest), min(s.bin(onsetHighest), len(s.window)/2)+1)
	turn := turns(s, noisy, processed)
	var o Onsets
	silent := 0
	for i, on := range speech {
		if !on {
			silent++
			continue
		}
		if silent >= onsetPause && i+onsetSpan <= len(speech) {
			if loss, ok := onsetLoss(s, edges, turn, clean, noisy, processed, i); ok {
				o.Losses = append(o.Losses, loss)
			} else {
				o.Unjudged++
			}
		}
		silent = 0
	}
	return o, nil
}

// onsetLoss returns the loss of the onset at frame i, and false if it cannot
// be judged.
func onsetLoss(s *spectra, edges []int, turn []complex128, clean, noisy, processed []float32, i int) (float64, bool) {
	bands := len(edges) - 1
	ss, xs, ys, dd := make([]float64, bands), make([]float64, bands), make([]float64, bands), make([]float64, bands)
	var total float64
	// The first window lies half before the onset: together they weigh the
	// first 40 ms evenly.
	for f := i - 1; f+1 < i+onsetSpan; f++ {
		cs, cx, cy := s.at(nil, clean, f), s.at(nil, noisy, f), s.at(nil, processed, f)
		for b := range bands {
			for k := edges[b]; k < edges[b+1]; k++ {
				p := power(cs[k])
				ss[b] += p
				xs[b] += inner(cx[k], cs[k])
				ys[b] += inner(cy[k]*turn[k], cs[k])
				dd[b] += power(cx[k] - cs[k])
				total += p
			}
		}
	}
	if total == 0 {
		return 0, false
	}
	var sum, x, y float64
	for b := range bands {
		w := 1 / (dd[b] + onsetFloor*total)
		sum += w * ss[b]
		x += w * xs[b]
		y += w * ys[b]
	}
	if !(x > sum/2 && x < sum*2) {
		return 0, false
	}
	return -20 * math.Log10(math.Max(y/x, math.Pow(10, -onsetMost/20))), true
}

// turns returns, of magnitude 1 for every bin, what brings y to the phase of x.
func turns(s *spectra, x, y []float32) []complex128 {
	turn := make([]complex128, len(s.window)/2+1)
	var cx, cy []complex128
	for i := range s.count(len(x)) {
		cx, cy = s.at(cx, x, i), s.at(cy, y, i)
		for k, c := range cx {
			turn[k] += c * complex(real(cy[k]), -imag(cy[k]))
		}
	}
	for k, c := range turn {
		if a := cmplx.Abs(c); a > 0 {
			turn[k] = complex(real(c)/a, imag(c)/a)
		} else {
			turn[k] = 1
		}
	}
	return turn
}

// inner returns the real part of a·b*.
func inner(a, b complex128) float64 { return real(a)*real(b) + imag(a)*imag(b) }

// thirdOctaves returns the edges of bands from bin `from` up to bin `to`, each a
// third of an octave wide or one bin.
func thirdOctaves(from, to int) []int {
	edges := []int{from}
	for k := from; k < to; {
		k = min(to, max(k+1, int(math.Round(float64(k)*math.Cbrt(2)))))
		edges = append(edges, k)
	}
	return edges
}
