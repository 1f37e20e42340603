package main

import (
	"fmt"
	"math"

	dsp "github.com/mjibson/go-dsp/fft"
	"gonum.org/v1/gonum/dsp/fourier"

	"github.com/quietline/quietline/spectral"
)

// frames hands out frames of n samples of the recording, half overlapping,
// round and round.
func frames[T any](x []T, n int) func() []T {
	at := 0
	return func() []T {
		if at+n > len(x) {
			at = 0
		}
		f := x[at : at+n]
		at += n / 2
		return f
	}
}

// transformTasks are transforms of n real samples of the recording, forward and
// back.
func transformTasks(s *signal, n int) ([]*task, error) {
	var tasks []*task
	for _, kernels := range kernelWays() {
		p, err := spectral.NewFFT(n)
		if err != nil {
			return nil, err
		}
		next := frames(s.x, n)
		re, im, y := make([]float32, p.Bins()), make([]float32, p.Bins()), make([]float32, n)
		name, label := "fft-kernels", "Quietline, kernels"
		if !kernels {
			name, label = "fft-plain", "Quietline, plain Go"
		}
		pair := func() []float32 {
			x := next()
			p.Forward(re, im, x)
			p.Inverse(y, re, im)
			return x
		}
		tasks = append(tasks, &task{
			name: name, label: label, ours: true, plain: !kernels, turn: 1000, inGo: true,
			run: func(count int) error {
				for range count {
					pair()
				}
				return nil
			},
			check: func() (checked, error) { x := pair(); return checked{}, returns(x, y, 2e-6) },
		})
	}

	x64 := make([]float64, len(s.x))
	for i, v := range s.x {
		x64[i] = float64(v)
	}
	p, next := fourier.NewFFT(n), frames(x64, n)
	bins, y := make([]complex128, n/2+1), make([]float64, n)
	pair := func() []float64 {
		x := next()
		p.Coefficients(bins, x)
		p.Sequence(y, bins) // times n: the division is left to the caller
		return x
	}
	tasks = append(tasks, &task{
		name: "gonum", label: "gonum fourier.FFT, float64", turn: 200, inGo: true,
		run: func(count int) error {
			for range count {
				pair()
			}
			return nil
		},
		check: func() (checked, error) {
			x := pair()
			for i := range y {
				y[i] /= float64(n)
			}
			return checked{}, returns(x, y, 1e-12)
		},
	})

	next = frames(x64, n)
	var back []complex128
	tasks = append(tasks, &task{
		name: "go-dsp", label: "go-dsp fft.FFTReal and IFFT, float64", turn: 20, inGo: true, everyThread: true,
		run: func(count int) error {
			for range count {
				back = dsp.IFFT(dsp.FFTReal(next()))
			}
			return nil
		},
		check: func() (checked, error) {
			x := next()
			back = dsp.IFFT(dsp.FFTReal(x))
			y := make([]float64, n)
			for i := range y {
				y[i] = real(back[i])
			}
			return checked{}, returns(x, y, 1e-10)
		},
	})
	for _, t := range tasks {
		t.name = fmt.Sprintf("%s/%d", t.name, n)
	}
	return tasks, nil
}

// returns tells whether a transform and its inverse have given back x.
func returns[T float32 | float64](x, y []T, tolerance float64) error {
	var energy float64
	for i := range x {
		if d := math.Abs(float64(y[i] - x[i])); !(d <= tolerance) {
			return fmt.Errorf("sample %d comes back as %v instead of %v", i, y[i], x[i])
		}
		energy += float64(x[i]) * float64(x[i])
	}
	if energy == 0 {
		return fmt.Errorf("the frame is silent: nothing to check")
	}
	return nil
}
