package simd

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
)

// GainRule are the constants and the frame's values of OMLSA.
type GainRule struct {
	LnFloor float32 // ln of the gain without speech
	Least   float32 // its square: where the square of the speech's gain is bounded
	Weight  float32 // of both loudnesses together, from the presence of the frame
	Ramp    LogRamp // loudness of a smoothed ξ
	Lo, Hi  float32 // bounds of the absence
}

// LogRamp rises from 0 to 1 with the logarithm of a power ratio, in
//
//	clamp(½ + z(slope + curve·z²), 0, 1)    z = (x−middle)/(x+middle)
//
// z being tanh(½ ln x/middle), and the polynomial the artanh.
type LogRamp struct{ middle, slope, curve float32 }

// NewLogRamp returns the ramp from lo to hi dB, at most 10 dB apart. For 4 dB
// it is good to 2e-5, for 10 dB to 1e-3.
func NewLogRamp(lo, hi float64) LogRamp {
	// Half the width in nepers of power is where z is largest. Two nodes of the
	// fifth Chebyshev polynomial make the odd cubic nearly the best one.
	half := (hi - lo) / 2 * math.Ln10 / 10
	most := math.Tanh(half / 2)
	z1, z2 := most*math.Cos(math.Pi/10), most*math.Cos(3*math.Pi/10)
	y1, y2 := math.Atanh(z1)/z1, math.Atanh(z2)/z2
	curve := (y1 - y2) / (z1*z1 - z2*z2)
	slope := y1 - curve*z1*z1
	return LogRamp{
		middle: float32(math.Pow(10, (lo+hi)/20)),
		slope:  float32(slope / half), // ½ at the end: artanh there is half/2
		curve:  float32(curve / half),
	}
}

// The coefficients of fastmath.LSAExcess, r(v) = A(v)/B(v).
const (
	lsaA0 = 0.56162
	lsaA1 = -0.088645
	lsaB1 = 0.63342
	lsaB2 = 0.19601
	lsaB3 = 0.099015
)

// OMLSA is the gain of Cohen & Berdugo 2001 per bin, from prior and posterior
// SNR ξ and γ ≤ 1e8 and the locally and globally smoothed ξ:
//
//	w = ξ/(1+ξ), v = wγ
//	square = G_H1² = min(w(v + r(v))/γ, 1)           log-MMSE gain, fastmath.LSAExcess
//	absent = clamp(1 − Weight·Ramp(local)·Ramp(global), Lo, Hi)
//	p      = (1−absent) / (1−absent + absent·(1+ξ)·exp(−v))
//	lnGain = p·½ ln max(square, Least) + (1−p)·LnFloor
//
// work is scratch memory of the same length; in the end it holds p.
func OMLSA(lnGain, square, work, prior, post, local, global []float32, g *GainRule) {
	n := len(lnGain)
	square, work, prior, post, local, global = square[:n], work[:n], prior[:n], post[:n], local[:n], global[:n]
	if vectors && n > 0 {
		if long {
			omlsaAbsenceVecWide(&lnGain[0], &local[0], &global[0], n, g.Weight, g.Ramp.middle, g.Ramp.slope, g.Ramp.curve, g.Lo, g.Hi)
			omlsaSpeechVecWide(&square[0], &work[0], &prior[0], &post[0], n)
			omlsaPresenceVecWide(&work[0], &lnGain[0], &prior[0], n)
			omlsaGainVecWide(&lnGain[0], &square[0], &work[0], n, g.LnFloor, g.Least)
			return
		}
		omlsaAbsenceVec(&lnGain[0], &local[0], &global[0], n, g.Weight, g.Ramp.middle, g.Ramp.slope, g.Ramp.curve, g.Lo, g.Hi)
		omlsaSpeechVec(&square[0], &work[0], &prior[0], &post[0], n)
		omlsaPresenceVec(&work[0], &lnGain[0], &prior[0], n)
		omlsaGainVec(&lnGain[0], &square[0], &work[0], n, g.LnFloor, g.Least)
		return
	}
	omlsaGo(lnGain, square, work, prior, post, local, global, g)
}

func omlsaGo(lnGain, square, work, prior, post, local, global []float32, g *GainRule) {
	n := len(lnGain)
	square, work, prior, post, local, global = square[:n], work[:n], prior[:n], post[:n], local[:n], global[:n]
	// Short loops keep their values in registers where one would not.
	ramp, weight, lo, hi := g.Ramp, g.Weight, g.Lo, g.Hi
	absent := lnGain
	for k, x := range local {
		absent[k] = fastmath.Clamp(1-weight*(ramp.at(x)*ramp.at(global[k])), lo, hi)
	}
	v := work
	for k, xi := range prior {
		w := xi / (xi + 1)
		gamma := fastmath.AtLeast(post[k], 1e-6)
		x := w * gamma
		v[k] = x
		b := 1 + x*(lsaB1+x*(lsaB2+x*lsaB3))
		square[k] = fastmath.AtMost(w*(x*b+(lsaA0+lsaA1*x))/(b*gamma), 1) // one division
	}
	present := work
	for k, x := range v {
		here := 1 - absent[k]
		present[k] = here / (here + absent[k]*(1+prior[k])*exp2Neg(x*log2E))
	}
	floor, least := g.LnFloor, g.Least
	for k, s := range square {
		lnGain[k] = present[k]*(0.5*fastmath.Log(fastmath.AtLeast(s, least))-floor) + floor
	}
}

// at is the ramp at x ≥ 0.
func (r *LogRamp) at(x float32) float32 {
	z := (x - r.middle) / (x + r.middle)
	return fastmath.Clamp(0.5+z*(r.slope+z*z*r.curve), 0, 1)
}
