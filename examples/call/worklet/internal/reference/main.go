// Command reference runs the worklet's microphone natively: float32 samples from
// standard input, in chunks, to standard output, and to standard error the
// microseconds that 10 ms of them take. A test builds it with the tag
// purego, so that it does the arithmetic that WebAssembly does.
package main

import (
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/quietline/quietline/examples/call/worklet/mic"
)

func main() {
	rate := flag.Int("rate", 48000, "sample `rate` in Hz")
	chunk := flag.Int("chunk", 480, "`samples` at once")
	flag.Parse()
	if err := run(*rate, *chunk, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func run(rate, chunk int, r io.Reader, w io.Writer) error {
	if chunk < 1 {
		return fmt.Errorf("%d samples at once: want 1 or more", chunk)
	}
	m, err := mic.New(rate, 1)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x := make([]float32, len(b)/4)
	if _, err := binary.Decode(b, binary.LittleEndian, x); err != nil {
		return err
	}
	y := slices.Clone(x)
	for at := 0; at < len(y); at += chunk {
		m.Process(y[at:min(at+chunk, len(y))])
	}
	fmt.Fprintf(os.Stderr, "%.1f\n", microseconds(m, x, rate, chunk))
	return binary.Write(w, binary.LittleEndian, y)
}

// microseconds returns the median time that 10 ms of x take, as testdata/node.mjs
// measures it: in stretches so short that other programs disturb few of them.
func microseconds(m *mic.Mic, x []float32, rate, chunk int) float64 {
	stretch := (rate/100 + chunk - 1) / chunk * chunk
	y := make([]float32, stretch)
	var times []float64
	for range 4 {
		for at := 0; at+stretch <= len(x); at += stretch {
			copy(y, x[at:])
			began := time.Now()
			for i := 0; i < stretch; i += chunk {
				m.Process(y[i : i+chunk])
			}
			times = append(times, time.Since(began).Seconds()*1e6*float64(rate)/float64(100*stretch))
		}
	}
	slices.Sort(times)
	return times[len(times)/2]
}
