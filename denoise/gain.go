package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
)

// Depth of the gain floor in dB: under speech, and what frames without speech
// add to it.
const (
	speechFloorDB = 20
	pauseFloorDB  = 3
)

// gainRule turns ξ and γ into ln G. It also keeps G of the speech hypothesis,
// without presence and floor, which the decision-directed SNR of the next frame
// starts from.
type gainRule struct {
	kind       Rule
	speechGain []float32 // G given that speech is present; shared
}

// update writes ln G to lnGain.
func (g *gainRule) update(lnGain, prior, post []float32, p *presence) {
	lnFloor := dbToLn(-speechFloorDB - pauseFloorDB*(1-p.prob))
	switch g.kind {
	case OMLSA:
		g.updateOMLSA(lnGain, prior, post, p, lnFloor)
	case LogMMSE:
		g.updateLogMMSE(prior, post)
		g.floor(lnGain, lnFloor)
	case Wiener:
		g.updateWiener(lnGain, prior)
		g.floor(lnGain, lnFloor)
	case Subtraction:
		g.updateSubtraction(post)
		g.floor(lnGain, lnFloor)
	}
}

// updateLogMMSE computes the log-spectral amplitude gain of Ephraim & Malah
// 1985, eq. 20: G = ξ/(1+ξ) · exp(½E1(v)), v = γξ/(1+ξ). With w = ξ/(1+ξ),
// G² = w (v + r(v)) / γ, r(v) = v·exp(E1(v)) − v, which a ratio of two
// polynomials meets to 0.0013 dB (fastmath.LSAExcess): no logarithm, no
// exponential.
func (g *gainRule) updateLogMMSE(prior, post []float32) {
	gain := g.speechGain
	prior, post = prior[:len(gain)], post[:len(gain)]
	for k := range gain {
		w := prior[k] / (1 + prior[k])
		gamma := fastmath.AtLeast(post[k], 1e-6)
		v := w * gamma
		square := fastmath.AtMost(w*(v+fastmath.LSAExcess(v))/gamma, 1)
		gain[k] = float32(math.Sqrt(float64(square)))
	}
}

// updateOMLSA weights the log-MMSE gain by the presence of speech (Cohen &
// Berdugo 2001): ln G = p ln G_H1 + (1−p) ln G_floor with
//
//	p = 1 / (1 + q/(1−q) · (1+ξ) · exp(−v))
//
// where the a-priori absence q falls as the locally and the globally smoothed ξ
// and the presence of the frame rise. One pass, one division for p.
func (g *gainRule) updateOMLSA(lnGain, prior, post []float32, p *presence, lnFloor float32) {
	floor := fastmath.Exp(lnFloor)
	least := floor * floor
	n := len(lnGain)
	speechGain, prior, post := g.speechGain[:n], prior[:n], post[:n]
	local, global := p.local[:n], p.global[:n]
	weight := 0.18 + 0.82*p.prob
	for k := range lnGain {
		// G_H1 as in updateLogMMSE, and its logarithm.
		w := prior[k] / (1 + prior[k])
		gamma := fastmath.AtLeast(post[k], 1e-6)
		v := w * gamma
		square := fastmath.AtMost(w*(v+fastmath.LSAExcess(v))/gamma, 1)
		speechGain[k] = float32(math.Sqrt(float64(square)))
		lnSpeech := 0.5 * fastmath.Log(fastmath.AtLeast(square, least))

		absent := fastmath.Clamp(1-loudness(local[k])*loudness(global[k])*weight, .10, .95)
		here := 1 - absent
		present := here / (here + absent*(1+prior[k])*fastmath.ExpNeg(v))
		lnGain[k] = present*(lnSpeech-lnFloor) + lnFloor
	}
}

// loudness maps a smoothed ξ from −6 dB … −2.2 dB to 0 … 1, linearly in dB. The
// logarithm is the series 2(z + z³/3 + z⁵/5), z = (ξ−m)/(ξ+m), about the middle
// m of that range, where it is good to 2e-5; outside the result is clamped.
func loudness(xi float32) float32 {
	const (
		middle = 0.38904515           // −4.1 dB
		scale  = 2 * 4.34294482 / 3.8 // dB per neper of power, 3.8 dB wide
	)
	z := (xi - middle) / (xi + middle)
	zz := z * z
	return fastmath.Clamp(0.5+scale*z*(1+zz*(1.0/3+zz*(1.0/5))), 0, 1)
}

// updateWiener computes G = ξ/(1+ξ) and its logarithm.
func (g *gainRule) updateWiener(lnGain, prior []float32) {
	gain := g.speechGain[:len(lnGain)]
	prior = prior[:len(lnGain)]
	for k := range gain {
		gain[k] = prior[k] / (1 + prior[k])
		lnGain[k] = fastmath.Log(gain[k])
	}
}

// Over-subtraction of Berouti et al. 1979, section III: α falls by 3/20 for
// every dB of frame SNR from 4 at 0 dB, and the residue never falls below
// β times the noise.
const (
	beroutiAlpha0 = 4
	beroutiSlope  = 3.0 / 20
	beroutiAlpha5 = 4.75 // at −5 dB and below
	beroutiBeta   = 0.01
)

// updateSubtraction computes G² = max(1 − α/γ, β/γ).
func (g *gainRule) updateSubtraction(post []float32) {
	gain := g.speechGain
	post = post[:len(gain)]
	// Frame SNR over the noise-whitened spectrum, so that a loud hum does not
	// decide for all bins.
	var sum float32
	for _, gamma := range post {
		sum += min(gamma, 1e3)
	}
	snr := 10 / math.Ln10 * fastmath.Log(max(sum/float32(len(post))-1, 1e-3))
	alpha := min(max(beroutiAlpha0-beroutiSlope*snr, 1), beroutiAlpha5)
	for k := range gain {
		gamma := max(post[k], 1e-6)
		square := min(max(1-alpha/gamma, beroutiBeta/gamma), 1)
		gain[k] = float32(math.Sqrt(float64(square)))
	}
}

// floor writes ln max(G, floor).
func (g *gainRule) floor(lnGain []float32, lnFloor float32) {
	floor := fastmath.Exp(lnFloor)
	gain := g.speechGain[:len(lnGain)]
	for k := range lnGain {
		lnGain[k] = fastmath.Log(max(gain[k], floor))
	}
}

// dbToLn turns an amplitude ratio in dB into its natural logarithm.
func dbToLn(db float32) float32 { return db * (math.Ln10 / 20) }
