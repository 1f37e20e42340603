package denoise

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/quietline/quietline/denoise/neural"
)

// TestNeuralLimit: with the neural engine no bin from the second on comes out quieter
// than the limit allows, bins that the limit does not reach are the same at every
// strength, and those that it holds have the phase of the input.
func TestNeuralLimit(t *testing.T) {
	x := add(talk(48000, 2, 48000), white(96000, 3, -35))
	for _, link := range []Link{LinkPower, LinkMinimum, Independent} {
		var ds []*Denoiser
		limits := []float64{90, 6, 20}
		for _, limit := range limits {
			ds = append(ds, mustNew(t, Config{SampleRate: 48000, Channels: 2, Engine: Neural, LimitDB: limit, Link: link}))
		}
		y := make([]float32, 960)
		held, free := 0, 0
		for at := 0; at+960 <= len(x); at += 960 {
			for _, d := range ds {
				d.Process(y, x[at:at+960])
			}
			for c := range 2 {
				deep := &ds[0].channels[c]
				xr, xi := ds[0].work.neural.re, ds[0].work.neural.im // of the last channel
				for i, d := range ds[1:] {
					floor := math.Pow(10, -limits[i+1]/20)
					if i == 1 { // by the engine's word, where that is more
						floor = math.Max(floor, float64(d.current.list[min(c, len(d.current.list)-1)].(*neuralEngine).least))
					}
					for k := 2; k < d.bins && c == 1; k++ {
						got := complex(float64(d.channels[c].re[k]), float64(d.channels[c].im[k]))
						want := complex(float64(deep.re[k]), float64(deep.im[k]))
						in := complex(float64(xr[k]), float64(xi[k]))
						if math.Hypot(real(want), imag(want)) < floor*math.Hypot(real(in), imag(in)) {
							want = complex(floor, 0) * in
							held++
						} else {
							free++
						}
						if d := got - want; math.Hypot(real(d), imag(d)) > 1e-4*(1e-3+math.Hypot(real(in), imag(in))) {
							t.Fatalf("%v, sample %d, bin %d: %v, want %v", link, at, k, got, want)
						}
					}
				}
			}
		}
		if held < 1000 || free < 1000 {
			t.Errorf("%v: the limit holds %d bins and leaves %d: this tests nothing", link, held, free)
		}
	}
}

// TestNeuralMusic: music mode with the neural engine is that of the classical one, a
// hop later; and a switch to and fro goes on where it was.
func TestNeuralMusic(t *testing.T) {
	x := add(talk(48000, 1, 96000), white(96000, 4, -50))
	early := mustNew(t, Config{SampleRate: 48000, FrameSize: 480, Music: true})
	late := mustNew(t, Config{SampleRate: 48000, FrameSize: 480, Music: true, Engine: Neural})
	a, b := process(early, x, 480), process(late, x, 480)
	// Gains act on the frame before the one that they were made of, so the sound
	// differs by what gains move in a hop.
	if s := siSDR(b[480+48000:], a[48000:len(a)-480]); s < 10 {
		t.Errorf("music mode of the neural engine is like the classical one's by %.1f dB", s)
	}
	if late.Latency() != early.Latency()+480 {
		t.Errorf("latency %d, want a hop more than %d", late.Latency(), early.Latency())
	}
	d := mustNew(t, Config{SampleRate: 48000, FrameSize: 480, Engine: Neural})
	process(d, x, 480)
	before := d.current.list[0].(*neuralEngine).stream
	d.SetMusic(true)
	process(d, x[:480], 480)
	if _, ok := d.current.list[0].(*classical); !ok {
		t.Fatal("music mode is not the classical engine's")
	}
	d.SetMusic(false)
	process(d, x[:480], 480)
	if e, ok := d.current.list[0].(*neuralEngine); !ok || e.stream != before {
		t.Error("after music mode the network begins anew")
	}
}

// TestNeuralNoise: the level of steady noise is what it is, in pauses and in one
// channel of two alike, and no level is known before there was sound.
func TestNeuralNoise(t *testing.T) {
	for _, channels := range []int{1, 2} {
		d := mustNew(t, Config{SampleRate: 16000, Channels: channels, Engine: Neural})
		process(d, make([]float32, 16000), 0)
		if s := d.Stats(); s.NoiseDBFS != -200 || d.Profile() != nil {
			t.Errorf("noise at %v dBFS before any sound", s.NoiseDBFS)
		}
		x := white(5*16000*channels, 9, -40)
		process(d, x, 0)
		if s := d.Stats(); math.Abs(s.NoiseDBFS+40) > 3 {
			t.Errorf("%d channels: noise of −40 dBFS is taken for %.1f", channels, s.NoiseDBFS)
		}
		if p := d.Profile(); p == nil || p.validate() != nil {
			t.Errorf("%d channels: no profile of the noise", channels)
		}
	}
}

