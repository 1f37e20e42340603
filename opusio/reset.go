package opusio

import "errors"

var errNoReset = errors.New("opusio: the codec has no Reset: make a new one")

// resetCodec resets a codec by whichever method its library has for it.
func resetCodec(codec any) error {
	switch c := codec.(type) {
	case interface{ Reset() error }:
		return c.Reset()
	case interface{ Reset() }:
		c.Reset()
	case interface{ ResetState() }:
		c.ResetState()
	default:
		return errNoReset
	}
	return nil
}
