package opusio_test

import (
	"errors"
	"testing"
	"time"

	"github.com/quietline/quietline/opusio"
)

// rfc6716Table2 is the frame size in ms of the 32 configurations.
var rfc6716Table2 = [32]float64{
	10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60, // SILK NB, MB, WB
	10, 20, 10, 20, // hybrid SWB, FB
	2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, // CELT NB, WB, SWB, FB
}

func TestPacketDuration(t *testing.T) {
	for config, ms := range rfc6716Table2 {
		for stereo := range 2 {
			toc := byte(config<<3 | stereo<<2)
			for code, frames := range []float64{1, 2, 2} {
				if code > 0 && ms*2 > 120 {
					continue
				}
				d, err := opusio.PacketDuration([]byte{toc | byte(code), 1, 2})
				if want := time.Duration(frames * ms * 1e6); err != nil || d != want {
					t.Errorf("configuration %d, code %d: %v, %v; want %v", config, code, d, err, want)
				}
			}
			for frames := range 64 {
				p := []byte{toc | 3, byte(frames) | 0xC0, 0}
				n, err := opusio.PacketSamples48(p)
				if frames == 0 || float64(frames)*ms > 120 {
					if !errors.Is(err, opusio.ErrPacket) {
						t.Errorf("configuration %d, %d frames: %d, %v; want an error", config, frames, n, err)
					}
				} else if want := int(float64(frames) * ms * 48); err != nil || n != want {
					t.Errorf("configuration %d, %d frames: %d, %v; want %d", config, frames, n, err, want)
				}
			}
		}
	}
	for _, p := range [][]byte{nil, {}, {3}} {
		if _, err := opusio.FrameCount(p); !errors.Is(err, opusio.ErrPacket) {
			t.Errorf("% x: %v", p, err)
		}
	}
}
