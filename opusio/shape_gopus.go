package opusio

// GopusEncoder is the shape of Encoder in thesyncim/gopus v0.1.1.
type GopusEncoder interface {
	Encode(pcm []float32, data []byte) (int, error)
	EncodeInt16(pcm []int16, data []byte) (int, error)
	SetFrameSize(samples int) error
	FrameSize() int
	Channels() int
	Lookahead() int
	Reset()
}

// GopusDecoder is the shape of Decoder in thesyncim/gopus v0.1.1.
type GopusDecoder interface {
	Decode(data []byte, pcm []float32) (int, error)
	DecodeInt16(data []byte, pcm []int16) (int, error)
	DecodeWithFEC(data []byte, pcm []float32, fec bool) (int, error)
	Channels() int
	Reset()
}

// FromGopusEncoder makes an Encoder of an encoder of the shape of
// thesyncim/gopus. The frame size follows the frames.
func FromGopusEncoder(e GopusEncoder) Encoder { return gopusEncoder{e} }

// FromGopusDecoder makes a Decoder of a decoder of the shape of
// thesyncim/gopus. It is a Concealer and an FECDecoder, too. (The library
// allocates a few bytes when it recovers a packet, not otherwise.)
func FromGopusDecoder(d GopusDecoder) Decoder { return &gopusDecoder{d: d} }

type gopusEncoder struct{ e GopusEncoder }

// frame tells the encoder the length of the coming frame.
func (g gopusEncoder) frame(samples int) error {
	n := samples / g.e.Channels()
	if n == g.e.FrameSize() {
		return nil
	}
	return g.e.SetFrameSize(n)
}

func (g gopusEncoder) Encode(pcm []int16, packet []byte) (int, error) {
	if err := g.frame(len(pcm)); err != nil {
		return 0, err
	}
	return g.e.EncodeInt16(pcm, packet)
}

func (g gopusEncoder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	if err := g.frame(len(pcm)); err != nil {
		return 0, err
	}
	return g.e.Encode(pcm, packet)
}

func (g gopusEncoder) Lookahead() int { return g.e.Lookahead() }
func (g gopusEncoder) Reset() error   { g.e.Reset(); return nil }

type gopusDecoder struct {
	d   GopusDecoder
	buf []float32
}

func (g *gopusDecoder) Decode(packet []byte, pcm []int16) (int, error) {
	return g.d.DecodeInt16(packet, pcm)
}

func (g *gopusDecoder) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	return g.d.Decode(packet, pcm)
}

// DecodePLCFloat32 asks again until pcm is full: the library may conceal one
// packet's worth at a time.
func (g *gopusDecoder) DecodePLCFloat32(pcm []float32) error {
	for len(pcm) > 0 {
		n, err := g.d.Decode(nil, pcm)
		if err != nil {
			return err
		}
		n *= g.d.Channels()
		if n <= 0 || n > len(pcm) {
			return errTooShort
		}
		pcm = pcm[n:]
	}
	return nil
}

func (g *gopusDecoder) DecodePLC(pcm []int16) error {
	buf := grow(&g.buf, len(pcm))
	if err := g.DecodePLCFloat32(buf); err != nil {
		return err
	}
	toInt16(pcm, buf)
	return nil
}

func (g *gopusDecoder) DecodeFECFloat32(packet []byte, pcm []float32) error {
	n, err := g.d.DecodeWithFEC(packet, pcm, true)
	if err != nil {
		return err
	}
	if n*g.d.Channels() != len(pcm) {
		return errTooShort
	}
	return nil
}

func (g *gopusDecoder) DecodeFEC(packet []byte, pcm []int16) error {
	buf := grow(&g.buf, len(pcm))
	if err := g.DecodeFECFloat32(packet, buf); err != nil {
		return err
	}
	toInt16(pcm, buf)
	return nil
}

func (g *gopusDecoder) Reset() error { g.d.Reset(); return nil }
