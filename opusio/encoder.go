package opusio

// Encoder is what the package needs of an Opus encoder: the two methods that
// hraban/opus has, so that its Encoder is one as it stands. For libraries of
// another shape see FromGopusEncoder, FromLayehEncoder, FromInt16Encoder and
// FromFloat32Encoder.
//
// An Encoder belongs to one goroutine.
type Encoder interface {
	// Encode turns one frame of interleaved 16-bit samples, 2.5, 5, 10, 20,
	// 40, 60, 80, 100 or 120 ms of them, into a packet and returns its length
	// in bytes. Packets of 1 or 2 bytes need not be sent (DTX).
	Encode(pcm []int16, packet []byte) (int, error)
	// EncodeFloat32 is Encode for samples in ±1.
	EncodeFloat32(pcm []float32, packet []byte) (int, error)
}

// MaxPacketBytes is room for every packet that an encoder makes: 120 ms as six
// frames of 1275 bytes, their lengths, the table of contents and the frame count
// (RFC 6716, section 3.2). Below 200 kb/s 4000 bytes do.
const MaxPacketBytes = 6*(1275+2) + 2
