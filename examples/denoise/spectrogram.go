package main

import (
	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/spectral"
)

// The spectrogram shows what speech and most noises are made of; above there is
// little to see and linear kHz would waste half of the picture on it.
const maxShownHz = 12000

// maxColumns bounds what is kept per curve: twice the picture's width.
const maxColumns = 2400

// spectrogram gathers the power spectrum of a signal over time, the mean of its
// channels, with a periodic Hann window of 21 to 32 ms every quarter of it.
type spectrogram struct {
	fft                 *spectral.FFT
	window              []float32
	scale               float32 // |X|² to mean square: a full-scale sine is ½
	step, shown         int
	buf                 [][]float32 // per channel, the last window
	fill                int
	frame, re, im, mean []float32
	cols                *columns
}

func newSpectrogram(f wav.Format) (*spectrogram, error) {
	size := 256
	for size*50 < f.SampleRate { // 20 ms or more
		size *= 2
	}
	fft, err := spectral.NewFFT(size)
	if err != nil {
		return nil, err
	}
	s := &spectrogram{fft: fft, window: spectral.Hann(size), step: size / 4}
	var sum float32
	for _, w := range s.window {
		sum += w
	}
	s.scale = 2 / (sum * sum) / float32(f.Channels)
	s.shown = int(shownHz(f.SampleRate)*float64(size)/float64(f.SampleRate)) + 2
	s.shown = min(s.shown, fft.Bins())
	for range f.Channels {
		s.buf = append(s.buf, make([]float32, size))
	}
	s.fill = size / 2 // the first window is centred on the first sample
	s.frame = make([]float32, size)
	s.re, s.im = make([]float32, fft.Bins()), make([]float32, fft.Bins())
	s.mean = make([]float32, s.shown)
	s.cols = newColumns(s.shown, maxColumns)
	return s, nil
}

// shownHz returns the highest frequency in the picture.
func shownHz(rate int) float64 { return min(float64(rate)/2, maxShownHz) }

// binHz returns the distance of two bins.
func (s *spectrogram) binHz(rate int) float64 { return float64(rate) / float64(s.fft.Len()) }

// add takes interleaved samples.
func (s *spectrogram) add(x []float32) {
	n := len(s.buf)
	for frames := len(x) / n; frames > 0; {
		m := min(frames, len(s.frame)-s.fill)
		for c, b := range s.buf {
			b = b[s.fill : s.fill+m]
			for i := range b {
				b[i] = x[i*n+c]
			}
		}
		x, frames = x[m*n:], frames-m
		if s.fill += m; s.fill == len(s.frame) {
			s.row()
		}
	}
}

// row adds the spectrum of the window that is full and moves on.
func (s *spectrogram) row() {
	clear(s.mean)
	for _, b := range s.buf {
		for i, w := range s.window {
			s.frame[i] = w * b[i]
		}
		s.fft.Forward(s.re, s.im, s.frame)
		for k := range s.mean {
			s.mean[k] += s.scale * (s.re[k]*s.re[k] + s.im[k]*s.im[k])
		}
		copy(b, b[s.step:])
	}
	s.fill -= s.step
	s.cols.add(s.mean)
}

// close adds the windows that reach beyond the end.
func (s *spectrogram) close() {
	for range 2 {
		for _, b := range s.buf {
			clear(b[s.fill:])
		}
		s.fill = len(s.frame)
		s.row()
	}
	s.cols.flush()
}
