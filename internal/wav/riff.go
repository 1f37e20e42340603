package wav

import (
	"encoding/binary"
	"strings"
)

// Chunk is one chunk of a WAV file that is neither its format nor its samples:
// LIST (title, author …), bext (broadcast), id3, cue, smpl, iXML, axml and so
// on. The package does not look inside.
type Chunk struct {
	ID        string // four printable ASCII characters
	Data      []byte // without the header and the pad byte
	AfterData bool   // stood behind the samples
}

// What a Reader keeps of the metadata; more is skipped with a warning.
const (
	maxChunkBytes = 4 << 20 // of one chunk
	maxAllBytes   = 8 << 20 // of all chunks together
	maxChunks     = 128     // chunks
)

// What a Reader looks through, kept or not, before it gives up on the samples.
const (
	maxScanChunks = 4096
	maxScanBytes  = 256 << 20
	maxScanJunk   = 16 << 10 // unreadable bytes between chunks
)

const (
	sizeUnknown = 0xFFFFFFFF // also "see ds64" in RF64 and BW64
	ds64Bytes   = 28         // ds64 with an empty table
)

// Format tags of the fmt chunk.
const (
	tagPCM        = 0x0001
	tagFloat      = 0x0003
	tagALaw       = 0x0006
	tagMuLaw      = 0x0007
	tagExtensible = 0xFFFE
)

// The last 14 bytes of an EXTENSIBLE sub-format GUID; the first 2 are a tag.
const (
	guidTail      = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71"
	guidAmbisonic = "\x00\x00\x21\x07\xD3\x11\x86\x44\xC8\xC1\xCA\x00\x00\x00"
)

var tagNames = map[uint16]string{
	0x0002: "Microsoft ADPCM", 0x0011: "IMA ADPCM", 0x0016: "G.723", 0x0031: "GSM 6.10",
	0x0040: "G.721 ADPCM", 0x0042: "G.723.1", 0x0050: "MPEG", 0x0055: "MP3", 0x0064: "G.726",
	0x0083: "G.729", 0x0092: "AC-3 over S/PDIF", 0x00FF: "AAC", 0x0160: "WMA 1", 0x0161: "WMA 2", 0x0162: "WMA Pro",
	0x0163: "WMA Lossless", 0x1600: "AAC", 0x2000: "AC-3", 0x2001: "DTS", 0x674F: "Ogg Vorbis",
	0x6771: "Ogg Vorbis", 0x704F: "Opus", 0xF1AC: "FLAC",
}

var le = binary.LittleEndian

// knownIDs are the chunks met in practice, for telling a chunk from garbage.
var knownIDs = []string{
	"fmt ", "data", "LIST", "fact", "bext", "JUNK", "junk", "PAD ", "FLLR", "ds64", "id3 ", "ID3 ", "cue ",
	"smpl", "inst", "plst", "iXML", "axml", "chna", "cart", "umid", "levl", "link", "qlty", "mext",
	"PEAK", "DISP", "afsp", "_PMX", "acid", "strc", "minf", "elm1", "regn", "ovwf", "aXML", "SAUR", "tlst",
}

func knownID[T string | []byte](b T) bool {
	for _, id := range knownIDs {
		if string(b) == id {
			return true
		}
	}
	return false
}

// printableID reports whether b could be the ID of a chunk.
func printableID[T string | []byte](b T) bool {
	if len(b) != 4 || string(b) == "    " {
		return false
	}
	for i := range len(b) {
		if b[i] < 0x20 || b[i] > 0x7E {
			return false
		}
	}
	return true
}

// filler reports whether a chunk only takes up room.
func filler(id string) bool {
	switch id {
	case "JUNK", "junk", "PAD ", "FLLR", "filr":
		return true
	}
	return false
}

// padBefore reports how many pad bytes, 0 or 1, stand at the start of b when a
// chunk of odd size has just ended. The specification wants one, some writers
// forget it. b holds the next 5 bytes, fewer at the end of the input.
func padBefore(b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case len(b) < 5 || b[0] == 0 || knownID(b[1:5]):
		return 1
	case knownID(b[:4]) || printableID(b[:4]):
		return 0
	}
	return 1
}

// lengthUnknown reports whether a 32-bit size of a data chunk is one that
// programs write when they do not know: ffmpeg 0xFFFFFFFF, sox 0x7FFFF000
// rounded down to whole frames, arecord and others 0x80000000, 0x7FFFFFFF or
// 0xFFFFFFFF less the header.
func lengthUnknown(size uint32, frame int) bool {
	return size > 0x7FFFF000-uint32(frame) && size <= 0x80000000 || size >= 0xFFFFF000
}

// quoteID makes an ID from a file fit for a message.
func quoteID(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7E {
			return '?'
		}
		return r
	}, string(b))
}
