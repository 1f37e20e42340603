package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/internal/simd"
)

// makeup gives words back the level that the gains take from them. Where noise
// covers a part of the speech no gain can tell the two apart, and the words
// come out quieter. How much is known: the speech in bin k has the energy
// |X|² − λd on average, and G of its amplitude is left, so the level of the
// words (their projection onto the clean ones) falls by ΣG(|X|²−λd)/Σ(|X|²−λd).
// Its mean over the last half second or so of speech is made good, in speech frames
// only, so that pauses stay as quiet as they are.
// (WebRTC's suppressor and Cohen's post-filters scale single frames; a slow
// scale keeps the dynamics of the voice.)
type makeup struct {
	speech, kept float32 // mean Σ(|X|²−λd) and ΣG(|X|²−λd) of speech frames
	frames       int     // speech frames seen, up to makeupFrames
	level        float32 // factor for speech frames, ≥ 1
	factor       float32 // factor for this frame
}

const (
	makeupRate   = 0.02 // per frame of speech: 0.5 s
	makeupMost   = 1.6  // 4 dB
	makeupLoud   = 4    // most that a frame counts, times the mean,
	makeupFrames = 30   // after so many
	makeupFirst  = 2    // lowest bin that counts
	// What is known of the voice fades while there is none, so that a noise
	// that was taken for one does not decide how deep the pauses after it go.
	makeupFade  = 0.998 // per frame: 9 dB in 10 s
	makeupLeast = 1e-3  // of λd that speech has; less is rounding, as in a frame that is its own estimate
)

// update takes the gains of a frame before any damping. Frames that the noise is
// not learned from, learn is false, teach nothing of the voice either.
func (m *makeup) update(gain, power, noisePSD []float32, prob float32, learn bool) {
	weight := ramp(prob, 0.30, 0.25)
	if learn && weight > 0 {
		power, noisePSD, gain = power[makeupFirst:], noisePSD[makeupFirst:], gain[makeupFirst:]
		speech, kept := simd.Excess(power, noisePSD, gain) // Σ(|X|²−λd) and ΣG(|X|²−λd)
		if speech > makeupLeast*simd.Sum(noisePSD) {
			m.learn(speech, kept, weight)
		}
	}
	if weight == 0 {
		m.speech *= makeupFade
		m.kept *= makeupFade
	}
	m.factor = 1 + (m.level-1)*weight
}

// learn averages over speech frames. Once there is a mean a frame counts for at
// most makeupLoud times that, so that a crash does not decide for seconds.
func (m *makeup) learn(speech, kept, weight float32) {
	if most := makeupLoud * m.speech; m.frames == makeupFrames && speech > most {
		speech, kept = most, kept*(most/speech)
	}
	m.frames = min(m.frames+1, makeupFrames)
	rate := makeupRate * weight
	m.speech += rate * (speech - m.speech)
	m.kept += rate * (kept - m.kept)
	m.level = min(max(m.speech/max(m.kept, powerFloor), 1), makeupMost)
}

// quietDB is how far the noise has to be below the voice. Beyond that, nobody
// hears it beside the voice, and what is left to take is the room of a clean
// recording and the faint ends of its words.
const quietDB = 38

var quiet = fastmath.Exp(dbToLn(-quietDB))

// enough returns the gain that brings noise of the given power, summed over the
// bins, quietDB below the voice of the last seconds: at most 1, 0 before a voice
// was heard.
func (m *makeup) enough(noise float32) float32 {
	if m.frames < makeupFrames {
		return 0
	}
	square := m.speech / max(noise, powerFloor)
	return min(quiet*float32(math.Sqrt(float64(square))), 1)
}

// What the network takes away, in dB of noise below voice: all it can where there are
// less than noisyDB, nothing where there are more than cleanDB. A clean recording
// stays as it is. (With enough, at 45 dB, PESQ of 24 mixtures of the tuning set is
// .01 lower at the same harm to clean speech.)
const noisyDB, cleanDB = 18, 33

// leave returns the gain below which nothing needs to fall for noise of the given
// power, summed over the bins, under the voice of the last seconds: from
// −neuralDepthDB to 1, 0 before a voice was heard.
func (m *makeup) leave(noise float32) float32 {
	if m.frames < makeupFrames {
		return 0
	}
	below := fastmath.Log(m.speech / max(noise, powerFloor)) // twice the logarithm of amplitudes
	t := ramp(below/2, dbToLn(noisyDB), dbToLn(cleanDB-noisyDB))
	return fastmath.Exp(dbToLn(-neuralDepthDB) * (1 - t))
}

func (m *makeup) reset() { *m = makeup{level: 1, factor: 1} }
