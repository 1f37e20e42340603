package denoise

import (
	"math"
	"sync/atomic"

	"github.com/quietline/quietline/internal/simd"
)

// Stats says what the stream is doing: the last hop first, then since the start
// or the last Reset.
type Stats struct {
	SpeechProb float64 // probability that the last hop holds speech, 0 to 1
	Voice      bool    // somebody talks: thresholds and hold of VADConfig applied
	LevelDBOV  float64 // RMS level of the input, dB to overload, −127 to 0 as in RFC 6464; above 0 if samples lie beyond ±1
	NoiseDBFS  float64 // RMS level of the estimated noise, 0 dBFS = full-scale square wave; −200 while unknown
	GainDB     float64 // clean output to input level of the last frame, hardly above 0; 0 when off

	SpeechDBOV  float64 // mean level of the hops with voice; −127 before the first
	SNRDB       float64 // SpeechDBOV over the mean noise level of the same hops, noise taken off; 0 before the first
	ReductionDB float64 // mean attenuation of the hops without voice that were cleaned, 0 or more

	Hops          uint64 // hops seen, see Denoiser.Hop
	VoiceHops     uint64 // of these, with voice
	SilentHops    uint64 // digital silence
	ObservedHops  uint64 // through Observe
	ConcealedHops uint64 // through Conceal
}

// totals is what the stream itself counts, without any synchronisation. Levels become
// decibels where somebody reads them.
type totals struct {
	prob, level, noise, gain float32 // of the last hop: probability, mean squares, ratio of powers
	voice                    bool
	speech                   meter // mean square of hops with voice
	speechNoise              meter // noise level of hops with voice, dB
	reduction                meter // attenuation of hops without voice, dB
	hops, voiceHops          uint64
	silent, observed         uint64
	concealed                uint64
}

// newTotals returns what is known before the first hop.
func newTotals() totals { return totals{gain: 1} }

// meter is a mean over the first 1000 values that then forgets slowly, so that
// hours of a call do not freeze it and float64 does not overflow.
type meter struct {
	mean float64
	n    int
}

func (m *meter) add(x float64) {
	m.n = min(m.n+1, 1000)
	m.mean += (x - m.mean) / float64(m.n)
}

// count takes the figures of the hop that was just run and publishes them.
func (d *Denoiser) count(prob float32, silent, voice bool, kind hopKind) {
	t := &d.totals
	t.hops++
	var level float64
	for i := range d.channels {
		level += float64(d.channels[i].level)
	}
	level /= float64(len(d.channels))
	t.level = float32(level)
	t.prob, t.voice = prob, voice

	var noise float64
	for _, e := range d.current.list {
		noise += float64(e.noiseLevel())
	}
	noise = levelOfPower(noise/float64(len(d.analyses)), 2*d.hop)
	t.noise = float32(noise)
	t.gain = 1
	cleaned := d.mixer.to == mixClean || d.mixer.to == mixRemoved
	if cleaned { // only then are there gains
		var in, out float64
		for i := range d.analyses {
			a := &d.analyses[i]
			if e, ok := d.current.list[i].(*neuralEngine); ok {
				in += float64(e.powerIn)
				out += float64(e.powerOut)
				continue
			}
			pIn, pOut := simd.Powers(a.frame.points, a.gain)
			in += float64(pIn)
			out += float64(pOut)
		}
		t.gain = float32(out / in)
	}

	switch {
	case silent:
		t.silent++
	case voice:
		t.speech.add(level)
		t.speechNoise.add(decibels(noise))
	case cleaned:
		t.reduction.add(-decibels(float64(t.gain)))
	}
	if voice {
		t.voiceHops++
	}
	switch kind {
	case hopObserved:
		t.observed++
	case hopConcealed:
		t.concealed++
	}
	d.stats.publish(t)
}

// statsBoard shows totals to other goroutines: a sequence lock of atomics. The
// writer never waits; a reader that meets a write reads again.
type statsBoard struct {
	sequence atomic.Uint32
	words    [statsWords]atomic.Uint64
}

const statsWords = 9

func (b *statsBoard) publish(t *totals) {
	b.sequence.Add(1) // odd: being written
	for i, w := range [statsWords]uint64{
		pair(t.prob, t.level),
		pair(t.noise, t.gain),
		pair(float32(t.speech.mean), float32(t.speechNoise.mean)),
		uint64(math.Float32bits(float32(t.reduction.mean))),
		t.hops<<1 | bit(t.voice),
		t.voiceHops,
		t.silent,
		t.observed,
		t.concealed,
	} {
		if b.words[i].Load() != w { // most have not changed, and a store is dear
			b.words[i].Store(w)
		}
	}
	b.sequence.Add(1)
}

func (b *statsBoard) read() (w [statsWords]uint64) {
	for {
		before := b.sequence.Load()
		for i := range w {
			w[i] = b.words[i].Load()
		}
		if before&1 == 0 && before == b.sequence.Load() {
			return w
		}
	}
}

func pair(a, b float32) uint64 {
	return uint64(math.Float32bits(a))<<32 | uint64(math.Float32bits(b))
}

func unpair(w uint64) (a, b float64) {
	return float64(math.Float32frombits(uint32(w >> 32))), float64(math.Float32frombits(uint32(w)))
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Stats returns the figures as of the last whole hop. Any goroutine; it neither
// allocates nor makes the stream wait.
func (d *Denoiser) Stats() Stats {
	w := d.stats.read()
	var s Stats
	var level, noise, gain float64
	s.SpeechProb, level = unpair(w[0])
	noise, gain = unpair(w[1])
	s.LevelDBOV, s.NoiseDBFS, s.GainDB = levelDBOV(level), decibels(noise), decibels(gain)
	speech, speechNoise := unpair(w[2])
	speech = decibels(speech)
	_, reduction := unpair(w[3])
	s.Hops, s.Voice = w[4]>>1, w[4]&1 == 1
	s.VoiceHops, s.SilentHops, s.ObservedHops, s.ConcealedHops = w[5], w[6], w[7], w[8]
	s.SpeechDBOV = math.Max(speech, -127)
	if s.VoiceHops > 0 {
		// Speech and noise add up to what was measured.
		s.SNRDB = decibels(math.Pow(10, (speech-speechNoise)/10) - 1)
		s.SNRDB = math.Max(s.SNRDB, -20)
	}
	s.ReductionDB = math.Max(reduction, 0)
	return s
}

// levelDBOV returns a mean square in dB to overload, at least −127.
func levelDBOV(meanSquare float64) float64 { return max(decibels(meanSquare), -127) }
