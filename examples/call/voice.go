package main

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
)

const (
	rate  = 48000
	frame = rate / 50 // 20 ms: what is encoded
	hop   = rate / 100

	// voiceBitrate carries the whole band for a voice, and FEC for the next
	// packet where listeners report loss.
	voiceBitrate = 40000

	// voiceComplexity is half way: encoding is what a voice costs most, and the
	// highest sounds no better here (ESTOI of the tests the same to 0.005).
	voiceComplexity = 5

	// concealMost is how much sound is made up for lost packets. After that the
	// listener's own decoder knows as much as ours.
	concealMost = rate * 120 / 1000
)

// voice is what the server does for a sender in server mode: Opus packets in
// any order → decoded, lost ones made up → denoised → Opus again. Settings and
// view may be used from any goroutine, push belongs to the one that reads the
// packets. No clock drives it: what comes is passed on as soon as it is in
// order, and timestamps keep the sender's pace.
type voice struct {
	order reorder
	tap   *tapDecoder
	dec   *opusio.DenoisingDecoder
	enc   opusio.BackendEncoder
	strip *strip
	emit  func(outPacket)

	sound   *bucket // seconds of sound that are worked on; nil: any number
	started bool
	lastSeq uint16
	nextTS  uint32 // of the sender's clock

	pcm    []float32 // one decoded packet
	fifo   []float32 // denoised, not yet encoded
	raw    []float32 // beside fifo: before denoising
	packet []byte

	seq    uint16
	ts     uint32
	marker bool

	loss    atomic.Int32 // percent that listeners lose
	lossSet int32
	bad     atomic.Uint64
	cost    costMeter
	columns int
	latest  atomic.Pointer[view]
}

// outPacket is a packet of Opus on its way to listeners. payload is good until
// the call returns.
type outPacket struct {
	seq     uint16
	ts      uint32
	marker  bool
	level   opusio.AudioLevel
	payload []byte
}

// view is what the page shows of a voice.
type view struct {
	in, out         float64 // dBFS
	bandIn, bandOut [stripBands]byte
}

// viewEvery is how many frames go by from one view to the next: 100 ms.
const viewEvery = 5

func newVoice(s settings, emit func(outPacket)) (*voice, error) {
	codec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: rate})
	if err != nil {
		return nil, err
	}
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: rate, Bitrate: voiceBitrate, FEC: true, Complexity: voiceComplexity})
	if err != nil {
		return nil, err
	}
	// Packets of 10 ms and more, in return for the least delay; minptime in the
	// session description tells browsers so.
	d, err := denoise.New(denoise.Config{SampleRate: rate, FrameSize: hop})
	if err != nil {
		return nil, err
	}
	tap := &tapDecoder{BackendDecoder: codec}
	dec, err := opusio.NewDenoisingDecoder(tap, d)
	if err != nil {
		return nil, err
	}
	st, err := newStrip()
	if err != nil {
		return nil, err
	}
	v := &voice{
		tap: tap, dec: dec, enc: enc, strip: st, emit: emit,
		pcm:    make([]float32, rate*120/1000),
		fifo:   make([]float32, 0, rate*120/1000+frame),
		raw:    make([]float32, 0, rate*120/1000+frame),
		packet: make([]byte, opusio.MaxPacketBytes),
		seq:    uint16(rand.Uint32()), ts: rand.Uint32(), marker: true,
	}
	v.set(s)
	return v, nil
}

// set applies settings, cross-faded by the denoiser. Any goroutine.
func (v *voice) set(s settings) {
	v.dec.SetMuted(s.Muted)
	v.dec.Denoiser().SetBypass(!s.Enabled)
	v.dec.Denoiser().SetLimitDB(s.StrengthDB)
}

// limit bounds the sound that is worked on, in seconds a second, whether it came
// or is made up for what was lost.
func (v *voice) limit(seconds float64) {
	b := newBucket(seconds, 3)
	v.sound = &b
}

