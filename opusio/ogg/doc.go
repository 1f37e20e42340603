// Package ogg reads and writes Opus packets in Ogg files and streams (.opus).
// It holds no codec: a decoder loop gets packets with everything it needs to
// be exact to the sample, an encoder loop hands packets over.
//
// # Reading
//
// A [Reader] never seeks. Every packet says how many samples it decodes to and
// how many of them to drop at each end; what is missing comes as a packet
// without data, to be concealed; the first packet of each link of a chain says
// so. The whole of a decoder loop, with a decoder that conceals when it is
// given nil:
//
//	for {
//		p, err := r.Next()
//		if err == io.EOF {
//			break
//		} else if err != nil {
//			return err
//		}
//		if p.NewLink { // also on the first packet of all
//			dec, err = newDecoder(48000, r.Head().Channels)
//			…
//		}
//		pcm := dec.Decode(p.Data, p.Samples) // p.Data is nil: conceal p.Samples
//		write(pcm[p.TrimStart : p.Samples-p.TrimEnd])
//	}
//
// Samples are counted per channel at 48 kHz throughout, whatever the rate of
// the decoder: 8, 12, 16 and 24 kHz decoders produce 1/6, 1/4, 1/3 and 1/2 of
// the numbers given here. Trims need not be divisible by these: decode at 48
// kHz to be exact.
//
// # Damage
//
// A page whose checksum is wrong is dropped and the reader looks for the next
// capture pattern; a jump of the page sequence numbers shows lost pages. In
// both cases, and where a packet is malformed or its rest is missing, the
// granule position of the next page tells how many samples are missing, and
// these come as packets without data, so that the total stays exact. Gaps of a
// multiple of 2.5 ms in a file without damage are what recorders of calls leave
// for packets that were lost or not sent, against RFC 7845 §4.1, and come in
// the same way. [WithMaxGap] bounds them. [Reader.Damage] and [Reader.Warnings]
// report.
//
// Granule positions that the RFC calls invalid (§4.5: a first page that says
// less than it holds) are a warning: all packets come, none is trimmed but on
// the last page.
//
// Memory is bounded whatever the input: a buffer for one page, [MaxPacketBytes]
// twice, and the tags (at most [MaxTagsBytes]).
//
// # Writing
//
// A [Writer] paginates packets, computes granule positions and checksums and
// keeps the last page back until Close, so that the end can be trimmed to the
// exact sample. Writers one after the other on one destination make a chain.
//
// # Sources
//
// RFC 3533 for Ogg pages, RFC 7845 for Opus in Ogg, RFC 6716 §3 for the
// packets, RFC 8486 for the names of later mapping families.
package ogg
