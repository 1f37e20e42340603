package spectral

// sin3 is sin(2π/3).
const sin3 = 0.86602540378443864676

// first3 is the first pass with radix 3: interleaved x in, split y out, stride 1.
func first3(yr, yi, x, tw []float32) {
	n := len(x) / 3
	x0 := x[:n]
	x1 := x[n:][:len(x0)]
	x2 := x[2*n:][:len(x0)]
	for i := 0; i < len(x0)-1; i += 2 {
		a0r, a0i := x0[i], x0[i+1]
		a1r, a1i := x1[i], x1[i+1]
		a2r, a2i := x2[i], x2[i+1]
		// b = a0 − ½(a1+a2) ∓ i·sin(2π/3)·(a1−a2)
		tr, ti := a1r+a2r, a1i+a2i
		vr, vi := sin3*(a1r-a2r), sin3*(a1i-a2i)
		b0r, b0i := a0r+tr, a0i+ti
		ur, ui := a0r-0.5*tr, a0i-0.5*ti
		b1r, b1i := ur+vi, ui-vr
		b2r, b2i := ur-vi, ui+vr
		w := (*[4]float32)(tw[2*i:])
		zr, zi := (*[3]float32)(yr[3*(i>>1):]), (*[3]float32)(yi[3*(i>>1):])
		zr[0], zi[0] = b0r, b0i
		zr[1], zi[1] = b1r*w[0]-b1i*w[1], b1r*w[1]+b1i*w[0]
		zr[2], zi[2] = b2r*w[2]-b2i*w[3], b2r*w[3]+b2i*w[2]
	}
}

// middle3 is a pass with radix 3 between the first and the last: runs of s values share their twiddles.
func middle3(yr, yi, xr, xi, tw []float32, s int) {
	n := len(xr) / 3
	for p, j := 0, 0; j < n; p, j = p+1, j+s {
		w := (*[4]float32)(tw[4*p:])
		w1r, w1i := w[0], w[1]
		w2r, w2i := w[2], w[3]
		x0r, x0i := xr[j:][:s], xi[j:][:s]
		x1r, x1i := xr[n+j:][:s], xi[n+j:][:s]
		x2r, x2i := xr[2*n+j:][:s], xi[2*n+j:][:s]
		zr, zi := yr[3*j:], yi[3*j:]
		y0r, y0i := zr[:s], zi[:s]
		y1r, y1i := zr[s:][:s], zi[s:][:s]
		y2r, y2i := zr[2*s:][:s], zi[2*s:][:s]
		for q := 0; q < s; q++ {
			a0r, a0i := x0r[q], x0i[q]
			a1r, a1i := x1r[q], x1i[q]
			a2r, a2i := x2r[q], x2i[q]
			// b = a0 − ½(a1+a2) ∓ i·sin(2π/3)·(a1−a2)
			tr, ti := a1r+a2r, a1i+a2i
			vr, vi := sin3*(a1r-a2r), sin3*(a1i-a2i)
			b0r, b0i := a0r+tr, a0i+ti
			ur, ui := a0r-0.5*tr, a0i-0.5*ti
			b1r, b1i := ur+vi, ui-vr
			b2r, b2i := ur-vi, ui+vr
			y0r[q], y0i[q] = b0r, b0i
			y1r[q], y1i[q] = b1r*w1r-b1i*w1i, b1r*w1i+b1i*w1r
			y2r[q], y2i[q] = b2r*w2r-b2i*w2i, b2r*w2i+b2i*w2r
		}
	}
}

// last3 is the last pass with radix 3: split x in, interleaved y out, no twiddles.
func last3(y, xr, xi []float32) {
	s := len(xr) / 3
	x0r, x0i := xr[:s], xi[:s]
	x1r, x1i := xr[s:][:s], xi[s:][:s]
	x2r, x2i := xr[2*s:][:s], xi[2*s:][:s]
	y0 := y[:2*s]
	y1 := y[2*s:][:2*s]
	y2 := y[4*s:][:2*s]
	for q := 0; q < s; q++ {
		a0r, a0i := x0r[q], x0i[q]
		a1r, a1i := x1r[q], x1i[q]
		a2r, a2i := x2r[q], x2i[q]
		// b = a0 − ½(a1+a2) ∓ i·sin(2π/3)·(a1−a2)
		tr, ti := a1r+a2r, a1i+a2i
		vr, vi := sin3*(a1r-a2r), sin3*(a1i-a2i)
		b0r, b0i := a0r+tr, a0i+ti
		ur, ui := a0r-0.5*tr, a0i-0.5*ti
		b1r, b1i := ur+vi, ui-vr
		b2r, b2i := ur-vi, ui+vr
		y0[2*q], y0[2*q+1] = b0r, b0i
		y1[2*q], y1[2*q+1] = b1r, b1i
		y2[2*q], y2[2*q+1] = b2r, b2i
	}
}
