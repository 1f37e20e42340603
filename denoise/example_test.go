package denoise_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"time"

	"github.com/quietline/quietline/denoise"
)

// hiss returns seconds of white noise at −40 dBFS, 48 kHz mono.
func hiss(seconds float64) []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, int(seconds*48000))
	for i := range x {
		x[i] = float32(0.01 * r.NormFloat64())
	}
	return x
}

// dbfs returns the RMS level of x.
func dbfs(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(len(x)))
}

// The neural engine takes more of the noise and 10 ms more of delay.
func ExampleConfig_neural() {
	d, err := denoise.New(denoise.Config{SampleRate: 48000, FrameSize: 480, Engine: denoise.Neural})
	if err != nil {
		fmt.Println(err)
		return
	}
	pcm := hiss(2)
	for i := 0; i < len(pcm); i += 480 {
		d.Process(pcm[i:i+480], pcm[i:i+480])
	}
	fmt.Println("delay:", d.Latency(), "samples")
	fmt.Println("quieter by 20 dB or more:", dbfs(pcm[48000:]) < -60)
	// Output:
	// delay: 960 samples
	// quieter by 20 dB or more: true
}

func ExampleDenoiser() {
	d, err := denoise.New(denoise.Config{SampleRate: 48000, FrameSize: 480})
	if err != nil {
		fmt.Println(err)
		return
	}
	pcm := hiss(2)
	for i := 0; i < len(pcm); i += 480 { // 10 ms a time, as a call would
		frame := pcm[i : i+480]
		d.Process(frame, frame) // in place
	}
	fmt.Println("latency:", d.Latency(), "samples")
	fmt.Println("noise lowered by 12 dB or more:", dbfs(pcm[48000:]) < -40-12)
	// Output:
	// latency: 480 samples
	// noise lowered by 12 dB or more: true
}

// A change of strength takes effect with the next hop, faded in, from any
// goroutine.
func ExampleDenoiser_SetStrength() {
	d, err := denoise.New(denoise.Config{SampleRate: 48000, FrameSize: 480})
	if err != nil {
		fmt.Println(err)
		return
	}
	pcm := hiss(3)
	second := 48000
	for i, s := range []denoise.Strength{denoise.Off, denoise.Mild, denoise.Medium} {
		d.SetStrength(s)
		part := pcm[i*second : (i+1)*second]
		d.Process(part, part)
		fmt.Printf("%v: %.0f dBFS\n", s, dbfs(part[second/2:]))
	}
	// Output:
	// off: -40 dBFS
	// mild: -46 dBFS
	// medium: -52 dBFS
}

// A muted microphone is observed: nothing comes out, but the noise is known
// when it is opened again, and one can tell somebody who talks while muted.
func ExampleDenoiser_Observe() {
	d, err := denoise.New(denoise.Config{SampleRate: 48000})
	if err != nil {
		fmt.Println(err)
		return
	}
	d.Observe(hiss(1))
	s := d.Stats()
	fmt.Println("talking while muted:", s.Voice)
	fmt.Println("noise is known:", math.Abs(s.NoiseDBFS+40) < 3)
	// Output:
	// talking while muted: false
	// noise is known: true
}

func ExampleDenoiser_Flush() {
	d, err := denoise.New(denoise.Config{SampleRate: 48000})
	if err != nil {
		fmt.Println(err)
		return
	}
	in := hiss(0.5)
	out := make([]float32, len(in)+d.Latency())
	n := d.Process(out, in)
	n += d.Flush(out[n:])
	clean := out[d.Latency():n] // sample i of clean is sample i of in
	fmt.Println(len(in), "in,", len(clean), "out")
	// Output:
	// 24000 in, 24000 out
}

func ExampleDetector() {
	v, err := denoise.NewDetector(denoise.DetectorConfig{SampleRate: 48000})
	if err != nil {
		fmt.Println(err)
		return
	}
	// One second of noise, half a second of a buzzing vowel in it, noise again.
	pcm := hiss(2.5)
	for i := 48000; i < 72000; i++ {
		for h := 1.0; h < 30; h++ {
			f := 120 * h
			pcm[i] += float32(0.1 / (1 + math.Pow((f-600)/300, 2)) * math.Sin(2*math.Pi*f*float64(i)/48000))
		}
	}
	decisions := v.Process(nil, pcm)
	for _, s := range denoise.Segments(decisions, 48000, v.Hop()) {
		fmt.Println("begins at", s.Start.Round(100*time.Millisecond))
	}
	fmt.Println(len(decisions), "decisions, one every 10 ms")
	// Output:
	// begins at 1s
	// 250 decisions, one every 10 ms
}

func ExampleNewReader() {
	d, err := denoise.New(denoise.Config{SampleRate: 16000, Channels: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	raw := bytes.NewReader(make([]byte, 64000)) // 1 s of s16le stereo: a file, a pipe, a socket
	clean, err := denoise.NewReader(raw, d, denoise.S16LE, denoise.Aligned())
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := io.Copy(io.Discard, clean)
	fmt.Println(n, err)
	// Output:
	// 64000 <nil>
}

func ExampleNewWriter() {
	d, err := denoise.New(denoise.Config{SampleRate: 48000})
	if err != nil {
		fmt.Println(err)
		return
	}
	var out bytes.Buffer
	w, err := denoise.NewWriter(&out, d, denoise.S16LE, denoise.Aligned())
	if err != nil {
		fmt.Println(err)
		return
	}
	w.Write(make([]byte, 9600))
	if err := w.Close(); err != nil { // the tail
		fmt.Println(err)
	}
	fmt.Println(out.Len())
	// Output:
	// 9600
}

// A profile of a room's noise, learned once, is kept in a file and used again,
// at any rate.
func ExampleProfile() {
	p, err := denoise.LearnProfile(hiss(1), 48000, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if _, err := p.WriteTo(&file); err != nil {
		fmt.Println(err)
		return
	}
	p, err = denoise.ReadProfile(&file)
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := denoise.New(denoise.Config{SampleRate: 48000, Profile: p})
	if err != nil {
		fmt.Println(err)
		return
	}
	pcm := hiss(0.2)
	d.Process(pcm, pcm)
	fmt.Println("the noise is low from the start:", dbfs(pcm) < -40-12)
	// Output:
	// the noise is low from the start: true
}
