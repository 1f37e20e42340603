package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/quietline/quietline/internal/wav"
)

// pair names a noisy recording and the clean one that it was made of.
type pair struct{ name, noisy, clean string }

// recording is a pair in memory: mono, ±1, of the same length.
type recording struct {
	name         string
	rate         int
	noisy, clean []float32
}

func (r *recording) seconds() float64 { return float64(len(r.clean)) / float64(r.rate) }

// findPairs lists the pairs of a folder, or those of testdata if it is "".
func findPairs(folder string) ([]pair, error) {
	if folder == "" {
		dir, err := testdata()
		if err != nil {
			return nil, err
		}
		return []pair{
			{"noisy_rain_48k", filepath.Join(dir, "noisy_rain_48k.wav"), filepath.Join(dir, "speech_48k.wav")},
			{"noisy_printer_16k", filepath.Join(dir, "noisy_printer_16k.wav"), filepath.Join(dir, "speech_16k.wav")},
		}, nil
	}
	names, err := filepath.Glob(filepath.Join(folder, "noisy", "*.wav"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no recordings in %s: want noisy/*.wav there, and ref/*.wav of the same names", folder)
	}
	var list []pair
	for _, n := range names {
		base := filepath.Base(n)
		list = append(list, pair{strings.TrimSuffix(base, ".wav"), n, filepath.Join(folder, "ref", base)})
	}
	return list, nil
}

// testdata finds the repository's testdata from any folder within it.
func testdata() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "testdata", "noisy_rain_48k.wav")); err == nil {
			return filepath.Join(dir, "testdata"), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no testdata here: run it in the repository, or with -data")
		}
		dir = up
	}
}

// Reasons why a pair is left out.
var (
	errNoSpeech = errors.New("no speech in it")
	errNoNoise  = errors.New("no noise in it")
)

// load reads a pair. The error is errNoSpeech if the clean recording is
// silent and errNoNoise if both are the same.
func (p pair) load() (*recording, error) {
	noisy, rate, err := readMono(p.noisy)
	if err != nil {
		return nil, err
	}
	clean, cleanRate, err := readMono(p.clean)
	if err != nil {
		return nil, err
	}
	if rate != cleanRate || len(noisy) != len(clean) {
		return nil, fmt.Errorf("%s: %d samples at %d Hz, its reference %d at %d Hz: want the same", p.noisy, len(noisy), rate, len(clean), cleanRate)
	}
	if !slices.ContainsFunc(clean, func(v float32) bool { return v != 0 }) {
		return nil, errNoSpeech
	}
	if slices.Equal(noisy, clean) {
		return nil, errNoNoise
	}
	return &recording{p.name, rate, noisy, clean}, nil
}

// readMono reads a WAV of one channel.
func readMono(name string) ([]float32, int, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", name, err)
	}
	if c := r.Format().Channels; c != 1 {
		return nil, 0, fmt.Errorf("%s: %d channels: want mono", name, c)
	}
	var x []float32
	buf := make([]float32, 8192)
	for {
		n, err := r.Read(buf)
		x = append(x, buf[:n]...)
		if errors.Is(err, io.EOF) {
			return x, r.Format().SampleRate, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", name, err)
		}
	}
}
