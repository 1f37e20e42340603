package quietdiago

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/emiago/diago/audio"
	"github.com/emiago/diago/media"

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

// rain is a woman in the rain, brought to 8 kHz as cheaply as can be.
func rain(t testing.TB) []int16 {
	pcm := recording(t, "noisy_rain_48k.wav")
	out := make([]int16, len(pcm)/6/160*160)
	for i := range out {
		sum := 0
		for _, x := range pcm[6*i : 6*i+6] {
			sum += int(x)
		}
		out[i] = int16(sum / 6)
	}
	return out
}

func toBytes(pcm []int16) []byte {
	var b []byte
	for _, x := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(x))
	}
	return b
}

func toShorts(b []byte) []int16 {
	var pcm []int16
	for ; len(b) > 1; b = b[2:] {
		pcm = append(pcm, int16(binary.LittleEndian.Uint16(b)))
	}
	return pcm
}

// packets gives a packet a Read, then an error.
type packets struct {
	data []byte
	n    int
	err  error
}

func (p *packets) Read(b []byte) (int, error) {
	if len(p.data) == 0 {
		return 0, p.err
	}
	n := copy(b, p.data[:min(p.n, len(p.data))])
	p.data = p.data[n:]
	return n, nil
}

// lengths remembers what is written, and how long each Write was.
type lengths struct {
	bytes.Buffer
	each []int
	err  error
}

func (l *lengths) Write(b []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	l.each = append(l.each, len(b))
	return l.Buffer.Write(b)
}

func TestReader(t *testing.T) {
	in := rain(t)
	hungUp := errors.New("hung up")
	for _, c := range []struct{ n, late int }{{160, 80}, {80, 80}, {240, 80}, {33, 159}} {
		noise := newCleaner(t, denoise.Config{})
		r := noise.Reader(&packets{toBytes(in), 2 * c.n, hungUp}, media.CodecAudioUlaw)
		var out []byte
		b := make([]byte, media.RTPBufSize)
		for left := len(in); ; left -= c.n {
			n, err := r.Read(b)
			if err == hungUp {
				break
			}
			if err != nil || n != 2*min(c.n, left) {
				t.Fatalf("read %d bytes, want %d: %v", n, 2*c.n, err)
			}
			out = append(out, b[:n]...)
		}
		if len(out) != 2*len(in) {
			t.Fatalf("%d bytes out of %d", len(out), 2*len(in))
		}
		cleaned(t, "read", in, toShorts(out), 8000, c.late)
		if s := noise.Stats(); s.VoiceHops == 0 || s.ReductionDB < 12 {
			t.Errorf("statistics %+v", s)
		}
	}
	// An error that comes with the last bytes.
	r := newCleaner(t, denoise.Config{}).Reader(iotest.DataErrReader(bytes.NewReader(toBytes(in))), media.CodecAudioUlaw)
	if b, err := io.ReadAll(r); err != nil || len(b) != 2*len(in) {
		t.Errorf("%d bytes of %d, %v", len(b), 2*len(in), err)
	}
	r = newCleaner(t, denoise.Config{}).Reader(bytes.NewReader(make([]byte, 3)), media.CodecAudioUlaw)
	if _, err := r.Read(make([]byte, 10)); err == nil {
		t.Error("half a sample was taken")
	}
}

func TestWriter(t *testing.T) {
	in := rain(t)
	noise := newCleaner(t, denoise.Config{})
	var out lengths
	w := noise.Writer(&out, media.CodecAudioAlaw)
	for p := range slices.Chunk(toBytes(in), 320) {
		before := bytes.Clone(p)
		if n, err := w.Write(p); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
		if !bytes.Equal(p, before) {
			t.Fatal("the caller's bytes were changed")
		}
	}
	for i, n := range out.each {
		if n != 320 {
			t.Fatalf("write %d had %d bytes", i, n)
		}
	}
	cleaned(t, "written", in, toShorts(out.Bytes()), 8000, 80)

	out.err = io.ErrClosedPipe
	if _, err := w.Write(make([]byte, 320)); err != io.ErrClosedPipe {
		t.Errorf("the writer's error became %v", err)
	}
	if _, err := w.Write(make([]byte, 3)); err == nil {
		t.Error("half a sample was taken")
	}
	if _, err := noise.Writer(&out, media.Codec{SampleRate: 8000}).Write(make([]byte, 2)); err == nil {
		t.Error("no channels were taken")
	}
}

