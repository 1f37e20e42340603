package metrics

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"
)

// TestResampleTone: a tone below both Nyquist frequencies comes out as the same
// tone, at the same time, and one above the new one not at all.
func TestResampleTone(t *testing.T) {
	for _, rate := range []int{8000, 10000, 11025, 16000, 22050, 44100, 48000, 96000} {
		tone := func(hz float64, rate, n int) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = math.Sin(2 * math.Pi * hz * float64(i) / float64(rate))
			}
			return x
		}
		y := resample(tone(1000, rate, rate), rate, 10000)
		if len(y) != 10000 {
			t.Fatalf("%d Hz: %d samples", rate, len(y))
		}
		want := tone(1000, 10000, 10000)
		for i := 500; i < 9500; i++ { // zeros stand before and after the tone
			if math.Abs(y[i]-want[i]) > 2e-3 {
				t.Fatalf("%d Hz: sample %d is %g, want %g", rate, i, y[i], want[i])
			}
		}
		if rate <= 10000 {
			continue
		}
		for i, v := range resample(tone(5400, rate, rate), rate, 10000)[500:9500] {
			if math.Abs(v) > 2e-3 {
				t.Fatalf("%d Hz: alias of %g at sample %d", rate, v, i)
			}
		}
	}
}

// TestResampleIsConvolution compares the polyphase form with the plain one:
// zeros between the samples, the whole filter, every down-th sample.
func TestResampleIsConvolution(t *testing.T) {
	x := []float64{1, -2, 3, 0.5, 4, -1, 2}
	for _, rate := range []int{8000, 15000, 16000, 48000} {
		g := gcd(rate, 10000)
		up, down := 10000/g, rate/g
		h := antiAlias(up, down)
		y := resample(x, rate, 10000)
		for i := range y {
			var want float64
			for j, v := range x {
				if k := i*down + len(h)/2 - j*up; k >= 0 && k < len(h) {
					want += v * h[k]
				}
			}
			if math.Abs(y[i]-want) > 1e-12 {
				t.Errorf("%d Hz: sample %d is %g, want %g", rate, i, y[i], want)
			}
		}
	}
}

// TestBesselI0 compares with values of Abramowitz and Stegun, table 9.8.
func TestBesselI0(t *testing.T) {
	for x, want := range map[float64]float64{0: 1, 1: 1.2660658778, 2: 2.2795853023, 5: 27.2398718236, 10: 2815.7166284663} {
		if got := besselI0(x); math.Abs(got-want) > 1e-9*want {
			t.Errorf("I0(%g) = %.10f, want %.10f", x, got, want)
		}
	}
}

// TestEnvelopes compares with a plain DFT of a frame.
func TestEnvelopes(t *testing.T) {
	x, _ := synthetic(10000)
	d := float64s(x)[12000:13000]
	got := envelopes(d)
	if len(got[0]) != 6 {
		t.Fatalf("%d frames of 1000 samples", len(got[0]))
	}
	edges := bandEdges()
	const frame = 3
	for b := range got {
		var want float64
		for k := edges[b]; k < edges[b+1]; k++ {
			var c complex128
			for i, w := range hann {
				c += complex(w*d[frame*stoiHop+i], 0) * cmplx.Rect(1, -2*math.Pi*float64(k*i)/stoiFFT)
			}
			want += real(c)*real(c) + imag(c)*imag(c)
		}
		if want = math.Sqrt(want); math.Abs(got[b][frame]-want) > 1e-9*(1+want) {
			t.Errorf("band %d: %g, want %g", b, got[b][frame], want)
		}
	}
}

