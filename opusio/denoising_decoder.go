package opusio

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/quietline/quietline/denoise"
)

// DenoisingDecoder takes the noise out of what a Decoder gives, one for every
// sender. It is a Decoder, a Concealer and an FECDecoder itself. SetMuted,
// Muted and the denoiser's Set methods and Stats may be called from any
// goroutine, everything else belongs to the one that owns the stream. No packet
// allocates, the first of each length through the 16-bit methods excepted, as
// far as the codec does not.
type DenoisingDecoder struct {
	dec Decoder
	d   *denoise.Denoiser
	cfg denoise.Config

	muted atomic.Bool

	buf      []float32 // a frame, for 16-bit samples
	lost     tail      // of what was decoded, for decoders that cannot conceal
	breaking bool      // lost is being given out
	end      tail      // of what was given out, for mute
	last     int       // samples per channel of the last packet
}

const lostFade = 50 // 1/s: 20 ms

// NewDenoisingDecoder returns a decoder that passes what dec gives through d,
// whose rate and channels must be those that dec puts out. The length of
// packets may change at any time; if Config.FrameSize is set, 2.5 ms fits all.
// The error says what does not fit.
func NewDenoisingDecoder(dec Decoder, d *denoise.Denoiser) (*DenoisingDecoder, error) {
	if dec == nil || d == nil {
		return nil, errors.New("opusio: want a decoder and a denoiser, not nil")
	}
	cfg := d.Config()
	if err := checkFormat("decoder", dec, cfg); err != nil {
		return nil, err
	}
	w := &DenoisingDecoder{
		dec: dec, d: d, cfg: cfg,
		buf:  make([]float32, maxFrame(cfg.SampleRate)*cfg.Channels),
		lost: newTail(cfg.SampleRate/lostFade, cfg.Channels),
		end:  newTail(cfg.SampleRate/muteFade, cfg.Channels),
	}
	w.resetStream()
	return w, nil
}

// DecodeFloat32 decodes a packet into pcm, cleans it and returns the number of
// samples per channel; pcm must have room for the packet, 120 ms is enough for
// all. The sound is that of Latency samples ago. An empty packet counts as lost
// and as long as the one before.
//
// What a decoder makes up, for a lost packet or one without sound (DTX), is
// cleaned, but the noise estimate does not learn from it. After an error the
// packet is as good as lost: call DecodePLCFloat32.
func (w *DenoisingDecoder) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	n := w.last
	if len(packet) > 0 {
		var err error
		if n, err = PacketSamples48(packet); err != nil {
			return 0, err
		}
		n = n * w.cfg.SampleRate / ClockRate
	}
	if len(pcm) < n*w.cfg.Channels {
		return 0, fmt.Errorf("opusio: room for %d samples: the packet holds %d per channel, %d channels", len(pcm), n, w.cfg.Channels)
	}
	pcm = pcm[: n*w.cfg.Channels : n*w.cfg.Channels]
	if len(packet) == 0 {
		return n, w.DecodePLCFloat32(pcm)
	}
	if err := w.check(len(pcm)); err != nil {
		return 0, err
	}
	got, err := w.dec.DecodeFloat32(packet, pcm)
	if err != nil {
		return 0, err
	}
	if got != n {
		return 0, fmt.Errorf("opusio: the decoder gave %d samples per channel for a packet of %d: is its rate not %d Hz?", got, n, w.cfg.SampleRate)
	}
	w.last = n
	if w.breaking {
		w.lost.fadeIn(pcm)
		w.breaking = false
	}
	w.lost.remember(pcm)
	w.clean(pcm, IsDTX(packet))
	return n, nil
}

// DecodePLCFloat32 makes up the sound of a lost packet as long as pcm, a
// multiple of 2.5 ms, and cleans it without learning from it.
func (w *DenoisingDecoder) DecodePLCFloat32(pcm []float32) error {
	if err := w.check(len(pcm)); err != nil {
		return err
	}
	if err := w.conceal(pcm); err != nil {
		return err
	}
	w.clean(pcm, true)
	return nil
}

// DecodeFECFloat32 gets a lost packet as long as pcm out of the one that
// follows, which is decoded as usual afterwards. It is cleaned without learning
// from it, since nothing tells whether the packet held it or the decoder made
// it up.
func (w *DenoisingDecoder) DecodeFECFloat32(packet []byte, pcm []float32) error {
	if err := w.check(len(pcm)); err != nil {
		return err
	}
	if _, err := FrameCount(packet); err != nil {
		return err
	}
	if f, ok := w.dec.(FECDecoder); ok {
		if err := f.DecodeFECFloat32(packet, pcm[:len(pcm):len(pcm)]); err != nil {
			return err
		}
	} else if err := w.conceal(pcm); err != nil {
		return err
	}
	w.clean(pcm, true)
	return nil
}

