// Package opusio puts a denoiser beside an Opus codec (RFC 6716): before the
// encoder of a call, after the decoder of every sender.
//
//	d, err := denoise.New(denoise.Config{SampleRate: 48000, FrameSize: 960})
//	enc, err := opusio.NewDenoisingEncoder(yourEncoder, d, opusio.SendOptions{DTX: true})
//	n, err := enc.Encode(pcm, packet)
//
// # Codecs
//
// [Encoder] and [Decoder] have the methods of hraban/opus, whose types can be
// wrapped as they stand; From functions make them of the types of other
// libraries, none of which is imported for that. Whoever has no codec yet takes
// a [Backend]: [Default] is pure Go, package opusio/libopus is libopus by cgo.
//
// # Sending
//
// A [DenoisingEncoder] takes frames of 2.5 to 120 ms, mono or stereo, at 8, 12,
// 16, 24 or 48 kHz. Its Status says of every packet what became of it
// ([Delivery]) and its [AudioLevel]. With DTX it leaves out packets by the
// denoiser's voice detector rather than by level. In pauses a soft floor stays,
// so that the far end's comfort noise does not jump when packets stop. Muted,
// it goes on learning the noise and notices who talks into a closed microphone.
//
// # Receiving
//
// A [DenoisingDecoder] cleans what arrives, is recovered or is made up; it
// learns the noise from what arrives alone.
//
// # RTP
//
// [Packetizer] numbers packets as RFC 7587 wants it; [AudioLevel] is the header
// extension of RFC 6464. Neither sends anything.
package opusio
