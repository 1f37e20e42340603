package metrics

import "math"

const (
	lsdRange  = 1e-6  // of power, 60 dB under the loudest bin of the clean speech: nothing is fainter
	lsdLowest = 100   // Hz
	lsdMost   = 16000 // Hz
)

// LogSpectralDistance returns how far the spectra of processed speech are off
// those of clean speech, in dB, 0 or more: the mean over frames of
//
//	√( mean over bins of (10 lg(S/Y))² )
//
// (Gray and Markel, "Distance Measures for Speech Processing", 1976) with the
// power spectra of 20 ms under a Hann window every 10 ms, wherever the mask
// speech of Activity holds for all 20 ms; bins from 100 Hz to 16 kHz or to the
// highest at which the clean speech reaches the floor. That floor lies 60 dB
// under the loudest bin of the clean speech; both spectra are raised to it, so
// that neither the silence between harmonics nor rounding errors count. A gain
// counts.
//
// The error tells of recordings or a mask of different length; ErrTooShort of
// no speech.
func LogSpectralDistance(clean, processed []float32, speech []bool, sampleRate int) (float64, error) {
	if err := checkMasked(clean, processed, speech, sampleRate); err != nil {
		return 0, err
	}
	s := newSpectra(sampleRate)
	from, to := s.bin(lsdLowest), s.bin(lsdMost)+1
	to = min(to, len(s.window)/2+1)
	var x, y [][]float64
	var spec []complex128
	powers := func(signal []float32, frame int) []float64 {
		spec = s.at(spec, signal, frame)
		p := make([]float64, 0, to-from)
		for _, c := range spec[from:to] {
			p = append(p, power(c))
		}
		return p
	}
	var loudest float64
	for i := range s.count(len(clean)) {
		if !speech[i] || !speech[i+1] {
			continue
		}
		x, y = append(x, powers(clean, i)), append(y, powers(processed, i))
		for _, p := range x[len(x)-1] {
			loudest = math.Max(loudest, p)
		}
	}
	if len(x) == 0 || loudest == 0 {
		return 0, tooShort("the log-spectral distance", 2, len(x))
	}
	floor := loudest * lsdRange
	bins := 0 // to the bandwidth of the recording
	for _, row := range x {
		for k, p := range row {
			if p > floor {
				bins = max(bins, k+1)
			}
		}
	}
	var sum float64
	for i, row := range x {
		var squares float64
		for k, p := range row[:bins] {
			d := decibels(math.Max(p, floor) / math.Max(y[i][k], floor))
			squares += d * d
		}
		sum += math.Sqrt(squares / float64(bins))
	}
	return sum / float64(len(x)), nil
}
