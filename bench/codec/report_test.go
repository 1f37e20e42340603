package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

// TestReport sums two recordings up: rates over all of their time, ESTOI and
// speech cut as means.
func TestReport(t *testing.T) {
	list := []result{
		{"a", 16000, 2, 0.5, "noisy", "", 0, traffic{}, 0.5},
		{"a", 16000, 2, 0.5, "noisy", "codec", 12000, traffic{100, 50, 3000, 0.01}, 0.4},
		{"b", 16000, 6, 0.9, "noisy", "", 0, traffic{}, 0.7},
		{"b", 16000, 6, 0.9, "noisy", "codec", 12000, traffic{300, 0, 9000, 0.03}, 0.6},
		{"c", 48000, 1, 1, "clean", "", 0, traffic{}, 1},
	}
	rep := newReport(list, 3)
	var b strings.Builder
	if err := rep.writeMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"**16 kHz**, recordings: 2, 8.0 s in all, speech in 80 % of it.",
		"\n| not coded | noisy | | | | | | | 0.600 |\n",
		// 12000 bytes in 8 s; 40 more for each of 350 packets.
		"\n| 12 | noisy | codec | 12.0 | 12000 | 26.0 | 12 % | 2.00 % | 0.500 |\n",
		"\nLeft out, without speech or without noise: 3.\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Index(b.String(), "48 kHz") > strings.Index(b.String(), "16 kHz") {
		t.Error("48 kHz does not come first")
	}

	var buf bytes.Buffer
	if err := rep.writeJSON(&buf); err != nil {
		t.Fatal(err)
	}
	var got report
	if err := json.Unmarshal(buf.Bytes(), &got); err != nil || len(got.Rows) != 3 || len(got.Results) != 5 || got.Rows[2].Bytes != 12000 {
		t.Errorf("%v, %+v", err, got)
	}
}

// write makes a WAV of n samples of the same value.
func write(t *testing.T, name string, rate, channels, n int, v float32) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := wav.NewWriter(f, wav.Format{SampleRate: rate, Channels: channels, Encoding: wav.PCM16})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, n*channels)
	for i := range x {
		x[i] = v
	}
	if _, err := w.Write(x); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLoad: recordings without speech and without noise are told from those
// that do not fit.
func TestLoad(t *testing.T) {
	for name, c := range map[string]struct {
		noisy, clean func(name string)
		is           error
		says         string
	}{
		"noise": {wavOf(t, 8000, 1, 9, 0.5), wavOf(t, 8000, 1, 9, 0), errNoSpeech, ""},
		"clean": {wavOf(t, 8000, 1, 9, 0.5), wavOf(t, 8000, 1, 9, 0.5), errNoNoise, ""},
		"rate":  {wavOf(t, 8000, 1, 9, 0.5), wavOf(t, 16000, 1, 9, 0.2), nil, "want the same"},
		"short": {wavOf(t, 8000, 1, 9, 0.5), wavOf(t, 8000, 1, 8, 0.2), nil, "want the same"},
		"two":   {wavOf(t, 8000, 2, 9, 0.5), wavOf(t, 8000, 1, 9, 0.2), nil, "want mono"},
		"none":  {wavOf(t, 8000, 1, 9, 0.5), func(string) {}, os.ErrNotExist, ""},
	} {
		dir := t.TempDir()
		c.noisy(filepath.Join(dir, "noisy", "x.wav"))
		c.clean(filepath.Join(dir, "ref", "x.wav"))
		pairs, err := findPairs(dir)
		if err != nil || len(pairs) != 1 || pairs[0].name != "x" {
			t.Fatalf("%s: %v, %v", name, pairs, err)
		}
		_, err = pairs[0].load()
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err := run(io.Discard, io.Discard, dir, false); err == nil {
			t.Errorf("%s: a report without recordings", name)
		}
	}
	if _, err := findPairs(t.TempDir()); err == nil {
		t.Error("no error for an empty folder")
	}
}

func wavOf(t *testing.T, rate, channels, n int, v float32) func(string) {
	return func(name string) { write(t, name, rate, channels, n, v) }
}
