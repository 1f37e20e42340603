package spectral

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// STFT is a streaming short-time Fourier transform of one channel: Analyze
// takes the next hop of samples and gives the spectrum of the last Size
// samples under a window; Synthesize takes a spectrum back to the next hop of
// output by windowed overlap-add.
//
// With w the window, H the hop and L the size, the synthesis window is
//
//	v[i] = w[i] / Σ_j w[i + jH]²      over all j with 0 ≤ i + jH < L
//
// (Griffin & Lim 1984, Signal estimation from modified short-time Fourier
// transform, eq. 6: the least-squares inverse), so spectra that are not
// changed give the input back, Delay samples later, from the first sample on:
// the signal counts as zero before its start. For a window whose squares
// already add up to one, such as [SqrtHann] at L/2, v is w.
//
// An STFT holds state and serves one goroutine at a time.
type STFT struct {
	fft       *FFT
	hop       int
	window    []float32 // analysis, shared by clones
	synthesis []float32 // shared by clones
	past      []float32 // the last size − hop input samples
	tail      []float32 // size − hop samples of output not yet complete
	frame     []float32 // scratch: one windowed frame
}

// minOverlap is the least overlapped sum of the squared window, relative to
// the greatest, that NewSTFT accepts. Below it, dividing by the sum would
// amplify rounding errors and spectral changes by more than 40 dB.
const minOverlap = 1e-4

// NewSTFT returns a transform with frames of len(window) samples, hop samples
// apart; the window is copied. The error is not nil when the window is empty
// or not finite, hop is not in 1 … len(window), or the window cannot
// reconstruct at that hop: somewhere the overlapped squares add up to (nearly)
// nothing.
func NewSTFT(window []float32, hop int) (*STFT, error) {
	size := len(window)
	if size == 0 {
		return nil, fmt.Errorf("spectral: empty STFT window")
	}
	if hop < 1 || hop > size {
		return nil, fmt.Errorf("spectral: STFT hop %d, want 1 to %d, the window's length", hop, size)
	}
	synthesis, err := synthesisWindow(window, hop)
	if err != nil {
		return nil, err
	}
	fft, err := NewFFT(size)
	if err != nil {
		return nil, err
	}
	s := &STFT{
		fft:       fft,
		hop:       hop,
		window:    append([]float32(nil), window...),
		synthesis: synthesis,
	}
	if same(window, synthesis) {
		s.synthesis = s.window // one table less for the cache
	}
	s.allocate()
	return s, nil
}

// synthesisWindow returns v of the formula at [STFT].
func synthesisWindow(window []float32, hop int) ([]float32, error) {
	sums := make([]float64, hop)
	for i, w := range window {
		sums[i%hop] += float64(w) * float64(w)
	}
	least, greatest := math.Inf(1), 0.0
	for _, s := range sums {
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return nil, fmt.Errorf("spectral: STFT window is not finite")
		}
		least, greatest = min(least, s), max(greatest, s)
	}
	if greatest == 0 || least < minOverlap*greatest {
		return nil, fmt.Errorf("spectral: STFT window of %d samples cannot reconstruct at hop %d: "+
			"its overlapped squares add up to between %.3g and %.3g; use a smaller hop", len(window), hop, least, greatest)
	}
	v := make([]float32, len(window))
	for i, w := range window {
		v[i] = float32(float64(w) / sums[i%hop])
	}
	return v, nil
}

// same tells whether two windows differ in rounding at most.
func same(a, b []float32) bool {
	for i, v := range a {
		if !(math.Abs(float64(v-b[i])) < 2e-7) {
			return false
		}
	}
	return true
}

func (s *STFT) allocate() {
	size := s.Size()
	s.past = make([]float32, size-s.hop)
	s.tail = make([]float32, size-s.hop)
	s.frame = make([]float32, size)
	s.fft.besides(&s.frame)
}

// Clone returns a transform with the same settings and none of the state, for
// one more channel or stream. It shares the windows and the tables of s, so it
// takes less memory than a second NewSTFT.
func (s *STFT) Clone() *STFT {
	c := &STFT{hop: s.hop, window: s.window, synthesis: s.synthesis}
	c.fft, _ = NewFFT(s.Size()) // a size that was accepted before
	c.allocate()
	return c
}

// Size returns the number of samples of a frame.
func (s *STFT) Size() int { return s.fft.Len() }

// Hop returns the number of samples from one frame to the next.
func (s *STFT) Hop() int { return s.hop }

// Bins returns the number of bins of a spectrum, Size/2+1.
func (s *STFT) Bins() int { return s.fft.Bins() }

// Delay returns how many samples later a sample comes out of Synthesize than
// it went into Analyze, one call each in turn: Size − Hop. (A caller that must
// collect a whole hop before it can call Analyze waits for that on top.)
func (s *STFT) Delay() int { return len(s.past) }

// Analyze takes the next Hop samples and writes the spectrum of the last Size
// samples under the window to re and im, Bins values each, unnormalised.
// hop is left unchanged. It panics when a slice has the wrong length.
func (s *STFT) Analyze(re, im, hop []float32) {
	if len(hop) != s.hop {
		panic(fmt.Sprintf("spectral: STFT.Analyze got %d samples, want a hop of %d", len(hop), s.hop))
	}
	s.fft.check(re, im, s.frame)
	past := s.past
	if vector := s.fft.vector(); vector != nil {
		if len(past) == len(hop) && vector.Halves() {
			vector.Forward(re, im, past, hop, s.window, s.fft.work)
			copy(past, hop)
			return
		}
		frame := s.frame
		copy(frame, past)
		copy(frame[len(past):], hop)
		vector.Forward(re, im, frame, nil, s.window, s.fft.work)
		copy(past, frame[len(hop):])
		return
	}
	simd.Mul(s.frame[:len(past)], past, s.window[:len(past)])
	simd.Mul(s.frame[len(past):], hop, s.window[len(past):])
	if len(hop) >= len(past) {
		copy(past, hop[len(hop)-len(past):])
	} else {
		copy(past, past[len(hop):])
		copy(past[len(past)-len(hop):], hop)
	}
	s.fft.Forward(re, im, s.frame)
}

// Synthesize takes the next spectrum, Bins values in re and im, which it leaves
// unchanged, and writes the next Hop samples of output to hop. It panics when
// a slice has the wrong length.
func (s *STFT) Synthesize(hop, re, im []float32) {
	if len(hop) != s.hop {
		panic(fmt.Sprintf("spectral: STFT.Synthesize got room for %d samples, want a hop of %d", len(hop), s.hop))
	}
	frame, v, tail := s.frame, s.synthesis, s.tail
	if vector := s.fft.vector(); vector != nil && len(hop) == len(tail) {
		s.fft.check(re, im, frame)
		vector.Overlap(hop, tail, v, re, im, frame, s.fft.work)
		return
	}
	s.fft.Inverse(frame, re, im)
	// The oldest hop of the tail is complete with this frame's share.
	n := min(len(hop), len(tail))
	simd.MulAdd(hop[:n], tail[:n], frame[:n], v[:n])
	simd.Mul(hop[n:], frame[n:len(hop)], v[n:len(hop)])
	// The rest of it moves up and takes its share; new tail follows.
	rest := len(tail) - n
	frame, v = frame[len(hop):], v[len(hop):]
	simd.MulAdd(tail[:rest], tail[n:], frame[:rest], v[:rest])
	simd.Mul(tail[rest:], frame[rest:], v[rest:])
}

// Reset forgets the signal: the transform is as new.
func (s *STFT) Reset() {
	clear(s.past)
	clear(s.tail)
}
