package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/quietline/quietline/internal/wav"
)

// parseRaw reads the format of headerless PCM: ENC:RATE or ENC:RATE:CHANNELS.
func parseRaw(s string) (*wav.Format, error) {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return nil, fmt.Errorf("want ENC:RATE or ENC:RATE:CHANNELS, such as s16le:48000:2")
	}
	f := wav.Format{Channels: 1}
	var err error
	if f.Encoding, err = wav.ParseEncoding(parts[0]); err != nil {
		return nil, err
	}
	if f.SampleRate, err = strconv.Atoi(parts[1]); err != nil {
		return nil, fmt.Errorf("%q is no rate: want Hz, such as 48000", parts[1])
	}
	if len(parts) == 3 {
		if f.Channels, err = strconv.Atoi(parts[2]); err != nil {
			return nil, fmt.Errorf("%q is no number of channels", parts[2])
		}
	}
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return &f, supported(f)
}