// TestNeuralModel: a model of one's own takes the place of the library's.
func TestNeuralModel(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 16000, Engine: Neural})
	if d.Config().Model != neural.Default() {
		t.Error("without a model it is not the library's")
	}
	if _, err := New(Config{SampleRate: 16000, Model: neural.Default()}); err == nil || !strings.HasPrefix(err.Error(), "denoise: ") {
		t.Errorf("a model for the classical engine: %v", err)
	}
	if _, err := New(Config{SampleRate: 16000, Engine: Neural + 1}); err == nil || !strings.Contains(err.Error(), "unknown engine 3") {
		t.Errorf("an engine that does not exist: %v", err)
	}
	if c := mustNew(t, Config{SampleRate: 16000, Engine: Neural, Link: LinkMinimum, Channels: 2}); c.Config().Link != LinkPower {
		t.Errorf("LinkMinimum is %v", c.Config().Link)
	}
	for e, name := range engineNames {
		if got, err := ParseEngine(strings.ToUpper(name)); err != nil || got != Engine(e) || got.String() != name {
			t.Errorf("ParseEngine(%q) = %v, %v", name, got, err)
		}
	}
	if _, err := ParseEngine("steam"); err == nil {
		t.Error("ParseEngine takes steam")
	}
	if _, err := neural.Load(bytes.NewReader(nil)); err == nil {
		t.Error("an empty model is taken")
	}
}

// TestNeuralState: what the neural engine remembers takes little memory.
func TestNeuralState(t *testing.T) {
	for rate, most := range map[int]int{8000: 16500, 16000: 21000, 48000: 30000} {
		d := mustNew(t, Config{SampleRate: rate, FrameSize: rate / 100, Engine: Neural})
		if n := d.StateBytes(); n > most {
			t.Errorf("%d Hz: a stream holds %d bytes, want at most %d", rate, n, most)
		} else {
			t.Logf("%d Hz: a stream holds %d bytes", rate, n)
		}
	}
}

// TestNeuralAfterSilence: how much the first quarter of a second of clean speech loses
// that begins after a second of digital silence, which the network does not hear. It is
// what clean speech suffers most from; the bound is there so that it does not get worse.
func TestNeuralAfterSilence(t *testing.T) {
	const rate = 48000
	x, _, _ := speech(t, 6)
	for math.Abs(float64(x[0])) < 0.01 {
		x = x[1:]
	}
	x = append(make([]float32, rate), x...)
	x = x[:len(x)/480*480]
	d := mustNew(t, Config{SampleRate: rate, FrameSize: 480, Engine: Neural})
	y := process(d, x, 480)[d.Latency():]
	lost := func(from, to int) float64 { return level(x[from:to]) - level(y[from:to]) }
	first, rest := lost(rate, rate+rate/4), lost(rate+rate/4, 4*rate)
	t.Logf("the first quarter of a second loses %.1f dB, the three seconds after it %.1f dB", first, rest)
	if first > 5 || math.Abs(rest) > 1 {
		t.Errorf("the first quarter of a second loses %.1f dB, want at most 5; what follows %.1f, want at most 1", first, rest)
	}
}

// TestNeuralNoDenormals: faint input leaves no denormal numbers in states.
func TestNeuralNoDenormals(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 16000, FrameSize: 160, Engine: Neural})
	process(d, talk(16000, 1, 16000), 160)
	for _, db := range []float64{-85, -89, -130, -200} {
		x := white(32000, 1, -85)
		scale(x, math.Pow(10, (db+85)/20))
		process(d, x, 160)
		for name, s := range map[string][]float32{"noise": d.current.list[0].(*neuralEngine).noise} {
			for k, v := range s {
				if v != 0 && math.Abs(float64(v)) < 1.2e-38 {
					t.Fatalf("at %v dBFS %s has the denormal %g in bin %d", db, name, v, k)
				}
			}
		}
	}
}

// TestNeuralRates: at every rate noise goes, and finite sound comes.
func TestNeuralRates(t *testing.T) {
	for _, rate := range allRates {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			d := mustNew(t, Config{SampleRate: rate, Engine: Neural})
			x := white(3*rate, 5, -40)
			y := aligned(d, x)
			if !allFinite(y) {
				t.Fatal("not finite")
			}
			if r := level(x[2*rate:]) - level(y[2*rate:]); r < 8 || r > 40 {
				t.Errorf("noise is down by %.1f dB", r)
			}
		})
	}
}
