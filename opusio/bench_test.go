package opusio_test

import (
	"slices"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

// BenchmarkDenoisingEncoder and BenchmarkDenoisingDecoder: ns per 20 ms packet
// at 48 kHz, mono, denoiser and codec included.
func BenchmarkDenoisingEncoder(b *testing.B) {
	x := opustest.Sound(b, "noisy_rain_48k.wav", 48000)
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
	if err != nil {
		b.Fatal(err)
	}
	e := newSender(b, enc, denoise.Config{SampleRate: 48000, FrameSize: 960}, opusio.SendOptions{})
	packet, at := make([]byte, opusio.MaxPacketBytes), 0
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.EncodeFloat32(x[at:at+960], packet); err != nil {
			b.Fatal(err)
		}
		at = (at + 960) % (len(x) / 960 * 960)
	}
}

func BenchmarkDenoisingDecoder(b *testing.B) {
	packets := benchPackets(b)
	dec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: 48000})
	if err != nil {
		b.Fatal(err)
	}
	w := newReceiver(b, dec, denoise.Config{SampleRate: 48000, FrameSize: 960})
	pcm, i := make([]float32, 960), 0
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.DecodeFloat32(packets[i], pcm); err != nil {
			b.Fatal(err)
		}
		i = (i + 1) % len(packets)
	}
}

func benchPackets(b testing.TB) [][]byte {
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
	if err != nil {
		b.Fatal(err)
	}
	return opustest.Encode(b, enc, opustest.Sound(b, "noisy_rain_48k.wav", 48000), 960)
}

// BenchmarkOverhead compares the wrappers with denoiser and codec called by
// hand, packet by packet in turn, and reports the median extra cost in percent:
// at most 2.
func BenchmarkOverhead(b *testing.B) {
	x := opustest.Sound(b, "noisy_rain_48k.wav", 48000)
	x = x[:len(x)/960*960]
	cfg := denoise.Config{SampleRate: 48000, FrameSize: 960}
	newCodec := func() (opusio.Encoder, opusio.Decoder) {
		enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
		if err != nil {
			b.Fatal(err)
		}
		dec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: 48000})
		if err != nil {
			b.Fatal(err)
		}
		return enc, dec
	}
	packet, buf := make([]byte, opusio.MaxPacketBytes), make([]float32, 960)
	fail := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}

	enc1, dec1 := newCodec()
	enc2, dec2 := newCodec()
	wrapped, byHand := newSender(b, enc1, cfg, opusio.SendOptions{}), opustest.NewDenoiser(b, cfg)
	b.Run("encoder", func(b *testing.B) {
		b.ReportMetric(overhead(b, func(i int) {
			at := i * 960 % len(x)
			_, err := wrapped.EncodeFloat32(x[at:at+960], packet)
			fail(err)
		}, func(i int) {
			at := i * 960 % len(x)
			byHand.Process(buf, x[at:at+960])
			_, err := enc2.EncodeFloat32(buf, packet)
			fail(err)
		}), "%overhead")
	})

	packets := benchPackets(b)
	receiver, byHand := newReceiver(b, dec1, cfg), opustest.NewDenoiser(b, cfg)
	b.Run("decoder", func(b *testing.B) {
		b.ReportMetric(overhead(b, func(i int) {
			_, err := receiver.DecodeFloat32(packets[i%len(packets)], buf)
			fail(err)
		}, func(i int) {
			_, err := dec2.DecodeFloat32(packets[i%len(packets)], buf)
			fail(err)
			byHand.Process(buf, buf)
		}), "%overhead")
	})
}

// overhead runs two ways of doing the same in turn, which goes first changing,
// and returns the median of by how many percent the first took longer.
func overhead(b *testing.B, wrapped, byHand func(i int)) float64 {
	timed := func(f func(int), i int) float64 {
		start := time.Now()
		f(i)
		return float64(time.Since(start))
	}
	n := max(b.N, 1)
	w, h := make([]float64, n), make([]float64, n)
	for i := range n {
		if i%2 == 0 {
			w[i] = timed(wrapped, i)
			h[i] = timed(byHand, i)
		} else {
			h[i] = timed(byHand, i)
			w[i] = timed(wrapped, i)
		}
	}
	ratio := make([]float64, n)
	for i := range n {
		ratio[i] = w[i] / h[i]
	}
	slices.Sort(ratio)
	return 100 * (ratio[n/2] - 1)
}
