package opusio_test

import (
	"math"
	"testing"
	"time"

	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

// The encoder of the default backend writes what a decoder reads: the range
// coders of both end every packet in the same state (RFC 6716, section 4.1.7).
// Those of gopus v0.1.1 do not in the hybrid mode in stereo, at 24 kHz and for
// few bits.
func TestGopusInSync(t *testing.T) {
	for _, rate := range opustest.Rates {
		sound := opustest.Sound(t, "noisy_clicks_48k.wav", rate)[rate : rate*8/5]
		for _, channels := range []int{1, 2} {
			x := opustest.Interleave(sound, channels)
			for i, bitrate := range []int{12000, 16000, 24000, 32000, 96000} {
				if rate < 24000 && i < 4 { // there is no hybrid mode
					continue
				}
				for k, d := range []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 120 * time.Millisecond} {
					for _, app := range opustest.Applications[:2] {
						cfg := opusio.EncoderConfig{
							SampleRate: rate, Channels: channels, Bitrate: bitrate, Application: app,
							Complexity: []int{opusio.MinComplexity, 3, 6, 9}[(i+k)%4], FEC: (i+k)%3 == 0, ExpectedLoss: 10,
						}
						inSync(t, cfg, x, opustest.Samples(d, rate))
					}
				}
			}
		}
	}
}

func inSync(t *testing.T, cfg opusio.EncoderConfig, x []float32, n int) {
	t.Helper()
	e, err := opusio.Default.NewEncoder(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: cfg.SampleRate, Channels: cfg.Channels})
	if err != nil {
		t.Fatal(err)
	}
	frame := n * cfg.Channels
	packet, pcm := make([]byte, opusio.MaxPacketBytes), make([]float32, frame)
	for at := 0; at+frame <= len(x); at += frame {
		k, err := e.EncodeFloat32(x[at:at+frame], packet)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.DecodeFloat32(packet[:k], pcm); err != nil {
			t.Fatal(err)
		}
		peak := 0.0
		for _, v := range pcm {
			peak = math.Max(peak, math.Abs(float64(v)))
		}
		// The decoder reports 0 for DTX and where it changes modes.
		if a, b := opusio.FinalRanges(e, d); a != b && b != 0 || peak > 2 {
			t.Errorf("%+v, frames of %d: packet %d (configuration %d) ends at range %#x, decoded %#x, peak %.2f",
				cfg, n, at/frame, packet[0]>>3, a, b, peak)
			return
		}
	}
}
