package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"testing"
)

// recording returns the samples of a 16-bit WAV file in the repository's
// testdata, interleaved.
func recording(t testing.TB, name string) []int16 {
	t.Helper()
	b, err := os.ReadFile("../../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("data"))
	n := int(binary.LittleEndian.Uint32(b[at+4:]))
	x := make([]int16, n/2)
	for i := range x {
		x[i] = int16(binary.LittleEndian.Uint16(b[at+8+2*i:]))
	}
	return x
}

// change returns how much quieter, in dB, the pauses and the words of a
// recording have become: pauses are the quietest fifth of its pieces of 20 ms
// after the first second, words the loudest tenth. late is the delay of out in
// samples.
func change(in, out []int16, rate, late int) (pauses, words float64) {
	type piece struct{ before, after float64 }
	var pieces []piece
	n := rate / 50
	for i := rate; i+n+late <= min(len(in), len(out)); i += n {
		pieces = append(pieces, piece{energy(in[i : i+n]), energy(out[i+late : i+late+n])})
	}
	slices.SortFunc(pieces, func(a, b piece) int {
		switch {
		case a.before < b.before:
			return -1
		case a.before > b.before:
			return 1
		}
		return 0
	})
	sum := func(p []piece) float64 {
		var before, after float64
		for _, x := range p {
			before += x.before
			after += x.after
		}
		return 10 * math.Log10(before/(after+1))
	}
	return sum(pieces[:len(pieces)/5]), sum(pieces[len(pieces)*9/10:])
}

func energy(x []int16) (e float64) {
	for _, v := range x {
		e += float64(v) * float64(v)
	}
	return e
}

// cleaned fails unless the noise in pauses fell by 12 dB and words stayed.
func cleaned(t *testing.T, what string, in, out []int16, rate, late int) {
	t.Helper()
	pauses, words := change(in, out, rate, late)
	t.Logf("%s: pauses %+.1f dB, words %+.1f dB", what, -pauses, -words)
	if pauses < 12 {
		t.Errorf("%s: the noise in pauses fell by %.1f dB, want 12", what, pauses)
	}
	if math.Abs(words) > 2 {
		t.Errorf("%s: words changed by %.1f dB, want less than 2", what, -words)
	}
}
