// Command features writes the three features that package denoise decides about
// speech from, one line per hop of 10 ms, for every WAV in a folder:
//
//	go run ./bench/presence/features IN OUT
//
// IN/NAME.wav, one channel, becomes OUT/NAME.csv with the columns low, mid and
// flat, NaN where package denoise does not ask for them: in digital silence and
// before it knows the noise. bench/presence/fit.py fits the weights to them.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/spectral"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: features IN OUT (folders)")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "features:", err)
		os.Exit(1)
	}
}

// run makes a CSV in the folder out of every WAV in the folder in.
func run(in, out string) error {
	names, err := filepath.Glob(filepath.Join(in, "*.wav"))
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("no .wav in %s", in)
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	for _, name := range names {
		list, err := ofFile(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		base := strings.TrimSuffix(filepath.Base(name), ".wav")
		if err := writeCSV(filepath.Join(out, base+".csv"), list); err != nil {
			return err
		}
	}
	return nil
}

// ofFile returns the features of every whole hop of a WAV.
func ofFile(name string) ([]features, error) {
	x, rate, err := readMono(name)
	if err != nil {
		return nil, err
	}
	hop := spectral.FastLen(rate / 100)
	c, err := newChain(rate, hop)
	if err != nil {
		return nil, err
	}
	nan := float32(math.NaN())
	var list []features
	for ; len(x) >= hop; x = x[hop:] {
		f, ok := c.update(x[:hop])
		if !ok {
			f = features{nan, nan, nan}
		}
		list = append(list, f)
	}
	return list, nil
}

// readMono returns the samples of a WAV of one channel and its rate in Hz.
func readMono(name string) ([]float32, int, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	r, err := wav.NewReader(file)
	if err != nil {
		return nil, 0, err
	}
	f := r.Format()
	if f.Channels != 1 || f.SampleRate < 8000 {
		return nil, 0, fmt.Errorf("%v: want one channel at 8000 Hz or more", f)
	}
	var x []float32
	chunk := make([]float32, 1<<15)
	for {
		n, err := r.Read(chunk)
		x = append(x, chunk[:n]...)
		if errors.Is(err, io.EOF) {
			return x, f.SampleRate, nil
		}
		if err != nil {
			return nil, 0, err
		}
	}
}

func writeCSV(name string, list []features) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "low,mid,flat")
	for _, f := range list {
		fmt.Fprintf(w, "%.6g,%.6g,%.6g\n", f.low, f.mid, f.flat)
	}
	return errors.Join(w.Flush(), file.Close())
}
