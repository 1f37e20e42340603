package neural

import (
	"encoding/binary"
	"math"
	"os"
	"testing"

	"github.com/quietline/quietline/internal/simd"
)

// vectors is testdata/vectors.bin, which train/export.py writes: what PyTorch makes
// of successive spectra at 16 kHz. Little endian.
type vectors struct {
	re, im [][]float32 // uint16 float16, re and im in turn: 161 bins per hop
	prob   []float32   // per hop
	kept   []keptHop   // every so many hops, the last one included
	global []float32   // states after the last hop
	local  []float32
	fine   []float32
}

type keptHop struct {
	hop      int
	features []float32 // 96 positions of 4
	gain     []float32 // 96
	taps     []float32 // 96 of 2·taps
	re, im   []float32 // 160: Y of the frame before
}

func readVectors(t testing.TB, z Sizes) *vectors {
	data, err := os.ReadFile("testdata/vectors.bin")
	if err != nil {
		t.Fatal(err)
	}
	u := func() int { n := binary.LittleEndian.Uint32(data); data = data[4:]; return int(n) }
	floats := func(n int) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data))
			data = data[4:]
		}
		return out
	}
	hops, every := u(), u()
	v := new(vectors)
	for range hops {
		re, im := make([]float32, lowBins), make([]float32, lowBins)
		for k := range re {
			re[k], im[k] = half(binary.LittleEndian.Uint16(data)), half(binary.LittleEndian.Uint16(data[2:]))
			data = data[4:]
		}
		v.re, v.im = append(v.re, re), append(v.im, im)
	}
	v.prob = floats(hops)
	for hop := every - 1; hop < hops; hop += every {
		v.kept = append(v.kept, keptHop{hop, floats(positions * features), floats(positions), floats(positions * 2 * z.Taps), floats(lowBins - 1), floats(lowBins - 1)})
	}
	v.global, v.local, v.fine = floats(z.Units), floats(positions/8*z.Conv[2]), floats(positions/2*z.Conv[0])
	if len(data) != 0 {
		t.Fatalf("vectors.bin has %d bytes too many for this model: run train/export.py", len(data))
	}
	return v
}

// TestSameAsPyTorch: features, outputs, states and spectra are those of the program
// that trained the weights, with kernels and without.
func TestSameAsPyTorch(t *testing.T) {
	for _, kernels := range []bool{true, false} {
		was := simd.SetEnabled(kernels)
		m := Default()
		v := readVectors(t, m.sizes)
		if len(v.re) < 100 {
			t.Errorf("%d hops, want 100 or more", len(v.re))
		}
		w := m.NewWork(160)
		s, h := w.NewStream(nil), w.NewHistory(nil)
		most := map[string]float64{}
		compare := func(name string, hop int, got, want []float32, scale float64) {
			for i := range want {
				d := math.Abs(float64(got[i]-want[i])) / scale
				if !(d <= 1e-4) {
					t.Fatalf("kernels %v, hop %d: %s %d is %v, want %v", kernels, hop, name, i, got[i], want[i])
				}
				most[name] = max(most[name], d)
			}
		}
		swing := map[string]float32{}
		kept := v.kept
		for hop := range v.re {
			re, im := append([]float32(nil), v.re[hop]...), append([]float32(nil), v.im[hop]...)
			h.Push(re, im, false)
			s.Update([]*History{h}, true)
			s.Filter(re, im, h)
			compare("speech probability", hop, []float32{s.SpeechProb()}, v.prob[hop:hop+1], 1)
			swing["speech probability"] = max(swing["speech probability"], s.SpeechProb()-v.prob[0], v.prob[0]-s.SpeechProb())
			if len(kept) == 0 || kept[0].hop != hop {
				continue
			}
			k := kept[0]
			kept = kept[1:]
			compare("feature", hop, w.x[2*features:], k.features, 1)
			compare("gain", hop, s.gain, k.gain, 1)
			stride := m.head.Stride()
			for j := range positions {
				compare("tap", hop, w.head[j*stride+1:][:2*m.sizes.Taps], k.taps[j*2*m.sizes.Taps:][:2*m.sizes.Taps], 1)
				swing["gain"] = max(swing["gain"], s.gain[j]-v.kept[0].gain[j], v.kept[0].gain[j]-s.gain[j])
			}
			var loud float32
			for i := range k.re {
				loud = max(loud, k.re[i], -k.re[i], k.im[i], -k.im[i])
			}
			compare("spectrum, real", hop, re[1:], k.re, float64(loud))
			compare("spectrum, imaginary", hop, im[1:], k.im, float64(loud))
			if re[0] != 0 || im[0] != 0 {
				t.Errorf("hop %d: bin 0 is %v, %v, want 0", hop, re[0], im[0])
			}
		}
		compare("global state", len(v.re), s.global, v.global, 1)
		compare("local state", len(v.re), s.local, v.local, 1)
		compare("fine state", len(v.re), s.fine, v.fine, 1)
		t.Logf("kernels %v: %d hops, gains move by %.2f, largest differences %v", kernels, len(v.re), swing["gain"], most)
		if len(kept) > 0 || !(swing["gain"] > 0.1) || !(swing["speech probability"] > 0.1) {
			t.Errorf("%d hops were not reached, gains move by %v, probabilities by %v: these vectors test nothing", len(kept), swing["gain"], swing["speech probability"])
		}
		simd.SetEnabled(was)
	}
}

