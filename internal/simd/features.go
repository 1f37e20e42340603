package simd

// BandRates are the constants of Features.
type BandRates struct {
	Smallest float32 // added to powers, keeps logarithms finite
	Depth    float32 // least level under the sum of the bands, and bound on levels over the slow one
	Most     float32 // most that the level moves by at rate 1
	Smooth   float32 // rate of smooth
	Up, Down float32 // rates of floor
	// What the features are made of: over·OverScale + OverShift, rise between RiseLeast
	// and RiseMost times Scale, level between ±Most times Scale.
	OverScale, OverShift       float32
	RiseLeast, RiseMost, Scale float32
	// Mean are the weights of the first bands in their mean, which is the level.
	Mean [16]float32
}

// FeatureBands is the number of bands of Features.
const FeatureBands = 17

// Features makes features of the powers of bands, which it replaces by something
// else, and moves the slow level and the bands' floors on; x has two values per band
// and one. With p = max(ln(band + Smallest), ln(Σ band + Smallest) − Depth), m = Σ Mean·p
// and d = m − level bounded to ±Most
//
//	level += rate·d
//	p = max(p − level, −Depth)
//	smooth += Smooth·(p − smooth)
//	floor  += (Up or Down)·(smooth − floor)
//	over, rise = min(p, Depth), p − floor
//
// It returns the new level, and a number that is finite where that and all floors are.
func (r *BandRates) Features(x *[2*FeatureBands + 1]float32, band, smooth, floor *[FeatureBands]float32, level, rate float32) (newLevel, check float32) {
	if vectors && long {
		return featuresVecWide(&x[0], &band[0], &smooth[0], &floor[0], &r.Smallest, level, rate)
	}
	return r.features(x, band, smooth, floor, level, rate)
}

// features is Features, one operation after the other.
func (r *BandRates) features(x *[2*FeatureBands + 1]float32, band, smooth, floor *[FeatureBands]float32, level, rate float32) (newLevel, check float32) {
	mean := r.Levels(band)
	level += rate * min(max(mean-level, -r.Most), r.Most)
	const n = FeatureBands
	Levels(x[:n], x[n:2*n], smooth[:], floor[:], band[:], level, &LevelRates{Depth: r.Depth, Rate: r.Smooth, Up: r.Up, Down: r.Down})
	for b := range n {
		x[b] = r.OverScale*x[b] + r.OverShift
		x[n+b] = within(x[n+b], r.RiseLeast, r.RiseMost) * r.Scale
	}
	x[2*n] = within(mean-level, -r.Most, r.Most) * r.Scale
	return level, level + Sum(floor[:])
}

// Levels turns the powers of bands into p as above and returns m.
func (r *BandRates) Levels(band *[FeatureBands]float32) (mean float32) {
	all := [1]float32{Sum(band[:])}
	Log(all[:], all[:], r.Smallest)
	Log(band[:], band[:], r.Smallest)
	least := all[0] - r.Depth
	for b, p := range band {
		if p < least {
			p = least
			band[b] = p
		}
		if b < len(r.Mean) {
			mean += r.Mean[b] * p
		}
	}
	return mean
}

// within returns x bounded to lo … hi; NaN becomes lo.
func within(x, lo, hi float32) float32 {
	if !(x > lo) {
		x = lo
	}
	if x > hi {
		x = hi
	}
	return x
}
