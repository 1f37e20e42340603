package denoise

import (
	"math"

	"github.com/quietline/quietline/denoise/neural"
	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/spectral"
)

// Denoiser takes the noise out of one stream of PCM. Process, Observe, Conceal,
// Flush, Reset and ResetTransient belong to the goroutine that owns the stream;
// the Set functions and Stats may be called from any goroutine at any time.
// Nothing on the way of a sample allocates, locks or waits. For many streams on
// one goroutine see Pool.
type Denoiser struct {
	cfg  Config
	hop  int // samples per channel between frames
	bins int
	gran int // greatest common divisor of hop and FrameSize
	work *workspace

	framing  framing
	channels []channel
	analyses []analysis // one for LinkPower, else one per channel
	current  *engines

	strength strengthStage
	mixer    mixer
	comfort  *comfortNoise // nil for none
	vad      voiceDecision
	gate     *gate // nil for none

	control control
	stats   statsBoard
	totals  totals

	last    hopKind   // kind of the hop before the current one
	tail    int       // samples per channel that Flush still owes
	ahead   int       // samples of silence that Flush has put in but not yet paid out
	scratch []float32 // of the go-audio adapter

	pool   *Pool     // that the stream is of, nil for none
	memory []float32 // its block
	closed bool      // it was given back to the pool
}

// channel is what each channel has to itself. Shared arrays are those of the
// workspace.
type channel struct {
	stft   *spectral.STFT
	re, im []float32 // shared
	dry    []float32 // the hop that goes out, as it came in; shared
	wet    []float32 // and as the synthesis gave it; shared
	level  float32   // mean square of the current hop
	silent bool      // the current hop is digital silence
	before bool      // the hop before it was

	// With the neural engine alone, whose output is a hop later:
	history *neural.History
	earlier []float32 // the hop of input before the one that the transform holds
}

// analysis is a spectrum that gains are computed from, and what they become.
// Its arrays are shared.
type analysis struct {
	frame frame
	gain  []float32 // G after strength, per point: what the channels are multiplied by
}

// New returns a denoiser for a stream. The error says which field of the
// configuration cannot be used and what it may be.
func New(cfg Config) (*Denoiser, error) {
	w, err := newWorkspace(cfg.withDefaults())
	if err != nil {
		return nil, err
	}
	return w.newDenoiser(make([]float32, w.stateLen())), nil
}

// newDenoiser returns a stream that works in w and has its state in memory,
// stateLen zeros.
func (w *workspace) newDenoiser(memory []float32) *Denoiser {
	cfg := w.cfg
	d := &Denoiser{cfg: cfg, hop: w.hop, bins: w.bins, gran: w.gran, work: w, memory: memory, strength: strengthStage{depthDB: cfg.depth()}}
	b := &block{memory}
	d.framing = newFraming(w, b)
	d.channels = make([]channel, cfg.Channels)
	for i := range d.channels {
		d.channels[i] = channel{
			stft: w.stft.Share(b.take(w.stft.StateLen())),
			re:   w.channels[i].re, im: w.channels[i].im, dry: w.channels[i].dry,
			wet: w.wet,
		}
	}
	d.analyses = make([]analysis, w.analyses)
	if w.late() {
		for i := range d.channels {
			d.channels[i].history = w.neural.net.NewHistory(b.take(w.neural.net.HistoryLen()))
			d.channels[i].earlier = b.take(w.hop)
		}
	}
	for i := range d.analyses {
		d.analyses[i] = analysis{frame: frame{power: w.power[i], points: w.points[i], channels: d.histories(i)}, gain: w.gain[i]}
	}
	mode := engineMode{music: cfg.Music, profile: cfg.Profile, profileMode: cfg.ProfileMode}
	d.current = w.newEngines(mode, b)
	d.control.init(cfg, d.current)
	d.mixer = newMixer(d.control.target())
	d.vad = newVoiceDecision(cfg.VAD, w.hopSeconds())
	if cfg.ComfortNoiseDB < 0 {
		d.comfort = newComfortNoise(w, b)
	}
	if cfg.Gate.Enabled {
		d.gate = newGate(cfg.Gate, cfg.Channels, w.hop, w.hopSeconds(), b)
	}
	d.Reset()
	return d
}

// Config returns the configuration with its defaults filled in.
func (d *Denoiser) Config() Config { return d.cfg }

