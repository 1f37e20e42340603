package worklet

import (
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

var built struct {
	once sync.Once
	dir  string
	path string
	err  error
}

// module builds the module once for all tests and returns its path.
func module(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "worklet-"); built.err == nil {
			built.path, built.err = Build(t.Context(), built.dir)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(built.dir)
	os.Exit(code)
}

// recording is the noisy speech of the repository's testdata, 48 kHz mono.
const recording = "../../../testdata/noisy_rain_48k.wav"

func noisy(t *testing.T) []float32 {
	t.Helper()
	f, err := os.Open(recording)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var x []float32
	buf := make([]float32, 4096)
	for {
		n, err := r.Read(buf)
		x = append(x, buf[:n]...)
		if err == io.EOF {
			return x
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func writeFloats(t *testing.T, path string, x []float32) {
	t.Helper()
	b, err := binary.Append(nil, binary.LittleEndian, x)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

func floats(t *testing.T, b []byte) []float32 {
	t.Helper()
	x := make([]float32, len(b)/4)
	if _, err := binary.Decode(b, binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	return x
}

// difference returns the largest difference and how many samples differ at all.
func difference(t *testing.T, a, b []float32) (largest float64, count int) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d samples, want %d", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			count++
			largest = math.Max(largest, math.Abs(float64(a[i])-float64(b[i])))
		}
	}
	return largest, count
}

// copyScripts puts the scripts, and what else is named, into a folder that Node
// takes for modules.
func copyScripts(t *testing.T, more ...string) string {
	t.Helper()
	dir := t.TempDir()
	names, err := filepath.Glob("*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names, more...) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type":"module"}`), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}
