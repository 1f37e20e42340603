package opusio_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/thesyncim/gopus"

	"github.com/quietline/quietline/opusio"
)

// Fakes with the method set that each library has, and nothing more. What they
// "encode" is one byte of the table of contents, the number of samples and the
// first sample; they decode it to as many samples of that value.

const fakeChannels = 2

type fakeCodec struct {
	pcm    []float32 // what came in last, in ±1
	resets int
	fec    bool
}

func (f *fakeCodec) encode(pcm []float32, packet []byte) (int, error) {
	f.pcm = append([]float32(nil), pcm...)
	packet[0], packet[1], packet[2] = 9<<3, byte(len(pcm)/fakeChannels/10), byte(int8(pcm[0]*100))
	return 3, nil
}

func (f *fakeCodec) decode(packet []byte, n int) []float32 {
	v := float32(0.5) // a lost packet
	if len(packet) > 0 {
		n, v = int(packet[1])*10, float32(int8(packet[2]))/100
	}
	out := make([]float32, n*fakeChannels)
	for i := range out {
		out[i] = v
	}
	return out
}

func ints(x []float32) []int16 {
	out := make([]int16, len(x))
	for i, v := range x {
		out[i] = int16(v * 32768)
	}
	return out
}

func floats(x []int16) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v) / 32768
	}
	return out
}

// hraban/opus v0.0.0-20260708213942-bde8e4304501, and its fork on wazero,
// jj11hh/opus v1.0.1.
type (
	hrabanEncoder struct{ fakeCodec }
	hrabanDecoder struct{ fakeCodec }
)

func (e *hrabanEncoder) Encode(pcm []int16, data []byte) (int, error) {
	return e.encode(floats(pcm), data)
}
func (e *hrabanEncoder) EncodeFloat32(pcm []float32, data []byte) (int, error) {
	return e.encode(pcm, data)
}
func (e *hrabanEncoder) SampleRate() (int, error) { return 48000, nil }
func (e *hrabanEncoder) Reset() error             { e.resets++; return nil }

// The library fills up to the capacity of pcm: what is asked for.
func (d *hrabanDecoder) Decode(data []byte, pcm []int16) (int, error) {
	return copy(pcm, ints(d.decode(data, 0))) / fakeChannels, nil
}
func (d *hrabanDecoder) DecodeFloat32(data []byte, pcm []float32) (int, error) {
	return copy(pcm, d.decode(data, 0)) / fakeChannels, nil
}
func (d *hrabanDecoder) DecodeFEC(data []byte, pcm []int16) error {
	d.fec = true
	copy(pcm[:cap(pcm)], ints(d.decode(nil, cap(pcm)/fakeChannels)))
	return nil
}
func (d *hrabanDecoder) DecodeFECFloat32(data []byte, pcm []float32) error {
	d.fec = true
	copy(pcm[:cap(pcm)], d.decode(nil, cap(pcm)/fakeChannels))
	return nil
}
func (d *hrabanDecoder) DecodePLC(pcm []int16) error {
	copy(pcm[:cap(pcm)], ints(d.decode(nil, cap(pcm)/fakeChannels)))
	return nil
}
func (d *hrabanDecoder) DecodePLCFloat32(pcm []float32) error {
	copy(pcm[:cap(pcm)], d.decode(nil, cap(pcm)/fakeChannels))
	return nil
}

// thesyncim/gopus v0.1.1.
type (
	syncimEncoder struct {
		fakeCodec
		frame int
	}
	syncimDecoder struct{ fakeCodec }
)

var errFrame = errors.New("gopus: invalid frame size")

func (e *syncimEncoder) Encode(pcm []float32, data []byte) (int, error) {
	if len(pcm) != e.frame*fakeChannels {
		return 0, errFrame
	}
	return e.encode(pcm, data)
}
func (e *syncimEncoder) EncodeInt16(pcm []int16, data []byte) (int, error) {
	return e.Encode(floats(pcm), data)
}
func (e *syncimEncoder) SetFrameSize(n int) error { e.frame = n; return nil }
func (e *syncimEncoder) FrameSize() int           { return e.frame }
func (e *syncimEncoder) Channels() int            { return fakeChannels }
func (e *syncimEncoder) Lookahead() int           { return 312 }
func (e *syncimEncoder) Reset()                   { e.resets++ }

