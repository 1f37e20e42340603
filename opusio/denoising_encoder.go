package opusio

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/quietline/quietline/denoise"
)

// SendOptions says how a DenoisingEncoder treats silence. The zero value sends
// every packet.
type SendOptions struct {
	// DTX leaves out packets while nobody talks and what is left after
	// denoising is no louder than the noise. SetDTX changes it.
	DTX bool
	// DTXAfter is how long it must be quiet, beyond the hold of the denoiser's
	// voice detector, before packets are left out: the far end learns in it
	// what silence sounds like. 0 means 200 ms, as in libopus.
	DTXAfter time.Duration
	// DTXRefresh is how often a packet is sent all the same; 0 means 400 ms,
	// as in libopus, negative never.
	DTXRefresh time.Duration

	// FloorDBFS is the level in dBFS that what is encoded does not fall below,
	// filled up with soft noise; muted, that of the pauses before. 0 means −75,
	// −127 none. (The denoiser's ComfortNoiseDB does it better, in the colour of
	// the background, and comes first.)
	FloorDBFS float64

	// Lookahead is the encoder's delay in samples per channel, for Latency. 0
	// means what its method Lookahead says, if it has one, else that of VoIP
	// and Audio, 6.5 ms; negative means none.
	Lookahead int
}

// PacketStatus is what a DenoisingEncoder knows of a packet.
type PacketStatus struct {
	Delivery          Delivery
	Level             AudioLevel // of what was encoded, for RFC 6464
	TalkingWhileMuted bool
}

const (
	defaultDTXAfter   = 200 * time.Millisecond
	defaultDTXRefresh = 400 * time.Millisecond
	defaultFloorDBFS  = -75
	noFloorDBFS       = -127

	// quietMargin is how far above the noise, and above the floor, a packet
	// without voice may be to count as quiet: 6 dB. Doors and music are louder.
	quietMargin = 4

	// surestReduction bounds the reduction of noise, in dB, that is counted on
	// when a packet is compared with it. Comparing with the noise of the input
	// left out words that the detector missed: 2.9 % of the speech energy of
	// the tuning set of bench/codec, 0.8 % with this. Counting on all 20 dB and
	// more would send much of a noise that fluctuates.
	surestReduction = 14

	// pauseSeconds is how long the level of pauses takes to be learned.
	pauseSeconds = 0.5

	// loudestPause bounds what mute sounds like to −50 dBFS.
	loudestPause = 1e-5

	muteFade = 200 // 1/s: 5 ms
)

// DenoisingEncoder takes the noise out of frames before an Encoder gets them.
// It is an Encoder itself. Encode, EncodeFloat32, Status, Reset and
// ResetTransient belong to the goroutine that owns the stream; the Set methods,
// Muted and TalkingWhileMuted, like those of the denoiser, to any. No packet
// allocates.
type DenoisingEncoder struct {
	enc  Encoder
	d    *denoise.Denoiser
	cfg  denoise.Config
	opts SendOptions

	muted, dtx atomic.Bool

	buf       []float32 // a frame, up to 120 ms
	end       tail
	floor     floorNoise
	gate      silenceGate
	floorMS   float64 // mean square of the floor
	quietMS   float64 // mean square that is quiet in any noise
	pause     pauseMeter
	voiceHops uint64
	last      [2]byte // how the last packet with sound began
	lastFrame int     // its samples, interleaved; 0 before the first
	status    PacketStatus
}

// NewDenoisingEncoder returns an encoder that passes frames through d, whose
// rate and channels must be those of enc, before enc. Frames that are no
// multiple of the denoiser's hop, 10 ms, work; Config.FrameSize tells it so and
// lowers its Latency. The error says what does not fit.
func NewDenoisingEncoder(enc Encoder, d *denoise.Denoiser, opts SendOptions) (*DenoisingEncoder, error) {
	if enc == nil || d == nil {
		return nil, errors.New("opusio: want an encoder and a denoiser, not nil")
	}
	cfg := d.Config()
	if err := checkFormat("encoder", enc, cfg); err != nil {
		return nil, err
	}
	if !(opts.FloorDBFS <= 0 && opts.FloorDBFS >= noFloorDBFS) {
		return nil, fmt.Errorf("opusio: floor at %v dBFS: want -127 (none) to below 0, or 0 for -75", opts.FloorDBFS)
	}
	if opts.DTXAfter < 0 {
		return nil, fmt.Errorf("opusio: DTX after %v: want 0 (default) or more", opts.DTXAfter)
	}
	opts = opts.withDefaults(enc, cfg)
	e := &DenoisingEncoder{
		enc: enc, d: d, cfg: cfg, opts: opts,
		buf:   make([]float32, maxFrame(cfg.SampleRate)*cfg.Channels),
		end:   newTail(cfg.SampleRate/muteFade, cfg.Channels),
		floor: newFloorNoise(cfg.SampleRate, cfg.Channels),
		gate:  silenceGate{after: opts.DTXAfter, refresh: opts.DTXRefresh},
	}
	if opts.FloorDBFS > noFloorDBFS {
		e.floorMS = math.Pow(10, opts.FloorDBFS/10)
	}
	e.quietMS = math.Pow(10, opts.FloorDBFS/10)
	if cfg.ComfortNoiseDB < 0 {
		e.quietMS = math.Max(e.quietMS, math.Pow(10, cfg.ComfortNoiseDB/10))
	}
	e.quietMS *= quietMargin
	e.dtx.Store(opts.DTX)
	e.resetStream()
	return e, nil
}

