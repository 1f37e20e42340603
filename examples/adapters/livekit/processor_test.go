package quietlivekit

import (
	"errors"
	"slices"
	"testing"

	media "github.com/livekit/media-sdk"

	"github.com/quietline/quietline/denoise"
)

func newCleaner(t testing.TB, cfg denoise.Config) *Cleaner {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pass writes a recording in samples of n values and returns what arrives.
func pass(t *testing.T, p media.PCM16Processor, pcm []int16, rate, n int) []int16 {
	t.Helper()
	var frames []media.PCM16Sample
	w := p(media.NewPCM16FrameWriter(&frames, rate))
	for s := range slices.Chunk(pcm, n) {
		before := slices.Clone(s)
		if err := w.WriteSample(s); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(before, s) {
			t.Fatal("the writer's own sample was changed")
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var out []int16
	for i, f := range frames {
		if want := min(n, len(pcm)-i*n); len(f) != want {
			t.Fatalf("sample %d has %d values, want %d", i, len(f), want)
		}
		out = append(out, f...)
	}
	if len(out) != len(pcm) {
		t.Fatalf("%d values arrived of %d", len(out), len(pcm))
	}
	return out
}

func TestMono(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	pcm = pcm[:len(pcm)/960*960]
	for _, c := range []struct{ n, late int }{{480, 480}, {960, 480}, {333, 959}} {
		cl := newCleaner(t, denoise.Config{})
		cleaned(t, "48 kHz", pcm, pass(t, cl.Processor, pcm, 48000, c.n), 48000, c.late)
		if s := cl.Stats(); s.VoiceHops == 0 || s.ReductionDB < 12 {
			t.Errorf("statistics %+v", s)
		}
	}
}

func TestStereo(t *testing.T) {
	mono := recording(t, "noisy_rain_48k.wav")
	pcm := make([]int16, 2*len(mono))
	media.MonoToStereo(pcm, mono)
	out := pass(t, newCleaner(t, denoise.Config{}).ProcessorOf(2), pcm[:len(pcm)/1920*1920], 48000, 1920)
	left := make([]int16, len(out)/2)
	for i := range left {
		left[i] = out[2*i]
		if out[2*i] != out[2*i+1] {
			t.Fatalf("at %d left and right differ", i)
		}
	}
	cleaned(t, "stereo", mono, left, 48000, 480)
}

func TestSettings(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	pcm = pcm[:len(pcm)/480*480]
	c := newCleaner(t, denoise.Config{})
	c.SetStrength(denoise.Mild)
	mild, _ := change(pcm, pass(t, c.Processor, pcm, 48000, 480), 48000, 480)
	if mild < 3 || mild > 7 {
		t.Errorf("mild: pauses −%.1f dB, want 3 to 7", mild)
	}
	c.SetEnabled(false)
	if out := pass(t, c.Processor, pcm, 48000, 480); !slices.Equal(out[480:], pcm[:len(pcm)-480]) {
		t.Error("off, the sound must be what it was, 10 ms later")
	}
	c.SetEnabled(true)
	c.SetStrength(denoise.Maximum)
	cleaned(t, "on again, maximum", pcm, pass(t, c.Processor, pcm, 48000, 480), 48000, 480)
}

// A writer whose rate changes: SwitchWriter learns its own late, others may at
// any time.
type changing struct {
	media.PCM16Writer
	rate   int
	err    error
	closed bool
	got    []int16
}

func (c *changing) SampleRate() int { return c.rate }
func (c *changing) String() string  { return "Changing" }
func (c *changing) Close() error    { c.closed = true; return c.err }
func (c *changing) WriteSample(s media.PCM16Sample) error {
	c.got = append(c.got, s...)
	return c.err
}

func TestRateChanges(t *testing.T) {
	at48, at8 := recording(t, "noisy_rain_48k.wav"), recording(t, "noisy_phone_8k.wav")
	dst := &changing{rate: 48000}
	c := newCleaner(t, denoise.Config{})
	w := c.Processor(dst)
	send := func(pcm []int16, rate int) []int16 {
		dst.rate, dst.got = rate, nil
		for s := range slices.Chunk(pcm[:len(pcm)/(rate/100)*(rate/100)], rate/100) {
			if err := w.WriteSample(s); err != nil {
				t.Fatal(err)
			}
		}
		return dst.got
	}
	cleaned(t, "48 kHz", at48, send(at48, 48000), 48000, 480)
	out := send(at8, 8000)
	if pauses, words := change(at8, out, 8000, 80); pauses < 6 || words > 2 {
		t.Errorf("8 kHz: pauses −%.1f dB, words −%.1f dB", pauses, words)
	}
	if out := send(at8, 400); !slices.Equal(out, at8[:len(out)]) || c.Err() == nil {
		t.Errorf("what cannot be cleaned must pass, and say so: %v", c.Err())
	}
	cleaned(t, "48 kHz again", at48, send(at48, 48000), 48000, 480)
	if c.Err() != nil {
		t.Errorf("the error stayed: %v", c.Err())
	}
}

// In a pipeline of the real writers: a switch whose rate is set late, two
// outputs of which only one is cleaned, and another rate behind it.
func TestPipeline(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	pcm = pcm[:len(pcm)/480*480]
	var noisy, clean, late media.PCM16Sample
	c := newCleaner(t, denoise.Config{})
	sw := media.NewSwitchWriter(-1)
	viaSwitch := c.Processor(sw)
	sw.SetSampleRate(48000)
	sw.Swap(media.NewPCM16BufferWriter(&late, 48000))
	out := media.MultiWriter[media.PCM16Sample]{
		c.Processor(media.NewPCM16BufferWriter(&clean, 48000)),
		viaSwitch,
		media.NewPCM16BufferWriter(&noisy, 48000),
	}
	for s := range slices.Chunk(pcm, 480) {
		if err := out.WriteSample(s); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(noisy, pcm) {
		t.Error("the output beside was changed")
	}
	cleaned(t, "one of several", pcm, clean, 48000, 480)
	if !slices.Equal(late, clean) {
		t.Error("behind a switch the sound is another")
	}
	if got, want := viaSwitch.String(), "Quietline(1) -> "+sw.String(); got != want {
		t.Errorf("String is %q, want %q", got, want)
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("hung up")
	dst := &changing{rate: 48000, err: broken}
	w := newCleaner(t, denoise.Config{}).ProcessorOf(2)(dst)
	if err := w.WriteSample(make(media.PCM16Sample, 960)); err != broken {
		t.Errorf("the writer's error became %v", err)
	}
	if err := w.Close(); err != broken || !dst.closed {
		t.Errorf("Close: %v, passed on: %v", err, dst.closed)
	}
	dst.err = nil
	if err := w.WriteSample(make(media.PCM16Sample, 3)); err == nil {
		t.Error("half a stereo frame was taken")
	}
	if err := w.WriteSample(nil); err != nil {
		t.Errorf("nothing was refused: %v", err)
	}
	if err := newCleaner(t, denoise.Config{}).ProcessorOf(0)(dst).WriteSample(nil); err == nil {
		t.Error("no channels were taken")
	}
	if _, err := New(denoise.Config{LimitDB: -1}); err == nil {
		t.Error("a configuration that cannot be used")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	sample := recording(t, "noisy_rain_48k.wav")[:960]
	c := newCleaner(t, denoise.Config{})
	dst := &changing{rate: 48000, got: make([]int16, 0, 1<<20)}
	w, on := c.Processor(dst), false
	if n := testing.AllocsPerRun(200, func() {
		on, dst.got = !on, dst.got[:0]
		c.SetEnabled(on)
		if err := w.WriteSample(sample); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%g allocations a sample", n)
	}
}
