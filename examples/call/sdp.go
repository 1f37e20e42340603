package main

import (
	"strings"

	"github.com/pion/webrtc/v4"
)

// checkAnswer looks at an answer before the library does: a session description
// in the grammar, with the sections of the offer and no more, nothing but audio,
// and a fingerprint to know the browser by.
func checkAnswer(answer, offer string, l limits) error {
	if len(answer) > l.SDPBytes {
		return refuse("bad-sdp", "a session description has at most %d bytes", l.SDPBytes)
	}
	parsed, err := (&webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}).Unmarshal()
	if err != nil {
		return refuse("bad-sdp", "that is no session description")
	}
	want := strings.Count(offer, "\nm=")
	if len(parsed.MediaDescriptions) != want {
		return refuse("bad-sdp", "the answer has %d sections, the offer %d", len(parsed.MediaDescriptions), want)
	}
	_, fingerprint := parsed.Attribute("fingerprint")
	for _, m := range parsed.MediaDescriptions {
		if m.MediaName.Media != "audio" {
			return refuse("bad-sdp", "a section is not audio")
		}
		if len(m.Attributes) > 100 || len(m.MediaName.Formats) > 32 {
			return refuse("bad-sdp", "a section has too many lines or formats")
		}
		if _, ok := m.Attribute("fingerprint"); ok {
			fingerprint = true
		}
	}
	if !fingerprint {
		return refuse("bad-sdp", "the answer has no fingerprint")
	}
	return nil
}
