package lab

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/quietline/quietline/bench/metrics"
)

// Source is a recording, or a way to make one: mono, ±1, at Rate.
type Source struct {
	Name string // of the speaker or the kind of noise
	Load func() ([]float32, error)
}

// Lead is the noise without speech that every mixture starts with, in samples.
const Lead = Rate

const (
	speechDB   = -26        // dBFS, active level that speech is brought to
	maxSpeech  = 12 * Rate  // samples; what is longer is cut
	noiseOnlyS = 8 * Rate   // samples of items of noise alone
	reverbTail = Rate / 5   // samples appended for the room to ring
	maxPeak    = 0.98       // mixtures above are turned down as a whole
	crossfade  = Rate / 5   // samples over which a short noise is joined to itself
	minRT60    = 0.25       // s
	maxRT60    = 0.7        // s
	mixSeed    = 0x71756965 // of everything drawn at random
)

// mixture makes an item of speech in noise; room is the seed of a room response,
// 0 for none. The SNR is the active level of the speech, room included, by ITU-T
// P.56 over the RMS of the noise in the whole file. The reference is the speech
// with the first 50 ms of the room's response.
func mixture(speech, noise Source, snr float64, room, seed uint64) *Item {
	it := &Item{Name: fmt.Sprintf("%s_%s_%02.0fdB", speech.Name, noise.Name, snr), Kind: Mix, Noise: noise.Name, SNR: snr, Reverb: room != 0}
	if it.Reverb {
		it.Name += "_rev"
	}
	it.load = func() ([]float32, []float32, error) {
		x, ref, err := spoken(speech, room)
		if err != nil {
			return nil, nil, err
		}
		d, err := noise.Load()
		if err != nil {
			return nil, nil, err
		}
		if d, err = stretch(d, len(x), seed); err != nil {
			return nil, nil, fmt.Errorf("lab: %s: %w", noise.Name, err)
		}
		scale(d, fromDB(speechDB-snr)/math.Sqrt(meanSquare(d)))
		var peak float64
		for i := range x {
			x[i] += d[i]
			peak = math.Max(peak, math.Abs(float64(x[i])))
		}
		if peak > maxPeak {
			scale(x, maxPeak/peak)
			scale(ref, maxPeak/peak)
		}
		return Quantize(x), Quantize(ref), nil
	}
	return it
}

// spoken returns speech behind a second of silence, in a room if that is not 0,
// at its level, and the same with early reflections alone.
func spoken(speech Source, room uint64) (x, ref []float32, err error) {
	x, err = speech.Load()
	if err != nil {
		return nil, nil, err
	}
	x = append([]float32(nil), x[:min(len(x), maxSpeech)]...)
	ref = append([]float32(nil), x...)
	if room != 0 {
		r := rand.New(rand.NewPCG(room, mixSeed))
		h, early := Room(minRT60+(maxRT60-minRT60)*r.Float64(), room)
		n := len(x) + reverbTail
		x, ref = Convolve(x, h)[:n], Convolve(ref, early)[:n]
	}
	level, _, err := metrics.ActiveLevel(x, Rate)
	if err != nil {
		return nil, nil, fmt.Errorf("lab: %s: %w", speech.Name, err)
	}
	scale(x, fromDB(speechDB-level))
	scale(ref, fromDB(speechDB-level))
	silence := make([]float32, Lead)
	return append(silence, x...), append(silence[:Lead:Lead], ref...), nil
}

// stretch returns n samples of noise from a random place on, joined to itself
// where it is too short.
func stretch(x []float32, n int, seed uint64) ([]float32, error) {
	if len(x) < 2*crossfade {
		return nil, fmt.Errorf("%.2f s of noise: want at least %.1f", float64(len(x))/Rate, 2.0*crossfade/Rate)
	}
	if meanSquare(x) == 0 {
		return nil, fmt.Errorf("digital silence: want noise")
	}
	from := rand.New(rand.NewPCG(seed, mixSeed)).IntN(len(x))
	y := append([]float32(nil), x...)
	for len(y) < from+n {
		joint := y[len(y)-crossfade:]
		for i := range joint {
			// Equal power: the two ends are not correlated.
			s, c := math.Sincos(math.Pi / 2 * float64(i) / crossfade)
			joint[i] = float32(c*float64(joint[i]) + s*float64(x[i]))
		}
		y = append(y, x[crossfade:]...)
	}
	return y[from : from+n], nil
}

// noiseAlone makes an item of noise without speech at a level in dBFS.
func noiseAlone(noise Source, db float64) *Item {
	it := &Item{Name: "noiseonly_" + noise.Name, Kind: Noise, Noise: noise.Name, SNR: math.NaN()}
	it.load = func() ([]float32, []float32, error) {
		x, err := noise.Load()
		if err != nil {
			return nil, nil, err
		}
		if x, err = stretch(x, noiseOnlyS, 1); err != nil {
			return nil, nil, fmt.Errorf("lab: %s: %w", noise.Name, err)
		}
		scale(x, fromDB(db)/math.Sqrt(meanSquare(x)))
		return Quantize(x), make([]float32, len(x)), nil
	}
	return it
}

// speechAlone makes an item of speech without noise.
func speechAlone(speech Source) *Item {
	it := &Item{Name: "cleanonly_" + speech.Name, Kind: Clean, SNR: math.NaN()}
	it.load = func() ([]float32, []float32, error) {
		x, _, err := spoken(speech, 0)
		if err != nil {
			return nil, nil, err
		}
		Quantize(x)
		return x, append([]float32(nil), x...), nil
	}
	return it
}

// Steps returns noise that grows by 12 dB after 4 s, white and pink, from −52
// dBFS: what the time of convergence is measured on.
func Steps() []*Item {
	var items []*Item
	for _, noise := range []Source{WhiteNoise(8*Rate, 101), PinkNoise(8*Rate, 102)} {
		it := &Item{Name: "step_" + noise.Name, Kind: Step, Noise: noise.Name, SNR: math.NaN(), StepAt: 4 * Rate}
		it.load = func() ([]float32, []float32, error) {
			x, err := noise.Load()
			if err != nil {
				return nil, nil, err
			}
			scale(x, fromDB(-52)/math.Sqrt(meanSquare(x)))
			scale(x[it.StepAt:], fromDB(12))
			return Quantize(x), make([]float32, len(x)), nil
		}
		items = append(items, it)
	}
	return items
}
