package opusio

// LayehEncoder is the shape of Encoder in layeh.com/gopus
// (v0.0.0-20210501142526-1ee02d434e32) and of gumble.AudioEncoder in
// layeh.com/gumble. Its libopus, 1.1.2, knows no frames above 60 ms.
type LayehEncoder interface {
	Encode(pcm []int16, frameSize, maxDataBytes int) ([]byte, error)
}

// LayehDecoder is the shape of Decoder in layeh.com/gopus
// (v0.0.0-20210501142526-1ee02d434e32).
type LayehDecoder interface {
	Decode(data []byte, frameSize int, fec bool) ([]int16, error)
}

// GumbleDecoder is the shape of gumble.AudioDecoder in layeh.com/gumble.
type GumbleDecoder interface {
	Decode(data []byte, frameSize int) ([]int16, error)
}

// FromLayehEncoder makes an Encoder of an encoder of the shape of layeh/gopus
// or gumble for so many interleaved channels. (The library allocates every
// packet.)
func FromLayehEncoder(e LayehEncoder, channels int) Encoder {
	return &layehEncoder{int16Encoder{encode: func(pcm []int16, packet []byte) (int, error) {
		out, err := e.Encode(pcm, len(pcm)/channels, len(packet))
		if err != nil {
			return 0, err
		}
		if len(out) > len(packet) {
			return 0, errTooShort
		}
		return copy(packet, out), nil
	}}, e}
}

type layehEncoder struct {
	int16Encoder
	e LayehEncoder
}

func (l *layehEncoder) Reset() error { return resetCodec(l.e) }

// FromLayehDecoder makes a Decoder of a decoder of the shape of layeh/gopus for
// so many interleaved channels. It is a Concealer and an FECDecoder, too. (The
// library allocates every frame.)
func FromLayehDecoder(d LayehDecoder, channels int) Decoder {
	l := &layehFECDecoder{layehDecoder{decode: d.Decode, codec: d}}
	l.channels = channels
	l.int16Decoder.decode = l.regular
	return l
}

// FromGumbleDecoder is FromLayehDecoder for the shape of gumble, which leaves
// out FEC.
func FromGumbleDecoder(d GumbleDecoder, channels int) Decoder {
	l := &layehDecoder{codec: d, decode: func(data []byte, frameSize int, _ bool) ([]int16, error) {
		return d.Decode(data, frameSize)
	}}
	l.channels = channels
	l.int16Decoder.decode = l.regular
	return l
}

type layehDecoder struct {
	int16Decoder
	decode func(data []byte, frameSize int, fec bool) ([]int16, error)
	codec  any
	plc    []int16
}

func (l *layehDecoder) regular(packet []byte, pcm []int16) (int, error) {
	return l.into(packet, pcm, false)
}

func (l *layehDecoder) into(packet []byte, pcm []int16, fec bool) (int, error) {
	out, err := l.decode(packet, len(pcm)/l.channels, fec)
	if err != nil {
		return 0, err
	}
	if len(out) > len(pcm) {
		return 0, errTooShort
	}
	return copy(pcm, out) / l.channels, nil
}

// whole fills pcm from a lost packet.
func (l *layehDecoder) whole(packet []byte, pcm []int16, fec bool) error {
	n, err := l.into(packet, pcm, fec)
	if err == nil && n*l.channels != len(pcm) {
		err = errTooShort
	}
	return err
}

func (l *layehDecoder) wholeFloat32(packet []byte, pcm []float32, fec bool) error {
	buf := grow(&l.plc, len(pcm))
	if err := l.whole(packet, buf, fec); err != nil {
		return err
	}
	toFloat32(pcm, buf)
	return nil
}

func (l *layehDecoder) DecodePLC(pcm []int16) error          { return l.whole(nil, pcm, false) }
func (l *layehDecoder) DecodePLCFloat32(pcm []float32) error { return l.wholeFloat32(nil, pcm, false) }
func (l *layehDecoder) Reset() error                         { return resetCodec(l.codec) }

type layehFECDecoder struct{ layehDecoder }

func (l *layehFECDecoder) DecodeFEC(packet []byte, pcm []int16) error {
	return l.whole(packet, pcm, true)
}

func (l *layehFECDecoder) DecodeFECFloat32(packet []byte, pcm []float32) error {
	return l.wholeFloat32(packet, pcm, true)
}