// conceal fills pcm with what the decoder makes up or, if it cannot, with the
// last sound fading out.
func (w *DenoisingDecoder) conceal(pcm []float32) error {
	if c, ok := w.dec.(Concealer); ok {
		return c.DecodePLCFloat32(pcm[:len(pcm):len(pcm)])
	}
	w.lost.end(pcm)
	w.breaking = true
	return nil
}

// clean takes the noise out of decoded sound in place.
func (w *DenoisingDecoder) clean(pcm []float32, madeUp bool) {
	switch {
	case w.muted.Load():
		if !madeUp {
			w.d.Observe(pcm)
		}
		w.end.end(pcm)
		return
	case madeUp:
		w.d.Conceal(pcm, pcm)
	default:
		w.d.Process(pcm, pcm)
	}
	w.end.remember(pcm)
}

// Decode is DecodeFloat32 to 16-bit samples.
func (w *DenoisingDecoder) Decode(packet []byte, pcm []int16) (int, error) {
	buf := w.buf[:min(len(pcm), len(w.buf))]
	n, err := w.DecodeFloat32(packet, buf)
	if err != nil {
		return 0, err
	}
	toInt16(pcm, buf[:n*w.cfg.Channels])
	return n, nil
}

// DecodePLC is DecodePLCFloat32 to 16-bit samples.
func (w *DenoisingDecoder) DecodePLC(pcm []int16) error {
	buf := grow(&w.buf, len(pcm))
	if err := w.DecodePLCFloat32(buf); err != nil {
		return err
	}
	toInt16(pcm, buf)
	return nil
}

// DecodeFEC is DecodeFECFloat32 to 16-bit samples.
func (w *DenoisingDecoder) DecodeFEC(packet []byte, pcm []int16) error {
	buf := grow(&w.buf, len(pcm))
	if err := w.DecodeFECFloat32(packet, buf); err != nil {
		return err
	}
	toInt16(pcm, buf)
	return nil
}

// check reports a length that decoder or denoiser cannot take.
func (w *DenoisingDecoder) check(samples int) error {
	c := w.cfg.Channels
	n := samples / c
	if unit := w.cfg.SampleRate / 400; n == 0 || samples%c != 0 || n%unit != 0 {
		return fmt.Errorf("opusio: a frame of %d samples, %d channels: want a multiple of 2.5 ms at %d Hz", samples, c, w.cfg.SampleRate)
	}
	if f := w.cfg.FrameSize; f > 0 && n%f != 0 {
		return fmt.Errorf("opusio: a frame of %d samples per channel: the denoiser's FrameSize asks for multiples of %d", n, f)
	}
	return nil
}

// Latency returns the delay in samples per channel that denoising adds to
// decoding.
func (w *DenoisingDecoder) Latency() int { return w.d.Latency() }

// Denoiser returns the denoiser, whose Set methods and Stats any goroutine may
// call.
func (w *DenoisingDecoder) Denoiser() *denoise.Denoiser { return w.d }

// SetMuted silences the sender: muted, packets are decoded and the denoiser
// goes on learning the noise and noticing speech, see Denoiser().Stats().Voice.
// Any goroutine.
func (w *DenoisingDecoder) SetMuted(on bool) { w.muted.Store(on) }

// Muted returns what SetMuted was told last. Any goroutine.
func (w *DenoisingDecoder) Muted() bool { return w.muted.Load() }

// ResetTransient begins a talk spurt after a gap that was not concealed, such
// as DTX or a closed microphone (the RTP marker tells): it forgets the sound on
// its way and keeps what is known of the noise. The codec goes on.
func (w *DenoisingDecoder) ResetTransient() {
	w.d.ResetTransient()
	w.resetStream()
}

// Reset begins a new stream: denoiser and codec forget everything. The error
// tells of a codec that cannot be reset; the rest is done then.
func (w *DenoisingDecoder) Reset() error {
	w.d.Reset()
	w.resetStream()
	return resetCodec(w.dec)
}

func (w *DenoisingDecoder) resetStream() {
	w.lost.reset()
	w.end.reset()
	w.breaking = false
	w.last = w.cfg.SampleRate / 50
}
