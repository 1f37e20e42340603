package simd

import "math"

// NoiseRates are the constants of TrackNoise.
type NoiseRates struct {
	Odds, Slope float32 // (1−π)/π·(1+ξ1) and ξ1/(1+ξ1)
	Prob        float32 // weight of the old p̄
	Rise, Fall  float32 // weights of the new noise power
	Stagnant    float32 // limit on q where p̄ is above it
}

// Bounds of a noise power, those of package spectral.
const (
	minPower = 1e-18
	maxPower = 1e18
	oneBits  = 0x3f800000
)

// TrackNoise is one frame of the noise estimator spectral.MMSE, whose
// documentation has the equations, in one pass over the bins: from the power
// and the power smoothed over frequency it takes the probability q of speech,
// its mean over time, and, after a multiplication of q by belief, the noise power
// psd.
func TrackNoise(psd, mean, q, smooth, power, belief []float32, r *NoiseRates) {
	n := len(psd)
	mean, q, smooth, power, belief = mean[:n], q[:n], smooth[:n], power[:n], belief[:n]
	if vectors && n > 0 {
		if long {
			noiseOddsVecWide(&q[0], &psd[0], &smooth[0], n, r.Slope)
			noiseTrackVecWide(&psd[0], &mean[0], &q[0], &power[0], &belief[0], n, r.Odds, r.Prob, r.Rise, r.Fall, r.Stagnant)
			return
		}
		noiseOddsVec(&q[0], &psd[0], &smooth[0], n, r.Slope)
		noiseTrackVec(&psd[0], &mean[0], &q[0], &power[0], &belief[0], n, r.Odds, r.Prob, r.Rise, r.Fall, r.Stagnant)
		return
	}
	trackNoiseGo(psd, mean, q, smooth, power, belief, r)
}

func trackNoiseGo(psd, mean, q, smooth, power, belief []float32, r *NoiseRates) {
	n := len(psd)
	mean, q, smooth, power, belief = mean[:n], q[:n], smooth[:n], power[:n], belief[:n]
	slope := r.Slope * log2E
	for k, p := range smooth {
		q[k] = exp2Neg(p / psd[k] * slope)
	}
	odds, prob, unprob := r.Odds, r.Prob, 1-r.Prob
	rise, fall, stagnant := math.Float32bits(r.Rise), math.Float32bits(r.Fall), math.Float32bits(r.Stagnant)
	for k, p := range power {
		qk := 1 / (1 + odds*q[k])
		// Bounding p̄ by bits makes a NaN in it last for one frame only.
		mb := min(math.Float32bits(prob*mean[k]+unprob*qk), oneBits)
		mean[k] = math.Float32frombits(mb)
		qb := math.Float32bits(qk * belief[k])
		if int32(min(qb, mb)) > int32(stagnant) {
			qb = stagnant
		}
		qk = math.Float32frombits(qb)
		q[k] = qk
		d := p - psd[k]
		w := rise
		if int32(math.Float32bits(d)) <= 0 {
			w = fall
		}
		psd[k] = clampPower(psd[k] + math.Float32frombits(w)*d*(1-qk))
	}
}

// clampPower bounds a power to 1e-18 … 1e18, as spectral does.
func clampPower(p float32) float32 {
	if !(p > minPower) {
		return minPower
	}
	if p > maxPower {
		return maxPower
	}
	return p
}
