package quietgumble

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"layeh.com/gumble/gumble"

	"github.com/quietline/quietline/denoise"
)

// plain is a codec that writes samples as they are, so that a test can see what
// an encoder was given.
type plain struct{}

func (plain) ID() int                         { return 4 }
func (plain) NewEncoder() gumble.AudioEncoder { return &plainEncoder{} }
func (plain) NewDecoder() gumble.AudioDecoder { return &plainDecoder{} }

type plainEncoder struct {
	out    []byte
	resets int
}

func (e *plainEncoder) ID() int { return 4 }
func (e *plainEncoder) Reset()  { e.resets++ }
func (e *plainEncoder) Encode(pcm []int16, mframeSize, maxDataBytes int) ([]byte, error) {
	if mframeSize != len(pcm) {
		return nil, errors.New("the frame size was changed")
	}
	if 2*len(pcm) > maxDataBytes {
		return nil, errTooLong
	}
	e.out = e.out[:0]
	for _, x := range pcm {
		e.out = binary.LittleEndian.AppendUint16(e.out, uint16(x))
	}
	return e.out, nil
}

type plainDecoder struct {
	pcm    []int16
	resets int
}

func (d *plainDecoder) ID() int { return 4 }
func (d *plainDecoder) Reset()  { d.resets++ }
func (d *plainDecoder) Decode(data []byte, frameSize int) ([]int16, error) {
	if len(data)/2 > frameSize {
		return nil, errTooLong
	}
	d.pcm = d.pcm[:0]
	for ; len(data) > 1; data = data[2:] {
		d.pcm = append(d.pcm, int16(binary.LittleEndian.Uint16(data)))
	}
	return d.pcm, nil
}

var errTooLong = errors.New("too long")