// TestIdentity: clean speech scores 1, at any level; gain and polarity do not
// count, and silence scores nothing.
func TestIdentity(t *testing.T) {
	x, _ := synthetic(16000)
	scaled := make([]float32, len(x))
	for i, v := range x {
		scaled[i] = -0.25 * v
	}
	silent := make([]float32, len(x))
	for _, m := range []struct {
		name     string
		f        func(x, y []float32, rate int) (float64, error)
		same, no float64
	}{
		{"STOI", STOI, 1, 0},
		{"ESTOI", ESTOI, 1, 0},
		{"SI-SDR", func(x, y []float32, _ int) (float64, error) { return SISDR(x, y) }, maxSDR, -maxSDR},
	} {
		for what, c := range map[string]struct {
			y    []float32
			want float64
		}{"itself": {x, m.same}, "scaled": {scaled, m.same}, "silence": {silent, m.no}} {
			got, err := m.f(x, c.y, 16000)
			if err != nil || math.Abs(got-c.want) > 1e-6 {
				t.Errorf("%s of %s: %g, %v; want %g", m.name, what, got, err, c.want)
			}
		}
	}
}

// TestSISDRKnown: an orthogonal disturbance of a hundredth of the energy is
// 20 dB down, whatever the gain.
func TestSISDRKnown(t *testing.T) {
	const n = 48000
	x, y := make([]float32, n), make([]float32, n)
	for i := range x {
		s, c := math.Sincos(2 * math.Pi * 440 * float64(i) / n)
		x[i] = float32(s)
		y[i] = float32(3*s + 0.3*c + 0.5) // and an offset
	}
	got, err := SISDR(x, y)
	if err != nil || math.Abs(got-20) > 1e-3 {
		t.Errorf("%g dB, %v; want 20", got, err)
	}
}

// TestActiveLevelKnown: one second of tone in four has the level of the tone,
// not the 6 dB less of the whole, less what the hangover of 0.2 s takes.
func TestActiveLevelKnown(t *testing.T) {
	for _, rate := range []int{8000, 48000} {
		x := make([]float32, 4*rate)
		for i := rate; i < 2*rate; i++ {
			x[i] = 0.1 * float32(math.Sin(2*math.Pi*300*float64(i)/float64(rate)))
		}
		const tone = -23.01
		level, activity, err := ActiveLevel(x, rate)
		if err != nil {
			t.Fatal(err)
		}
		if level > tone || level < tone-1.2 || activity < 0.25 || activity > 0.33 {
			t.Errorf("%d Hz: %.2f dB, active %.3f; want %.2f, 0.25, or a hangover less", rate, level, activity, tone)
		}
		// The level follows the gain.
		for i := range x {
			x[i] *= 0.1
		}
		if fainter, _, _ := ActiveLevel(x, rate); math.Abs(level-20-fainter) > 0.2 {
			t.Errorf("%d Hz: %.2f dB, 20 dB fainter %.2f", rate, level, fainter)
		}
	}
}

func TestErrors(t *testing.T) {
	x, y := synthetic(8000)
	bad := append([]float32(nil), y...)
	bad[7] = float32(math.NaN())
	silent := make([]float32, len(x))
	pair := map[string]func(x, y []float32) error{
		"STOI":   func(x, y []float32) error { _, err := STOI(x, y, 8000); return err },
		"ESTOI":  func(x, y []float32) error { _, err := ESTOI(x, y, 8000); return err },
		"SI-SDR": func(x, y []float32) error { _, err := SISDR(x, y); return err },
	}
	for name, f := range pair {
		for what, c := range map[string][2][]float32{
			"length": {x, y[1:]}, "none": {nil, nil}, "NaN": {x, bad}, "silent": {silent, y},
		} {
			if err := f(c[0], c[1]); err == nil || !strings.HasPrefix(err.Error(), "metrics: ") {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	level := func(x []float32, rate int) error { _, _, err := ActiveLevel(x, rate); return err }
	stoi := func(n, rate int) error { _, err := STOI(x[:n], y[:n], rate); return err }
	for what, err := range map[string]error{
		"level of nothing": level(nil, 8000), "level of silence": level(silent, 8000), "level of NaN": level(bad, 8000),
		"rate": level(x, 7999), "STOI rate": stoi(len(x), 192001), "STOI of 0.1 s": stoi(800, 8000), "STOI of a frame": stoi(100, 8000),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "metrics: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func BenchmarkESTOI(b *testing.B) {
	x, y := synthetic(48000)
	b.SetBytes(int64(4 * len(x)))
	for b.Loop() {
		if _, err := ESTOI(x, y, 48000); err != nil {
			b.Fatal(err)
		}
	}
}
