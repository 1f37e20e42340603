package lab

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Pairs returns the items of a folder with noisy/NAME.wav and, aligned to the
// sample, ref/NAME.wav. A silent reference makes an item of noise alone, one
// that equals the input an item of clean speech. Names like
// anna_fan_05dB and anna_fan_05dB_rev tell the noise, the SNR, and that there is
// a room. Every file is read once here.
func Pairs(folder string) (*Set, error) {
	files, err := filepath.Glob(filepath.Join(folder, "noisy", "*.wav"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("lab: no recordings in %s: want noisy/*.wav there, and ref/*.wav of the same names", folder)
	}
	s := &Set{Name: filepath.Base(folder)}
	for _, file := range files {
		it, err := pair(strings.TrimSuffix(filepath.Base(file), ".wav"), file, filepath.Join(folder, "ref", filepath.Base(file)))
		if err != nil {
			return nil, err
		}
		s.Items = append(s.Items, it)
	}
	return s, nil
}

// pair makes an item of two files.
func pair(name, noisy, ref string) (*Item, error) {
	it := &Item{Name: name, Kind: Mix}
	it.load = func() ([]float32, []float32, error) {
		x, err := ReadMono(noisy)
		if err != nil {
			return nil, nil, err
		}
		r, err := ReadMono(ref)
		if err != nil {
			return nil, nil, err
		}
		if len(x) != len(r) {
			return nil, nil, fmt.Errorf("lab: %s: %d samples, its reference %d: want as many", noisy, len(x), len(r))
		}
		return Quantize(x), Quantize(r), nil
	}
	it.describe()
	x, r, err := it.load()
	if err != nil {
		return nil, err
	}
	switch {
	case !slices.ContainsFunc(r, func(v float32) bool { return v != 0 }):
		it.Kind = Noise
		_, it.Noise, _ = strings.Cut(name, "_")
	case slices.Equal(x, r):
		it.Kind = Clean
	}
	return it, nil
}
