//go:build cgo

package libopus

import (
	"fmt"

	"github.com/hraban/opus"

	"github.com/quietline/quietline/opusio"
	_ "github.com/quietline/quietline/opusio/libopus/internal/headers" // what to install, if the build fails
)

// Backend makes encoders and decoders of libopus.
var Backend opusio.Backend = backend{}

type backend struct{}

func (backend) Name() string { return opus.Version() }

func (backend) NewEncoder(cfg opusio.EncoderConfig) (opusio.BackendEncoder, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.WithDefaults()
	enc, err := opus.NewEncoder(cfg.SampleRate, cfg.Channels, map[opusio.Application]opus.Application{
		opusio.VoIP: opus.AppVoIP, opusio.Audio: opus.AppAudio, opusio.LowDelay: opus.AppRestrictedLowdelay,
	}[cfg.Application])
	if err != nil {
		return nil, fmt.Errorf("opusio: %w", err)
	}
	e := &encoder{enc, opusio.Lookahead(cfg.Application, cfg.SampleRate)}
	for _, err := range []error{
		enc.SetVBR(!cfg.CBR), // constrained, the default of libopus
		enc.SetDTX(cfg.DTX),
		enc.SetInBandFEC(cfg.FEC),
		enc.SetComplexity(cfg.Complexity),
		e.SetBitrate(cfg.Bitrate),
		e.SetExpectedLoss(cfg.ExpectedLoss),
	} {
		if err != nil {
			return nil, fmt.Errorf("opusio: %w", err)
		}
	}
	return e, nil
}

func (backend) NewDecoder(cfg opusio.DecoderConfig) (opusio.BackendDecoder, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	d := &decoder{cfg: cfg.WithDefaults()}
	if err := d.Reset(); err != nil {
		return nil, err
	}
	return d, nil
}

type encoder struct {
	*opus.Encoder
	lookahead int
}

// The binding hands the capacity of slices to the library, not their length:
// every slice is cut to size first.

func (e *encoder) Encode(pcm []int16, packet []byte) (int, error) {
	return e.Encoder.Encode(pcm, packet[:len(packet):len(packet)])
}

func (e *encoder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	return e.Encoder.EncodeFloat32(pcm, packet[:len(packet):len(packet)])
}

func (e *encoder) Lookahead() int { return e.lookahead }

func (e *encoder) SetBitrate(bitsPerSecond int) error {
	if err := opusio.ValidateBitrate(bitsPerSecond); err != nil {
		return err
	}
	if bitsPerSecond == 0 {
		return e.Encoder.SetBitrateToAuto()
	}
	return e.Encoder.SetBitrate(bitsPerSecond)
}

func (e *encoder) SetExpectedLoss(percent int) error {
	if err := opusio.ValidateLoss(percent); err != nil {
		return err
	}
	return e.SetPacketLossPerc(percent)
}

type decoder struct {
	dec *opus.Decoder
	cfg opusio.DecoderConfig
}

func (d *decoder) Decode(packet []byte, pcm []int16) (int, error) {
	return d.dec.Decode(packet, pcm[:len(pcm):len(pcm)])
}

func (d *decoder) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	return d.dec.DecodeFloat32(packet, pcm[:len(pcm):len(pcm)])
}

func (d *decoder) DecodePLC(pcm []int16) error {
	return d.dec.DecodePLC(pcm[:len(pcm):len(pcm)])
}

func (d *decoder) DecodePLCFloat32(pcm []float32) error {
	return d.dec.DecodePLCFloat32(pcm[:len(pcm):len(pcm)])
}

func (d *decoder) DecodeFEC(packet []byte, pcm []int16) error {
	return d.dec.DecodeFEC(packet, pcm[:len(pcm):len(pcm)])
}

func (d *decoder) DecodeFECFloat32(packet []byte, pcm []float32) error {
	return d.dec.DecodeFECFloat32(packet, pcm[:len(pcm):len(pcm)])
}

// Reset takes a new decoder, which allocates: the binding cannot reset one.
func (d *decoder) Reset() error {
	dec, err := opus.NewDecoder(d.cfg.SampleRate, d.cfg.Channels)
	if err != nil {
		return fmt.Errorf("opusio: %w", err)
	}
	d.dec = dec
	return nil
}