func newCleaner(t testing.TB, cfg denoise.Config) *Cleaner {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// send encodes a recording in frames of n samples and returns what the codec
// below was given.
func send(t *testing.T, e gumble.AudioEncoder, pcm []int16, n int) (out []int16) {
	t.Helper()
	for f := range slices.Chunk(pcm[:len(pcm)/n*n], n) {
		before := slices.Clone(f)
		b, err := e.Encode(f, n, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(f, before) {
			t.Fatal("the caller's samples were changed")
		}
		if len(b) != 2*n {
			t.Fatalf("%d bytes for %d samples", len(b), n)
		}
		for ; len(b) > 0; b = b[2:] {
			out = append(out, int16(binary.LittleEndian.Uint16(b)))
		}
	}
	return out
}

// receive decodes a recording in packets of n samples.
func receive(t *testing.T, d gumble.AudioDecoder, pcm []int16, n int) (out []int16) {
	t.Helper()
	var packet []byte
	for f := range slices.Chunk(pcm[:len(pcm)/n*n], n) {
		packet = packet[:0]
		for _, x := range f {
			packet = binary.LittleEndian.AppendUint16(packet, uint16(x))
		}
		got, err := d.Decode(packet, gumble.AudioMaximumFrameSize)
		if err != nil || len(got) != n {
			t.Fatalf("%d samples of %d: %v", len(got), n, err)
		}
		out = append(out, got...)
	}
	return out
}

func TestSent(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	for _, c := range []struct{ n, late int }{{480, 480}, {960, 480}, {2880, 480}, {120, 959}, {700, 959}} {
		mic := newCleaner(t, denoise.Config{})
		codec := Wrap(plain{}, mic, nil)
		cleaned(t, "sent", pcm, send(t, codec.NewEncoder(), pcm, c.n), 48000, c.late)
		if s := mic.Stats(); s.VoiceHops == 0 || s.ReductionDB < 12 {
			t.Errorf("statistics %+v", s)
		}
		if out := receive(t, codec.NewDecoder(), pcm, c.n); !slices.Equal(out, pcm[:len(out)]) {
			t.Error("what is received must stay as it is when nobody asked for more")
		}
	}
}

// Everybody is cleaned apart: two talkers in turns sound as each alone.
func TestReceived(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	codec := Wrap(plain{}, nil, newCleaner(t, denoise.Config{}))
	alone := receive(t, codec.NewDecoder(), pcm, 480)
	cleaned(t, "received", pcm, alone, 48000, 480)

	a, b := codec.NewDecoder(), codec.NewDecoder()
	var fromA []int16
	for i := 0; i+480 <= len(pcm); i += 480 {
		fromA = append(fromA, receive(t, a, pcm[i:i+480], 480)...)
		j := (i + 96000) % (len(pcm) - 480)
		receive(t, b, pcm[j:j+480], 480)
	}
	if !slices.Equal(fromA, alone) {
		t.Error("one talker's sound depends on another's")
	}
	if out := send(t, codec.NewEncoder(), pcm, 480); !slices.Equal(out, pcm[:len(out)]) {
		t.Error("what is sent must stay as it is when nobody asked for more")
	}
	// Packets that become shorter in the middle: longer delay, cleaned as before.
	out := append(receive(t, a, pcm[:48000], 960), receive(t, a, pcm, 120)...)
	cleaned(t, "shorter packets", pcm, out[48000:], 48000, 959)
}

func TestSettings(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	mic, others := newCleaner(t, denoise.Config{}), newCleaner(t, denoise.Config{Strength: denoise.Mild})
	codec := Wrap(plain{}, mic, others)
	e, d := codec.NewEncoder(), codec.NewDecoder()
	for range 2 {
		mild, _ := change(pcm, receive(t, d, pcm, 480), 48000, 480)
		if mild < 3 || mild > 7 {
			t.Errorf("mild: pauses −%.1f dB, want 3 to 7", mild)
		}
		others.SetStrength(denoise.Strong)
		cleaned(t, "strong", pcm, receive(t, d, pcm, 480), 48000, 480)
		others.SetStrength(denoise.Mild)
	}
	mic.SetEnabled(false)
	if out := send(t, e, pcm, 480); !slices.Equal(out[480:], pcm[:len(out)-480]) {
		t.Error("off, the sound must be what it was, 10 ms later")
	}
	mic.SetEnabled(true)
	cleaned(t, "on again", pcm, send(t, e, pcm, 480), 48000, 480)
}

func TestErrorsAndReset(t *testing.T) {
	c := newCleaner(t, denoise.Config{})
	codec := Wrap(plain{}, c, c)
	if codec.ID() != 4 {
		t.Errorf("ID %d", codec.ID())
	}
	e, d := codec.NewEncoder(), codec.NewDecoder()
	e.Reset() // before the first frame too
	d.Reset()
	if _, err := e.Encode(make([]int16, 480), 480, 10); err != errTooLong {
		t.Errorf("the encoder's error became %v", err)
	}
	if _, err := d.Decode(make([]byte, 960), 10); err != errTooLong {
		t.Errorf("the decoder's error became %v", err)
	}
	pcm := recording(t, "noisy_rain_48k.wav")
	send(t, e, pcm[:96000], 480)
	receive(t, d, pcm[:96000], 480)
	e.Reset()
	d.Reset()
	if e.(*encoder).AudioEncoder.(*plainEncoder).resets != 2 || d.(*decoder).AudioDecoder.(*plainDecoder).resets != 2 {
		t.Error("Reset was not passed on")
	}
	// The next talk spurt begins with nothing of the last, and the noise known.
	for what, out := range map[string][]int16{
		"sent": send(t, e, make([]int16, 480), 480), "received": receive(t, d, make([]int16, 480), 480),
	} {
		if energy(out) != 0 {
			t.Errorf("%s: the end of a talk spurt came with the next", what)
		}
	}
	if e.ID() != 4 || d.ID() != 4 {
		t.Error("ID was not passed on")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")[:480]
	c := newCleaner(t, denoise.Config{})
	codec := Wrap(plain{}, c, c)
	e, d, on := codec.NewEncoder(), codec.NewDecoder(), false
	if n := testing.AllocsPerRun(200, func() {
		on = !on
		c.SetEnabled(on)
		b, err := e.Encode(pcm, 480, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Decode(b, 480); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%g allocations a frame", n)
	}
}
