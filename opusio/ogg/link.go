package ogg

import (
	"bytes"
	"fmt"
	"strings"
)

// A link is one stretch of a chain (RFC 3533 §4): a group of logical streams
// that begin and end together, one of which we read.
type link struct {
	state    linkState
	head     Head
	tags     Tags
	serial   uint32
	seq, crc uint32 // of the last page

	group     bool  // only first pages so far
	announce  bool  // no packet was returned yet
	tagsEnd   bool  // the tags end on the current page
	warned    bool  // about pages behind the last
	badBefore int64 // badThings before this link
	headErr   error
	others    string // codecs of other streams
}

type linkState uint8

const (
	stateNone  linkState = iota // no Opus stream in this link, or none yet
	stateTags                   // the header was read, the tags are expected
	stateAudio                  //
	stateEnded                  // the last page was read
)

// beginStream takes the first page of a logical stream. First pages stand
// together at the beginning of a link, so one behind others begins the next.
func (r *Reader) beginStream(pg page) {
	ps := pg.pieces()
	q, _ := ps.next()
	isHead := bytes.HasPrefix(q.data, []byte(headMagic))
	if l := &r.coming; !l.group {
		if !isHead && (l.state == stateTags || l.state == stateAudio) {
			return // another stream that begins late; ours may go on
		}
		if l.state == stateTags || l.state == stateAudio {
			r.damage.Truncated = true
			r.warn("the next link of the chain begins before the last page of this one")
		}
		r.coming = link{group: true, badBefore: r.badThings()}
	}
	l := &r.coming
	if l.state != stateNone {
		return // the first Opus stream is the one
	}
	if !isHead {
		if name := codecName(q.data); !strings.Contains(l.others, name) {
			l.others = strings.TrimPrefix(l.others+" and "+name, " and ")
		}
		return
	}
	head, err := ParseHead(q.data)
	if err != nil {
		l.headErr = err
		return
	}
	r.asm.drop()
	r.clock = clock{preSkip: head.PreSkip, skip: head.PreSkip, last: 960}
	l.head, l.serial, l.seq, l.crc = head, pg.serial, pg.seq, pg.crc
	l.state, l.announce = stateTags, true
	if pg.eos() {
		l.state = stateEnded
	}
}

// codecName names the codec of a stream by the beginning of its first packet.
func codecName(b []byte) string {
	for _, k := range [...][2]string{
		{"\x01vorbis", "Vorbis"}, {"\x7FFLAC", "FLAC"}, {"Speex   ", "Speex"}, {"\x80theora", "Theora"},
		{"\x80kate", "Kate"}, {"BBCD", "Dirac"}, {"OVP80", "VP8"}, {"fishead", "Skeleton"},
	} {
		if bytes.HasPrefix(b, []byte(k[0])) {
			return k[1]
		}
	}
	return "an unknown codec"
}

func (l *link) noOpus() error {
	return fmt.Errorf("ogg: the stream holds %s, not Opus", l.others)
}

// noOpusInLink is called when the streams of a link have begun and none can be
// read: an error at the beginning or where it is Opus of a kind that is not
// supported; links of other codecs within a chain are skipped.
func (r *Reader) noOpusInLink() error {
	if err := r.coming.headErr; err != nil {
		return err
	}
	if r.link.state == stateNone {
		return r.coming.noOpus()
	}
	r.warn("a link of the chain is skipped: it holds %s, not Opus", r.coming.others)
	return nil
}

// receivedTags takes the packet behind the header. It returns false if that
// is not the tags, which then were lost.
func (r *Reader) receivedTags(packet []byte) bool {
	isTags := bytes.HasPrefix(packet, []byte(tagsMagic))
	if isTags {
		var err error
		if r.coming.tags, err = ParseTags(packet); err != nil {
			r.warn("the tags are damaged: %v", err)
		}
	} else {
		r.warn("the tags are missing")
	}
	r.tagsDone()
	return isTags
}

func (r *Reader) tagsDone() {
	r.coming.state, r.coming.tagsEnd = stateAudio, true
	r.asm.release()
}
