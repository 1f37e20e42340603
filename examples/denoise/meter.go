package main

import (
	"math"

	"github.com/quietline/quietline/denoise"
)

// meter measures a recording before and after: levels of speech and noise, and
// how much less is left in pauses.
type meter struct {
	// Mean squares of the hops whose output is to come, from head on; −1 for
	// those that are no pause.
	pauses []float64
	head   int

	hops, voiceHops, silentHops int64
	speech, speechNoise         mean // mean squares of hops with voice: input, noise estimate
	noise                       mean // mean square of the noise estimate where there is sound
	reduction                   mean // dB, of hops without voice
	inFull                      int64
}

// mean is a mean over samples or hops.
type mean struct{ sum, n float64 }

func (m *mean) add(sum, n float64) { m.sum += sum; m.n += n }

func (m mean) value() float64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / m.n
}

// silence is the mean square below which a hop says nothing about noise, the
// library's −90 dBFS.
const silence = 1e-9

func (m *meter) input(hop []float32, s denoise.Stats) {
	n, e := float64(len(hop)), energy(hop)
	for _, x := range hop {
		if x >= 32767.0/32768 || x <= -32767.0/32768 {
			m.inFull++
		}
	}
	m.hops++
	silent := e < silence*n
	if silent {
		m.silentHops++
	}
	known := s.NoiseDBFS > -199
	if s.Voice {
		m.voiceHops++
		m.speech.add(e, n)
		if known {
			m.speechNoise.add(fromDB(s.NoiseDBFS), 1)
		}
	}
	if !silent && known {
		m.noise.add(fromDB(s.NoiseDBFS), 1)
	}
	pause := -1.0
	if !s.Voice && !silent {
		pause = e / n
	}
	if m.head > 0 && len(m.pauses) == cap(m.pauses) {
		m.pauses = m.pauses[:copy(m.pauses, m.pauses[m.head:])]
		m.head = 0
	}
	m.pauses = append(m.pauses, pause)
}

func (m *meter) output(hop []float32) {
	if in := m.pauses[m.head]; in >= 0 {
		m.reduction.add(math.Min(decibels(in)-decibels(energy(hop)/float64(len(hop))), maxReduction), 1)
	}
	m.head++
}

// speechDB returns the mean level of hops with voice in dBFS, noise included,
// and ok = false without any.
func (m *meter) speechDB() (db float64, ok bool) {
	return decibels(m.speech.value()), m.speech.n > 0
}

// noiseDB returns the mean of the noise estimate in dBFS.
func (m *meter) noiseDB() (db float64, ok bool) {
	return decibels(m.noise.value()), m.noise.n > 0
}

// snrDB returns the estimate of the speech-to-noise ratio where there is
// voice: speech and noise add up to what was measured. At least −20.
func (m *meter) snrDB() (db float64, ok bool) {
	if m.speech.n == 0 || m.speechNoise.n == 0 {
		return 0, false
	}
	return math.Max(decibels(m.speech.value()/m.speechNoise.value()-1), -20), true
}

// maxReduction bounds the reduction of a hop that became digital silence, dB.
const maxReduction = 120

// reductionDB returns how much softer hops without voice have become: a mean in
// decibels, so that the start of a word, not yet known to be one, does not
// outweigh a minute of noise.
func (m *meter) reductionDB() (db float64, ok bool) {
	return m.reduction.value(), m.reduction.n > 0
}

func fromDB(db float64) float64 { return math.Pow(10, db/10) }
