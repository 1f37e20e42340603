package simd

// Gates ends a step of a gated recurrent unit of len(h) units: a holds what the
// inputs give to update, reset and candidate, len(h) values each, and u what the
// state gives,
//
//	z = σ(az + uz), r = σ(ar + ur), c = tanh(an + r·un)
//	h = h + z·(c − h)
//
// and may leave anything in a.
func Gates(h, a, u []float32) {
	n := len(h)
	a, u = a[:3*n], u[:3*n]
	switch {
	case !vectors || n == 0:
		gatesGo(h, a, u)
	case long:
		gatesVecWide(&h[0], &a[0], &a[n], &a[2*n], &u[0], &u[n], &u[2*n], n)
	default:
		gatesVec(&h[0], &a[0], &a[n], &a[2*n], &u[0], &u[n], &u[2*n], n)
	}
}

// gatesGo takes update and reset first: loops that call nothing take a quarter less time.
func gatesGo(h, a, u []float32) {
	n := len(h)
	zr, fromState := a[:2*n], u[:2*n]
	for k, x := range zr {
		zr[k] = 1 / (1 + exp2Neg(bounded((x+fromState[k])*log2E)))
	}
	z, r := zr[:n], zr[n:][:n]
	an, un := a[2*n:][:n], u[2*n:][:n]
	for k, x := range h {
		// tanh x = 1 − 2/(1+e^2x), to 2e-7 absolute
		c := 1 - 2/(1+exp2Neg(bounded((an[k]+r[k]*un[k])*(-2*log2E))))
		h[k] = x + z[k]*(c-x)
	}
}

// BandSums sets dst[b] to the sum of src from edges[b] to below edges[b+1]. There
// is one edge more than sums; edges do not fall and lie within src.
func BandSums(dst, src []float32, edges []int) {
	n := len(dst)
	if n == 0 {
		return
	}
	edges = edges[:n+1]
	_ = src[edges[0]:edges[n]]
	if vectors && len(src) > 0 {
		bandSumsVec(&dst[0], &src[0], &edges[0], n)
		return
	}
	bandSumsGo(dst, src, edges)
}

func bandSumsGo(dst, src []float32, edges []int) {
	for b := range dst {
		var s float32
		for _, x := range src[edges[b]:edges[b+1]] {
			s += x
		}
		dst[b] = s
	}
}

// LevelRates are the constants of Levels.
type LevelRates struct {
	Depth    float32 // bound on over, both ways
	Rate     float32 // of smooth
	Up, Down float32 // of floor
}

// Levels follows the floors of bands: with p = max(band − level, −Depth),
//
//	smooth += Rate·(p − smooth)
//	floor  += (Up or Down)·(smooth − floor)
//	over, rise = min(p, Depth), p − floor
func Levels(over, rise, smooth, floor, band []float32, level float32, r *LevelRates) {
	n := len(over)
	rise, smooth, floor, band = rise[:n], smooth[:n], floor[:n], band[:n]
	if vectors && n > 0 {
		levelsVec(&over[0], &rise[0], &smooth[0], &floor[0], &band[0], n, level, r.Depth, r.Rate, r.Up, r.Down)
		return
	}
	levelsGo(over, rise, smooth, floor, band, level, r)
}

func levelsGo(over, rise, smooth, floor, band []float32, level float32, r *LevelRates) {
	n := len(over)
	rise, smooth, floor, band = rise[:n], smooth[:n], floor[:n], band[:n]
	for k, b := range band {
		p := b - level
		if p < -r.Depth {
			p = -r.Depth
		}
		s := smooth[k] + r.Rate*(p-smooth[k])
		smooth[k] = s
		d := s - floor[k]
		rate := r.Down
		if d > 0 {
			rate = r.Up
		}
		f := floor[k] + rate*d
		floor[k] = f
		over[k] = min(p, r.Depth)
		rise[k] = p - f
	}
}
