package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
)

// The programs in testdata check themselves; they run against the shared
// library and, linked in, against the static one.
func TestPrograms(t *testing.T) {
	for _, mode := range []string{"c-shared", "c-archive"} {
		for _, name := range []string{"api", "client"} {
			t.Run(name+" "+mode, func(t *testing.T) {
				p := program(t, "testdata/"+name+".c", mode, "-Werror")
				if out := run(t, time.Minute, nil, nil, p); string(out) != name+": ok\n" {
					t.Errorf("printed %q", out)
				}
			})
		}
	}
}

// What a C program gets is what a Go program gets, bit for bit.
func TestSameAsGo(t *testing.T) {
	filter := program(t, "testdata/filter.c", "c-shared", "-Werror")
	for _, c := range []struct {
		file           string
		rate, channels int
		frames         int
	}{
		{"noisy_rain_48k.wav", 48000, 1, 480},
		{"noisy_phone_8k.wav", 8000, 1, 37},
		{"stereo_wind_44k1.wav", 44100, 2, 4096},
	} {
		pcm := samples(t, c.file)
		d, err := denoise.New(denoise.Config{SampleRate: c.rate, Channels: c.channels})
		if err != nil {
			t.Fatal(err)
		}
		// The tail comes out when as many samples more have gone in.
		in := append(bytesToShorts(pcm), make([]int16, d.Latency()*c.channels)...)
		want := make([]int16, len(in))
		d.ProcessInt16(want, in)
		out := run(t, time.Minute, nil, pcm, filter, fmt.Sprint(c.rate), fmt.Sprint(c.channels), fmt.Sprint(c.frames))
		if !bytes.Equal(out, shortsToBytes(want)) {
			t.Errorf("%s: %d bytes from C differ from %d of Go", c.file, len(out), 2*len(want))
		}
	}
}

// The headers are C++ too.
func TestHeadersInCxx(t *testing.T) {
	compiler(t)
	cxx, err := exec.LookPath("c++")
	if err != nil {
		t.Skip("no C++ compiler")
	}
	src := filepath.Join(t.TempDir(), "a.cc")
	text := "#include \"quietline.h\"\n#include \"rnnoise.h\"\nquietline_config c = QUIETLINE_CONFIG;\n"
	if err := os.WriteFile(src, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	run(t, time.Minute, nil, nil, cxx, "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-I.", src)
}

// What make installs can be used as the README says: found by pkg-config, with
// the folder of RNNoise's name apart.
func TestMakeInstall(t *testing.T) {
	cc := compiler(t)
	if testing.Short() {
		t.Skip("builds both libraries once more")
	}
	for _, tool := range []string{"make", "pkg-config"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s", tool)
		}
	}
	dir := t.TempDir()
	run(t, 10*time.Minute, []string{"CC=" + cc}, nil, "make", "install", "TRIM=", "OUT="+filepath.Join(dir, "build"), "PREFIX="+filepath.Join(dir, "usr"))
	env := []string{"PKG_CONFIG_PATH=" + filepath.Join(dir, "usr/lib/pkgconfig")}
	flags := strings.Fields(string(run(t, time.Minute, env, nil, "pkg-config", "--cflags", "--libs", "quietline")))
	client := filepath.Join(dir, "client")
	run(t, time.Minute, nil, nil, cc, append(append([]string{"testdata/client.c", "-o", client}, flags...), "-lm")...)
	lib := filepath.Join(dir, "usr/lib")
	out := run(t, time.Minute, []string{"LD_LIBRARY_PATH=" + lib, "DYLD_LIBRARY_PATH=" + lib}, nil, client)
	if string(out) != "client: ok\n" {
		t.Errorf("printed %q", out)
	}
}

// The cost of the way from C into Go and back. The bounds are loose: a busy
// machine must not fail the test.
func TestCost(t *testing.T) {
	out := run(t, time.Minute, nil, nil, program(t, "testdata/measure.c", "c-shared", "-Werror"))
	var through, direct, empty float64
	if _, err := fmt.Sscan(string(out), &through, &direct, &empty); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	t.Logf("10 ms at 48 kHz: from C %.0f ns, within Go %.0f ns, difference %.0f; the cheapest call %.0f ns",
		through, direct, through-direct, empty)
	if through > 2*direct+5000 || empty > 5000 {
		t.Errorf("the boundary costs too much")
	}
}

// samples returns the 16-bit samples of a file in the repository's testdata.
func samples(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(b, []byte("data"))
	if i < 0 {
		t.Fatalf("%s: no samples", name)
	}
	n := int(binary.LittleEndian.Uint32(b[i+4:]))
	return b[i+8:][:n]
}

func bytesToShorts(b []byte) []int16 {
	x := make([]int16, len(b)/2)
	for i := range x {
		x[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return x
}

func shortsToBytes(x []int16) []byte {
	b := make([]byte, 0, 2*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}
