package opusio

import "math"

// pauseMeter follows the level of pauses and how much it varies, in dB, so that
// the first packet of a word stands out before the voice detector, which must
// be sure, says so: a fricative in heavy rain is some 40 ms ahead of it.
type pauseMeter struct {
	mean, deviation float64 // dB
	known           bool
}

// update takes the level of a packet without voice, and the weight that its
// length has, 0 to 1, and reports whether it stands out.
func (p *pauseMeter) update(db, weight float64) (standsOut bool) {
	if !p.known {
		*p = pauseMeter{mean: db, deviation: 1, known: true}
		return false
	}
	d := db - p.mean
	standsOut = d > math.Max(4, 3*p.deviation)
	// What stands out moves the mean only slowly: it may be a word.
	d = math.Min(math.Max(d, -10), 10)
	p.mean += weight * d
	p.deviation += weight * (math.Abs(d) - p.deviation)
	return standsOut
}

// power returns the mean square of pauses, 0 while it is not known.
func (p *pauseMeter) power() float64 {
	if !p.known {
		return 0
	}
	return math.Pow(10, p.mean/10)
}
