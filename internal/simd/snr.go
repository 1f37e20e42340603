package simd

import "math"

// SNR is the first half of spectral.DecisionDirected: from the power |X|², the
// noise power times over, and the clean power of the last frame,
//
//	inv   = 1/clamp(over·noise)
//	post  = clamp(power·inv, 0, most)
//	innov = max(post−1, 0)
//	prior = alpha·clamp(clean·inv, 0, most)
func SNR(post, innov, prior, clean, power, noise []float32, over, alpha, most float32) {
	n := len(post)
	innov, prior, clean, power, noise = innov[:n], prior[:n], clean[:n], power[:n], noise[:n]
	if vectors && n > 0 {
		if long {
			snrVecWide(&post[0], &innov[0], &prior[0], &clean[0], &power[0], &noise[0], n, over, alpha, most)
			return
		}
		snrVec(&post[0], &innov[0], &prior[0], &clean[0], &power[0], &noise[0], n, over, alpha, most)
		return
	}
	snrGo(post, innov, prior, clean, power, noise, over, alpha, most)
}

func snrGo(post, innov, prior, clean, power, noise []float32, over, alpha, most float32) {
	n := len(post)
	innov, prior, clean, power, noise = innov[:n], prior[:n], clean[:n], power[:n], noise[:n]
	for k, p := range power {
		inv := 1 / clampPower(over*noise[k])
		g, c := p*inv, clean[k]*inv
		if !(g <= most) {
			g = most
		}
		if !(c <= most) {
			c = most
		}
		g, c = max0(g), max0(c)
		post[k] = g
		innov[k] = max0(g - 1)
		prior[k] = alpha * c
	}
}

// max0 is max(x, 0) without a branch: the sign picks all bits or none.
func max0(x float32) float32 {
	b := math.Float32bits(x)
	return math.Float32frombits(b &^ uint32(int32(b)>>31))
}

// Prior is the second half: prior = max(prior + own·innov + rest·mean, floor),
// mean being innov smoothed over frequency.
func Prior(prior, innov, mean []float32, own, rest, floor float32) {
	n := len(prior)
	innov, mean = innov[:n], mean[:n]
	if vectors && n > 0 {
		if long {
			priorVecWide(&prior[0], &innov[0], &mean[0], n, own, rest, floor)
			return
		}
		priorVec(&prior[0], &innov[0], &mean[0], n, own, rest, floor)
		return
	}
	priorGo(prior, innov, mean, own, rest, floor)
}

func priorGo(prior, innov, mean []float32, own, rest, floor float32) {
	innov, mean = innov[:len(prior)], mean[:len(prior)]
	for k, p := range prior {
		p += own*innov[k] + rest*mean[k]
		if p < floor {
			p = floor
		}
		prior[k] = p
	}
}
