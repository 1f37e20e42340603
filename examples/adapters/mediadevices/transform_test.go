package quietmedia

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/pion/mediadevices/pkg/io/audio"
	"github.com/pion/mediadevices/pkg/wave"

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

// chunkOf puts interleaved samples into a chunk of one of the types of package
// wave: 0 to 3; 4 is a type that it does not have.
func chunkOf(kind int, pcm []int16, rate, channels int) wave.Audio {
	info := wave.ChunkInfo{Len: len(pcm) / channels, Channels: channels, SamplingRate: rate}
	var c interface {
		wave.Audio
		Set(i, ch int, s wave.Sample)
	}
	switch kind {
	case 0, 4:
		c = wave.NewInt16Interleaved(info)
	case 1:
		f := wave.NewFloat32Interleaved(info)
		for i, x := range pcm {
			f.Data[i] = float32(x) / 32768
		}
		return f
	case 2:
		c = wave.NewInt16NonInterleaved(info)
	case 3:
		f := wave.NewFloat32NonInterleaved(info)
		for i, x := range pcm {
			f.Data[i%channels][i/channels] = float32(x) / 32768
		}
		return f
	}
	for i, x := range pcm {
		c.Set(i/channels, i%channels, wave.Int16Sample(x))
	}
	if kind == 4 {
		return strange{c}
	}
	return c
}

// strange hides what a chunk is.
type strange struct{ wave.Audio }

// samplesOf is the way back.
func samplesOf(t *testing.T, chunk wave.Audio) []int16 {
	t.Helper()
	info := chunk.ChunkInfo()
	var out []int16
	for i := range info.Len {
		for ch := range info.Channels {
			switch s := chunk.At(i, ch).(type) {
			case wave.Int16Sample:
				out = append(out, int16(s))
			case wave.Float32Sample:
				out = append(out, int16(max(-32768, min(32767, float32(s)*32768))))
			default:
				t.Fatalf("a sample of type %T", s)
			}
		}
	}
	return out
}

var errEnd = errors.New("unplugged")

// pass reads a recording through a transform in chunks of n samples per channel
// and returns what comes out.
func pass(t *testing.T, c *Cleaner, kind int, pcm []int16, rate, channels, n int) (out []int16) {
	t.Helper()
	released, read := 0, 0
	rest := pcm
	r := c.Transform(audio.ReaderFunc(func() (wave.Audio, func(), error) {
		if len(rest) < n*channels {
			return nil, nil, errEnd
		}
		chunk := chunkOf(kind, rest[:n*channels], rate, channels)
		rest = rest[n*channels:]
		read++
		return chunk, func() { released++ }, nil
	}))
	for {
		chunk, release, err := r.Read()
		if err != nil {
			if err != errEnd {
				t.Fatalf("the source's error became %v", err)
			}
			break
		}
		if got := chunk.ChunkInfo(); got != (wave.ChunkInfo{Len: n, Channels: channels, SamplingRate: rate}) {
			t.Fatalf("chunk of %+v", got)
		}
		out = append(out, samplesOf(t, chunk)...)
		release()
	}
	if released != read {
		t.Errorf("%d of %d chunks were released", released, read)
	}
	return out
}

func TestTypes(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	var first []int16
	for kind, name := range []string{"16 bit", "float", "16 bit, channels apart", "float, channels apart", "another type"} {
		c := newCleaner(t, denoise.Config{})
		out := pass(t, c, kind, pcm, 48000, 1, 960)
		cleaned(t, name, pcm, out, 48000, 480)
		if kind == 0 {
			first = out
		}
		for i := range out { // rounding aside
			if d := int(out[i]) - int(first[i]); d < -1 || d > 1 {
				t.Fatalf("%s: sample %d is %d, want %d", name, i, out[i], first[i])
			}
		}
		if s := c.Stats(); s.ReductionDB < 12 || s.VoiceHops == 0 {
			t.Errorf("%s: statistics %+v", name, s)
		}
	}
}

