package shapes

import (
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/quietline/quietline/denoise"
)

const frame = 480

// hiss is two seconds of noise in 10 ms frames.
func hiss() [][]int16 {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([][]int16, 200)
	for i := range out {
		out[i] = make([]int16, frame)
		for j := range out[i] {
			out[i][j] = int16(600 * r.NormFloat64())
		}
	}
	return out
}

func power(frames [][]int16) (p float64) {
	for _, f := range frames {
		for _, x := range f {
			p += float64(x) * float64(x)
		}
	}
	return p
}

func newDenoiser(t *testing.T) *denoise.Denoiser {
	t.Helper()
	d, err := denoise.New(denoise.Config{SampleRate: 48000, FrameSize: frame})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// want is what the denoiser itself makes of the frames.
func want(t *testing.T, frames [][]int16) [][]int16 {
	d := newDenoiser(t)
	var out [][]int16
	for _, f := range frames {
		g := make([]int16, frame)
		d.ProcessInt16(g, f)
		out = append(out, g)
	}
	return out
}

// check compares with want, sees that noise went, and that the caller's frames
// were left alone if they should have been.
func check(t *testing.T, got, frames [][]int16) {
	t.Helper()
	w := want(t, hiss())
	if len(got) != len(w) {
		t.Fatalf("%d frames, want %d", len(got), len(w))
	}
	for i := range w {
		for j := range w[i] {
			if got[i][j] != w[i][j] {
				t.Fatalf("frame %d, sample %d is %d, want %d", i, j, got[i][j], w[i][j])
			}
		}
	}
	if power(got[100:]) > power(hiss()[100:])/16 {
		t.Error("less than 12 dB of noise went")
	}
	if frames != nil && power(frames) != power(hiss()) {
		t.Error("the caller's samples were changed")
	}
}

func TestMediaDevices(t *testing.T) {
	frames, at, released := hiss(), 0, 0
	source := ReaderFunc(func() (*Chunk, func(), error) {
		if at == len(frames) {
			return nil, func() {}, io.EOF
		}
		c := &Chunk{Data: frames[at], Size: ChunkInfo{frame, 1, 48000}}
		at++
		return c, func() { released++ }, nil
	})
	r := MediaDevices(newDenoiser(t))(source)
	var got [][]int16
	for {
		c, release, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		got = append(got, append([]int16(nil), c.Data...))
		release()
	}
	if released != len(frames) {
		t.Errorf("%d chunks released, want %d", released, len(frames))
	}
	check(t, got, nil)
}

type track struct {
	got    [][]int16
	closed bool
}

func (k *track) String() string  { return "track" }
func (k *track) SampleRate() int { return 48000 }
func (k *track) Close() error    { k.closed = true; return nil }
func (k *track) WriteSample(s PCM16Sample) error {
	k.got = append(k.got, append([]int16(nil), s...))
	return nil
}

func TestLiveKit(t *testing.T) {
	k := &track{}
	w := LiveKit(newDenoiser(t))(k)
	frames := hiss()
	for _, f := range frames {
		if err := w.WriteSample(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !k.closed {
		t.Errorf("Close: %v, passed on: %v", err, k.closed)
	}
	if w.SampleRate() != 48000 || w.String() != "Denoise -> track" {
		t.Errorf("rate %d, name %q", w.SampleRate(), w.String())
	}
	check(t, k.got, frames)
}

type encoder struct {
	got    [][]int16
	resets int
}

func (e *encoder) ID() int { return 4 }
func (e *encoder) Reset()  { e.resets++ }
func (e *encoder) Encode(pcm []int16, mframeSize, maxDataBytes int) ([]byte, error) {
	if mframeSize != frame || maxDataBytes != 100 {
		return nil, errors.New("arguments changed")
	}
	e.got = append(e.got, append([]int16(nil), pcm...))
	return []byte{1}, nil
}

func TestGumble(t *testing.T) {
	e := &encoder{}
	g := Gumble(e, newDenoiser(t))
	frames := hiss()
	for _, f := range frames {
		if b, err := g.Encode(f, frame, 100); err != nil || len(b) != 1 {
			t.Fatal(b, err)
		}
	}
	g.Reset()
	if e.resets != 1 || g.ID() != 4 {
		t.Error("Reset or ID was not passed on")
	}
	check(t, e.got, frames)
}