func (o SendOptions) withDefaults(enc Encoder, cfg denoise.Config) SendOptions {
	if o.DTXAfter == 0 {
		o.DTXAfter = defaultDTXAfter
	}
	if o.DTXRefresh == 0 {
		o.DTXRefresh = defaultDTXRefresh
	}
	if o.FloorDBFS == 0 {
		o.FloorDBFS = defaultFloorDBFS
	}
	if o.Lookahead == 0 {
		o.Lookahead = Lookahead(VoIP, cfg.SampleRate)
		if l, ok := enc.(interface{ Lookahead() int }); ok {
			o.Lookahead = l.Lookahead()
		}
	}
	o.Lookahead = max(o.Lookahead, 0)
	return o
}

// Encode cleans one frame of interleaved 16-bit samples, 2.5, 5, 10, 20, 40,
// 60, 80, 100 or 120 ms, encodes it into packet and returns the length of the
// packet. pcm is left as it was. When Status says Skip, the packet holds no
// sound, 1 or 2 bytes, and need not be sent; whoever sends it does no harm.
func (e *DenoisingEncoder) Encode(pcm []int16, packet []byte) (int, error) {
	if err := e.check(len(pcm), len(packet)); err != nil {
		return 0, err
	}
	buf := e.buf[:len(pcm)]
	toFloat32(buf, pcm)
	return e.encode(buf, packet)
}

// EncodeFloat32 is Encode for samples in ±1.
func (e *DenoisingEncoder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	if err := e.check(len(pcm), len(packet)); err != nil {
		return 0, err
	}
	return e.encode(pcm, packet)
}

// encode takes a frame that may be the caller's.
func (e *DenoisingEncoder) encode(pcm []float32, packet []byte) (int, error) {
	buf := e.buf[:len(pcm)]
	muted := e.muted.Load()
	if muted {
		e.d.Observe(pcm)
		e.end.end(buf)
	} else {
		e.d.Process(buf, pcm)
		e.end.remember(buf)
	}
	return e.deliver(buf, packet, muted)
}

// deliver decides what becomes of a clean frame and encodes it.
func (e *DenoisingEncoder) deliver(buf []float32, packet []byte, muted bool) (int, error) {
	st := e.d.Stats()
	// A long packet may hold the end of one phrase and more.
	talking := st.Voice || st.VoiceHops > e.voiceHops
	e.voiceHops = st.VoiceHops

	length := e.duration(len(buf))
	power := meanSquare(buf)
	// What is left of the noise: the input's, less what pauses lose on average.
	left := st.NoiseDBFS - math.Min(st.ReductionDB, surestReduction)
	holds := e.judge(power, length, left, talking, muted)
	power = e.fill(buf, power, muted)

	e.status = PacketStatus{Level: AudioLevel{levelOf(power), talking}}
	if muted {
		e.status = PacketStatus{Level: MutedLevel, TalkingWhileMuted: talking}
	}
	if !e.dtx.Load() {
		e.gate.reset()
	} else if e.status.Delivery = e.gate.next(length, holds); e.status.Delivery == Skip {
		if e.lastFrame == len(buf) {
			// The encoder does not see the frame: it stays where the far
			// end's decoder is.
			return len(appendSilent(packet[:0], e.last[:])), nil
		}
		e.status.Delivery = Refresh // there is no packet to model a silent one on
	}

	n, err := e.enc.EncodeFloat32(buf[:len(buf):len(buf)], packet[:len(packet):len(packet)])
	if err != nil {
		return 0, err
	}
	if IsDTX(packet[:n]) {
		e.status.Delivery = Skip // the codec's own DTX
		return n, nil
	}
	copy(e.last[:], packet[:n])
	e.lastFrame = len(buf)
	return n, nil
}

