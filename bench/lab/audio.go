package lab

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/opusio"
)

// ReadMono reads a .wav or .opus file as mono at Rate: channels are averaged,
// other rates resampled. The values are those of the file; see Quantize.
func ReadMono(name string) ([]float32, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var src interface{ Read([]float32) (int, error) }
	var channels, rate int
	switch strings.ToLower(filepath.Ext(name)) {
	case ".wav":
		r, err := wav.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("lab: %s: %w", name, err)
		}
		src, channels, rate = r, r.Format().Channels, r.Format().SampleRate
	case ".opus":
		r, err := opusio.NewOggReader(f, nil)
		if err != nil {
			return nil, fmt.Errorf("lab: %s: %w", name, err)
		}
		src, channels, rate = r, r.Channels(), Rate
	default:
		return nil, fmt.Errorf("lab: %s: want a .wav or .opus file", name)
	}
	var x []float32
	buf := make([]float32, 8192*channels)
	for {
		n, err := src.Read(buf)
		for i := 0; i+channels <= n; i += channels {
			var sum float32
			for _, v := range buf[i : i+channels] {
				sum += v
			}
			x = append(x, sum/float32(channels))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("lab: %s: %w", name, err)
		}
	}
	for i, v := range x {
		if v-v != 0 {
			return nil, fmt.Errorf("lab: %s: sample %d is %v: want finite ones", name, i, v)
		}
	}
	return Resample(x, rate, Rate), nil
}

// WriteMono writes x, in ±1 at Rate, as a 16-bit WAV. The file appears under its
// name when it is whole.
func WriteMono(name string, x []float32) error {
	return WriteFile(name, func(f *os.File) error {
		w, err := wav.NewWriter(f, wav.Format{SampleRate: Rate, Channels: 1, Encoding: wav.PCM16})
		if err != nil {
			return err
		}
		if _, err := w.Write(x); err != nil {
			return err
		}
		return w.Close()
	})
}

// WriteFile lets write fill a file with a temporary name in the same folder,
// which is made if need be, and renames it when that succeeds.
func WriteFile(name string, write func(*os.File) error) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return err
	}
	err = write(f)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// Quantize rounds x in place to 16 bit, as a WAV file would, and returns it.
func Quantize(x []float32) []float32 {
	for i, v := range x {
		x[i] = float32(math.Max(-32768, math.Min(math.RoundToEven(float64(v)*32768), 32767)) / 32768)
	}
	return x
}

// meanSquare returns Σx²/n.
func meanSquare(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(max(len(x), 1))
}

func scale(x []float32, by float64) {
	for i := range x {
		x[i] = float32(float64(x[i]) * by)
	}
}

func fromDB(db float64) float64 { return math.Pow(10, db/20) }
