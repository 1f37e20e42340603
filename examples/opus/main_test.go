package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

// pcm returns the samples of a recording of testdata: 16 bits, mono, 48 kHz.
func pcm(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open("../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Format(); f.SampleRate != rate || f.Channels != 1 || f.Encoding != wav.PCM16 {
		t.Fatalf("%s is %v", name, f)
	}
	var all []byte
	buf := make([]byte, 1<<16)
	for {
		n, err := r.ReadRaw(buf)
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A recording gives a line for every 20 ms: voice when there is some, and
// pauses that are not sent.
func TestPackets(t *testing.T) {
	data := pcm(t, "noisy_rain_48k.wav")
	var out bytes.Buffer
	if err := run(bytes.NewReader(data), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if want := len(data) / 2 / frame; len(lines) != want {
		t.Errorf("%d lines, want %d", len(lines), want)
	}
	voice, quiet, skipped := 0, 0, 0
	for i, line := range lines {
		var at float64
		var size, level int
		var delivery string
		var talks bool
		if _, err := fmt.Sscanf(line, "%fs %d bytes %s %d dBov voice %t", &at, &size, &delivery, &level, &talks); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if d := at - 0.02*float64(i); d > 0.006 || d < -0.006 || size < 1 || level > 0 || level < -127 || talks && delivery != "send" {
			t.Errorf("line %d is %q", i, line)
		}
		switch {
		case talks:
			voice++
		case delivery == "skip":
			skipped++
		default:
			quiet++
		}
	}
	t.Logf("%d packets of voice, %d others sent, %d not sent", voice, quiet, skipped)
	if voice < len(lines)/4 || skipped < len(lines)/20 {
		t.Errorf("%d packets of voice, %d others sent, %d not sent", voice, quiet, skipped)
	}
}

// An input that fails is an error; one that ends within a frame is not.
func TestInput(t *testing.T) {
	var out bytes.Buffer
	if err := run(bytes.NewReader(make([]byte, 2*frame+7)), &out); err != nil || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("%v, %q", err, out.String())
	}
	fails := errors.New("unplugged")
	if err := run(io.MultiReader(bytes.NewReader(make([]byte, 10)), failing{fails}), &out); !errors.Is(err, fails) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