// The library conceals at most the length of the last packet into a buffer of
// 120 ms.
func (d *syncimDecoder) Decode(data []byte, pcm []float32) (int, error) {
	return copy(pcm, d.decode(data, min(len(pcm)/fakeChannels, 480))) / fakeChannels, nil
}
func (d *syncimDecoder) DecodeInt16(data []byte, pcm []int16) (int, error) {
	return copy(pcm, ints(d.decode(data, min(len(pcm)/fakeChannels, 480)))) / fakeChannels, nil
}
func (d *syncimDecoder) DecodeWithFEC(data []byte, pcm []float32, fec bool) (int, error) {
	d.fec = fec
	return copy(pcm, d.decode(nil, len(pcm)/fakeChannels)) / fakeChannels, nil
}
func (d *syncimDecoder) Channels() int { return fakeChannels }
func (d *syncimDecoder) Reset()        { d.resets++ }

// pion/opus v0.1.0.
type pionDecoder struct{ fakeCodec }

func (d *pionDecoder) DecodeToInt16(in []byte, out []int16) (int, error) {
	return copy(out, ints(d.decode(in, 0))) / fakeChannels, nil
}
func (d *pionDecoder) DecodeToFloat32(in []byte, out []float32) (int, error) {
	return copy(out, d.decode(in, 0)) / fakeChannels, nil
}

// layeh.com/gopus v0.0.0-20210501142526-1ee02d434e32.
type (
	layehEncoder struct{ fakeCodec }
	layehDecoder struct{ fakeCodec }
)

func (e *layehEncoder) Encode(pcm []int16, frameSize, maxDataBytes int) ([]byte, error) {
	if len(pcm) != frameSize*fakeChannels {
		return nil, errFrame
	}
	data := make([]byte, maxDataBytes)
	n, err := e.encode(floats(pcm), data)
	return data[:n], err
}
func (e *layehEncoder) ResetState() { e.resets++ }

func (d *layehDecoder) Decode(data []byte, frameSize int, fec bool) ([]int16, error) {
	d.fec = fec
	if fec {
		data = nil
	}
	return ints(d.decode(data, frameSize)), nil
}
func (d *layehDecoder) ResetState() { d.resets++ }

// layeh.com/gumble: gumble.AudioEncoder and gumble.AudioDecoder.
type (
	gumbleEncoder struct{ fakeCodec }
	gumbleDecoder struct{ fakeCodec }
)

func (*gumbleEncoder) ID() int { return 4 }
func (e *gumbleEncoder) Encode(pcm []int16, mframeSize, maxDataBytes int) ([]byte, error) {
	return (&layehEncoder{e.fakeCodec}).Encode(pcm, mframeSize, maxDataBytes)
}
func (e *gumbleEncoder) Reset() { e.resets++ }

func (*gumbleDecoder) ID() int { return 4 }
func (d *gumbleDecoder) Decode(data []byte, frameSize int) ([]int16, error) {
	return ints(d.decode(data, frameSize)), nil
}
func (d *gumbleDecoder) Reset() { d.resets++ }

// What the real library has must be what its fake has.
var (
	_ opusio.GopusEncoder = (*gopus.Encoder)(nil)
	_ opusio.GopusDecoder = (*gopus.Decoder)(nil)
)

func TestEncoderShapes(t *testing.T) {
	floatOnly, intOnly := &fakeCodec{}, &fakeCodec{}
	for name, e := range map[string]opusio.Encoder{
		"hraban": &hrabanEncoder{},
		"gopus":  opusio.FromGopusEncoder(&syncimEncoder{}),
		"layeh":  opusio.FromLayehEncoder(&layehEncoder{}, fakeChannels),
		"gumble": opusio.FromLayehEncoder(&gumbleEncoder{}, fakeChannels),
		"float":  opusio.FromFloat32Encoder(floatOnly.encode),
		"int16": opusio.FromInt16Encoder(func(pcm []int16, packet []byte) (int, error) {
			return intOnly.encode(floats(pcm), packet)
		}),
	} {
		pcm := make([]float32, 960*fakeChannels)
		for i := range pcm {
			pcm[i] = 0.25
		}
		want := []byte{9 << 3, 96, 25}
		packet := make([]byte, 100)
		for range 2 { // frames of another length in between
			n, err := e.EncodeFloat32(pcm, packet)
			if err != nil || !reflect.DeepEqual(packet[:n], want) {
				t.Errorf("%s: % x, %v; want % x", name, packet[:n], err, want)
			}
			n, err = e.Encode(ints(pcm), packet)
			if err != nil || !reflect.DeepEqual(packet[:n], want) {
				t.Errorf("%s, 16 bit: % x, %v; want % x", name, packet[:n], err, want)
			}
			if n, err = e.EncodeFloat32(pcm[:480*fakeChannels], packet); err != nil || n != 3 || packet[1] != 48 {
				t.Errorf("%s: a frame of 480: % x, %v", name, packet[:n], err)
			}
		}
	}
}

