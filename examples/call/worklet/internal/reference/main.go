// Command reference runs the worklet's microphone natively: float32 samples from
// standard input, in chunks, to standard output. A test builds it with the tag
// purego, so that it does the arithmetic that WebAssembly does.
package main

import (
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"

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
	for at := 0; at < len(x); at += chunk {
		m.Process(x[at:min(at+chunk, len(x))])
	}
	return binary.Write(w, binary.LittleEndian, x)
}
