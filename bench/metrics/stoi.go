package metrics

import "math"

// clipping is 1 + 10^(15/20): a band of the processed speech counts for at most
// so many times that of the clean speech, a signal-to-distortion ratio of
// −15 dB (Taal et al. 2011, eq. 4).
var clipping = 1 + math.Pow(10, 15.0/20)

// STOI returns the short-time objective intelligibility of processed speech
// (Taal, Hendriks, Heusdens and Jensen, "An Algorithm for Intelligibility
// Prediction of Time-Frequency Weighted Noisy Speech", 2011): the mean
// correlation of its band envelopes with those of the clean speech in segments
// of 384 ms; 1 for clean speech, near 0 where nothing is understood. sampleRate
// is 8000 to 192000 Hz.
//
// The error tells of recordings of different length and of less than about
// 0.4 s of speech.
func STOI(clean, processed []float32, sampleRate int) (float64, error) {
	x, y, frames, err := prepare(clean, processed, sampleRate)
	if err != nil {
		return 0, err
	}
	var sum float64
	var a, b [stoiSegment]float64
	for end := stoiSegment; end <= frames; end++ {
		for band := range x {
			copy(a[:], x[band][end-stoiSegment:end])
			copy(b[:], y[band][end-stoiSegment:end])
			scale := norm(a[:]) / (norm(b[:]) + machineEps) // eq. 3
			for i := range b {
				b[i] = math.Min(b[i]*scale, a[i]*clipping)
			}
			// eq. 5
			removeMean(a[:])
			removeMean(b[:])
			sum += dot(a[:], b[:]) / ((norm(a[:]) + machineEps) * (norm(b[:]) + machineEps))
		}
	}
	return sum / float64(stoiBands*(frames-stoiSegment+1)), nil // eq. 6
}

func dot(a, b []float64) (sum float64) {
	b = b[:len(a)]
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }

func removeMean(a []float64) {
	var sum float64
	for _, v := range a {
		sum += v
	}
	mean := sum / float64(len(a))
	for i := range a {
		a[i] -= mean
	}
}
