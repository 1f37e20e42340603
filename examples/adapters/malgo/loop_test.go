package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quietline/quietline/denoise"
)

func loopOf(t testing.TB, cfg denoise.Config) *loop {
	t.Helper()
	l, err := newLoop(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// device gives a recording to the loop as a sound device does, frames samples a
// chunk and channel, and returns what the speaker gets.
func device(l *loop, pcm []int16, frames int) (out []int16) {
	n := frames * l.channels
	// float32s under the bytes, so that they are in line, as a device's are.
	from, to := make([]float32, n), make([]float32, n)
	in, speaker := bytesOf(from), bytesOf(to)
	for ; len(pcm) >= n; pcm = pcm[n:] {
		for i, x := range pcm[:n] {
			binary.NativeEndian.PutUint32(in[4*i:], math.Float32bits(float32(x)/32768))
		}
		l.callback(speaker, in, uint32(frames))
		for _, x := range to {
			out = append(out, int16(max(-32768, min(32767, math.RoundToEven(float64(x)*32768)))))
		}
	}
	return out
}

func TestLoop(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	for _, c := range []struct{ frames, late int }{{480, 480}, {960, 480}, {4800, 480}, {512, 959}, {1, 959}} {
		l := loopOf(t, denoise.Config{SampleRate: 48000})
		out := device(l, pcm, c.frames)
		if len(out) != len(pcm)/c.frames*c.frames {
			t.Errorf("%d samples of %d", len(out), len(pcm))
		}
		cleaned(t, "loop", pcm, out, 48000, c.late)
		if s := l.stats(); s.VoiceHops == 0 || s.ReductionDB < 12 {
			t.Errorf("statistics %+v", s)
		}
	}
	// A device that changes its mind.
	l := loopOf(t, denoise.Config{SampleRate: 48000})
	device(l, pcm[:48000], 480)
	cleaned(t, "other chunks", pcm, device(l, pcm, 441), 48000, 959)
	cleaned(t, "first chunks again", pcm, device(l, pcm, 480), 48000, 959)
}

func TestStereo(t *testing.T) {
	mono := recording(t, "noisy_rain_48k.wav")
	var both []int16
	for _, x := range mono {
		both = append(both, x, x)
	}
	out := device(loopOf(t, denoise.Config{SampleRate: 48000, Channels: 2}), both, 480)
	left := make([]int16, len(out)/2)
	for i := range left {
		left[i] = out[2*i]
		if out[2*i] != out[2*i+1] {
			t.Fatal("left and right differ")
		}
	}
	cleaned(t, "stereo", mono, left, 48000, 480)
}

// What the keyboard does.
func TestKeys(t *testing.T) {
	pcm := recording(t, "noisy_rain_48k.wav")
	l := loopOf(t, denoise.Config{SampleRate: 48000})
	key := func(line string) (said string, end bool) {
		var b bytes.Buffer
		end = obey(l, line, &b)
		return b.String(), end
	}
	if said, end := key(""); said != "" || end || l.enabled() {
		t.Errorf("Enter: %q, end %v, on %v", said, end, l.enabled())
	}
	device(l, pcm[:4800], 480)
	if out := device(l, pcm, 480); !slices.Equal(out[480:], pcm[:len(out)-480]) {
		t.Error("off, the sound must be what it was, 10 ms later")
	}
	if !strings.HasSuffix(status(l), "off") {
		t.Errorf("status %q", status(l))
	}
	key("")
	if !strings.HasSuffix(status(l), "on ") {
		t.Errorf("status %q", status(l))
	}
	cleaned(t, "on", pcm, device(l, pcm, 480), 48000, 480)
	key(" mild ")
	if mild, _ := change(pcm, device(l, pcm, 480), 48000, 480); mild < 3 || mild > 7 {
		t.Errorf("mild: pauses −%.1f dB, want 3 to 7", mild)
	}
	if said, end := key("loud"); end || !strings.Contains(said, "mild") {
		t.Errorf("a word that is no strength: %q", said)
	}
	if _, end := key("q"); !end {
		t.Error("q does not end")
	}
}

// A callback with nothing in it, or less than it says.
func TestStrangeCallbacks(t *testing.T) {
	l := loopOf(t, denoise.Config{SampleRate: 48000, Channels: 2})
	out := bytesOf([]float32{1, 2, 3, 4})
	for _, c := range []struct {
		in     []byte
		frames uint32
	}{{nil, 2}, {make([]byte, 8), 2}, {make([]byte, 16), 0}, {make([]byte, 64), 8}} {
		out[0] = 1
		l.callback(out, c.in, c.frames)
		if !bytes.Equal(out, make([]byte, len(out))) {
			t.Errorf("%d bytes, %d frames: the speaker gets what is not there", len(c.in), c.frames)
		}
	}
	l.callback(nil, nil, 0)
}

func TestFlags(t *testing.T) {
	for _, args := range []string{"-rate 100", "-strength loud", "-limit 91", "-channels 65", "-channels -1", "-period 0s", "-period 2s", "x", "-nothing"} {
		var stderr bytes.Buffer
		if code := run(context.Background(), strings.Fields(args), strings.NewReader(""), io.Discard, &stderr); code != 2 || stderr.Len() == 0 {
			t.Errorf("%s: code %d, %q", args, code, stderr.String())
		}
	}
	if code := run(context.Background(), []string{"-h"}, nil, io.Discard, io.Discard); code != 0 {
		t.Errorf("-h: code %d", code)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	l := loopOf(t, denoise.Config{SampleRate: 48000})
	in, out := bytesOf(make([]float32, 480)), bytesOf(make([]float32, 480))
	frames := uint32(480)
	if n := testing.AllocsPerRun(200, func() {
		l.setEnabled(!l.enabled())
		l.callback(out, in, frames)
		frames = 960 - frames - 1 // 480, 479, 480 …
		frames = min(frames, 480)
	}); n != 0 {
		t.Errorf("%g allocations a callback", n)
	}
}
