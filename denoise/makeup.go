package denoise

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
	makeupLoud   = 16   // most that a frame counts, times the mean,
	makeupFrames = 30   // after so many
	makeupFirst  = 2    // lowest bin that counts
)

// update takes the gains of a frame before any damping.
func (m *makeup) update(gain, power, noisePSD []float32, prob float32) {
	n := len(gain)
	power, noisePSD = power[:n], noisePSD[:n]
	var speech, kept float32
	for k := makeupFirst; k < n; k++ {
		s := power[k] - noisePSD[k]
		speech += s
		kept += gain[k] * s
	}
	weight := ramp(prob, 0.30, 0.25)
	if speech > 0 && weight > 0 {
		m.learn(speech, kept, weight)
	}
	m.factor = 1 + (m.level-1)*weight
}

// learn averages over speech frames. Once there is a mean a frame counts for at
// most 16 times that, so that a crash does not decide for the seconds after it.
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

func (m *makeup) reset() { *m = makeup{level: 1, factor: 1} }
