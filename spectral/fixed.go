package spectral

import (
	"errors"
	"fmt"
	"math"
)

// Fixed is the noise estimator that does not estimate: a noise PSD learnt
// beforehand, which Update leaves as it is.
type Fixed struct {
	psd []float32
}

// NewFixed returns an estimator that holds a copy of psd, one noise power λd
// per bin, finite and not negative. Values below 1e-18 are raised to it, so
// that callers may divide by any.
func NewFixed(psd []float32) (*Fixed, error) {
	if len(psd) == 0 {
		return nil, errors.New("spectral: fixed noise PSD has no bins, need at least 1")
	}
	f := &Fixed{psd: make([]float32, len(psd))}
	for k, p := range psd {
		if !(p >= 0) || math.IsInf(float64(p), 0) {
			return nil, fmt.Errorf("spectral: fixed noise PSD of bin %d is %v, need finite and not negative", k, p)
		}
		f.psd[k] = clampPower(p)
	}
	return f, nil
}

// Update implements NoiseEstimator; the frame is not used.
func (f *Fixed) Update(power []float32) { checkLen("Fixed.Update power", len(power), len(f.psd)) }

// PSD implements NoiseEstimator: the profile.
func (f *Fixed) PSD() []float32 { return f.psd }

// Reset implements NoiseEstimator; there is no state to return.
func (f *Fixed) Reset() {}