// TestHighSameAsPyTorch: where the model has a head above 8 kHz, its gains are those of
// the program that trained it.
func TestHighSameAsPyTorch(t *testing.T) {
	m := Default()
	if m.sizes.High == 0 {
		t.Skip("the model has no head above 8 kHz")
	}
	data, err := os.ReadFile("testdata/high.bin")
	if err != nil {
		t.Fatal(err)
	}
	hops := int(binary.LittleEndian.Uint32(data))
	data = data[4:]
	gains := data[4*481*hops:]
	if len(gains) != 4*highBands*hops || hops < 20 {
		t.Fatalf("high.bin has %d hops and %d bytes of gains: run train/export.py", hops, len(gains))
	}
	r := newRig(m, 480)
	var least, most float32 = 1, 0
	for hop := range hops {
		x := make([]complex128, 481)
		for k := range x {
			x[k] = complex(float64(half(binary.LittleEndian.Uint16(data))), float64(half(binary.LittleEndian.Uint16(data[2:]))))
			data = data[4:]
		}
		r.run(x, false, true)
		for b, g := range r.s.high {
			want := math.Float32frombits(binary.LittleEndian.Uint32(gains))
			gains = gains[4:]
			if d := math.Abs(float64(g - want)); !(d < 1e-4) {
				t.Fatalf("hop %d, band %d: gain %v, want %v", hop, b, g, want)
			}
			least, most = min(least, want), max(most, want)
		}
	}
	if most-least < 0.05 {
		t.Errorf("gains lie between %v and %v: these vectors test nothing", least, most)
	}
}

func BenchmarkUpdate(b *testing.B) {
	for _, kernels := range []bool{true, false} {
		name := "plain"
		if kernels {
			name = "kernels"
		}
		b.Run(name, func(b *testing.B) {
			defer simd.SetEnabled(simd.SetEnabled(kernels))
			m := Default()
			v := readVectors(b, m.sizes)
			w := m.NewWork(160)
			s, h := w.NewStream(nil), w.NewHistory(nil)
			list, re, im := []*History{h}, make([]float32, lowBins), make([]float32, lowBins)
			i := 0
			for b.Loop() {
				copy(re, v.re[i])
				copy(im, v.im[i])
				h.Push(re, im, false)
				s.Update(list, true)
				s.Filter(re, im, h)
				i = (i + 1) % len(v.re)
			}
		})
	}
}
