package main

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

// demo returns a pair of testdata.
func demo(t *testing.T, i int) *recording {
	t.Helper()
	pairs, err := findPairs("")
	if err != nil {
		t.Fatal(err)
	}
	r, err := pairs[i].load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// find returns the result of a sender.
func find(t *testing.T, list []result, sound, dtxBy string) result {
	t.Helper()
	for _, r := range list {
		if r.Sound == sound && r.DTXBy == dtxBy {
			return r
		}
	}
	t.Fatalf("no result of %q with DTX by %q", sound, dtxBy)
	return result{}
}

// TestDenoisingPays: in heavy rain at 16 kb/s, denoising and its DTX save at
// least 5 % of the bytes that the codec takes by itself, leave out at least 8
// packets of 100 more, cut at most 0.5 % of the speech, and as much as with the
// noise, and more, is understood.
func TestDenoisingPays(t *testing.T) {
	list, err := measure(demo(t, 0), []int{16000})
	if err != nil {
		t.Fatal(err)
	}
	before, after := find(t, list, "noisy", "codec"), find(t, list, "denoised, default", "Quietline")
	if limit := 0.95 * float64(before.Bytes); float64(after.Bytes) > limit {
		t.Errorf("%d bytes denoised, want at most %.0f; %d noisy", after.Bytes, limit, before.Bytes)
	}
	if before.Packets != after.Packets || before.Packets != 360 {
		t.Errorf("%d and %d packets, want 360", before.Packets, after.Packets)
	}
	if more := after.DTX - before.DTX; more*100 < 8*after.Packets {
		t.Errorf("DTX leaves out %d of %d packets denoised, %d noisy", after.DTX, after.Packets, before.DTX)
	}
	if after.Cut > 0.005 {
		t.Errorf("%.2f %% of the speech lies in packets that were not sent", 100*after.Cut)
	}
	if after.ESTOI < before.ESTOI+0.05 {
		t.Errorf("ESTOI %.3f denoised, %.3f noisy: want 0.05 more", after.ESTOI, before.ESTOI)
	}
	// Without a codec between there is only more to be understood.
	for _, sound := range []string{"noisy", "denoised, default", "clean"} {
		coded, not := find(t, list, sound, map[bool]string{true: "Quietline", false: "codec"}[sound == after.Sound]), find(t, list, sound, "")
		if coded.ESTOI > not.ESTOI || coded.ESTOI < not.ESTOI-0.08 {
			t.Errorf("%s: ESTOI %.3f, coded %.3f", sound, not.ESTOI, coded.ESTOI)
		}
	}
}

// TestDTXKeepsWords: beside a 3D printer the voice detector misses words. They
// stand out of what is left of the noise, though not of the noise that was, and
// must be sent.
func TestDTXKeepsWords(t *testing.T) {
	list, err := measure(demo(t, 1), []int{16000})
	if err != nil {
		t.Fatal(err)
	}
	if r := find(t, list, "denoised, default", "Quietline"); r.Cut > 0.005 || r.DTX == 0 {
		t.Errorf("%.2f %% of the speech lies in packets that were not sent, %d packets", 100*r.Cut, r.DTX)
	}
}

// TestAlignment: what comes back lies on the clean recording to the sample;
// ESTOI would not notice a shift of a few. The bit rate is one at which the codec
// uses CELT alone: its speech modes shift by up to 3 samples at 48 kHz.
func TestAlignment(t *testing.T) {
	for i := range 2 {
		r := demo(t, i)
		for _, s := range senders {
			out, _, err := s.send(r, 128000)
			if err != nil {
				t.Fatal(err)
			}
			if len(out) != len(r.clean) {
				t.Fatalf("%d samples back of %d", len(out), len(r.clean))
			}
			if lag := lagOf(r.clean, out, 100); lag != 0 {
				t.Errorf("%s, %s, DTX by %s: %d samples late", r.name, s.Sound, s.dtx(), lag)
			}
			if out, err = s.uncoded(r); err != nil {
				t.Fatal(err)
			}
			if lag := lagOf(r.clean, out, 100); lag != 0 {
				t.Errorf("%s, %s, not coded: %d samples late", r.name, s.Sound, lag)
			}
		}
	}
}

// lagOf returns by how many samples y is later than x, up to most, by the peak
// of their cross-correlation with the phase transform in between: the magnitude
// of the common spectrum counts by its square root.
func lagOf(x, y []float32, most int) int {
	n := 1
	for n < 2*len(x) {
		n *= 2
	}
	fft := fourier.NewFFT(n)
	spectrum := func(x []float32) []complex128 {
		buf := make([]float64, n)
		for i, v := range x {
			buf[i] = float64(v)
		}
		return fft.Coefficients(nil, buf)
	}
	a, b := spectrum(x), spectrum(y)
	for k := range a {
		c := b[k] * complex(real(a[k]), -imag(a[k]))
		if m := math.Hypot(real(c), imag(c)); m > 0 {
			c /= complex(math.Sqrt(m), 0)
		}
		a[k] = c
	}
	corr := fft.Sequence(nil, a)
	best := 0
	for lag := -most; lag <= most; lag++ {
		if corr[(lag+n)%n] > corr[(best+n)%n] {
			best = lag
		}
	}
	return best
}

// TestCut: a packet counts as cut speech by the clean sound in it, which came
// into the encoder a denoiser's delay ago.
func TestCut(t *testing.T) {
	var tr traffic
	tr.count([]byte{1, 2, 3}, []float32{1, 1})
	tr.count([]byte{1}, []float32{0.5, 0.5})
	tr.count([]byte{1, 2}, nil)
	if want := (traffic{Packets: 3, DTX: 2, Bytes: 3, Cut: 0.5}); tr != want {
		t.Errorf("%+v, want %+v", tr, want)
	}
}