func TestStereo(t *testing.T) {
	mono := recording(t, "noisy_rain_48k.wav")
	pcm := make([]int16, 2*len(mono))
	for i, x := range mono {
		pcm[2*i], pcm[2*i+1] = x, x/4
	}
	for kind := range 4 {
		out := pass(t, newCleaner(t, denoise.Config{}), kind, pcm, 48000, 2, 480)
		left := make([]int16, len(out)/2)
		for i := range left {
			left[i] = out[2*i]
			if d := int(out[2*i+1]) - int(left[i])/4; d < -2 || d > 2 {
				t.Fatalf("type %d: at %d the right is %d and the left %d: the image moved", kind, i, out[2*i+1], left[i])
			}
		}
		cleaned(t, "stereo", mono, left, 48000, 480)
	}
}

// Chunks of any length; those that are no whole 10 ms cost 20 ms of delay.
func TestLengths(t *testing.T) {
	pcm := recording(t, "noisy_phone_8k.wav")
	for _, c := range []struct{ n, late int }{{80, 80}, {160, 80}, {1, 159}, {37, 159}, {1000, 159}} {
		out := pass(t, newCleaner(t, denoise.Config{}), 0, pcm, 8000, 1, c.n)
		if len(out) != len(pcm)/c.n*c.n {
			t.Errorf("%d samples a chunk: %d in, %d out", c.n, len(pcm), len(out))
		}
		// The recording has noise that comes and goes: 12 dB are not in it.
		pauses, words := change(pcm, out, 8000, c.late)
		if pauses < 6 || words > 2 {
			t.Errorf("%d samples a chunk: pauses −%.1f dB, words −%.1f dB", c.n, pauses, words)
		}
	}
}

// Chunks that stop being whole 10 ms, another rate, more channels, a format that
// cannot be cleaned, and back: sound goes on, as long as it was, and cleaned.
func TestFormatChanges(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")[:3*48000]
	third := make([]int16, 0, len(pcm)/3) // at 16 kHz; aliasing is as good a noise as any
	for i := 0; i < len(pcm); i += 3 {
		third = append(third, pcm[i])
	}
	var chunk wave.Audio
	c := newCleaner(t, denoise.Config{})
	r := c.Transform(audio.ReaderFunc(func() (wave.Audio, func(), error) { return chunk, func() {}, nil }))
	send := func(pcm []int16, rate, channels, n int) (out []int16) {
		for ; len(pcm) >= n*channels; pcm = pcm[n*channels:] {
			chunk = chunkOf(0, pcm[:n*channels], rate, channels)
			got, _, err := r.Read()
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, samplesOf(t, got)...)
		}
		return out
	}
	cleaned(t, "48 kHz", pcm, send(pcm, 48000, 1, 480), 48000, 480)
	for _, n := range []int{480, 500} {
		if out := send(pcm[:24000], 48000, 1, n); len(out) != 24000 {
			t.Errorf("chunks of %d: %d samples of 24000", n, len(out))
		} else if db := 10 * math.Log10(energy(pcm[:9600])/energy(out[960:9600+960])); db < 8 {
			t.Errorf("chunks of %d: the first 0.2 s fell by %.1f dB only", n, db)
		}
	}
	out := send(third, 16000, 1, 160)
	cleaned(t, "16 kHz", third, out, 16000, 160)
	out = send(pcm, 48000, 2, 480) // half the tempo, no matter
	if len(out) != len(pcm) || energy(out) > energy(pcm) {
		t.Error("stereo was not cleaned")
	}
	if c.Err() != nil {
		t.Errorf("an error without reason: %v", c.Err())
	}
	if out := send(pcm, 4000, 1, 40); !slices.Equal(out, pcm) {
		t.Error("what cannot be cleaned must pass")
	}
	if c.Err() == nil {
		t.Error("nothing says that 4 kHz are not cleaned")
	}
	cleaned(t, "48 kHz again", pcm, send(pcm, 48000, 1, 480), 48000, 480)
	if c.Err() != nil {
		t.Errorf("the error stayed: %v", c.Err())
	}
}

