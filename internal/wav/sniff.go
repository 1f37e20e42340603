package wav

import (
	"bytes"
	"fmt"
)

const accepted = "accepted are WAV files (RIFF, RF64 or BW64)"

// signatures of what people pass instead of a WAV file.
var signatures = []struct{ magic, name string }{
	{"RIFX", "a big-endian RIFX file"},
	{"fLaC", "a FLAC file"},
	{"OggS", "an Ogg file (Vorbis or Opus)"},
	{"ID3", "an MP3 file"},
	{"caff", "a CAF file"},
	{".snd", "an AU file"},
	{"wvpk", "a WavPack file"},
	{"MAC ", "a Monkey's Audio file"},
	{"riff\x2E\x91\xCF\x11", "a Sony Wave64 file"},
	{"NIST_1A", "a NIST SPHERE file"},
	{"#!AMR", "an AMR file"},
	{"ADIF", "an AAC file"},
	{"\x1A\x45\xDF\xA3", "a Matroska or WebM file"},
	{"\x30\x26\xB2\x75", "a WMA (ASF) file"},
	{"PK\x03\x04", "a ZIP file"},
	{"\x1F\x8B", "a gzip file"},
}

// sniff returns nil if head, the first 12 bytes of the input or all there are,
// opens a WAV file, and otherwise an error that says what it seems to be.
func sniff(head []byte) error {
	form := func() string { return quoteID(head[8:12]) }
	switch {
	case len(head) == 0:
		return fmt.Errorf("wav: the input is empty; %s", accepted)
	case len(head) >= 12 && isForm(head[:4]):
		if string(head[8:12]) == "WAVE" {
			return nil
		}
		return fmt.Errorf("wav: a RIFF file of type %q; %s", form(), accepted)
	case len(head) >= 12 && string(head[:4]) == "FORM":
		return fmt.Errorf("wav: an IFF file of type %q (AIFF and the like); %s", form(), accepted)
	case len(head) >= 8 && string(head[4:8]) == "ftyp":
		return fmt.Errorf("wav: an MP4 or M4A file; %s", accepted)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			return fmt.Errorf("wav: %s; %s", s.name, accepted)
		}
	}
	switch {
	case len(head) < 12:
		return fmt.Errorf("wav: only %d bytes; %s", len(head), accepted)
	case head[0] == 0xFF && head[1]&0xF6 == 0xF0: // MPEG sync word, layer 0
		return fmt.Errorf("wav: an AAC file; %s", accepted)
	case head[0] == 0xFF && head[1]&0xE0 == 0xE0: // MPEG sync word
		return fmt.Errorf("wav: an MP3 file; %s", accepted)
	}
	return fmt.Errorf("wav: not a WAV file, it starts with %q; %s", head[:4], accepted)
}

func isForm(b []byte) bool {
	s := string(b)
	return s == "RIFF" || s == "RF64" || s == "BW64"
}
