package opusio

import (
	"fmt"

	"github.com/quietline/quietline/denoise"
)

// maxFrame returns 120 ms in samples per channel.
func maxFrame(sampleRate int) int { return sampleRate / 1000 * 120 }

// checkFormat reports a denoiser that does not go with Opus or, as far as the
// codec tells its format, with the codec.
func checkFormat(what string, codec any, cfg denoise.Config) error {
	if err := validateFormat(cfg.SampleRate, cfg.Channels); err != nil {
		return fmt.Errorf("%w (the denoiser's)", err)
	}
	rate, channels := cfg.SampleRate, cfg.Channels
	switch c := codec.(type) {
	case interface{ SampleRate() int }:
		rate = c.SampleRate()
	case interface{ SampleRate() (int, error) }: // hraban/opus
		if r, err := c.SampleRate(); err == nil {
			rate = r
		}
	}
	if c, ok := codec.(interface{ Channels() int }); ok {
		channels = c.Channels()
	}
	if rate != cfg.SampleRate || channels != cfg.Channels {
		return fmt.Errorf("opusio: the %s has %d Hz, %d channels, the denoiser %d Hz, %d channels: want the same",
			what, rate, channels, cfg.SampleRate, cfg.Channels)
	}
	return nil
}
