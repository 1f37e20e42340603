//go:build cgo

package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
)

// The null backend is a device of silence that keeps time: what real threads and
// callbacks do, without a sound card.
func TestNullDevice(t *testing.T) {
	for _, c := range []struct{ rate, channels int }{{48000, 1}, {8000, 2}, {44100, 2}, {11025, 1}} {
		l := loopOf(t, denoise.Config{SampleRate: c.rate, Channels: c.channels})
		stop, err := start("null", 10*time.Millisecond, l)
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(10 * time.Second); l.stats().Hops < 20 && time.Now().Before(deadline); {
			time.Sleep(10 * time.Millisecond)
			l.setEnabled(!l.enabled()) // from another thread than the device's
			l.setStrength(denoise.Mild)
		}
		stop()
		s := l.stats()
		if s.Hops < 20 || s.SilentHops != s.Hops || s.VoiceHops != 0 {
			t.Errorf("%d Hz, %d channels: %d hops, %d of silence, %d of voice", c.rate, c.channels, s.Hops, s.SilentHops, s.VoiceHops)
		}
		if c.rate%100 == 0 && l.now.Load() != l.whole {
			t.Errorf("%d Hz: the device's chunks are no whole hops", c.rate)
		}
		time.Sleep(30 * time.Millisecond)
		if after := l.stats().Hops; after != s.Hops {
			t.Errorf("%d hops after the stop", after-s.Hops)
		}
	}
}

func TestCommand(t *testing.T) {
	var out, stderr bytes.Buffer
	began := time.Now()
	code := run(context.Background(), []string{"-backend", "null", "-time", "350ms", "-strength", "mild"}, strings.NewReader("\nmedium\n"), &out, &stderr)
	if code != 0 || stderr.Len() != 0 {
		t.Errorf("code %d: %s", code, stderr.String())
	}
	if d := time.Since(began); d < 350*time.Millisecond {
		t.Errorf("ended after %v", d)
	}
	if !strings.Contains(out.String(), "off") {
		t.Errorf("Enter did not switch off: %q", out.String())
	}
	if code := run(context.Background(), []string{"-backend", "null"}, strings.NewReader("q\n"), io.Discard, &stderr); code != 0 {
		t.Errorf("q: code %d", code)
	}
	out.Reset()
	if code := run(context.Background(), []string{"-backend", "null", "-list"}, nil, &out, &stderr); code != 0 || !strings.Contains(out.String(), "microphone\t") {
		t.Errorf("-list: code %d, %q", code, out.String())
	}
	if code := run(context.Background(), []string{"-backend", "gramophone"}, nil, io.Discard, &stderr); code != 1 || !strings.Contains(stderr.String(), "gramophone") {
		t.Errorf("unknown backend: code %d, %q", code, stderr.String())
	}
}
