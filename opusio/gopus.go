package opusio

import (
	"errors"
	"fmt"

	"github.com/thesyncim/gopus"
)

// Default is the backend in pure Go, thesyncim/gopus v0.1.1: no C compiler. It
// allocates nothing for a packet but when it conceals one (5 objects, 16 KB, in
// the speech modes) and, now and then, when it encodes with FEC. Against libopus
// it loses level in heavy loss of frames below 10 ms, and bandwidth, 8 kHz of it
// left, for speech in stereo or at 24 kHz below 24 kb/s a channel.
var Default Backend = gopusBackend{}

type gopusBackend struct{}

func (gopusBackend) Name() string { return "thesyncim/gopus" }

func (gopusBackend) NewEncoder(cfg EncoderConfig) (BackendEncoder, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := &gopusBackendEncoder{cfg: cfg.WithDefaults()}
	if err := e.Reset(); err != nil {
		return nil, err
	}
	return e, nil
}

// maxDecodablePacket is the longest packet of RFC 6716, section 3.4: 48 frames
// of 1275 bytes, their lengths, the TOC and the frame count. The library's own
// limit, 1500, refuses legal packets at high bit rates.
const maxDecodablePacket = 48*(1275+2) + 2

func (gopusBackend) NewDecoder(cfg DecoderConfig) (BackendDecoder, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.WithDefaults()
	c := gopus.DefaultDecoderConfig(cfg.SampleRate, cfg.Channels)
	c.MaxPacketBytes = maxDecodablePacket
	dec, err := gopus.NewDecoder(c)
	if err != nil {
		return nil, fmt.Errorf("opusio: %w", err)
	}
	return &gopusDecoder{d: dec}, nil
}

type gopusBackendEncoder struct {
	gopusEncoder
	enc *gopus.Encoder
	cfg EncoderConfig // with defaults
}

// Reset takes a new encoder, which allocates: the library's own Reset leaves
// something behind that the first packets show.
func (e *gopusBackendEncoder) Reset() error {
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{
		SampleRate: e.cfg.SampleRate,
		Channels:   e.cfg.Channels,
		Application: [...]gopus.Application{
			VoIP: gopus.ApplicationVoIP, Audio: gopus.ApplicationAudio, LowDelay: gopus.ApplicationLowDelay,
		}[e.cfg.Application],
	})
	if err != nil {
		return fmt.Errorf("opusio: %w", err)
	}
	enc.SetVBR(!e.cfg.CBR)
	enc.SetVBRConstraint(true) // the default of libopus
	enc.SetDTX(e.cfg.DTX)
	enc.SetFEC(e.cfg.FEC)
	e.gopusEncoder, e.enc = gopusEncoder{enc}, enc
	for _, err := range []error{
		enc.SetComplexity(e.cfg.Complexity),
		e.SetBitrate(e.cfg.Bitrate),
		e.SetExpectedLoss(e.cfg.ExpectedLoss),
	} {
		if err != nil {
			return fmt.Errorf("opusio: %w", err)
		}
	}
	return nil
}

// steer keeps the encoder of v0.1.1 out of modes that it does not master.
//
// In the hybrid mode it does not write what decoders read in stereo, at 24 kHz
// and for few bits: the two lose each other in the first packets (their final
// ranges, RFC 6716, section 4.1.7, differ), and now and then the sound bursts to
// hundreds of times full scale. CELT takes its place or, for FEC and for few
// bits, SILK, which ends at 8 kHz. And neither mode makes packets of 120 ms from
// 85 kb/s on, 1275 bytes, where CELT is the better choice anyway.
func (e *gopusBackendEncoder) steer() error {
	if e.cfg.Application == LowDelay {
		return nil // CELT alone, its mode not to be touched
	}
	mode, bandwidth := gopus.EncoderModeAuto, gopus.BandwidthFullband
	rate := e.cfg.Bitrate / e.cfg.Channels // 0: the library's choice, some 50 kb/s
	switch {
	case e.cfg.Bitrate >= celtBitrate:
		mode = gopus.EncoderModeCELT
	case e.cfg.SampleRate <= 16000: // there is no hybrid mode
	case rate != 0 && rate < e.wideBitrate():
		bandwidth = gopus.BandwidthWideband
	case e.cfg.SampleRate == 24000 || e.cfg.Channels == 2:
		mode = gopus.EncoderModeCELT
	}
	if err := errors.Join(e.enc.SetMaxBandwidth(bandwidth), e.enc.SetMode(mode)); err != nil {
		return fmt.Errorf("opusio: %w", err)
	}
	return nil
}

// celtBitrate is the bit rate from which CELT is all that is used.
const celtBitrate = 80000

// wideBitrate returns the bit rate per channel from which there is more than
// SILK, and more than 8 kHz.
func (e *gopusBackendEncoder) wideBitrate() int {
	hybrid := e.cfg.SampleRate == 48000 && e.cfg.Channels == 1
	switch {
	case e.cfg.FEC: // CELT has none, and the hybrid mode narrows its band for it
		return 40000
	case hybrid:
		return 16000
	case e.cfg.Application == Audio:
		return 14000
	default:
		return 24000
	}
}

func (e *gopusBackendEncoder) SetBitrate(bitsPerSecond int) error {
	if err := ValidateBitrate(bitsPerSecond); err != nil {
		return err
	}
	e.cfg.Bitrate = bitsPerSecond
	if bitsPerSecond == 0 {
		bitsPerSecond = gopus.BitrateAuto
	}
	if err := e.enc.SetBitrate(bitsPerSecond); err != nil {
		return err
	}
	return e.steer()
}

func (e *gopusBackendEncoder) SetExpectedLoss(percent int) error {
	if err := ValidateLoss(percent); err != nil {
		return err
	}
	e.cfg.ExpectedLoss = percent
	return e.enc.SetPacketLoss(percent)
}
