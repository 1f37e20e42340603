//go:build !cgo

package libopus_test

import (
	"strings"
	"testing"

	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/libopus"
)

// Without cgo the error says what to do.
func TestNoCgo(t *testing.T) {
	_, err := libopus.Backend.NewEncoder(opusio.EncoderConfig{SampleRate: 48000})
	_, err2 := libopus.Backend.NewDecoder(opusio.DecoderConfig{SampleRate: 48000})
	for _, err := range []error{err, err2} {
		if err == nil || !strings.HasPrefix(err.Error(), "opusio: ") || !strings.Contains(err.Error(), "libopus-dev") {
			t.Error(err)
		}
	}
}
