// Command features computes what package denoise decides about speech from, for
// streams that it reads from standard input, until that ends:
//
//	int32 sample rate, int32 n, n × int16 samples
//
// To standard output it writes for each of them, as soon as it is read,
//
//	int32 hops, hops × voicenet.Features × float32
//
// with NaN for hops that package denoise does not judge: digital silence, and
// what comes before it knows the noise. All little endian.
// bench/presence/fit.py trains on it.
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/quietline/quietline/internal/voicenet"
	"github.com/quietline/quietline/spectral"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "features:", err)
		os.Exit(1)
	}
}

// maxSamples bounds what a stream may ask for.
const maxSamples = 1 << 28

// run serves streams from r until it ends.
func run(r io.Reader, w io.Writer) error {
	in, out := bufio.NewReaderSize(r, 1<<16), bufio.NewWriterSize(w, 1<<16)
	for {
		var head struct{ Rate, Samples int32 }
		err := binary.Read(in, binary.LittleEndian, &head)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if head.Rate < 8000 || head.Samples < 0 || head.Samples > maxSamples {
			return fmt.Errorf("a stream of %d samples at %d Hz: want 0 to %d samples at 8000 Hz or more", head.Samples, head.Rate, maxSamples)
		}
		pcm := make([]int16, head.Samples)
		if err := binary.Read(in, binary.LittleEndian, pcm); err != nil {
			return err
		}
		rows, err := ofStream(int(head.Rate), pcm)
		if err != nil {
			return err
		}
		if err := binary.Write(out, binary.LittleEndian, int32(len(rows))); err != nil {
			return err
		}
		if err := binary.Write(out, binary.LittleEndian, rows); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// ofStream returns the features of every whole hop.
func ofStream(rate int, pcm []int16) ([][voicenet.Features]float32, error) {
	hop := spectral.FastLen(rate / 100)
	c, err := newChain(rate, hop)
	if err != nil {
		return nil, err
	}
	nan := float32(math.NaN())
	rows := make([][voicenet.Features]float32, len(pcm)/hop)
	x := make([]float32, hop)
	for t := range rows {
		for i, v := range pcm[t*hop:][:hop] {
			x[i] = float32(v) / 32768
		}
		if !c.update(&rows[t], x) {
			for i := range rows[t] {
				rows[t][i] = nan
			}
		}
	}
	return rows, nil
}
