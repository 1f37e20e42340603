package denoise

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/internal/wav"
)

// TestKernelsAndPlain: with vector kernels and without, the output differs by
// less than −90 dBFS, in every sample, on all recordings in testdata. So the
// recursions do not drift apart.
func TestKernelsAndPlain(t *testing.T) { bothEngines(t, testKernelsAndPlain) }

func testKernelsAndPlain(t *testing.T) {
	if !simd.Available() {
		t.Skip("no vector kernels in this build or on this machine")
	}
	names, err := filepath.Glob("../testdata/*.wav")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		x, rate, channels := readAll(t, name)
		if testEngine == Neural { // in plain Go it takes its time
			x = x[:2*rate*channels]
		}
		var y [2][]float32
		for i, on := range []bool{false, true} {
			was := simd.SetEnabled(on)
			y[i] = make([]float32, len(x))
			mustNew(t, Config{SampleRate: rate, Channels: channels}).Process(y[i], x)
			simd.SetEnabled(was)
		}
		var most float64
		for i, v := range y[0] {
			most = max(most, math.Abs(float64(v-y[1][i])))
		}
		if db := 20 * math.Log10(most); !(db < -90) {
			t.Errorf("%s: kernels and plain Go differ by %.1f dBFS", name, db)
		} else {
			t.Logf("%s: %.1f dBFS", filepath.Base(name), db)
		}
	}
}

// TestKernelsRecover: after samples of every kind that should not be, the output
// with kernels and without is the same again.
func TestKernelsRecover(t *testing.T) { bothEngines(t, testKernelsRecover) }

func testKernelsRecover(t *testing.T) {
	if !simd.Available() {
		t.Skip("no vector kernels in this build or on this machine")
	}
	const rate = 16000
	good := talk(rate, 1, 3*rate)
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, bad := range []float32{nan, -nan, inf, -inf, math.MaxFloat32, -1e30, 1e-40, math.SmallestNonzeroFloat32, 65536} {
		if testEngine == Neural && bad != inf && bad != 65536 {
			continue
		}
		x := append([]float32(nil), good...)
		for i := rate / 2; i < rate/2+400; i++ {
			x[i] = bad
		}
		var y [2][]float32
		for i, on := range []bool{false, true} {
			was := simd.SetEnabled(on)
			y[i] = make([]float32, len(x))
			mustNew(t, Config{SampleRate: rate}).Process(y[i], x)
			simd.SetEnabled(was)
		}
		for i, v := range y[0] {
			if v-v != 0 || y[1][i]-y[1][i] != 0 {
				t.Fatalf("after %v: sample %d is %v, with kernels %v", bad, i, v, y[1][i])
			}
			if d := math.Abs(float64(v - y[1][i])); i > 2*rate && !(d < 3e-5) {
				t.Fatalf("after %v: sample %d is %v, with kernels %v", bad, i, v, y[1][i])
			}
		}
	}
}

// readAll reads the interleaved samples of a WAV file.
func readAll(t *testing.T, name string) (x []float32, rate, channels int) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float32, 4096*r.Format().Channels)
	for {
		n, err := r.Read(buf)
		x = append(x, buf[:n]...)
		if err != nil || n == 0 {
			return x, r.Format().SampleRate, r.Format().Channels
		}
	}
}
