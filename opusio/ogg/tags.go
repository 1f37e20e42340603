package ogg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Tags is the comment header of a stream (RFC 7845 §5.2).
type Tags struct {
	Vendor   string   // the encoder, such as "libopus 1.5.2"
	Comments []string // "NAME=value" in UTF-8; NAME in ASCII, upper and lower case alike

	// Tail is binary data behind the comments that its first bit marks as worth
	// keeping; nil if there is none. Padding is not kept.
	Tail []byte
}

const (
	tagsMagic = "OpusTags"

	// MaxTagsBytes bounds the comment header, which may hold cover pictures.
	// The tags of a stream with more are not kept; its audio is read.
	MaxTagsBytes = 8 << 20
)

// Get returns the value of the first comment called name, in upper or lower
// case, and whether there is one.
func (t Tags) Get(name string) (value string, ok bool) {
	for _, c := range t.Comments {
		if k, v, found := strings.Cut(c, "="); found && strings.EqualFold(k, name) {
			return v, true
		}
	}
	return "", false
}

// Add appends a comment. Validate tells which are accepted.
func (t *Tags) Add(name, value string) { t.Comments = append(t.Comments, name+"="+value) }

// Validate reports whether a Writer accepts the tags.
func (t Tags) Validate() error {
	if !utf8.ValidString(t.Vendor) {
		return errors.New("ogg: the vendor is not UTF-8")
	}
	for _, c := range t.Comments {
		if err := validComment(c); err != nil {
			return err
		}
	}
	if len(t.Tail) > 0 && t.Tail[0]&1 == 0 {
		return errors.New("ogg: the lowest bit of the first byte of the binary data behind the tags is not set; that marks it as padding")
	}
	if n := t.size(); n > MaxTagsBytes {
		return fmt.Errorf("ogg: tags of %d bytes; up to %d are accepted", n, MaxTagsBytes)
	}
	return nil
}

// validComment checks a comment: field names are printable ASCII, 0x20 to 0x7D
// without "=" (Vorbis I specification §5.2.2, to which RFC 7845 refers).
func validComment(c string) error {
	name, _, found := strings.Cut(c, "=")
	bad := func(r rune) bool { return r < 0x20 || r > 0x7D }
	if !found || name == "" || strings.ContainsFunc(name, bad) || !utf8.ValidString(c) {
		if len(c) > 40 {
			c = c[:40] + "…"
		}
		return fmt.Errorf("ogg: comment %q; accepted is NAME=value, NAME in ASCII without control characters and ~, all in UTF-8", c)
	}
	return nil
}

func (t Tags) size() int {
	n := len(tagsMagic) + 4 + len(t.Vendor) + 4 + len(t.Tail)
	for _, c := range t.Comments {
		n += 4 + len(c)
	}
	return n
}

func (t Tags) appendTo(b []byte) []byte {
	put := func(s string) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	b = append(b, tagsMagic...)
	put(t.Vendor)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(t.Comments)))
	for _, c := range t.Comments {
		put(c)
	}
	return append(b, t.Tail...)
}

// ParseTags reads a comment header packet ("OpusTags"). With an error it
// returns what stood before the damage. Comments are returned as they are, also
// those that Validate would reject. The memory used is proportional to the
// packet, whatever the lengths in it say.
func ParseTags(packet []byte) (Tags, error) {
	var t Tags
	b, ok := bytes.CutPrefix(packet, []byte(tagsMagic))
	if !ok {
		return t, errors.New("ogg: not an OpusTags packet")
	}
	vendor, b, ok := cutString(b)
	if !ok {
		return t, errors.New("ogg: OpusTags ends within the vendor")
	}
	t.Vendor = vendor
	if len(b) < 4 {
		return t, errors.New("ogg: OpusTags ends before the number of comments")
	}
	count := binary.LittleEndian.Uint32(b)
	b = b[4:]
	for i := range count {
		var c string
		if c, b, ok = cutString(b); !ok {
			return t, fmt.Errorf("ogg: OpusTags ends within comment %d of %d", i+1, count)
		}
		t.Comments = append(t.Comments, c)
	}
	if len(b) > 0 && b[0]&1 == 1 {
		t.Tail = bytes.Clone(b)
	}
	return t, nil
}

// cutString takes a string with its length in front off b.
func cutString(b []byte) (s string, rest []byte, ok bool) {
	if len(b) < 4 {
		return "", b, false
	}
	n := binary.LittleEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return "", b, false
	}
	return string(b[:n]), b[n:], true
}