// judge tells what a clean frame holds and learns from it what pauses are like.
func (e *DenoisingEncoder) judge(power float64, length time.Duration, noiseDBFS float64, talking, muted bool) loudness {
	switch {
	case muted:
		return quiet
	case talking:
		return voice
	}
	standsOut := false
	if power > e.floorMS { // digital silence says nothing of the room
		standsOut = e.pause.update(10*math.Log10(power), math.Min(length.Seconds()/pauseSeconds, 1))
	}
	if standsOut && power > e.quietMS || power > math.Max(e.quietMS, quietMargin*math.Pow(10, noiseDBFS/10)) {
		return loud
	}
	return quiet
}

// fill lifts a frame to the floor and returns its mean square.
func (e *DenoisingEncoder) fill(buf []float32, power float64, muted bool) float64 {
	if e.floorMS == 0 {
		return power
	}
	floor := e.floorMS
	if muted {
		floor = math.Max(floor, math.Min(e.pause.power(), loudestPause))
	}
	return e.floor.fill(buf, power, floor)
}

// check reports a frame or buffer that cannot be encoded.
func (e *DenoisingEncoder) check(samples, room int) error {
	c := e.cfg.Channels
	n := samples / c
	if samples%c != 0 || n*ClockRate%e.cfg.SampleRate != 0 || !validFrame48(n*ClockRate/e.cfg.SampleRate) {
		return fmt.Errorf("opusio: a frame of %d samples, %d channels: want 2.5, 5, 10, 20, 40, 60, 80, 100 or 120 ms at %d Hz",
			samples, c, e.cfg.SampleRate)
	}
	if f := e.cfg.FrameSize; f > 0 && n%f != 0 {
		return fmt.Errorf("opusio: a frame of %d samples per channel: the denoiser's FrameSize asks for multiples of %d", n, f)
	}
	if room < 2 {
		return errors.New("opusio: no room for a packet: want MaxPacketBytes")
	}
	return nil
}

func (e *DenoisingEncoder) duration(samples int) time.Duration {
	return time.Duration(samples/e.cfg.Channels) * time.Second / time.Duration(e.cfg.SampleRate)
}

// Status tells of the last packet.
func (e *DenoisingEncoder) Status() PacketStatus { return e.status }

// Latency returns the delay in samples per channel from a sample put in to the
// same sample out of a decoder at the far end: the denoiser's and the codec's.
// To get the end of a recording out, encode as much silence after it.
func (e *DenoisingEncoder) Latency() int { return e.d.Latency() + e.opts.Lookahead }

// Denoiser returns the denoiser, whose Set methods and Stats any goroutine may
// call.
func (e *DenoisingEncoder) Denoiser() *denoise.Denoiser { return e.d }

// SetMuted mutes or opens the microphone: muted, the denoiser goes on learning
// the noise and noticing speech, and what is encoded is the floor alone. Keep
// calling Encode. Any goroutine.
func (e *DenoisingEncoder) SetMuted(on bool) { e.muted.Store(on) }

// Muted returns what SetMuted was told last. Any goroutine.
func (e *DenoisingEncoder) Muted() bool { return e.muted.Load() }

// TalkingWhileMuted reports whether somebody talks into a muted microphone. Any
// goroutine.
func (e *DenoisingEncoder) TalkingWhileMuted() bool { return e.muted.Load() && e.d.Stats().Voice }

// SetDTX changes SendOptions.DTX. Any goroutine.
func (e *DenoisingEncoder) SetDTX(on bool) { e.dtx.Store(on) }

// ResetTransient begins a talk spurt after a gap in which nothing was captured:
// it forgets the sound on its way and keeps what is known of the noise. The
// codec goes on.
func (e *DenoisingEncoder) ResetTransient() {
	e.d.ResetTransient()
	e.resetStream()
}

// Reset begins a new stream: denoiser and codec forget everything. The error
// tells of a codec that cannot be reset; the rest is done then.
func (e *DenoisingEncoder) Reset() error {
	e.d.Reset()
	e.resetStream()
	e.pause, e.lastFrame = pauseMeter{}, 0
	return resetCodec(e.enc)
}

func (e *DenoisingEncoder) resetStream() {
	e.end.reset()
	e.floor.reset()
	e.gate.reset()
	e.voiceHops = e.d.Stats().VoiceHops
	e.status = PacketStatus{Level: MutedLevel}
}
