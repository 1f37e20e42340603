package metrics

// ESTOI returns the extended short-time objective intelligibility of processed
// speech (Jensen and Taal, "An Algorithm for Predicting the Intelligibility of
// Speech Masked by Modulated Noise Maskers", 2016): the mean correlation of its
// short-time spectra with those of the clean speech in segments of 384 ms whose
// bands were brought to mean 0 and norm 1; 1 for clean speech, 0 where nothing
// is understood. sampleRate is 8000 to 192000 Hz.
//
// Bands and frames without any variation, digital silence above all, count 0;
// the reference code puts noise of the size of rounding errors there, whose
// correlation is 0 in the mean.
//
// The error tells of recordings of different length and of less than about
// 0.4 s of speech.
func ESTOI(clean, processed []float32, sampleRate int) (float64, error) {
	x, y, frames, err := prepare(clean, processed, sampleRate)
	if err != nil {
		return 0, err
	}
	var sum float64
	var a, b segment
	for end := stoiSegment; end <= frames; end++ {
		a.normalize(&x, end)
		b.normalize(&y, end)
		for i := range a {
			sum += dot(a[i][:], b[i][:])
		}
	}
	return sum / float64(stoiSegment*(frames-stoiSegment+1)), nil // eq. 7 and 8
}

// segment is 384 ms of band envelopes, [frame][band].
type segment [stoiSegment][stoiBands]float64

// normalize fills s with the frames before end, each band at mean 0 and norm 1
// over the frames, then each frame at mean 0 and norm 1 over the bands (Jensen
// and Taal 2016, eq. 3 to 5).
func (s *segment) normalize(bands *[stoiBands][]float64, end int) {
	var row [stoiSegment]float64
	for b := range bands {
		copy(row[:], bands[b][end-stoiSegment:end])
		normalize(row[:])
		for i, v := range row {
			s[i][b] = v
		}
	}
	for i := range s {
		normalize(s[i][:])
	}
}

// normalize brings v to mean 0 and norm 1, or to zeros if it does not vary by
// more than rounding errors do.
func normalize(v []float64) {
	size := norm(v)
	removeMean(v)
	n := norm(v)
	if n <= 1e-13*size || n <= 10*machineEps {
		clear(v)
		return
	}
	for i := range v {
		v[i] /= n
	}
}
