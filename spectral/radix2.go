package spectral

// first2 is the first pass with radix 2: interleaved x in, split y out, stride 1.
func first2(yr, yi, x, tw []float32) {
	n := len(x) / 2
	x0 := x[:n]
	x1 := x[n:][:len(x0)]
	for i := 0; i < len(x0)-1; i += 2 {
		a0r, a0i := x0[i], x0[i+1]
		a1r, a1i := x1[i], x1[i+1]
		b0r, b0i := a0r+a1r, a0i+a1i
		b1r, b1i := a0r-a1r, a0i-a1i
		w := (*[2]float32)(tw[i:])
		zr, zi := (*[2]float32)(yr[i:]), (*[2]float32)(yi[i:])
		zr[0], zi[0] = b0r, b0i
		zr[1], zi[1] = b1r*w[0]-b1i*w[1], b1r*w[1]+b1i*w[0]
	}
}

// last2 is the last pass with radix 2: split x in, interleaved y out, no twiddles.
func last2(y, xr, xi []float32) {
	s := len(xr) / 2
	x0r, x0i := xr[:s], xi[:s]
	x1r, x1i := xr[s:][:s], xi[s:][:s]
	y0 := y[:2*s]
	y1 := y[2*s:][:2*s]
	for q := 0; q < s; q++ {
		a0r, a0i := x0r[q], x0i[q]
		a1r, a1i := x1r[q], x1i[q]
		b0r, b0i := a0r+a1r, a0i+a1i
		b1r, b1i := a0r-a1r, a0i-a1i
		y0[2*q], y0[2*q+1] = b0r, b0i
		y1[2*q], y1[2*q+1] = b1r, b1i
	}
}
