package denoise

import (
	"math"
	"strings"
	"testing"

	"github.com/go-audio/audio"
)

// TestIntBuffer: with strength off every value of every depth comes out as it
// went in (of 32 bits, those with 24 significant ones), Latency later.
func TestIntBuffer(t *testing.T) { bothEngines(t, testIntBuffer) }

func testIntBuffer(t *testing.T) {
	for _, depth := range []int{8, 16, 24, 32} {
		d := mustNew(t, Config{SampleRate: 48000, Channels: 2, Strength: Off})
		r := newRand(uint64(depth))
		x := make([]int, 20000)
		for i := range x {
			x[i] = int(int32(r.Uint32()) >> (32 - depth))
			switch {
			case depth == 8:
				x[i] += 128
			case depth == 32:
				x[i] &^= 255
			case i < 2:
				x[i] = (1<<(depth-1))*(2*i-1) - i // the ends
			}
		}
		b := &audio.IntBuffer{Format: &audio.Format{NumChannels: 2, SampleRate: 48000}, SourceBitDepth: depth, Data: append([]int(nil), x...)}
		if err := d.ProcessIntBuffer(b); err != nil {
			t.Fatal(err)
		}
		lag := 2 * d.Latency()
		for i := lag; i < len(x); i++ {
			if b.Data[i] != x[i-lag] {
				t.Fatalf("%d bit: sample %d is %d, want %d", depth, i, b.Data[i], x[i-lag])
			}
		}
		silence := 0
		if depth == 8 {
			silence = 128
		}
		if b.Data[0] != silence {
			t.Errorf("%d bit: silence is %d, want %d", depth, b.Data[0], silence)
		}
	}
}

// TestIntBufferScale: the same sound at every depth is cleaned alike, from 0.1 s
// on: in the very first frame noise and sound are the same, and whether the
// make-up of level sees speech in their difference is a matter of rounding. The
// speech is recorded: where the network is in doubt, as it is with the synthetic
// voice, the noise of 8 bits tips it.
func TestIntBufferScale(t *testing.T) {
	x := noisySpeech(t, 2.5, -45)
	want := process(mustNew(t, Config{SampleRate: 48000}), x, 0)
	for depth, tolerance := range map[int]float64{8: 0.02, 16: 1e-4, 24: 1e-6, 32: 1e-6} {
		full := float64(uint64(1) << (depth - 1))
		centre := 0
		if depth == 8 {
			centre = 128
		}
		b := &audio.IntBuffer{Format: &audio.Format{NumChannels: 1, SampleRate: 48000}, SourceBitDepth: depth}
		for _, v := range x {
			b.Data = append(b.Data, int(toInt(v, full))+centre)
		}
		if err := mustNew(t, Config{SampleRate: 48000}).ProcessIntBuffer(b); err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i, v := range b.Data[4800:] {
			got := float64(v-centre) / full
			e := math.Abs(got - float64(want[4800+i]))
			if worst = max(worst, e); e > tolerance {
				t.Fatalf("%d bit: sample %d is %v, want %v", depth, 4800+i, got, want[4800+i])
			}
		}
		t.Logf("%d bit: within %.2g", depth, worst)
	}
}

func TestFloat32Buffer(t *testing.T) { bothEngines(t, testFloat32Buffer) }

func testFloat32Buffer(t *testing.T) {
	x := talk(48000, 2, 4800)
	want := process(mustNew(t, Config{SampleRate: 48000, Channels: 2}), x, 0)
	b := &audio.Float32Buffer{Format: &audio.Format{NumChannels: 2, SampleRate: 48000}, Data: append([]float32(nil), x...)}
	if err := mustNew(t, Config{SampleRate: 48000, Channels: 2}).ProcessFloat32Buffer(b); err != nil {
		t.Fatal(err)
	}
	if i := sameBits(b.Data, want); i >= 0 {
		t.Errorf("differs from Process at %d", i)
	}
}

func TestBufferErrors(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000, Channels: 2, FrameSize: 480})
	format := func(channels, rate int) *audio.Format {
		return &audio.Format{NumChannels: channels, SampleRate: rate}
	}
	data := make([]int, 960)
	for i := range data {
		data[i] = i
	}
	for name, b := range map[string]*audio.IntBuffer{
		"nil":      nil,
		"format":   {Data: data, SourceBitDepth: 16},
		"rate":     {Data: data, SourceBitDepth: 16, Format: format(2, 44100)},
		"channels": {Data: data, SourceBitDepth: 16, Format: format(1, 48000)},
		"length":   {Data: data[:959], SourceBitDepth: 16, Format: format(2, 48000)},
		"frame":    {Data: data[:480], SourceBitDepth: 16, Format: format(2, 48000)},
		"no depth": {Data: data, Format: format(2, 48000)},
		"depth":    {Data: data, SourceBitDepth: 12, Format: format(2, 48000)},
	} {
		if err := d.ProcessIntBuffer(b); err == nil || !strings.HasPrefix(err.Error(), "denoise: ") {
			t.Errorf("IntBuffer, %s: %v", name, err)
		}
	}
	for i, v := range data {
		if v != i {
			t.Fatal("a buffer that was refused is changed")
		}
	}
	for name, b := range map[string]*audio.Float32Buffer{
		"nil": nil, "format": {Data: make([]float32, 960)}, "rate": {Data: make([]float32, 960), Format: format(2, 8000)},
		"length": {Data: make([]float32, 961), Format: format(2, 48000)},
	} {
		if err := d.ProcessFloat32Buffer(b); err == nil || !strings.HasPrefix(err.Error(), "denoise: ") {
			t.Errorf("Float32Buffer, %s: %v", name, err)
		}
	}
	if s := d.Stats(); s.Hops != 0 {
		t.Error("a buffer that was refused was processed")
	}
}
