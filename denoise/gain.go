package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
	"github.com/quietline/quietline/internal/simd"
)

// speechFloorDB is the depth of the gain floor in dB.
const speechFloorDB = 20

// ln of the floor, and its square.
var (
	lnFloor     = dbToLn(-speechFloorDB)
	floorSquare = fastmath.Exp(2 * lnFloor)
)

// gainRule turns ξ and γ into ln G. It also keeps G² of the speech hypothesis,
// without presence and floor, which the decision-directed SNR of the next frame
// starts from.
type gainRule struct {
	kind   Rule
	square []float32 // G² given that speech is present; shared
	work   []float32 // v, then p; shared
}

// update writes ln G to lnGain.
func (g *gainRule) update(lnGain, prior, post []float32, p *presence) {
	switch g.kind {
	case OMLSA:
		g.updateOMLSA(lnGain, prior, post, p.curve)
	case LogMMSE:
		g.updateLogMMSE(prior, post)
		g.floor(lnGain)
	case Wiener:
		g.updateWiener(lnGain, prior)
		g.floor(lnGain)
	case Subtraction:
		g.updateSubtraction(post)
		g.floor(lnGain)
	}
}

// updateLogMMSE computes the log-spectral amplitude gain of Ephraim & Malah
// 1985, eq. 20: G = ξ/(1+ξ) · exp(½E1(v)), v = γξ/(1+ξ). With w = ξ/(1+ξ),
// G² = w (v + r(v)) / γ, r(v) = v·exp(E1(v)) − v, which a ratio of two
// polynomials meets to 0.0013 dB (fastmath.LSAExcess): no logarithm, no
// exponential.
func (g *gainRule) updateLogMMSE(prior, post []float32) {
	simd.LogMMSE(g.square, g.work, prior, post)
}

// updateOMLSA weights the log-MMSE gain by the presence of speech (Cohen &
// Berdugo 2001): ln G = p ln G_H1 + (1−p) ln G_floor with
//
//	p = 1 / (1 + q/(1−q) · (1+ξ) · exp(−v))
//
// where the a-priori absence q is what the network says of the bin.
func (g *gainRule) updateOMLSA(lnGain, prior, post, presence []float32) {
	// G_H1² and v
	simd.LogMMSE(g.square, g.work, prior, post)
	// q = max(mostAbsent·(1−presence), leastAbsent), and p of q, ξ and v
	simd.Presence(g.work, prior, presence, mostAbsent, leastAbsent)
	// ln G of G_H1² and p
	simd.WeighGain(lnGain, g.square, g.work, lnFloor, floorSquare)
}

// The a-priori absence of speech in a bin, where the network hears none and where
// it is sure of some: what a bin shows counts too.
const (
	mostAbsent  = 0.82
	leastAbsent = 0.10
)

// updateWiener computes G = ξ/(1+ξ) and its logarithm.
func (g *gainRule) updateWiener(lnGain, prior []float32) {
	square := g.square[:len(lnGain)]
	prior = prior[:len(lnGain)]
	for k, xi := range prior {
		gain := xi / (1 + xi)
		square[k] = gain * gain
		lnGain[k] = fastmath.Log(gain)
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
	post = post[:len(g.square)]
	// Frame SNR over the noise-whitened spectrum, so that a loud hum does not
	// decide for all bins.
	var sum float32
	for _, gamma := range post {
		sum += min(gamma, 1e3)
	}
	snr := 10 / math.Ln10 * fastmath.Log(max(sum/float32(len(post))-1, 1e-3))
	alpha := min(max(beroutiAlpha0-beroutiSlope*snr, 1), beroutiAlpha5)
	for k, gamma := range post {
		gamma = max(gamma, 1e-6)
		g.square[k] = min(max(1-alpha/gamma, beroutiBeta/gamma), 1)
	}
}

// floor writes ln max(G, floor).
func (g *gainRule) floor(lnGain []float32) {
	square := g.square[:len(lnGain)]
	for k := range lnGain {
		lnGain[k] = 0.5 * fastmath.Log(fastmath.AtLeast(square[k], floorSquare))
	}
}

// dbToLn turns an amplitude ratio in dB into its natural logarithm.
func dbToLn(db float32) float32 { return db * (math.Ln10 / 20) }
