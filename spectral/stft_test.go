package spectral

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func mustSTFT(t testing.TB, window []float32, hop int) *STFT {
	t.Helper()
	s, err := NewSTFT(window, hop)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// stftPass sends x, a whole number of hops, through s; change may alter each
// spectrum.
func stftPass(s *STFT, x []float32, change func(re, im []float32)) []float32 {
	re, im := make([]float32, s.Bins()), make([]float32, s.Bins())
	y := make([]float32, len(x))
	for i := 0; i+s.Hop() <= len(x); i += s.Hop() {
		s.Analyze(re, im, x[i:i+s.Hop()])
		if change != nil {
			change(re, im)
		}
		s.Synthesize(y[i:i+s.Hop()], re, im)
	}
	return y
}

var stftCases = []struct {
	name   string
	make   func(int) []float32
	size   int
	hop    int
	within float64 // largest error for noise in ±1
}{
	{"SqrtHann", SqrtHann, 160, 80, 1e-6},
	{"SqrtHann", SqrtHann, 320, 160, 1e-6},
	{"SqrtHann", SqrtHann, 480, 240, 1e-6},
	{"SqrtHann", SqrtHann, 882, 441, 1e-6},
	{"SqrtHann", SqrtHann, 960, 480, 1e-6},
	{"SqrtHann", SqrtHann, 960, 240, 1e-6},
	{"SqrtHann", SqrtHann, 1024, 256, 1e-6},
	{"SqrtHann", SqrtHann, 220, 110, 1e-6}, // 11 025 Hz: the transform goes through gonum
	{"SqrtHann", SqrtHann, 441, 220, 1e-6}, // odd size, hop not a divisor
	{"SqrtHann", SqrtHann, 75, 25, 1e-6},
	{"SqrtHann", SqrtHann, 960, 700, 1e-6}, // sums far from constant
	{"Vorbis", Vorbis, 960, 480, 1e-6},
	{"Vorbis", Vorbis, 1920, 480, 1e-6},
	{"Hann", Hann, 960, 480, 1e-6},
	{"Hann", Hann, 512, 128, 1e-6},
	{"Hamming", Hamming, 400, 160, 1e-6},
	{"Hamming", Hamming, 64, 64, 2e-6}, // no overlap at all: both ends are divided by 0.08
	{"one sample", Hamming, 1, 1, 1e-6},
	{"hop 1", SqrtHann, 16, 1, 1e-6},
}

// Output is input, Delay samples later and from the first sample on; before
// that it is silence.
func TestSTFTReconstructs(t *testing.T) {
	for _, c := range stftCases {
		t.Run(fmt.Sprintf("%s %d by %d", c.name, c.size, c.hop), func(t *testing.T) {
			s := mustSTFT(t, c.make(c.size), c.hop)
			if s.Size() != c.size || s.Hop() != c.hop || s.Bins() != c.size/2+1 || s.Delay() != c.size-c.hop {
				t.Fatalf("size %d, hop %d, bins %d, delay %d", s.Size(), s.Hop(), s.Bins(), s.Delay())
			}
			x := fftNoise((3*c.size/c.hop+10)*c.hop, 3)
			for i := range x {
				x[i] = max(-1, min(1, x[i]/3))
			}
			y := stftPass(s, x, nil)
			for i, v := range y {
				want := float32(0)
				if i >= s.Delay() {
					want = x[i-s.Delay()]
				}
				if d := math.Abs(float64(v - want)); !(d < c.within) {
					t.Fatalf("sample %d is %v, want %v: off by %.2g", i, v, want, d)
				}
			}
		})
	}
}

func TestSTFTDelayOfImpulse(t *testing.T) {
	for _, c := range stftCases {
		s := mustSTFT(t, c.make(c.size), c.hop)
		for _, at := range []int{0, c.hop - 1, c.size/2 + 1} {
			s.Reset()
			x := make([]float32, (2*c.size/c.hop+4)*c.hop)
			x[at] = 1
			peak, best := -1, float32(0)
			for i, v := range stftPass(s, x, nil) {
				if v > best {
					peak, best = i, v
				}
			}
			if peak != at+s.Delay() {
				t.Errorf("%s %d by %d: impulse at %d comes out at %d, want %d later", c.name, c.size, c.hop, at, peak, s.Delay())
			}
		}
	}
}

// The spectrum is that of the last Size samples under the window.
func TestSTFTAnalyze(t *testing.T) {
	for _, hop := range []int{3, 8, 12, 16} {
		w := Hamming(16)
		s := mustSTFT(t, w, hop)
		re, im := make([]float32, s.Bins()), make([]float32, s.Bins())
		x := fftNoise(20*hop, 8)
		past := make([]float32, 16) // samples before the start are zero
		for i := 0; i < len(x); i += hop {
			s.Analyze(re, im, x[i:i+hop])
			past = append(past, x[i:i+hop]...)
			frame := toFloat64(past[len(past)-16:])
			for j := range frame {
				frame[j] *= float64(w[j])
			}
			got := make([]complex128, len(re))
			for k := range got {
				got[k] = complex(float64(re[k]), float64(im[k]))
			}
			fftCheck(t, "analysis", 16, got, slowDFT(frame))
		}
	}
}

// Synthesis is the least-squares inverse: for a window whose squares add up to
// one, the synthesis window is the window.
func TestSTFTSynthesisWindow(t *testing.T) {
	w := SqrtHann(960)
	for i, v := range mustSTFT(t, w, 480).synthesis {
		if math.Abs(float64(v-w[i])) > 1e-7 {
			t.Fatalf("synthesis window is %v at %d, window %v", v, i, w[i])
		}
	}
}

// A changed spectrum is heard for one frame, windowed, not longer.
func TestSTFTSynthesizeOneFrame(t *testing.T) {
	for _, hop := range []int{5, 8, 16} {
		s := mustSTFT(t, Hamming(16), hop)
		re, im := make([]float32, 9), make([]float32, 9)
		re[0] = 16 // a frame of ones
		var y []float32
		for range 6 {
			out := make([]float32, hop)
			s.Synthesize(out, re, im)
			y = append(y, out...)
			re[0] = 0
		}
		for i, v := range y {
			want := float32(0)
			if i < 16 {
				want = s.synthesis[i]
			}
			if math.Abs(float64(v-want)) > 1e-6 {
				t.Errorf("hop %d: sample %d is %v, want %v", hop, i, v, want)
			}
		}
	}
}

func TestSTFTResetAndClone(t *testing.T) {
	for _, c := range stftCases {
		s := mustSTFT(t, c.make(c.size), c.hop)
		x := fftNoise((2*c.size/c.hop+5)*c.hop, 4)
		halve := func(re, im []float32) { re[len(re)/2] = 0 }
		first := stftPass(s, x, halve)
		clone := s.Clone()
		s.Reset()
		again, cloned := stftPass(s, x, halve), stftPass(clone, x, halve)
		for i := range first {
			if first[i] != again[i] || first[i] != cloned[i] {
				t.Fatalf("%s %d by %d: sample %d is %v at first, %v after Reset, %v in a clone",
					c.name, c.size, c.hop, i, first[i], again[i], cloned[i])
			}
		}
	}
}

func TestNewSTFTErrors(t *testing.T) {
	nan, inf := SqrtHann(8), SqrtHann(8)
	nan[3] = float32(math.NaN())
	inf[3] = float32(math.Inf(1))
	for _, c := range []struct {
		name   string
		window []float32
		hop    int
	}{
		{"no window", nil, 1},
		{"hop 0", SqrtHann(8), 0},
		{"negative hop", SqrtHann(8), -4},
		{"hop beyond the window", SqrtHann(8), 9},
		{"no overlap and a zero in the window", SqrtHann(8), 8},
		{"almost no overlap", SqrtHann(960), 959},
		{"all zero", make([]float32, 8), 4},
		{"a gap that no copy fills", []float32{1, 0, 1, 0}, 2},
		{"not a number", nan, 4},
		{"infinite", inf, 4},
	} {
		s, err := NewSTFT(c.window, c.hop)
		if err == nil || s != nil || !strings.HasPrefix(err.Error(), "spectral: ") {
			t.Errorf("%s: got %v, %v, want an error", c.name, s, err)
		}
	}
}

func TestSTFTCopiesTheWindow(t *testing.T) {
	w := SqrtHann(32)
	s := mustSTFT(t, w, 16)
	clear(w)
	x := fftNoise(160, 6)
	y := stftPass(s, x, nil)
	if d := math.Abs(float64(y[100] - x[84])); d > 1e-5 {
		t.Errorf("changing the caller's window changed the transform by %v", d)
	}
}

func TestSTFTPanicsOnWrongLengths(t *testing.T) {
	s := mustSTFT(t, SqrtHann(16), 8)
	ok, bad := make([]float32, 9), make([]float32, 8)
	hop, long := make([]float32, 8), make([]float32, 9)
	for name, f := range map[string]func(){
		"Analyze long hop":       func() { s.Analyze(ok, ok, long) },
		"Analyze short re":       func() { s.Analyze(bad, ok, hop) },
		"Synthesize long hop":    func() { s.Synthesize(long, ok, ok) },
		"Synthesize short im":    func() { s.Synthesize(hop, ok, bad) },
		"Synthesize without hop": func() { s.Synthesize(nil, ok, ok) },
	} {
		if !panics(f) {
			t.Errorf("%s did not panic", name)
		}
	}
}

func TestSTFTAllocatesNothing(t *testing.T) {
	for _, size := range []int{220, 441, 960} {
		s := mustSTFT(t, SqrtHann(size), size/2)
		re, im, hop := make([]float32, s.Bins()), make([]float32, s.Bins()), make([]float32, s.Hop())
		if a := testing.AllocsPerRun(20, func() { s.Analyze(re, im, hop); s.Synthesize(hop, re, im) }); a != 0 {
			t.Errorf("size %d: %v allocations per hop", size, a)
		}
	}
}

// Whatever NewSTFT accepts, reconstructs.
func FuzzSTFT(f *testing.F) {
	f.Add(uint16(960), uint16(480), uint8(1))
	f.Add(uint16(441), uint16(100), uint8(2))
	f.Add(uint16(7), uint16(7), uint8(3))
	f.Fuzz(func(t *testing.T, size, hop uint16, which uint8) {
		n, h := int(size)%1200, int(hop)%1300
		s, err := NewSTFT(windowCases[int(which)%len(windowCases)].make(n), h)
		if err != nil {
			return
		}
		x := fftNoise((2*n/h+4)*h, int64(which))
		y := stftPass(s, x, nil)
		for i := s.Delay(); i < len(y); i++ {
			// Near the overlap that is refused, rounding is amplified by up to 40 dB.
			if d := math.Abs(float64(y[i] - x[i-s.Delay()])); !(d < 3e-4) {
				t.Fatalf("size %d hop %d: sample %d is off by %v", n, h, i, d)
			}
		}
	})
}

func BenchmarkSTFT(b *testing.B) {
	for _, rate := range []int{8000, 16000, 48000} {
		b.Run(fmt.Sprint(rate), func(b *testing.B) {
			s := mustSTFT(b, SqrtHann(rate/50), rate/100)
			re, im, hop := make([]float32, s.Bins()), make([]float32, s.Bins()), fftNoise(s.Hop(), 1)
			b.ReportAllocs()
			for b.Loop() {
				s.Analyze(re, im, hop)
				s.Synthesize(hop, re, im)
			}
		})
	}
}

func BenchmarkPower(b *testing.B) {
	re, im, p := fftNoise(481, 1), fftNoise(481, 2), make([]float32, 481)
	for b.Loop() {
		Power(p, re, im)
	}
}
