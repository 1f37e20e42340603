package lab

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/quietline/quietline/bench/metrics"
	"github.com/quietline/quietline/internal/wav"
)

// writeTone writes a test file: a tone at a rate.
func writeTone(t *testing.T, name string, rate int, hz float64, seconds float64) {
	t.Helper()
	x := make([]float32, int(seconds*float64(rate)))
	for i := range x {
		x[i] = float32(0.25 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	err := WriteFile(name, func(f *os.File) error {
		w, err := wav.NewWriter(f, wav.Format{SampleRate: rate, Channels: 1, Encoding: wav.PCM16})
		if err != nil {
			return err
		}
		if _, err := w.Write(x); err != nil {
			return err
		}
		return w.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Tones keep amplitude and phase through the resampler; what lies above the
// lower Nyquist frequency goes.
func TestResample(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hz, gain float64
	}{{16000, 48000, 1000, 1}, {16000, 48000, 6500, 1}, {44100, 48000, 15000, 1}, {48000, 16000, 5000, 1}, {48000, 16000, 9000, 0}, {8000, 48000, 440, 1}} {
		n := c.from / 2
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(math.Sin(2 * math.Pi * c.hz * float64(i) / float64(c.from)))
		}
		y := Resample(x, c.from, c.to)
		if want := (n*c.to + c.from - 1) / c.from; len(y) != want {
			t.Errorf("%d to %d: %d samples, want %d", c.from, c.to, len(y), want)
		}
		worst := 0.0
		for i := c.to / 10; i < len(y)-c.to/10; i++ {
			want := c.gain * math.Sin(2*math.Pi*c.hz*float64(i)/float64(c.to))
			worst = math.Max(worst, math.Abs(float64(y[i])-want))
		}
		if worst > 1e-3 {
			t.Errorf("%g Hz from %d to %d: off by %.2e, want within 1e-3", c.hz, c.from, c.to, worst)
		}
	}
}

// The mixtures have the SNR that they say, by P.56, start with noise alone, and
// come out the same every time.
func TestBuiltin(t *testing.T) {
	s, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[Kind]int{}
	for _, it := range s.Items {
		kinds[it.Kind]++
		noisy, ref, err := it.Load()
		if err != nil {
			t.Fatal(err)
		}
		if len(noisy) != len(ref) || len(noisy) < 4*Rate {
			t.Errorf("%s: %d and %d samples", it.Name, len(noisy), len(ref))
		}
		first := slices.Clone(noisy)
		if it.Kind != Noise && meanSquare(ref[:Lead*9/10]) != 0 {
			t.Errorf("%s: speech in the first second", it.Name)
		}
		if it.Kind == Noise && meanSquare(ref) != 0 || it.Kind == Clean && !slices.Equal(noisy, ref) {
			t.Errorf("%s: reference does not go with kind %s", it.Name, it.Kind)
		}
		if it.Kind != Mix || it.Reverb {
			continue
		}
		level, _, err := metrics.ActiveLevel(ref, Rate)
		if err != nil {
			t.Fatal(err)
		}
		for i := range noisy {
			noisy[i] -= ref[i] // the caller's to change
		}
		if it.SNR == 0 {
			again, _, _ := it.Load()
			if !slices.Equal(first, again) {
				t.Errorf("%s: differs the second time", it.Name)
			}
		}
		if snr := level - 10*math.Log10(meanSquare(noisy)); math.Abs(snr-it.SNR) > 0.3 {
			t.Errorf("%s: SNR %.2f dB, want %g", it.Name, snr, it.SNR)
		}
	}
	if kinds[Mix] != 12 || kinds[Noise] != 2 || kinds[Clean] != 2 {
		t.Errorf("kinds %v", kinds)
	}
}

// The reference of a reverberant mixture is the direct sound and 50 ms of
// reflections; the rest of the room is not in it.
func TestRoom(t *testing.T) {
	h, early := Room(0.5, 3)
	again, _ := Room(0.5, 3)
	if !slices.Equal(h, again) {
		t.Error("one seed gave two rooms")
	}
	if h[0] != 1 || !slices.Equal(h[:Rate/20], early[:Rate/20]) || len(early) > Rate*53/1000 {
		t.Errorf("direct sound %v, %d samples of early ones", h[0], len(early))
	}
	rest := meanSquare(h[1:]) * float64(len(h)-1)
	if drr := -10 * math.Log10(rest); drr < -0.1 || drr > 8.1 {
		t.Errorf("direct to reverberant ratio %.1f dB, want 0 to 8", drr)
	}
	// Schroeder's backward integral falls by 60 dB in rt60: by 30 from 0.1 to
	// 0.35 s.
	tail := func(s float64) float64 {
		x := h[int(s*Rate):]
		return 10 * math.Log10(meanSquare(x)*float64(len(x)))
	}
	if fall := tail(0.15) - tail(0.35); fall < 19 || fall > 31 {
		t.Errorf("falls by %.1f dB in 200 ms, want about 24", fall)
	}
}

func TestConvolve(t *testing.T) {
	x, h := []float32{1, 2, 3}, []float32{1, 0, -1, 0.5}
	want := []float32{1, 2, 2, -1.5, -2, 1.5}
	got := Convolve(x, h)
	for i, v := range got {
		w := float32(0)
		if i < len(want) {
			w = want[i]
		}
		if math.Abs(float64(v-w)) > 1e-6 {
			t.Fatalf("sample %d is %v, want %v", i, v, w)
		}
	}
}

// Folders of any rate are mixed at every SNR in turn, the same every time.
func TestFolders(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	clean, noise := t.TempDir(), t.TempDir()
	for _, n := range []string{"anna_1.wav", "sub/bert.wav"} {
		b, err := os.ReadFile(filepath.Join(root, "testdata", "speech_16k.wav"))
		if err != nil {
			t.Fatal(err)
		}
		os.MkdirAll(filepath.Dir(filepath.Join(clean, n)), 0o777)
		if err := os.WriteFile(filepath.Join(clean, n), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	writeTone(t, filepath.Join(clean, "silence.wav"), 8000, 0, 1) // left out
	writeTone(t, filepath.Join(noise, "hum_50Hz.wav"), 8000, 50, 1)
	writeTone(t, filepath.Join(noise, "whistle.wav"), 44100, 3000, 2)
	s, err := Folders(clean, noise, Mixing{Rooms: true, PerSpeech: 4, Alone: 1})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, it := range s.Items {
		names = append(names, it.Name)
	}
	want := []string{"anna-1_hum_00dB", "anna-1_whistle_05dB", "anna-1_hum_15dB", "anna-1_whistle_00dB_rev",
		"bert_hum_10dB", "bert_whistle_15dB", "bert_hum_05dB", "bert_whistle_10dB_rev", "noiseonly_hum", "cleanonly_anna-1"}
	if !slices.Equal(names, want) {
		t.Fatalf("got %q, want %q", names, want)
	}
	// Ready pairs are read back as they were mixed.
	dir := t.TempDir()
	for _, it := range []*Item{s.Items[1], s.Items[3], s.Items[8], s.Items[9]} {
		noisy, ref, err := it.Load()
		if err != nil {
			t.Fatal(err)
		}
		WriteMono(filepath.Join(dir, "noisy", it.Name+".wav"), noisy)
		WriteMono(filepath.Join(dir, "ref", it.Name+".wav"), ref)
	}
	p, err := Pairs(dir)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*Item{}
	for _, it := range p.Items {
		byName[it.Name] = it
	}
	for _, w := range []*Item{s.Items[1], s.Items[3], s.Items[8], s.Items[9]} {
		g := byName[w.Name]
		if g == nil || g.Kind != w.Kind || g.Noise != w.Noise && w.Kind != Clean || g.Reverb != w.Reverb || w.Kind == Mix && g.SNR != w.SNR {
			t.Fatalf("%s: read back as %+v, want %+v", w.Name, g, w)
		}
		a, _, _ := g.Load()
		b, _, _ := w.Load()
		if !slices.Equal(a, b) {
			t.Errorf("%s: other samples", w.Name)
		}
	}
	if _, err := Pairs(clean); err == nil {
		t.Error("a folder without noisy/ was taken for pairs")
	}
	if _, err := Folders(clean, t.TempDir(), Mixing{}); err == nil {
		t.Error("an empty folder was taken for noise")
	}
}

func TestSubset(t *testing.T) {
	for total := 1; total < 20; total++ {
		for n := 1; n <= total; n++ {
			s := &Set{Items: []*Item{{Kind: Clean}}}
			for range total {
				s.Items = append(s.Items, &Item{Kind: Mix})
			}
			if s.Subset(n); len(s.Items) != n+1 {
				t.Fatalf("%d of %d: got %d", n, total, len(s.Items)-1)
			}
		}
	}
}

// The digest tells names and samples apart.
func TestDigest(t *testing.T) {
	item := func(name string, v float32) *Item {
		return &Item{Name: name, load: func() ([]float32, []float32, error) { return []float32{v}, []float32{0}, nil }}
	}
	seen := map[string]bool{}
	for _, it := range []*Item{item("a", 0.5), item("b", 0.5), item("a", 0.25)} {
		h, _, err := (&Set{Items: []*Item{it}}).Digest()
		if err != nil || seen[h] {
			t.Errorf("digest %s, %v", h, err)
		}
		seen[h] = true
	}
}