// Stereo at 48 kHz, which is how diago has Opus, and a rate that cannot be
// cleaned.
func TestOtherFormats(t *testing.T) {
	mono := recording(t, "noisy_rain_48k.wav")
	mono = mono[:len(mono)/960*960]
	var both []int16
	for _, x := range mono {
		both = append(both, x, x)
	}
	noise := newCleaner(t, denoise.Config{})
	var out lengths
	w := noise.Writer(&out, media.CodecAudioOpus)
	for p := range slices.Chunk(toBytes(both), 4*960) {
		if _, err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	got := toShorts(out.Bytes())
	left := make([]int16, len(got)/2)
	for i := range left {
		left[i] = got[2*i]
		if got[2*i] != got[2*i+1] {
			t.Fatal("left and right differ")
		}
	}
	cleaned(t, "stereo", mono, left, 48000, 480)

	out.Reset()
	w = noise.Writer(&out, media.Codec{SampleRate: 4000, NumChannels: 1, SampleDur: 20 * time.Millisecond})
	if _, err := w.Write(toBytes(mono[:80])); err != nil || !bytes.Equal(out.Bytes(), toBytes(mono[:80])) || noise.Err() == nil {
		t.Errorf("what cannot be cleaned must pass and say so: %v, %v", err, noise.Err())
	}
}

// Around diago's own decoder and encoder.
func TestG711(t *testing.T) {
	in := rain(t)
	ulaw := make([]byte, len(in))
	if _, err := audio.EncodeUlawTo(ulaw, toBytes(in)); err != nil {
		t.Fatal(err)
	}
	noise := newCleaner(t, denoise.Config{})
	dec, err := audio.NewPCMDecoderReader(0, &packets{ulaw, 160, io.EOF})
	if err != nil {
		t.Fatal(err)
	}
	var wire lengths
	enc, err := audio.NewPCMEncoderWriter(8, &wire)
	if err != nil {
		t.Fatal(err)
	}
	r := noise.Reader(dec, media.CodecAudioUlaw)
	b := make([]byte, 320)
	for {
		n, err := r.Read(b)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := enc.Write(b[:n]); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range wire.each {
		if n != 160 {
			t.Fatalf("a packet of %d bytes", n)
		}
	}
	out := make([]byte, 2*wire.Len())
	if _, err := audio.DecodeAlawTo(out, wire.Bytes()); err != nil {
		t.Fatal(err)
	}
	cleaned(t, "µ-law to A-law", in, toShorts(out), 8000, 80)
}

func TestSettings(t *testing.T) {
	in := rain(t)
	noise := newCleaner(t, denoise.Config{})
	through := func() []int16 {
		r := noise.Reader(&packets{toBytes(in), 320, io.EOF}, media.CodecAudioUlaw)
		var out []int16
		for b := make([]byte, 320); ; {
			n, err := r.Read(b)
			if err == io.EOF {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, toShorts(b[:n])...)
		}
	}
	noise.SetStrength(denoise.Mild)
	if mild, _ := change(in, through(), 8000, 80); mild < 3 || mild > 7 {
		t.Errorf("mild: pauses −%.1f dB, want 3 to 7", mild)
	}
	noise.SetEnabled(false)
	if out := through(); !slices.Equal(out[80:], in[:len(in)-80]) {
		t.Error("off, the sound must be what it was, 10 ms later")
	}
	noise.SetEnabled(true)
	noise.SetStrength(denoise.Strong)
	cleaned(t, "on again", in, through(), 8000, 80)
}

func TestNothingIsAllocated(t *testing.T) {
	b := toBytes(rain(t)[:160])
	noise := newCleaner(t, denoise.Config{})
	w := noise.Writer(io.Discard, media.CodecAudioUlaw)
	r := noise.Reader(readerFunc(func(p []byte) (int, error) { return copy(p, b), nil }), media.CodecAudioUlaw)
	ulaw := make([]byte, 160)
	tr, err := noise.transcoder(media.CodecAudioUlaw)
	if err != nil {
		t.Fatal(err)
	}
	buf, on := make([]byte, 320), false
	if n := testing.AllocsPerRun(200, func() {
		on = !on
		noise.SetEnabled(on)
		w.Write(b)
		r.Read(buf)
		tr.packet(ulaw, ulaw)
	}); n != 0 {
		t.Errorf("%g allocations a packet", n)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