func TestSettings(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	c := newCleaner(t, denoise.Config{Strength: denoise.Mild})
	if c.Stats() != (denoise.Stats{}) {
		t.Error("statistics of no stream")
	}
	mild, _ := change(pcm, pass(t, c, 0, pcm, 48000, 1, 480), 48000, 480)
	if mild < 3 || mild > 7 {
		t.Errorf("mild: pauses −%.1f dB, want 3 to 7", mild)
	}
	c.SetEnabled(false)
	out := pass(t, c, 0, pcm, 48000, 1, 480)
	if !slices.Equal(out[480:], pcm[:len(out)-480]) {
		t.Error("off, the sound must be what it was, 10 ms later")
	}
	if c.Stats().VoiceHops == 0 {
		t.Error("off, nobody is heard to talk")
	}
	c.SetEnabled(true)
	c.SetStrength(denoise.Default)
	cleaned(t, "on again, default", pcm, pass(t, c, 0, pcm, 48000, 1, 480), 48000, 480)

	// In the middle of a stream.
	rest := pcm
	r := c.Transform(audio.ReaderFunc(func() (wave.Audio, func(), error) {
		chunk := chunkOf(0, rest[:480], 48000, 1)
		rest = rest[480:]
		return chunk, func() {}, nil
	}))
	out = out[:0]
	for len(rest) > 480 {
		c.SetEnabled(len(rest) > len(pcm)/2)
		chunk, _, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, samplesOf(t, chunk)...)
	}
	from := len(pcm)/2 + 4800 // a tenth of a second for the cross-fade
	if !slices.Equal(out[from+480:], pcm[from:len(out)-480]) {
		t.Error("switched off, the sound must become what it was")
	}
	if p, _ := change(pcm[:from-9600], out[:from-9600], 48000, 480); p < 12 {
		t.Errorf("before the switch noise fell by %.1f dB", p)
	}
}

func TestErrors(t *testing.T) {
	if _, err := New(denoise.Config{LimitDB: 91}); err == nil {
		t.Error("a configuration that cannot be used")
	}
	c := newCleaner(t, denoise.Config{})
	for _, want := range []error{io.EOF, errEnd} {
		r := c.Transform(audio.ReaderFunc(func() (wave.Audio, func(), error) { return nil, nil, want }))
		for range 2 {
			if chunk, _, err := r.Read(); chunk != nil || err != want {
				t.Errorf("%v became %v, %v", want, chunk, err)
			}
		}
	}
	// Nothing to clean is no error either.
	for _, info := range []wave.ChunkInfo{{SamplingRate: 48000, Channels: 1}, {SamplingRate: 48000}, {}} {
		r := c.Transform(audio.ReaderFunc(func() (wave.Audio, func(), error) {
			return &wave.Int16Interleaved{Size: info}, func() {}, nil
		}))
		if _, _, err := r.Read(); err != nil {
			t.Errorf("%+v: %v", info, err)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")[:1920]
	for kind := range 4 {
		c := newCleaner(t, denoise.Config{})
		chunk, release := chunkOf(kind, pcm, 48000, 2), func() {}
		r := c.Transform(audio.ReaderFunc(func() (wave.Audio, func(), error) { return chunk, release, nil }))
		on := false
		if n := testing.AllocsPerRun(200, func() {
			on = !on
			c.SetEnabled(on)
			if _, _, err := r.Read(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("type %d: %g allocations a chunk", kind, n)
		}
	}
}

// A dialog and a meter in other goroutines than the track's: for the race
// detector.
func TestFromOtherGoroutines(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")[:960]
	c := newCleaner(t, denoise.Config{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 1000 {
			c.SetEnabled(i%2 == 0)
			c.SetStrength(denoise.Strength(i % 6))
			c.Stats()
			c.Err()
		}
	}()
	formats := []struct{ rate, channels int }{{48000, 1}, {16000, 2}, {4000, 1}}
	at := 0
	r := c.Transform(audio.ReaderFunc(func() (wave.Audio, func(), error) {
		f := formats[at/50%len(formats)]
		at++
		return chunkOf(0, pcm, f.rate, f.channels), func() {}, nil
	}))
	for at < 300 {
		if _, _, err := r.Read(); err != nil {
			t.Fatal(err)
		}
	}
	<-done
}
