package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/voicenet"
	"github.com/quietline/quietline/internal/wav"
)

const testdata = "../../../testdata"

// readMono returns a WAV of one channel, in 16 bits, and its rate.
func readMono(t *testing.T, name string) ([]int16, int) {
	t.Helper()
	file, err := os.Open(filepath.Join(testdata, name+".wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := wav.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	if r.Format().Channels != 1 {
		t.Fatalf("%s: %v", name, r.Format())
	}
	var x []int16
	chunk := make([]float32, 1<<15)
	for {
		n, err := r.Read(chunk)
		for _, v := range chunk[:n] {
			x = append(x, int16(math.Round(float64(v)*32768)))
		}
		if errors.Is(err, io.EOF) {
			return x, r.Format().SampleRate
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// stream is a request to run.
func stream(rate int, pcm []int16) []byte {
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, []int32{int32(rate), int32(len(pcm))})
	binary.Write(&b, binary.LittleEndian, pcm)
	return b.Bytes()
}

// presence makes the probability that a Denoiser reports out of features.
type presence struct {
	net  voicenet.Net
	prob float64
}

func (p *presence) update(x *[voicenet.Features]float32) float64 {
	if math.IsNaN(float64(x[0])) {
		p.prob = math.Max(0.93*p.prob-1e-6, 0)
		return 0
	}
	var y [voicenet.Outputs]float32
	p.net.Update(&y, x)
	s := 1 / (1 + math.Exp(-float64(y[0])))
	p.prob = math.Max(s, s+0.6*(p.prob-s))
	return p.prob
}

// TestSameAsDenoise: the features that are trained on give the probability of
// speech that a Denoiser reports, at every rate, through silence and clicks.
func TestSameAsDenoise(t *testing.T) {
	for _, name := range []string{"noisy_rain_48k", "noisy_printer_16k", "noisy_phone_8k", "speech_16k", "noisy_clicks_48k", "speech_48k"} {
		pcm, rate := readMono(t, name)
		rows, err := ofStream(rate, pcm)
		if err != nil {
			t.Fatal(err)
		}
		d, err := denoise.New(denoise.Config{SampleRate: rate})
		if err != nil {
			t.Fatal(err)
		}
		out := make([]int16, d.Hop())
		var p presence
		var most, loudest float64
		for i := range rows {
			d.ProcessInt16(out, pcm[i*d.Hop():][:d.Hop()])
			want := d.Stats().SpeechProb
			most = math.Max(most, math.Abs(p.update(&rows[i])-want))
			loudest = math.Max(loudest, want)
		}
		t.Logf("%s: probability up to %.2f, largest difference %.1e", name, loudest, most)
		if !(most < 1e-3 && loudest > 0.5) {
			t.Errorf("%s: probability up to %v, differs by up to %v; want above 0.5 and at most 1e-3", name, loudest, most)
		}
	}
}

// TestRun: streams one after another, and what is no stream.
func TestRun(t *testing.T) {
	pcm, rate := readMono(t, "speech_16k")
	var out bytes.Buffer
	if err := run(bytes.NewReader(append(stream(rate, pcm), stream(8000, pcm[:8000])...)), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{len(pcm) / 160, 100} {
		var hops int32
		if err := binary.Read(&out, binary.LittleEndian, &hops); err != nil || int(hops) != want {
			t.Fatalf("%d hops, %v; want %d", hops, err, want)
		}
		out.Next(int(hops) * voicenet.Features * 4)
	}
	if out.Len() != 0 {
		t.Errorf("%d bytes left over", out.Len())
	}
	for name, in := range map[string][]byte{
		"rate":     stream(4000, pcm[:100]),
		"cut off":  stream(rate, pcm)[:1000],
		"cut head": {1, 2, 3},
	} {
		if err := run(bytes.NewReader(in), io.Discard); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
