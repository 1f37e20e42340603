package ogg

// A Packet is what a decoder gets next: an Opus packet, or a stretch of samples
// that are missing.
type Packet struct {
	// Data is the Opus packet, valid until the next call of Next. It is nil
	// where samples are missing: the decoder should conceal Samples.
	Data []byte

	// Samples is the number of samples per channel at 48 kHz that decoding, or
	// concealing, gives: a multiple of 120 up to 5760.
	Samples int

	// TrimStart and TrimEnd are the numbers of those samples to drop at the
	// beginning (pre-skip) and at the end (end of the stream, or a gap that is
	// not a multiple of 2.5 ms). Packets to be dropped as a whole come too: the
	// decoder needs them.
	TrimStart, TrimEnd int

	// Position is the place of the first sample that is not dropped, in the
	// time of the stream: its granule position less the pre-skip (RFC 7845
	// §4.3). It is 0 for the first sample of an ordinary file, more for a
	// recording that was joined late or cut, and jumps where a gap is not
	// filled. It may be negative where granule positions are wrong.
	Position int64

	// NewLink is set on the first packet of the stream and of each further link
	// of a chain: make or reset the decoder for Reader.Head. Reader.Tags has
	// changed too.
	NewLink bool

	// Break is set where something is missing before this packet and does not
	// come as missing samples: how much is not known, or more than WithMaxGap.
	Break bool

	// Next is set on the last piece of missing samples, to the packet behind
	// it, where that is known: its in-band forward error correction may
	// describe the end of what is missing. The packet itself still comes.
	Next []byte
}

// Keep returns the number of samples that are not to be dropped.
func (p Packet) Keep() int { return p.Samples - p.TrimStart - p.TrimEnd }

// Damage counts what was wrong with the input so far.
type Damage struct {
	BadPages       int64 // pages with a wrong checksum, or what looked like one
	SkippedBytes   int64 // bytes that belong to no good page
	LostPages      int64 // pages of the stream that are missing by their numbers
	BadPackets     int64 // malformed or too large
	MissingSamples int64 // samples that came as packets without data
	Truncated      bool  // the input ends within a page, or without a last page
}

// Any reports whether anything was wrong. Missing samples alone, as in the
// recording of a call, are not.
func (d Damage) Any() bool {
	d.MissingSamples = 0
	return d != Damage{}
}
