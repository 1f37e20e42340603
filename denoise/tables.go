package denoise

import (
	"sync"

	"github.com/quietline/quietline/spectral"
)

// tables is what all streams of one frame size share, wherever they run:
// prototypes whose windows, twiddle factors, taps and band edges are never
// written. Nothing is ever run through a prototype.
type tables struct {
	stft     *spectral.STFT
	mmse     *spectral.MMSE
	minimum  *spectral.MinimumStatistics
	snr      *spectral.DecisionDirected
	narrow   *spectral.Kernel // of smoothing.go
	box      *spectral.Box    // of smoothing.go
	mmseBias []float32        // of noise.go
	noBias   []float32
}

// tableCache keeps the tables of every frame size a program has used. There are
// no more sizes than multiples of 100 Hz up to MaxSampleRate. Only constructors
// lock it.
var tableCache struct {
	sync.Mutex
	byHop map[int]*tables
}

func tablesFor(hop int) (*tables, error) {
	tableCache.Lock()
	defer tableCache.Unlock()
	if t, ok := tableCache.byHop[hop]; ok {
		return t, nil
	}
	t, err := newTables(hop)
	if err != nil {
		return nil, err
	}
	if tableCache.byHop == nil {
		tableCache.byHop = make(map[int]*tables)
	}
	tableCache.byHop[hop] = t
	return t, nil
}

func newTables(hop int) (*tables, error) {
	bins := hop + 1
	t := &tables{mmseBias: make([]float32, bins), noBias: make([]float32, bins)}
	for k := range bins {
		t.mmseBias[k], t.noBias[k] = mmseBias(k), 1
	}
	var err error
	if t.stft, err = spectral.NewSTFT(spectral.SqrtHann(2*hop), hop); err != nil {
		return nil, err
	}
	if t.mmse, err = spectral.NewMMSE(bins, spectral.MMSEOptions{}); err != nil {
		return nil, err
	}
	if t.minimum, err = spectral.NewMinimumStatistics(bins, spectral.MinimumStatisticsOptions{}); err != nil {
		return nil, err
	}
	if t.snr, err = spectral.NewDecisionDirected(bins, spectral.DecisionDirectedOptions{}); err != nil {
		return nil, err
	}
	if t.narrow, err = spectral.NewKernel(bins, spectral.Tri3()); err != nil {
		return nil, err
	}
	if t.box, err = spectral.NewBoundedBox(bins, gainFrequencyFraction, mostLnGain); err != nil {
		return nil, err
	}
	return t, nil
}
