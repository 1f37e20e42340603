package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
)

// crate is a Rust package that carries RNNoise's own sources.
type crate struct{ name, version, sum string }

var (
	rnnoise01 = crate{"rnnoise-sys", "0.1.3", "f81fc801620fa371b662fd9a60a79db2ac4b247b9433080433321ebd5f5ed902"}
	rnnoise02 = crate{"rnnoise2-sys", "0.1.2", "4d79d98cd6d8a69636f767af2c573b46049108a931816626df86acc6cfe0ab2c"}
)

// files returns a folder with files of RNNoise, fetched with cargo, or skips.
func (c crate) files(t *testing.T, files ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("fetches RNNoise's sources")
	}
	if _, err := exec.LookPath("cargo"); err != nil {
		t.Skip("no cargo: RNNoise's own header and program are not to be had")
	}
	name := c.name + "-" + c.version + ".crate"
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			t.Skip(err)
		}
		home = filepath.Join(user, ".cargo")
	}
	find := func() []string {
		found, _ := filepath.Glob(filepath.Join(home, "registry/cache/*", name))
		return found
	}
	if len(find()) == 0 {
		// It fetches one crate alone; building would fetch its dependencies too.
		_, log, err := try(2*time.Minute, nil, nil, "cargo", "info", "-q", c.name+"@"+c.version)
		if err != nil || len(find()) == 0 {
			t.Skipf("cargo did not fetch %s: %v %.200s", name, err, log)
		}
	}
	b, err := os.ReadFile(find()[0])
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != c.sum {
		t.Fatalf("%s has another checksum than expected: %x", name, sum)
	}
	dir := t.TempDir()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for tr := tar.NewReader(z); ; {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(h.Name, "/rnnoise/"+f) {
				b, err := io.ReadAll(tr)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, filepath.Base(f)), b, 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, f := range files {
		if _, err := os.Stat(filepath.Join(dir, filepath.Base(f))); err != nil {
			t.Skipf("%s has no %s", name, f)
		}
	}
	return dir
}

// The client compiled with RNNoise's own headers: the same functions, the same
// types. 0.1 has fewer.
func TestOriginalHeader(t *testing.T) {
	compiler(t)
	for _, c := range []struct {
		crate crate
		flags []string
	}{{rnnoise01, []string{"-DRNNOISE_01"}}, {rnnoise02, nil}} {
		t.Run(c.crate.name, func(t *testing.T) {
			dir := c.crate.files(t, "include/rnnoise.h")
			p := program(t, "testdata/client.c", "c-shared", append(c.flags, "-I"+dir)...)
			if out := run(t, time.Minute, nil, nil, p); string(out) != "client: ok\n" {
				t.Errorf("printed %q", out)
			}
		})
	}
}

// RNNoise's own program, source and header unchanged, linked to this library.
// It reads and writes raw 16-bit samples and leaves the first frame out.
func TestDemo(t *testing.T) {
	compiler(t)
	dir := rnnoise02.files(t, "include/rnnoise.h", "examples/rnnoise_demo.c")
	demo := program(t, filepath.Join(dir, "rnnoise_demo.c"), "c-shared", "-I"+dir, "-w")

	pcm := samples(t, "noisy_rain_48k.wav")
	in, out := filepath.Join(dir, "in.raw"), filepath.Join(dir, "out.raw")
	if err := os.WriteFile(in, pcm, 0o666); err != nil {
		t.Fatal(err)
	}
	run(t, time.Minute, nil, nil, demo, in, out)
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}

	// What it must be: the denoiser of package denoise, in the program's cast to
	// 16 bits, which cuts fractions off.
	d, err := denoise.New(denoise.Config{SampleRate: 48000, FrameSize: rnnFrame})
	if err != nil {
		t.Fatal(err)
	}
	var want []int16
	noisy := bytesToShorts(pcm)
	x := make([]float32, rnnFrame)
	for ; len(noisy) >= rnnFrame; noisy = noisy[rnnFrame:] {
		for i := range x {
			x[i] = float32(noisy[i]) / fullScale
		}
		d.Process(x, x)
		for _, v := range x {
			want = append(want, int16(min(max(v*fullScale, -fullScale), fullScale-1)))
		}
	}
	if !bytes.Equal(got, shortsToBytes(want[rnnFrame:])) {
		t.Fatalf("rnnoise_demo wrote %d bytes that differ from the denoiser's %d", len(got), 2*len(want[rnnFrame:]))
	}
	if d.Stats().ReductionDB < 12 {
		t.Errorf("noise in pauses fell by %.1f dB, want 12", d.Stats().ReductionDB)
	}
}
