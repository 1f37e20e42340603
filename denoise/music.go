package denoise

// musicLimitDB is the most that music mode takes away.
const musicLimitDB = 12

// The noise of music mode may rise by 1 dB a second: a held note that the
// tracker already takes for noise is then still music for as long as notes last,
// while hiss and hum, which never pause, are learned. It may fall by 2 dB a
// second, so that a moment of nothing does not undo that; by 20 dB in the first
// second, when the estimate may hold what the stream began with.
const (
	musicRise      = 1.0023
	musicFall      = 0.9954
	musicFallFirst = 0.955
	musicFirstHops = 100
	// musicBias makes up for following the lower edge of an estimate that
	// fluctuates.
	musicBias = 1.4
)

// musicNoise follows the lower edge of the tracker's noise PSD: quickly down and
// slowly up (in the manner of Doblinger 1995).
type musicNoise struct {
	psd  []float32
	hops int // seen, up to musicFirstHops
}

func newMusicNoise(w *engineWork, b *block) *musicNoise {
	return &musicNoise{psd: b.take(w.points.Len())}
}

func (m *musicNoise) update(noisePSD []float32) {
	if m.hops == 0 {
		copy(m.psd, noisePSD)
	}
	fall := float32(musicFall)
	if m.hops < musicFirstHops {
		m.hops++
		fall = musicFallFirst
	}
	psd := m.psd[:len(noisePSD)]
	for k, n := range noisePSD {
		psd[k] = min(max(musicBias*n, psd[k]*fall), psd[k]*musicRise)
	}
}

func (m *musicNoise) reset() {
	clear(m.psd)
	m.hops = 0
}
