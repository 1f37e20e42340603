package metrics

import "math"

const (
	musicalFrames  = 50   // least number, 0.5 s
	musicalLowest  = 100  // Hz
	musicalHighest = 8000 // Hz
	musicalAudible = 1e-6 // of the power of the noise, −60 dB: what is left below cannot be heard
)

// LogKurtosisRatio returns how musical the rest of the noise became: the
// logarithm of the kurtosis of its power spectrum after the processing over
// that before (Uemura, Takahashi, Saruwatari, Shikano and Kondo, "Automatic
// Optimization Scheme of Spectral Subtraction Based on Musical Noise Assessment
// via Higher-Order Statistics", 2008),
//
//	mean over bins of ln( K(processed) / K(noisy) ),   K = E[P⁴] / E[P²]²
//
// with the power P of a bin and moments about zero, as in Inoue et al.,
// "Theoretical Analysis of Musical Noise in Generalized Spectral Subtraction
// Based on Higher Order Statistics", 2010: K of Gaussian noise is 6. 0 is noise
// of the same kind, whatever its level; a bin that is quiet but for rare tones,
// which is what musical noise is, has a K of many times 6; steadier noise is
// negative.
//
// K is taken bin by bin, over time, so that the colour of the noise does not
// count: bins of 20 ms under a Hann window from 100 Hz to 8 kHz, of the times
// when the mask pauses, from Pauses or Between, holds for all 20 ms. A gain
// that still changes from pause to pause raises K as well: leave the start out.
// Bins of the result more than 60 dB below the noise count 0: nobody hears
// them.
//
// The error tells of recordings or a mask of different length; ErrTooShort of
// less than 0.5 s of noise.
func LogKurtosisRatio(noisy, processed []float32, pauses []bool, sampleRate int) (float64, error) {
	if err := checkMasked(noisy, processed, pauses, sampleRate); err != nil {
		return 0, err
	}
	s := newSpectra(sampleRate)
	from, to := s.bin(musicalLowest), min(s.bin(musicalHighest)+1, len(s.window)/2)
	before, after := make([]moments, to-from), make([]moments, to-from)
	var spec []complex128
	frames := 0
	for i := range s.count(len(noisy)) {
		if !pauses[i] || !pauses[i+1] {
			continue
		}
		frames++
		spec = s.at(spec, noisy, i)
		for k, c := range spec[from:to] {
			before[k].add(power(c))
		}
		spec = s.at(spec, processed, i)
		for k, c := range spec[from:to] {
			after[k].add(power(c))
		}
	}
	if frames < musicalFrames {
		return 0, tooShort("the log-kurtosis ratio", musicalFrames, frames)
	}
	var sum float64
	bins := 0
	for k := range before {
		if before[k].first == 0 {
			continue // digital silence
		}
		bins++
		if after[k].first > musicalAudible*before[k].first {
			n := float64(frames)
			sum += math.Log(after[k].kurtosis(n) / before[k].kurtosis(n))
		}
	}
	if bins == 0 {
		return 0, tooShort("the log-kurtosis ratio of digital silence", musicalFrames, 0)
	}
	return sum / float64(bins), nil
}

// moments are the sums of a power, its square and its fourth power.
type moments struct{ first, second, fourth float64 }

func (m *moments) add(p float64) {
	m.first += p
	m.second += p * p
	m.fourth += p * p * p * p
}

// kurtosis returns E[P⁴]/E[P²]² of n powers.
func (m *moments) kurtosis(n float64) float64 { return n * m.fourth / (m.second * m.second) }
