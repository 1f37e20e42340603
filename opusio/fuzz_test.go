package opusio_test

import (
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

// FuzzDecode feeds arbitrary packets to a DenoisingDecoder on the pure Go
// backend: an error or bounded sound, and a decoder that goes on.
func FuzzDecode(f *testing.F) {
	for _, bitrate := range []int{8000, 24000, 64000} {
		e, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: bitrate, FEC: true, ExpectedLoss: 20})
		if err != nil {
			f.Fatal(err)
		}
		for _, d := range opustest.Durations {
			n := opustest.Samples(d, 48000)
			packets := opustest.Encode(f, e, opustest.Sound(f, "speech_48k.wav", 48000)[60000:60000+4*n], n)
			f.Add(packets[2], packets[3])
		}
	}
	f.Add([]byte{}, []byte{0})
	f.Add([]byte{0xff, 0xff, 0xff}, []byte{3, 0x41, 0xff})
	type receiver struct {
		w              *opusio.DenoisingDecoder
		rate, channels int
	}
	var receivers []receiver
	for _, r := range []receiver{{rate: 48000, channels: 1}, {rate: 16000, channels: 2}} {
		dec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: r.rate, Channels: r.channels})
		if err != nil {
			f.Fatal(err)
		}
		r.w = newReceiver(f, dec, denoise.Config{SampleRate: r.rate, Channels: r.channels})
		receivers = append(receivers, r)
	}
	pcm, lost := make([]float32, 2*5760), make([]float32, 2*960)
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for _, r := range receivers {
			for _, p := range [][]byte{first, second} {
				n, err := r.w.DecodeFloat32(p, pcm)
				if err == nil {
					if n < 0 || n > r.rate*120/1000 {
						t.Fatalf("%d samples of % x", n, p)
					}
					if !opustest.Finite(pcm[:n*r.channels]) {
						t.Fatalf("not finite: % x", p)
					}
				}
				gap := lost[:r.rate/50*r.channels]
				if err := r.w.DecodeFECFloat32(p, gap); err == nil && !opustest.Finite(gap) {
					t.Fatalf("recovered, not finite: % x", p)
				}
			}
			if err := r.w.DecodePLCFloat32(lost[:r.rate/50*r.channels]); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzPacket holds the packet functions against each other.
func FuzzPacket(f *testing.F) {
	f.Add([]byte{9 << 3, 1, 2})
	f.Add([]byte{31<<3 | 3, 0xC6})
	f.Fuzz(func(t *testing.T, p []byte) {
		n, err := opusio.FrameCount(p)
		samples, err2 := opusio.PacketSamples48(p)
		if (err == nil) != (err2 == nil) {
			t.Fatal(err, err2)
		}
		if err == nil && (n < 1 || n > 48 || samples < 120 || samples > 5760 || samples%n != 0) {
			t.Fatalf("%d frames, %d samples", n, samples)
		}
		pk := opusio.NewPacketizer(1, 2)
		if _, _, err3 := pk.Next(p, opusio.Send); (err == nil) != (err3 == nil) {
			t.Fatal(err, err3)
		}
	})
}
