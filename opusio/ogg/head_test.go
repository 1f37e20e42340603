package ogg

import (
	"math"
	"strings"
	"testing"
)

func TestHeadRoundTrip(t *testing.T) {
	for _, h := range []Head{
		{Channels: 1},
		{Channels: 2, PreSkip: 312, InputRate: 44100, Gain: -573},
		{Channels: 2, PreSkip: 65535, InputRate: math.MaxInt32, Gain: math.MinInt16},
	} {
		b := h.appendTo(nil)
		if len(b) != headBytes {
			t.Errorf("%d bytes", len(b))
		}
		got, err := ParseHead(append(b, 1, 2, 3)) // later versions may say more
		if got != h || err != nil {
			t.Errorf("%+v became %+v, %v", h, got, err)
		}
	}
	if h, err := ParseHead([]byte("OpusHead\x01\x01\x00\x00\xFF\xFF\xFF\xFF\x00\x00\x00")); h.InputRate != math.MaxInt32 || err != nil {
		t.Errorf("%+v, %v", h, err)
	}
	if h := (Head{Gain: -6 * 256}); h.GainDB() != -6 || math.Abs(h.GainFactor()-0.501187) > 1e-6 {
		t.Errorf("%v dB, %v", h.GainDB(), h.GainFactor())
	}
}

func TestParseHead(t *testing.T) {
	for _, c := range []struct{ packet, want string }{
		{"OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00\x00", ""},
		{"OpusHead\x0F\x01\x38\x01\x80\xBB\x00\x00\x00\x00\x00", ""},
		{"OpusHead\x00\x01\x38\x01\x80\xBB\x00\x00\x00\x00\x00", ""},
		{"OpusHead\x01\x01\x38\x01\x80\xBB\x00\x00\x00\x00\x01\x01\x00\x00", ""},
		{"OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00\x01\x01\x01\x00\x01", ""},
		{"OpusHead\x10\x02\x38\x01\x80\xBB\x00\x00\x00\x00\x00", "version 16; 0 to 15 are accepted"},
		{"OpusHead\x01\x00\x38\x01\x80\xBB\x00\x00\x00\x00\x00", "family 0 with 0 channels"},
		{"OpusHead\x01\x03\x38\x01\x80\xBB\x00\x00\x00\x00\x00", "family 0 with 3 channels; 1 and 2 are accepted"},
		{"OpusHead\x01\x00\x38\x01\x80\xBB\x00\x00\x00\x00\x01\x01\x00\x00", "family 1 with 0 channels"},
		{"OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00\x01\x01\x01\x00", "ends within its channel mapping"},
		{"OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00\x01\x01\x01\x01\x00", "is not supported; accepted are family 0"},
		{"OpusHead\x01\x06\x38\x01\x80\xBB\x00\x00\x00\x00\x01\x04\x02\x00\x04\x01\x02\x03\x05", "6 channels in 4 streams (2 coupled) is not supported; accepted are"},
		{"OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00\xFF\x02\x00\x00\x01", "family 255 (channels without a meaning) with 2 channels is not supported"},
		{"OpusHead\x01\x04\x38\x01\x80\xBB\x00\x00\x00\x00\x02", "family 2 (ambisonics)"},
		{"OpusHead\x01\x04\x38\x01\x80\xBB\x00\x00\x00\x00\x09", "family 9 with"},
		{"OpusHead\x01\x02\x38\x01\x80\xBB\x00\x00\x00\x00", "18 bytes"},
		{"OpusTags", "not an OpusHead"},
		{"", "not an OpusHead"},
	} {
		_, err := ParseHead([]byte(c.packet))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "ogg: ")) {
			t.Errorf("%q: %v, want %q", c.packet, err, c.want)
		}
	}
}

func TestHeadValidate(t *testing.T) {
	for _, h := range []Head{{}, {Channels: 3}, {Channels: 1, PreSkip: -1}, {Channels: 1, PreSkip: 65536}, {Channels: 1, InputRate: -1}} {
		if _, err := NewWriter(nil, h, Tags{}); err == nil || !strings.HasPrefix(err.Error(), "ogg: ") {
			t.Errorf("%+v: %v", h, err)
		}
	}
}