// Hop returns the samples per channel from one analysis frame to the next:
// 10 ms, a little less at rates whose hundredth is not a product of 2, 3, 5
// and 7. Statistics change once a hop.
func (d *Denoiser) Hop() int { return d.hop }

// Latency returns the delay from input to output in samples per channel. It is
// constant: one hop for the overlap of the frames; with Neural one for its looking
// ahead; another, less what FrameSize saves, to fill a frame from chunks of any
// length; and the gate's pre-roll.
func (d *Denoiser) Latency() int {
	latency := d.hop + d.hop - d.gran
	if d.work.late() {
		latency += d.hop
	}
	if d.gate != nil {
		latency += d.gate.delay()
	}
	return latency
}

// Process cleans src into dst, interleaved samples in ±1, and returns their
// number, len(src). dst and src may be the same slice. The output is the input
// of Latency samples ago. NaN and Inf count as 0. Output can lie a little beyond
// ±1 where the input is close to it.
//
// It panics when len(src) is no multiple of Channels (and of FrameSize, if that
// is set), or when dst is shorter than src.
func (d *Denoiser) Process(dst, src []float32) int {
	return d.process(dst, src, hopNormal)
}

// Conceal is Process for sound that a decoder made up for a lost packet: it is
// cleaned like any other, but nothing is learned from it.
func (d *Denoiser) Conceal(dst, src []float32) int {
	return d.process(dst, src, hopConcealed)
}

func (d *Denoiser) process(dst, src []float32, kind hopKind) int {
	n := d.frames(len(src))
	if len(dst) < len(src) {
		panic("denoise: dst is shorter than src")
	}
	c := d.cfg.Channels
	for at := 0; at < n; {
		m := min(n-at, d.framing.room())
		chunk := src[at*c : (at+m)*c]
		if c == 1 && d.work.wholeHops() {
			l := d.framing.lend(dst[at:at+m], chunk)
			d.advance(m, kind)
			d.framing.giveBack(l)
			at += m
			continue
		}
		d.framing.loadFloat32(chunk)
		d.advance(m, kind)
		d.framing.storeFloat32(dst[at*c : (at+m)*c])
		at += m
	}
	return n * c
}

// ProcessInt16 is Process for 16-bit samples.
func (d *Denoiser) ProcessInt16(dst, src []int16) int {
	n := d.frames(len(src))
	if len(dst) < len(src) {
		panic("denoise: dst is shorter than src")
	}
	c := d.cfg.Channels
	for at := 0; at < n; {
		m := min(n-at, d.framing.room())
		d.framing.loadInt16(src[at*c : (at+m)*c])
		d.advance(m, hopNormal)
		d.framing.storeInt16(dst[at*c : (at+m)*c])
		at += m
	}
	return n * c
}

// Observe is for a muted microphone: it learns the noise and detects voice
// ("you are talking while muted") but gives nothing out, now or later: the
// sound that was observed never leaves through Process. Lengths as in Process.
func (d *Denoiser) Observe(src []float32) {
	n := d.frames(len(src))
	c := d.cfg.Channels
	for at := 0; at < n; {
		m := min(n-at, d.framing.room())
		d.framing.loadFloat32(src[at*c : (at+m)*c])
		d.advance(m, hopObserved)
		at += m
	}
}

// ObserveInt16 is Observe for 16-bit samples.
func (d *Denoiser) ObserveInt16(src []int16) {
	n := d.frames(len(src))
	c := d.cfg.Channels
	for at := 0; at < n; {
		m := min(n-at, d.framing.room())
		d.framing.loadInt16(src[at*c : (at+m)*c])
		d.advance(m, hopObserved)
		at += m
	}
}

// frames returns the samples per channel in n interleaved samples.
func (d *Denoiser) frames(n int) int {
	d.mustBeOpen()
	// After a Flush without a Reset the stream goes on behind the silence.
	d.unpark()
	d.ahead = 0
	if n%d.cfg.Channels != 0 {
		panic("denoise: the number of samples is no multiple of the channels")
	}
	n /= d.cfg.Channels
	if d.cfg.FrameSize > 0 && n%d.cfg.FrameSize != 0 {
		panic("denoise: the number of samples is no multiple of Config.FrameSize")
	}
	return n
}

