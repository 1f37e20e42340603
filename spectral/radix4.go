package spectral

// first4 is the first pass with radix 4: interleaved x in, split y out, stride 1.
func first4(yr, yi, x, tw []float32) {
	n := len(x) / 4
	x0 := x[:n]
	x1 := x[n:][:len(x0)]
	x2 := x[2*n:][:len(x0)]
	x3 := x[3*n:][:len(x0)]
	for i := 0; i < len(x0)-1; i += 2 {
		a0r, a0i := x0[i], x0[i+1]
		a1r, a1i := x1[i], x1[i+1]
		a2r, a2i := x2[i], x2[i+1]
		a3r, a3i := x3[i], x3[i+1]
		// sums and differences two apart; a turn by −i is a swap
		s0r, s0i := a0r+a2r, a0i+a2i
		d0r, d0i := a0r-a2r, a0i-a2i
		s1r, s1i := a1r+a3r, a1i+a3i
		d1r, d1i := a1r-a3r, a1i-a3i
		b0r, b0i := s0r+s1r, s0i+s1i
		b2r, b2i := s0r-s1r, s0i-s1i
		b1r, b1i := d0r+d1i, d0i-d1r
		b3r, b3i := d0r-d1i, d0i+d1r
		w := (*[6]float32)(tw[3*i:])
		zr, zi := (*[4]float32)(yr[2*i:]), (*[4]float32)(yi[2*i:])
		zr[0], zi[0] = b0r, b0i
		zr[1], zi[1] = b1r*w[0]-b1i*w[1], b1r*w[1]+b1i*w[0]
		zr[2], zi[2] = b2r*w[2]-b2i*w[3], b2r*w[3]+b2i*w[2]
		zr[3], zi[3] = b3r*w[4]-b3i*w[5], b3r*w[5]+b3i*w[4]
	}
}

// middle4 is a pass with radix 4 between the first and the last: runs of s values share their twiddles.
func middle4(yr, yi, xr, xi, tw []float32, s int) {
	n := len(xr) / 4
	for p, j := 0, 0; j < n; p, j = p+1, j+s {
		w := (*[6]float32)(tw[6*p:])
		w1r, w1i := w[0], w[1]
		w2r, w2i := w[2], w[3]
		w3r, w3i := w[4], w[5]
		x0r, x0i := xr[j:][:s], xi[j:][:s]
		x1r, x1i := xr[n+j:][:s], xi[n+j:][:s]
		x2r, x2i := xr[2*n+j:][:s], xi[2*n+j:][:s]
		x3r, x3i := xr[3*n+j:][:s], xi[3*n+j:][:s]
		zr, zi := yr[4*j:], yi[4*j:]
		y0r, y0i := zr[:s], zi[:s]
		y1r, y1i := zr[s:][:s], zi[s:][:s]
		y2r, y2i := zr[2*s:][:s], zi[2*s:][:s]
		y3r, y3i := zr[3*s:][:s], zi[3*s:][:s]
		for q := 0; q < s; q++ {
			a0r, a0i := x0r[q], x0i[q]
			a1r, a1i := x1r[q], x1i[q]
			a2r, a2i := x2r[q], x2i[q]
			a3r, a3i := x3r[q], x3i[q]
			// sums and differences two apart; a turn by −i is a swap
			s0r, s0i := a0r+a2r, a0i+a2i
			d0r, d0i := a0r-a2r, a0i-a2i
			s1r, s1i := a1r+a3r, a1i+a3i
			d1r, d1i := a1r-a3r, a1i-a3i
			b0r, b0i := s0r+s1r, s0i+s1i
			b2r, b2i := s0r-s1r, s0i-s1i
			b1r, b1i := d0r+d1i, d0i-d1r
			b3r, b3i := d0r-d1i, d0i+d1r
			y0r[q], y0i[q] = b0r, b0i
			y1r[q], y1i[q] = b1r*w1r-b1i*w1i, b1r*w1i+b1i*w1r
			y2r[q], y2i[q] = b2r*w2r-b2i*w2i, b2r*w2i+b2i*w2r
			y3r[q], y3i[q] = b3r*w3r-b3i*w3i, b3r*w3i+b3i*w3r
		}
	}
}

// last4 is the last pass with radix 4: split x in, interleaved y out, no twiddles.
func last4(y, xr, xi []float32) {
	s := len(xr) / 4
	x0r, x0i := xr[:s], xi[:s]
	x1r, x1i := xr[s:][:s], xi[s:][:s]
	x2r, x2i := xr[2*s:][:s], xi[2*s:][:s]
	x3r, x3i := xr[3*s:][:s], xi[3*s:][:s]
	y0 := y[:2*s]
	y1 := y[2*s:][:2*s]
	y2 := y[4*s:][:2*s]
	y3 := y[6*s:][:2*s]
	for q := 0; q < s; q++ {
		a0r, a0i := x0r[q], x0i[q]
		a1r, a1i := x1r[q], x1i[q]
		a2r, a2i := x2r[q], x2i[q]
		a3r, a3i := x3r[q], x3i[q]
		// sums and differences two apart; a turn by −i is a swap
		s0r, s0i := a0r+a2r, a0i+a2i
		d0r, d0i := a0r-a2r, a0i-a2i
		s1r, s1i := a1r+a3r, a1i+a3i
		d1r, d1i := a1r-a3r, a1i-a3i
		b0r, b0i := s0r+s1r, s0i+s1i
		b2r, b2i := s0r-s1r, s0i-s1i
		b1r, b1i := d0r+d1i, d0i-d1r
		b3r, b3i := d0r-d1i, d0i+d1r
		y0[2*q], y0[2*q+1] = b0r, b0i
		y1[2*q], y1[2*q+1] = b1r, b1i
		y2[2*q], y2[2*q+1] = b2r, b2i
		y3[2*q], y3[2*q+1] = b3r, b3i
	}
}