// affords tells whether so many more samples are within the limit.
func (v *voice) affords(samples int) bool {
	return v.sound == nil || v.sound.take(float64(samples)/rate, time.Now())
}

// setLoss tells how much of what is sent gets lost. Any goroutine.
func (v *voice) setLoss(percent float64) { v.loss.Store(int32(min(max(percent, 0), 30))) }

// push takes a packet as it comes from the network.
func (v *voice) push(seq uint16, ts uint32, payload []byte) { v.order.push(seq, ts, payload, v.play) }

// play takes a packet in order.
func (v *voice) play(seq uint16, ts uint32, payload []byte) {
	n, err := opusio.PacketSamples48(payload)
	if err != nil || n%hop != 0 || !v.affords(n) {
		v.bad.Add(1)
		return
	}
	if v.started {
		lost := int(seq - v.lastSeq - 1)
		v.bridge(lost, int32(ts-v.nextTS), payload, n)
	}
	v.started, v.lastSeq, v.nextTS = true, seq, ts+uint32(n)

	start := time.Now()
	got, err := v.dec.DecodeFloat32(payload, v.pcm)
	if err != nil {
		v.bad.Add(1)
		if v.dec.DecodePLCFloat32(v.pcm[:n]) != nil {
			return
		}
		got = n
	}
	v.cost.decoded(time.Since(start), v.tap.took, got)
	v.pass(v.pcm[:got])
}

// bridge makes up what was lost before a packet, or steps over a gap in which
// nothing was sent. gap is how much later than expected the packet is.
func (v *voice) bridge(lost int, gap int32, payload []byte, n int) {
	if lost > 0 && gap > 0 && gap <= concealMost && gap%hop == 0 && v.affords(int(gap)) {
		if plc := int(gap) - n; plc > 0 && v.dec.DecodePLCFloat32(v.pcm[:plc]) == nil {
			v.pass(v.pcm[:plc])
			gap -= int32(plc)
		}
		if v.dec.DecodeFECFloat32(payload, v.pcm[:gap]) == nil {
			v.pass(v.pcm[:gap])
		}
		return
	}
	if gap != 0 { // DTX, mute, another microphone
		v.fifo, v.raw = v.fifo[:0], v.raw[:0]
		v.dec.ResetTransient()
		v.marker = true
		if gap > 0 && gap < 60*rate {
			v.ts += uint32(gap)
		}
	}
}

// pass encodes denoised sound in frames of 20 ms.
func (v *voice) pass(pcm []float32) {
	v.fifo = append(v.fifo, pcm...)
	v.raw = append(v.raw, v.tap.last[:len(pcm)]...)
	at := 0
	for ; len(v.fifo)-at >= frame; at += frame {
		v.encode(v.fifo[at:at+frame], v.raw[at:at+frame])
	}
	v.fifo = v.fifo[:copy(v.fifo, v.fifo[at:])]
	v.raw = v.raw[:copy(v.raw, v.raw[at:])]
}

func (v *voice) encode(pcm, raw []float32) {
	if loss := v.loss.Load(); loss != v.lossSet {
		v.lossSet = loss
		_ = v.enc.SetExpectedLoss(int(loss)) // 0 to 30: always accepted
	}
	start := time.Now()
	n, err := v.enc.EncodeFloat32(pcm, v.packet)
	v.cost.encoded(time.Since(start))
	v.ts += frame
	if err != nil {
		v.bad.Add(1)
		return
	}
	level := opusio.AudioLevel{Level: opusio.MeasureLevel(pcm), Voice: v.dec.Denoiser().Stats().Voice}
	if v.dec.Muted() {
		level = opusio.MutedLevel
	}
	v.seq++
	v.emit(outPacket{v.seq, v.ts, v.marker, level, v.packet[:n]})
	v.marker = false
	if v.columns++; v.columns >= viewEvery {
		v.columns = 0
		w := &view{in: dbfs(raw), out: dbfs(pcm)}
		v.strip.measure(&w.bandIn, raw)
		v.strip.measure(&w.bandOut, pcm)
		v.latest.Store(w)
	}
}
