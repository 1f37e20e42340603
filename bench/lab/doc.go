// Package lab is what the laboratories in bench share: recordings and mixtures
// (Set, Mixer, Builtin), systems that denoise them, in this process (Engine) or
// in one of their own (Driver), and tables.
//
// Everything is mono at Rate; recordings of other rates are resampled when they
// are read. Samples are float32 in ±1 on the grid of 16 bit, so that a system
// that reads a file gets what one in this process gets.
package lab

import (
	"errors"
	"os"
	"path/filepath"
)

const (
	Rate = 48000      // Hz, of everything in the laboratory
	Hop  = Rate / 100 // samples of the 10 ms that costs and decisions refer to
)

// Root returns the repository's folder, from the working folder or any above.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "testdata", "noisy_rain_48k.wav")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("lab: no testdata in this folder or above: run it in the repository")
		}
		dir = up
	}
}