func TestDecoderShapes(t *testing.T) {
	floatOnly, intOnly := &fakeCodec{}, &fakeCodec{}
	for _, c := range []struct {
		name     string
		d        opusio.Decoder
		plc, fec bool
	}{
		{"hraban", &hrabanDecoder{}, true, true},
		{"gopus", opusio.FromGopusDecoder(&syncimDecoder{}), true, true},
		{"pion", opusio.FromPionDecoder(&pionDecoder{}), false, false},
		{"layeh", opusio.FromLayehDecoder(&layehDecoder{}, fakeChannels), true, true},
		{"gumble", opusio.FromGumbleDecoder(&gumbleDecoder{}, fakeChannels), true, false},
		{"float", opusio.FromFloat32Decoder(func(p []byte, pcm []float32) (int, error) {
			return copy(pcm, floatOnly.decode(p, 0)) / fakeChannels, nil
		}, fakeChannels), false, false},
		{"int16", opusio.FromInt16Decoder(func(p []byte, pcm []int16) (int, error) {
			return copy(pcm, ints(intOnly.decode(p, 0))) / fakeChannels, nil
		}, fakeChannels), false, false},
	} {
		packet := []byte{9 << 3, 96, 25}
		same := func(what string, got []float32, n int, want float32) {
			t.Helper()
			for i, v := range got {
				if i < n && v != want || i >= n && v != 0 {
					t.Fatalf("%s, %s: sample %d is %v, want %d times %v", c.name, what, i, v, n, want)
				}
			}
		}
		pcm, pcm16 := make([]float32, 5760*fakeChannels), make([]int16, 5760*fakeChannels)
		n, err := c.d.DecodeFloat32(packet, pcm)
		if err != nil || n != 960 {
			t.Fatalf("%s: %d samples, %v", c.name, n, err)
		}
		same("float", pcm, 960*fakeChannels, pcm[0])
		n, err = c.d.Decode(packet, pcm16)
		if err != nil || n != 960 || pcm16[0] != 8192 {
			t.Fatalf("%s, 16 bit: %d samples, the first %d, %v", c.name, n, pcm16[0], err)
		}
		same("16 bit", floats(pcm16), 960*fakeChannels, 0.25)

		plc, ok := c.d.(opusio.Concealer)
		if ok != c.plc {
			t.Fatalf("%s: is a Concealer: %v", c.name, ok)
		}
		const lost = 2 * 960 * fakeChannels
		if ok {
			clear(pcm)
			clear(pcm16)
			if err := plc.DecodePLCFloat32(pcm[:lost:lost]); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			same("PLC", pcm, lost, 0.5)
			if err := plc.DecodePLC(pcm16[:lost:lost]); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			same("PLC, 16 bit", floats(pcm16), lost, 0.5)
		}
		fec, ok := c.d.(opusio.FECDecoder)
		if ok != c.fec {
			t.Fatalf("%s: is an FECDecoder: %v", c.name, ok)
		}
		if ok {
			clear(pcm)
			clear(pcm16)
			if err := fec.DecodeFECFloat32(packet, pcm[:lost:lost]); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			same("FEC", pcm, lost, 0.5)
			if err := fec.DecodeFEC(packet, pcm16[:lost:lost]); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			same("FEC, 16 bit", floats(pcm16), lost, 0.5)
		}
	}
}

func TestResetShapes(t *testing.T) {
	a, b := &syncimEncoder{}, &layehEncoder{}
	c, d, e, f := &gumbleEncoder{}, &syncimDecoder{}, &layehDecoder{}, &gumbleDecoder{}
	for i, codec := range []any{
		opusio.FromGopusEncoder(a), opusio.FromLayehEncoder(b, 1), opusio.FromLayehEncoder(c, 1),
		opusio.FromGopusDecoder(d), opusio.FromLayehDecoder(e, 1), opusio.FromGumbleDecoder(f, 1),
	} {
		if err := codec.(interface{ Reset() error }).Reset(); err != nil {
			t.Errorf("codec %d: %v", i, err)
		}
	}
	if a.resets+b.resets+c.resets+d.resets+e.resets+f.resets != 6 {
		t.Error("not every codec was reset")
	}
}
