package main

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

func readProfile(t *testing.T, path string) *denoise.Profile {
	t.Helper()
	p, err := denoise.ReadProfile(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLearn(t *testing.T) {
	dir := t.TempDir()
	x := talk(16000, 1, 3)
	quiet := writeWAV(t, filepath.Join(dir, "noise.wav"), format(16000, 1, wav.Float32), x[:8000])
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 1, wav.Float32), x)
	a, b, c := filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json"), filepath.Join(dir, "c.json")

	must(t, "-learn", a, quiet)
	want, err := denoise.LearnProfile(x[:8000], 16000, 1)
	if err != nil {
		t.Fatal(err)
	}
	got := readProfile(t, a)
	for k := range want.PSD {
		if math.Abs(got.PSD[k]-want.PSD[k]) > 0.011 || got.BinHz != want.BinHz {
			t.Fatalf("bin %d is %g, the library says %g", k, got.PSD[k], want.PSD[k])
		}
	}
	// The same part of the whole recording, from a pipe too.
	must(t, "-learn", b, "-learn-from", "0-500ms", in)
	if r := call(bytes.NewReader(readFile(t, in)), "-learn", c, "-learn-from", "0s-0.5s", "-"); r.code != exitOK {
		t.Error(r.errors)
	}
	if !bytes.Equal(readFile(t, a), readFile(t, b)) || !bytes.Equal(readFile(t, a), readFile(t, c)) {
		t.Error("a part of a recording gives another profile than that part alone")
	}

	// A profile serves another file, and learning and cleaning in one go is
	// the same.
	one, two, three := filepath.Join(dir, "1.wav"), filepath.Join(dir, "2.wav"), filepath.Join(dir, "3.wav")
	must(t, "-profile", a, in, one)
	must(t, "-learn-from", "0-0.5", in, two)
	must(t, "-learn", b, "-learn-from", "0-0.5", in, three)
	if !bytes.Equal(readFile(t, one), readFile(t, two)) || !bytes.Equal(readFile(t, one), readFile(t, three)) {
		t.Error("-profile, -learn-from and -learn give different results")
	}
	must(t, in, two)
	must(t, "-profile", a, "-profile-mode", "start", in, three)
	if bytes.Equal(readFile(t, one), readFile(t, two)) || bytes.Equal(readFile(t, one), readFile(t, three)) {
		t.Error("the profile changes nothing")
	}
	y, _ := readWAV(t, one)
	if down := 20 * math.Log10(rms(x[:6000])/rms(y[:6000])); down < 15 {
		t.Errorf("with a fixed profile the noise goes down by %.1f dB from the start", down)
	}

	refuse(t, exitFailure, "too few", "-learn", filepath.Join(dir, "x.json"), "-learn-from", "0-0.05", in)
	refuse(t, exitFailure, "ends before 90 s", "-learn", filepath.Join(dir, "x.json"), "-learn-from", "1:30-", in)
	refuse(t, exitUsage, "two passes", "-learn-from", "0-1", "-", two)
	refuse(t, exitFailure, "a.wav: not a noise profile", "-profile", writeFile(t, filepath.Join(dir, "a.wav"), "{}"), in, two)
	if _, err := os.Stat(filepath.Join(dir, "x.json")); err == nil {
		t.Error("a profile was written although there is none")
	}
}

// A profile learned in pieces, for want of memory, is that of the whole.
func TestLearnInPieces(t *testing.T) {
	const n = 3*learnSamples + 100 // the last piece is too short to count
	x := noise(n, 0.05)
	clear(x[learnSamples : 2*learnSamples]) // and the second is digital silence
	src := &rawSource{r: bytes.NewReader(encodeRaw(x, wav.Float32)), f: format(48000, 1, wav.Float32)}
	got, err := learnProfile(context.Background(), src, everything)
	if err != nil {
		t.Fatal(err)
	}
	want, err := denoise.LearnProfile(x, 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k := range want.PSD {
		if d := math.Abs(got.PSD[k] - want.PSD[k]); d > 0.05 {
			t.Fatalf("bin %d is %g, want %g", k, got.PSD[k], want.PSD[k])
		}
	}
}

func TestSpan(t *testing.T) {
	for s, want := range map[string]span{
		"0s-1.5s": {0, 1.5}, "0-1.5": {0, 1.5}, "-2": {0, 2}, "1:02-1:04.5": {62, 64.5}, "300ms-1m": {0.3, 60}, "1:00:00-": {3600, math.Inf(1)}, "-": everything,
	} {
		if got, err := parseSpan(s); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "5", "2-1", "1-1", "a-b", "1-2-3", "1:2:3:4-", "NaN-1", "1-NaN", "-1e300"} {
		if got, err := parseSpan(s); err == nil {
			t.Errorf("%q: %v, want an error", s, got)
		}
	}
	if from, to := everything.frames(48000); from != 0 || to != math.MaxInt64 {
		t.Error(from, to)
	}
}

func TestParseRaw(t *testing.T) {
	f, err := parseRaw("s24le:44100:2")
	if err != nil || *f != format(44100, 2, wav.PCM24) {
		t.Errorf("%v, %v", f, err)
	}
	if f, err = parseRaw("ULAW:8000"); err != nil || *f != format(8000, 1, wav.MuLaw) {
		t.Errorf("%v, %v", f, err)
	}
	for _, s := range []string{"", "s16le", "s16le:x", "s16be:8000", "s16:8000:0", "s16:8000:x", "s16:4000", "s16:48000:65", "s16:8000:1:1", "s16:-8000"} {
		if f, err := parseRaw(s); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, %v, want an error", s, f, err)
		}
	}
}