// advance notes that n loaded samples are complete and runs the hop that they
// may have filled.
func (d *Denoiser) advance(n int, kind hopKind) {
	d.tail = d.Latency()
	d.framing.note(kind)
	if d.framing.advance(n) {
		d.runHop()
	}
}

// Flush writes what is still on its way to dst, at most Latency samples per
// channel in all, and returns how many it wrote; 0 means that nothing is left.
// dst holds interleaved samples; a partial sample frame at its end stays
// unused. The stream has ended then: Reset before the next one.
func (d *Denoiser) Flush(dst []float32) int {
	c := d.cfg.Channels
	n := min(len(dst)/c, d.tail)
	left := d.tail - n
	d.mustBeOpen()
	d.unpark()
	for at := 0; at < n; {
		if d.ahead == 0 {
			// Silence takes the place of further input, in steps that the
			// framing takes: multiples of gran.
			m := min(n-at, d.framing.room())
			d.ahead = max(m-m%d.gran, d.gran)
			d.framing.loadZeros(d.ahead)
			d.advance(d.ahead, hopNormal)
		}
		m := min(n-at, d.ahead)
		d.framing.storeFloat32(dst[at*c : (at+m)*c])
		d.ahead -= m
		at += m
	}
	d.park()
	d.tail = left
	return n * c
}

// park keeps what Flush has not paid out yet out of the workspace.
func (d *Denoiser) park() {
	if d.ahead > 0 {
		for i := range d.channels {
			copy(d.parking(i), d.framing.due[i][d.framing.read:])
		}
	}
}

// unpark takes back what park kept.
func (d *Denoiser) unpark() {
	if d.ahead > 0 {
		for i := range d.channels {
			kept := d.parking(i)
			copy(d.framing.due[i], kept)
			clear(kept)
		}
		d.framing.read = 0
	}
}

// parking returns room for the `ahead` samples of a channel that park keeps, less
// than gran: the free part of the framing, or, where that is the workspace's,
// the place of the last hop of input, which is silence when Flush has run.
func (d *Denoiser) parking(i int) []float32 {
	if d.work.wholeHops() {
		return d.channels[i].stft.Past()[:d.ahead]
	}
	return d.framing.free(i)[:d.ahead]
}

// mustBeOpen panics when the stream was given back: its memory may be another's.
func (d *Denoiser) mustBeOpen() {
	if d.closed {
		panic("denoise: use of a Denoiser after Pool.Put")
	}
}

// Reset forgets everything: the next sample is the first of a new stream, and
// the output is what a new Denoiser with the current settings would give.
// Counters start again.
func (d *Denoiser) Reset() {
	d.mustBeOpen()
	d.takeEngines()
	for _, e := range d.current.list {
		e.reset()
	}
	d.totals = newTotals()
	d.resetStream()
}

// ResetTransient forgets the sound on its way, gains and the voice decision
// but keeps the noise estimate and the counters: for the start of a talk spurt
// after a gap, or a jump in a recording. The network of the neural engine begins
// anew: it has no estimate that could be kept.
func (d *Denoiser) ResetTransient() {
	d.mustBeOpen()
	d.takeEngines()
	for _, e := range d.current.list {
		e.resetTransient()
	}
	d.resetStream()
}

func (d *Denoiser) resetStream() {
	d.framing.reset()
	for i := range d.channels {
		c := &d.channels[i]
		c.stft.Reset()
		c.silent, c.before = true, true
		if c.history != nil {
			c.history.Reset()
			clear(c.earlier)
		}
	}
	d.strength.reset(d.control.limitDB())
	d.mixer.reset(d.control.target())
	d.vad.reset()
	if d.comfort != nil {
		d.comfort.reset()
	}
	if d.gate != nil {
		d.gate.reset()
	}
	d.last, d.tail, d.ahead = hopNormal, 0, 0
	d.totals.prob, d.totals.voice = 0, false
	d.stats.publish(&d.totals)
}

// meanSquare returns the mean square of x in ±1.
func meanSquare(x []float32) float32 {
	return simd.Dot(x, x) / float32(len(x))
}

// decibels returns 10·log10 of a power ratio, at least −200, to 1e-4.
func decibels(power float64) float64 {
	if !(power > 1e-20) {
		return -200
	}
	return (10 / math.Ln10) * float64(fastmath.Log(float32(power)))
}
