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
	points   *spectral.Groups // of the classical engine
	endless  *spectral.Groups // the same axis, beyond all bands of presence
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
	points, err := newPoints(hop + 1)
	if err != nil {
		return nil, err
	}
	endless, err := newPoints(firstSixteen + 16)
	if err != nil {
		return nil, err
	}
	n := points.Len()
	t := &tables{points: points, endless: endless, mmseBias: make([]float32, n), noBias: make([]float32, n)}
	for i := range n {
		first, end := points.Range(i)
		t.mmseBias[i], t.noBias[i] = mmseBias(end-first), 1
	}
	if t.stft, err = spectral.NewSTFT(spectral.SqrtHann(2*hop), hop); err != nil {
		return nil, err
	}
	if t.mmse, err = spectral.NewMMSE(n, spectral.MMSEOptions{Groups: points}); err != nil {
		return nil, err
	}
	if t.minimum, err = spectral.NewMinimumStatistics(n, spectral.MinimumStatisticsOptions{}); err != nil {
		return nil, err
	}
	if t.snr, err = spectral.NewDecisionDirected(n, spectral.DecisionDirectedOptions{Groups: points, GroupOver: groupOver}); err != nil {
		return nil, err
	}
	if t.narrow, err = spectral.NewKernel(n, spectral.Tri3()); err != nil {
		return nil, err
	}
	if t.box, err = spectral.NewGroupedBox(points, gainFrequencyFraction, mostLnGain); err != nil {
		return nil, err
	}
	return t, nil
}
