package spectral

// A real transform of even length n is a complex one of length h = n/2 on
// z[j] = x[2j] + i·x[2j+1], whose memory is that of x, and one more pass. With
// w = exp(−2πi/n) and Z the transform of z, even and odd samples have
//
//	E[k] = (Z[k] + Z*[h−k])/2     O[k] = (Z[k] − Z*[h−k])/2i
//	X[k] = E[k] + w^k·O[k]        X[h−k] = (E[k] − w^k·O[k])*
//
// (Sorensen et al. 1987, Real-valued fast Fourier transform algorithms, IEEE
// Trans. ASSP 35(6)). The factor ½, and 1/n on the way back, is in the table.

// splitReal computes the n/2+1 bins re, im from the interleaved transform z of
// n/2 complex values. tw holds ½·w^k.
func splitReal(re, im, z, tw []float32) {
	h := len(z) / 2
	re[0], im[0] = z[0]+z[1], 0
	re[h], im[h] = z[0]-z[1], 0
	for k, j := 1, h-1; k <= j; k, j = k+1, j-1 {
		ar, ai, br, bi := z[2*k], z[2*k+1], z[2*j], z[2*j+1]
		wr, wi := tw[2*k], tw[2*k+1]
		er, ei := 0.5*(ar+br), 0.5*(ai-bi)
		or, oi := ai+bi, br-ar // 2·O, the ½ is in w
		tr, ti := or*wr-oi*wi, or*wi+oi*wr
		re[k], im[k] = er+tr, ei+ti
		re[j], im[j] = er-tr, ti-ei
	}
}

// mergeReal undoes splitReal: it computes from the bins re, im the interleaved
// z whose forward transform is the signal. Its values lie in reverse order, h−k
// for k, which turns the forward transform that follows into an inverse one.
// tw holds scale·w^k; scale is 1/n.
func mergeReal(z, re, im, tw []float32, scale float32) {
	h := len(z) / 2
	z[0], z[1] = scale*(re[0]+re[h]), scale*(re[0]-re[h])
	for k, j := 1, h-1; k <= j; k, j = k+1, j-1 {
		ar, ai, br, bi := re[k], im[k], re[j], im[j]
		wr, wi := tw[2*k], tw[2*k+1]
		er, ei := scale*(ar+br), scale*(ai-bi) // E
		dr, di := ar-br, ai+bi                 // w^k·O before the scale
		or, oi := dr*wr+di*wi, di*wr-dr*wi
		z[2*j], z[2*j+1] = er-oi, ei+or // E + i·O
		z[2*k], z[2*k+1] = er+oi, or-ei // (E − i·O)*
	}
}

// forwardOdd and inverseOdd serve odd lengths, which have no half-size
// transform, with a complex transform of full length.

func (p *FFT) forwardOdd(re, im, x []float32) {
	if p.n == 1 {
		re[0], im[0] = x[0], 0
		return
	}
	z, even, odd := p.oddWork()
	for i, v := range x {
		z[2*i], z[2*i+1] = v, 0
	}
	p.tables.transform(z, z, even, odd)
	for k := range re {
		re[k], im[k] = z[2*k], z[2*k+1]
	}
	im[0] = 0
}

func (p *FFT) inverseOdd(x, re, im []float32) {
	if p.n == 1 {
		x[0] = re[0]
		return
	}
	z, even, odd := p.oddWork()
	scale := 1 / float32(p.n)
	z[0], z[1] = scale*re[0], 0
	for k := 1; k < len(re); k++ { // in reverse order, as in mergeReal
		j := p.n - k
		r, i := scale*re[k], scale*im[k]
		z[2*k], z[2*k+1] = r, -i
		z[2*j], z[2*j+1] = r, i
	}
	p.tables.transform(z, z, even, odd)
	for i := range x {
		x[i] = z[2*i]
	}
}

func (p *FFT) oddWork() (z []float32, even, odd pair) {
	n, w := p.n, p.work
	return w[:2*n], pair{w[2*n : 3*n], w[3*n : 4*n]}, pair{w[4*n : 5*n], w[5*n : 6*n]}
}
