package fastmath

// The log-MMSE gain (Ephraim & Malah 1985, eq. 20) is
//
//	G = w exp(½ E1(v)),  w = ξ/(1+ξ),  v = γ w,
//
// with E1 the exponential integral. Written with r(v) = v·e^{E1(v)} − v it
// becomes G² γ = w (v + r(v)), and r is bounded, positive, and falls smoothly
// from e^−0.5772 to 0, so that a small rational function replaces both the
// integral and the exponential.
const (
	lsaA0 = 0.56162
	lsaA1 = -0.088645
	lsaB1 = 0.63342
	lsaB2 = 0.19601
	lsaB3 = 0.099015
)

// LSAExcess returns r(v) = v·e^{E1(v)} − v for 0 ≤ v ≤ 1e12, within 3e-3; the
// gain made from it (G² = w (v + r)/γ) is within 0.0013 dB of the exact one.
func LSAExcess(v float32) float32 {
	return (lsaA0 + lsaA1*v) / (1 + v*(lsaB1+v*(lsaB2+v*lsaB3)))
}

// LSAEnergy returns G²γ of the log-MMSE gain for the prior SNR ξ ≥ 0 and the
// posterior SNR 0 ≤ γ ≤ 1e12 (linear power ratios): the clean power estimate
// in units of the noise power. Divided by γ it is the squared gain, which may
// exceed 1 where γ is much below 1; for γ = 0 that limit is infinite, so
// callers bound it.
func LSAEnergy(xi, gamma float32) float32 {
	w := xi / (1 + xi)
	v := gamma * w
	return w * (v + LSAExcess(v))
}
