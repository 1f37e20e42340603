package opusio

// Decoder is what the package needs of an Opus decoder: the two methods that
// hraban/opus has, so that its Decoder is one as it stands. For libraries of
// another shape see FromGopusDecoder, FromPionDecoder, FromLayehDecoder,
// FromGumbleDecoder, FromInt16Decoder and FromFloat32Decoder.
//
// A Decoder belongs to one goroutine.
type Decoder interface {
	// Decode turns a packet into interleaved 16-bit samples and returns their
	// number per channel.
	Decode(packet []byte, pcm []int16) (int, error)
	// DecodeFloat32 is Decode to samples in ±1, which may lie a little beyond.
	DecodeFloat32(packet []byte, pcm []float32) (int, error)
}

// Concealer is what a Decoder has, too, if it can make up the sound of a lost
// packet: as much as pcm has room for, a multiple of 2.5 ms.
type Concealer interface {
	DecodePLC(pcm []int16) error
	DecodePLCFloat32(pcm []float32) error
}

// FECDecoder is what a Decoder has, too, if it can get a lost packet out of the
// one that follows (in-band forward error correction, RFC 6716, section
// 2.1.7): it fills pcm, whose length is that of the lost packet. Where the
// packet holds no such data the sound is made up as by a Concealer.
type FECDecoder interface {
	DecodeFEC(packet []byte, pcm []int16) error
	DecodeFECFloat32(packet []byte, pcm []float32) error
}
