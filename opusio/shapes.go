package opusio

import "errors"

// The shapes of Go's Opus libraries, as far as they differ from hraban/opus
// (v0.0.0-20260708213942-bde8e4304501), whose types are Encoder, Decoder,
// Concealer and FECDecoder as they stand. So are those of its fork on a
// WebAssembly build of libopus run by wazero (jj11hh/opus v1.0.1, also known as
// meokit/opus). None of the libraries is imported here.

var errTooShort = errors.New("opusio: the codec returned more or less than was asked for")

// FromFloat32Encoder makes an Encoder of a function that encodes samples in ±1.
func FromFloat32Encoder(encode func(pcm []float32, packet []byte) (int, error)) Encoder {
	return &float32Encoder{encode: encode}
}

// FromInt16Encoder makes an Encoder of a function that encodes 16-bit samples.
func FromInt16Encoder(encode func(pcm []int16, packet []byte) (int, error)) Encoder {
	return &int16Encoder{encode: encode}
}

// FromFloat32Decoder makes a Decoder of a function that decodes to samples in
// ±1 of so many interleaved channels and returns their number per channel.
func FromFloat32Decoder(decode func(packet []byte, pcm []float32) (int, error), channels int) Decoder {
	return &float32Decoder{decode: decode, channels: channels}
}

// FromInt16Decoder makes a Decoder of a function that decodes to 16-bit samples
// of so many interleaved channels and returns their number per channel.
func FromInt16Decoder(decode func(packet []byte, pcm []int16) (int, error), channels int) Decoder {
	return &int16Decoder{decode: decode, channels: channels}
}

type float32Encoder struct {
	encode func([]float32, []byte) (int, error)
	buf    []float32
}

func (e *float32Encoder) Encode(pcm []int16, packet []byte) (int, error) {
	buf := grow(&e.buf, len(pcm))
	toFloat32(buf, pcm)
	return e.encode(buf, packet)
}

func (e *float32Encoder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	return e.encode(pcm, packet)
}

type int16Encoder struct {
	encode func([]int16, []byte) (int, error)
	buf    []int16
}

func (e *int16Encoder) Encode(pcm []int16, packet []byte) (int, error) { return e.encode(pcm, packet) }

func (e *int16Encoder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	buf := grow(&e.buf, len(pcm))
	toInt16(buf, pcm)
	return e.encode(buf, packet)
}

type float32Decoder struct {
	decode   func([]byte, []float32) (int, error)
	channels int
	buf      []float32
}

func (d *float32Decoder) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	return d.decode(packet, pcm)
}

func (d *float32Decoder) Decode(packet []byte, pcm []int16) (int, error) {
	buf := grow(&d.buf, len(pcm))
	n, err := d.decode(packet, buf)
	if err != nil {
		return 0, err
	}
	if n*d.channels > len(pcm) {
		return 0, errTooShort
	}
	toInt16(pcm, buf[:n*d.channels])
	return n, nil
}

type int16Decoder struct {
	decode   func([]byte, []int16) (int, error)
	channels int
	buf      []int16
}

func (d *int16Decoder) Decode(packet []byte, pcm []int16) (int, error) { return d.decode(packet, pcm) }

func (d *int16Decoder) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	buf := grow(&d.buf, len(pcm))
	n, err := d.decode(packet, buf)
	if err != nil {
		return 0, err
	}
	if n*d.channels > len(pcm) {
		return 0, errTooShort
	}
	toFloat32(pcm, buf[:n*d.channels])
	return n, nil
}

// PionDecoder is the shape of Decoder in pion/opus v0.1.0, which decodes only
// and conceals nothing.
type PionDecoder interface {
	DecodeToInt16(in []byte, out []int16) (int, error)
	DecodeToFloat32(in []byte, out []float32) (int, error)
}

// FromPionDecoder makes a Decoder of a decoder of the shape of pion/opus. It is
// no Concealer: a DenoisingDecoder on top makes up lost packets by itself.
func FromPionDecoder(d PionDecoder) Decoder { return pionDecoder{d} }

type pionDecoder struct{ d PionDecoder }

func (p pionDecoder) Decode(packet []byte, pcm []int16) (int, error) {
	return p.d.DecodeToInt16(packet, pcm)
}

func (p pionDecoder) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	return p.d.DecodeToFloat32(packet, pcm)
}
