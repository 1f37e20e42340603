package simd

import "github.com/quietline/quietline/internal/fastmath"

// The gain of Cohen & Berdugo 2001 (OM-LSA) in three steps. SNRs are power
// ratios, γ ≤ 1e8.

// The coefficients of fastmath.LSAExcess, r(v) = A(v)/B(v).
const (
	lsaA0 = 0.56162
	lsaA1 = -0.088645
	lsaB1 = 0.63342
	lsaB2 = 0.19601
	lsaB3 = 0.099015
)

// LogMMSE is the log-spectral amplitude gain of Ephraim & Malah 1985, squared,
// from prior and posterior SNR ξ and γ, and the v that it depends on:
//
//	w = ξ/(1+ξ), v = wγ
//	square = min(w(v + r(v))/γ, 1)        r is fastmath.LSAExcess
func LogMMSE(square, v, prior, post []float32) {
	n := len(square)
	v, prior, post = v[:n], prior[:n], post[:n]
	if vectors && n > 0 {
		if long {
			logMMSEVecWide(&square[0], &v[0], &prior[0], &post[0], n)
		} else {
			logMMSEVec(&square[0], &v[0], &prior[0], &post[0], n)
		}
		return
	}
	logMMSEGo(square, v, prior, post)
}

func logMMSEGo(square, v, prior, post []float32) {
	n := len(square)
	v, prior, post = v[:n], prior[:n], post[:n]
	for k, xi := range prior {
		// The branches hardly ever go the other way.
		w := xi / (xi + 1)
		gamma := post[k]
		if gamma < 1e-6 {
			gamma = 1e-6
		}
		x := w * gamma
		v[k] = x
		b := 1 + x*(lsaB1+x*(lsaB2+x*lsaB3))
		s := w * (x*b + (lsaA0 + lsaA1*x)) / (b * gamma) // one division
		if !(s < 1) {
			s = 1
		}
		square[k] = s
	}
}

// Presence turns v of LogMMSE into the probability of speech, here being what is
// known of it before:
//
//	q = max(most·(1−here), least)
//	p = (1−q) / (1−q + q·(1+ξ)·exp(−v))
func Presence(v, prior, here []float32, most, least float32) {
	n := len(v)
	prior, here = prior[:n], here[:n]
	if vectors && n > 0 {
		if long {
			presenceVecWide(&v[0], &prior[0], &here[0], n, most, least)
		} else {
			presenceVec(&v[0], &prior[0], &here[0], n, most, least)
		}
		return
	}
	presenceGo(v, prior, here, most, least)
}

func presenceGo(v, prior, here []float32, most, least float32) {
	n := len(v)
	prior, here = prior[:n], here[:n]
	for k, x := range v {
		absent := most - most*here[k]
		if absent < least {
			absent = least
		}
		v[k] = (1 - absent) / ((1 - absent) + absent*(1+prior[k])*exp2Neg(x*log2E))
	}
}

// WeighGain sets lnGain = p·½ ln max(square, least) + (1−p)·lnFloor.
func WeighGain(lnGain, square, present []float32, lnFloor, least float32) {
	n := len(lnGain)
	square, present = square[:n], present[:n]
	if vectors && n > 0 {
		if long {
			weighGainVecWide(&lnGain[0], &square[0], &present[0], n, lnFloor, least)
		} else {
			weighGainVec(&lnGain[0], &square[0], &present[0], n, lnFloor, least)
		}
		return
	}
	weighGainGo(lnGain, square, present, lnFloor, least)
}

func weighGainGo(lnGain, square, present []float32, lnFloor, least float32) {
	n := len(lnGain)
	square, present = square[:n], present[:n]
	for k, s := range square {
		if s < least {
			s = least
		}
		lnGain[k] = present[k]*(0.5*fastmath.Log(s)-lnFloor) + lnFloor
	}
}
