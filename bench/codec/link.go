package main

import (
	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
)

// framesPerSecond: packets of 20 ms.
const framesPerSecond = 50

// sender says what stands before the codec.
type sender struct {
	Sound    string           // for people
	clean    bool             // takes the clean recording
	wrapped  bool             // passes a DenoisingEncoder
	strength denoise.Strength // of the denoiser then
	codecDTX bool             // the codec's own DTX, else that of the DenoisingEncoder
}

// senders are what the report compares.
var senders = []sender{
	{Sound: "noisy", codecDTX: true},
	{Sound: "noisy", wrapped: true, strength: denoise.Off},
	{Sound: "denoised, default", wrapped: true, strength: denoise.Default, codecDTX: true},
	{Sound: "denoised, default", wrapped: true, strength: denoise.Default},
	{Sound: "denoised, medium", wrapped: true, strength: denoise.Medium},
	{Sound: "clean", clean: true, codecDTX: true},
}

// dtx says who decides what need not be sent.
func (s sender) dtx() string {
	if s.codecDTX {
		return "codec"
	}
	return "Quietline"
}

// traffic is what a sender gave to the network for a recording.
type traffic struct {
	Packets int `json:"packets"` // of 20 ms
	DTX     int `json:"dtx"`     // of these, not sent
	Bytes   int `json:"bytes"`   // of the others, without headers

	// Cut is the share of the energy of the clean recording that lay in
	// packets that were not sent, 0 to 1.
	Cut float64 `json:"speech_cut"`
}

// encoder is an Opus encoder with all that is before it.
type encoder struct {
	opusio.Encoder
	delay   int // samples from the input to the codec
	latency int // samples from the input to the far end's output
}

// newEncoder returns what a sender encodes with: VBR and DTX, VoIP.
func (s sender) newEncoder(rate, bitrate int) (*encoder, error) {
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: rate, Bitrate: bitrate, DTX: s.codecDTX})
	if err != nil {
		return nil, err
	}
	if !s.wrapped {
		return &encoder{enc, 0, enc.Lookahead()}, nil
	}
	d, err := denoise.New(s.denoiser(rate))
	if err != nil {
		return nil, err
	}
	w, err := opusio.NewDenoisingEncoder(enc, d, opusio.SendOptions{DTX: !s.codecDTX})
	if err != nil {
		return nil, err
	}
	return &encoder{w, d.Latency(), w.Latency()}, nil
}

func (s sender) denoiser(rate int) denoise.Config {
	return denoise.Config{SampleRate: rate, FrameSize: rate / framesPerSecond, Strength: s.strength}
}

// send passes a recording through encoder and decoder. What comes back is
// aligned with it to the sample and as long.
func (s sender) send(r *recording, bitrate int) ([]float32, traffic, error) {
	var t traffic
	rate, pcm := r.rate, s.input(r)
	enc, err := s.newEncoder(rate, bitrate)
	if err != nil {
		return nil, t, err
	}
	dec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: rate})
	if err != nil {
		return nil, t, err
	}
	frame := rate / framesPerSecond
	in := make([]float32, roundUp(len(pcm)+enc.latency, frame))
	copy(in, pcm)
	out := make([]float32, len(in))
	packet := make([]byte, opusio.MaxPacketBytes)
	for at := 0; at < len(in); at += frame {
		n, err := enc.EncodeFloat32(in[at:at+frame], packet)
		if err != nil {
			return nil, t, err
		}
		if at < len(pcm) { // the rest only pushes the end of the recording out
			from := max(at-enc.delay, 0)
			t.count(packet[:n], r.clean[from:min(max(at-enc.delay+frame, from), len(pcm))])
		}
		// A packet that was not sent is concealed; to a decoder its one byte
		// means the same.
		if _, err := dec.DecodeFloat32(packet[:n], out[at:at+frame]); err != nil {
			return nil, t, err
		}
	}
	t.Cut /= energy(r.clean)
	return out[enc.latency:][:len(pcm)], t, nil
}

// input returns what a sender takes of a recording.
func (s sender) input(r *recording) []float32 {
	if s.clean {
		return r.clean
	}
	return r.noisy
}

// count takes a packet and the clean sound that was in it.
func (t *traffic) count(packet []byte, clean []float32) {
	t.Packets++
	if opusio.IsDTX(packet) {
		t.DTX++
		t.Cut += energy(clean)
		return
	}
	t.Bytes += len(packet)
}

func energy(x []float32) (sum float64) {
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}

// uncoded returns what the encoder of a sender gets, aligned with the
// recording, but for the floor that a DenoisingEncoder lays under it.
func (s sender) uncoded(r *recording) ([]float32, error) {
	rate, pcm := r.rate, s.input(r)
	if !s.wrapped {
		return pcm, nil
	}
	d, err := denoise.New(s.denoiser(rate))
	if err != nil {
		return nil, err
	}
	out := make([]float32, roundUp(len(pcm)+d.Latency(), rate/framesPerSecond))
	copy(out, pcm)
	d.Process(out, out)
	return out[d.Latency():][:len(pcm)], nil
}

func roundUp(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }
