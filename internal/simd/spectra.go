package simd

import "math"

// Arithmetic on complex spectra, real and imaginary parts apart.

// ComplexAdd sets y = y + a·b.
func ComplexAdd(yr, yi, ar, ai, br, bi []float32) {
	n := len(yr)
	yi, ar, ai, br, bi = yi[:n], ar[:n], ai[:n], br[:n], bi[:n]
	if vectors && n > 0 {
		complexAddVec(&yr[0], &yi[0], &ar[0], &ai[0], &br[0], &bi[0], n)
		return
	}
	complexAddGo(yr, yi, ar, ai, br, bi)
}

func complexAddGo(yr, yi, ar, ai, br, bi []float32) {
	n := len(yr)
	yi, ar, ai, br, bi = yi[:n], ar[:n], ai[:n], br[:n], bi[:n]
	for k := range yr {
		a, b, c, d := ar[k], ai[k], br[k], bi[k]
		yr[k] += a*c - b*d
		yi[k] += a*d + b*c
	}
}

// AddDistance sets dst = dst + |a − b|².
func AddDistance(dst, ar, ai, br, bi []float32) {
	n := len(dst)
	ar, ai, br, bi = ar[:n], ai[:n], br[:n], bi[:n]
	if vectors && n > 0 {
		addDistanceVec(&dst[0], &ar[0], &ai[0], &br[0], &bi[0], n)
		return
	}
	addDistanceGo(dst, ar, ai, br, bi)
}

func addDistanceGo(dst, ar, ai, br, bi []float32) {
	n := len(dst)
	ar, ai, br, bi = ar[:n], ai[:n], br[:n], bi[:n]
	for k := range dst {
		re, im := ar[k]-br[k], ai[k]-bi[k]
		dst[k] += re*re + im*im
	}
}

// AtLeastOf sets y = f·x where |y| < f·|x|, f not negative.
func AtLeastOf(yr, yi, xr, xi []float32, f float32) {
	n := len(yr)
	yi, xr, xi = yi[:n], xr[:n], xi[:n]
	if vectors && n > 0 {
		atLeastOfVec(&yr[0], &yi[0], &xr[0], &xi[0], n, f)
		return
	}
	atLeastOfGo(yr, yi, xr, xi, f)
}

func atLeastOfGo(yr, yi, xr, xi []float32, f float32) {
	n := len(yr)
	yi, xr, xi = yi[:n], xr[:n], xi[:n]
	for k := range yr {
		a, b := f*xr[k], f*xi[k]
		if yr[k]*yr[k]+yi[k]*yi[k] < a*a+b*b {
			yr[k], yi[k] = a, b
		}
	}
}

// Pairs adds what the spectra a and b of successive frames, from bin 1 on, say of
// each bin:
//
//	power   += |a|²
//	cross   += ±a·conj(b), minus in odd bins, the first included
//	product += |a||b|
//
// Magnitudes lie below 1e9.
func Pairs(power, crossRe, crossIm, product, ar, ai, br, bi []float32) {
	n := len(power)
	crossRe, crossIm, product = crossRe[:n], crossIm[:n], product[:n]
	ar, ai, br, bi = ar[:n], ai[:n], br[:n], bi[:n]
	if vectors && n > 0 {
		pairsVec(&power[0], &crossRe[0], &crossIm[0], &product[0], &ar[0], &ai[0], &br[0], &bi[0], n)
		return
	}
	pairsGo(power, crossRe, crossIm, product, ar, ai, br, bi)
}

func pairsGo(power, crossRe, crossIm, product, ar, ai, br, bi []float32) {
	n := len(power)
	crossRe, crossIm, product = crossRe[:n], crossIm[:n], product[:n]
	ar, ai, br, bi = ar[:n], ai[:n], br[:n], bi[:n]
	sign := float32(-1)
	for k := range power {
		a, b, c, d := ar[k], ai[k], br[k], bi[k]
		p, q := a*a+b*b, c*c+d*d
		power[k] += p
		crossRe[k] += sign * (a*c + b*d)
		crossIm[k] += sign * (b*c - a*d)
		product[k] += float32(math.Sqrt(float64(p * q)))
		sign = -sign
	}
}
