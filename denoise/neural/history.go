package neural

// History holds the last spectra of one channel: as many as the filters have taps,
// and above 8 kHz the last one. Its memory is a caller's.
type History struct {
	bins, low, taps int
	at              int // slot of the newest spectrum
	past            []float32
	highRe, highIm  []float32 // of the newest spectrum
	mute            [maxTaps]bool
}

// HistoryLen returns the number of values that a History holds.
func (w *Work) HistoryLen() int {
	return 2*w.model.sizes.Taps*w.low + 2*(w.bins-w.low)
}

// NewHistory returns a History that keeps its state in memory, HistoryLen zeros;
// nil allocates them.
func (w *Work) NewHistory(memory []float32) *History {
	if memory == nil {
		memory = make([]float32, w.HistoryLen())
	}
	h := &History{bins: w.bins, low: w.low, taps: w.model.sizes.Taps}
	n := 2 * h.taps * h.low
	memory = memory[:w.HistoryLen()]
	h.past = memory[:n:n]
	h.highRe, h.highIm = memory[n:n+h.bins-h.low], memory[n+h.bins-h.low:]
	return h
}

// Push takes the spectrum of the newest frame, unnormalised and of ±1 samples, and
// leaves that of the frame before in its place. What is muted counts for the
// network but has no part in what Stream.FilterAudible makes: neither as a frame nor in
// the filters of its neighbours.
func (h *History) Push(re, im []float32, muted bool) {
	re, im = re[:h.bins], im[:h.bins]
	exchange(h.highRe, re[h.low:])
	exchange(h.highIm, im[h.low:])
	lastRe, lastIm := h.spectrum(0)
	h.at = (h.at + h.taps - 1) % h.taps
	newRe, newIm := h.spectrum(0)
	h.mute[h.at] = muted
	copy(newRe, re)
	copy(newIm, im)
	copy(re, lastRe)
	copy(im, lastIm)
}

// exchange swaps the values of two slices of one length.
func exchange(a, b []float32) {
	b = b[:len(a)]
	for i, x := range a {
		a[i], b[i] = b[i], x
	}
}

// MutedNear reports whether a spectrum that a filter takes is muted.
func (h *History) MutedNear() bool {
	for _, m := range h.mute[:h.taps] {
		if m {
			return true
		}
	}
	return false
}

// Muted reports whether the frame before the newest is muted.
func (h *History) Muted() bool { return h.mute[h.slot(1)] }

// slot returns where the spectrum of `back` frames ago is.
func (h *History) slot(back int) int { return (h.at + back) % h.taps }

// spectrum returns the bins up to 8 kHz of the frame `back` frames ago.
func (h *History) spectrum(back int) (re, im []float32) {
	s := h.past[2*h.slot(back)*h.low:][:2*h.low]
	return s[:h.low:h.low], s[h.low:]
}

// Reset forgets everything.
func (h *History) Reset() {
	clear(h.past)
	clear(h.highRe)
	clear(h.highIm)
	h.at, h.mute = 0, [maxTaps]bool{}
}
