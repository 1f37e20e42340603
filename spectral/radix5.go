package spectral

// cos5 is √5/4 = (cos(2π/5) − cos(4π/5))/2; the mean of the two cosines is −1/4.
// sin5a and sin5b are sin(2π/5) and sin(4π/5).
const (
	cos5  = 0.55901699437494742410
	sin5a = 0.95105651629515357212
	sin5b = 0.58778525229247312917
)

// first5 is the first pass with radix 5: interleaved x in, split y out, stride 1.
func first5(yr, yi, x, tw []float32) {
	n := len(x) / 5
	x0 := x[:n]
	x1 := x[n:][:len(x0)]
	x2 := x[2*n:][:len(x0)]
	x3 := x[3*n:][:len(x0)]
	x4 := x[4*n:][:len(x0)]
	for i := 0; i < len(x0)-1; i += 2 {
		a0r, a0i := x0[i], x0[i+1]
		a1r, a1i := x1[i], x1[i+1]
		a2r, a2i := x2[i], x2[i+1]
		a3r, a3i := x3[i], x3[i+1]
		a4r, a4i := x4[i], x4[i+1]
		// sums and differences of the pairs that share a cosine
		t1r, t1i := a1r+a4r, a1i+a4i
		t2r, t2i := a2r+a3r, a2i+a3i
		e1r, e1i := a1r-a4r, a1i-a4i
		e2r, e2i := a2r-a3r, a2i-a3i
		sr, si := t1r+t2r, t1i+t2i
		hr, hi := cos5*(t1r-t2r), cos5*(t1i-t2i)
		b0r, b0i := a0r+sr, a0i+si
		ur, ui := a0r-0.25*sr, a0i-0.25*si
		u1r, u1i := ur+hr, ui+hi
		u2r, u2i := ur-hr, ui-hi
		v1r, v1i := sin5a*e1r+sin5b*e2r, sin5a*e1i+sin5b*e2i
		v2r, v2i := sin5b*e1r-sin5a*e2r, sin5b*e1i-sin5a*e2i
		// u ∓ i·v
		b1r, b1i := u1r+v1i, u1i-v1r
		b4r, b4i := u1r-v1i, u1i+v1r
		b2r, b2i := u2r+v2i, u2i-v2r
		b3r, b3i := u2r-v2i, u2i+v2r
		w := (*[8]float32)(tw[4*i:])
		zr, zi := (*[5]float32)(yr[5*(i>>1):]), (*[5]float32)(yi[5*(i>>1):])
		zr[0], zi[0] = b0r, b0i
		zr[1], zi[1] = b1r*w[0]-b1i*w[1], b1r*w[1]+b1i*w[0]
		zr[2], zi[2] = b2r*w[2]-b2i*w[3], b2r*w[3]+b2i*w[2]
		zr[3], zi[3] = b3r*w[4]-b3i*w[5], b3r*w[5]+b3i*w[4]
		zr[4], zi[4] = b4r*w[6]-b4i*w[7], b4r*w[7]+b4i*w[6]
	}
}

// middle5 is a pass with radix 5 between the first and the last: runs of s values share their twiddles.
func middle5(yr, yi, xr, xi, tw []float32, s int) {
	n := len(xr) / 5
	for p, j := 0, 0; j < n; p, j = p+1, j+s {
		w := (*[8]float32)(tw[8*p:])
		w1r, w1i := w[0], w[1]
		w2r, w2i := w[2], w[3]
		w3r, w3i := w[4], w[5]
		w4r, w4i := w[6], w[7]
		x0r, x0i := xr[j:][:s], xi[j:][:s]
		x1r, x1i := xr[n+j:][:s], xi[n+j:][:s]
		x2r, x2i := xr[2*n+j:][:s], xi[2*n+j:][:s]
		x3r, x3i := xr[3*n+j:][:s], xi[3*n+j:][:s]
		x4r, x4i := xr[4*n+j:][:s], xi[4*n+j:][:s]
		zr, zi := yr[5*j:], yi[5*j:]
		y0r, y0i := zr[:s], zi[:s]
		y1r, y1i := zr[s:][:s], zi[s:][:s]
		y2r, y2i := zr[2*s:][:s], zi[2*s:][:s]
		y3r, y3i := zr[3*s:][:s], zi[3*s:][:s]
		y4r, y4i := zr[4*s:][:s], zi[4*s:][:s]
		for q := 0; q < s; q++ {
			a0r, a0i := x0r[q], x0i[q]
			a1r, a1i := x1r[q], x1i[q]
			a2r, a2i := x2r[q], x2i[q]
			a3r, a3i := x3r[q], x3i[q]
			a4r, a4i := x4r[q], x4i[q]
			// sums and differences of the pairs that share a cosine
			t1r, t1i := a1r+a4r, a1i+a4i
			t2r, t2i := a2r+a3r, a2i+a3i
			e1r, e1i := a1r-a4r, a1i-a4i
			e2r, e2i := a2r-a3r, a2i-a3i
			sr, si := t1r+t2r, t1i+t2i
			hr, hi := cos5*(t1r-t2r), cos5*(t1i-t2i)
			b0r, b0i := a0r+sr, a0i+si
			ur, ui := a0r-0.25*sr, a0i-0.25*si
			u1r, u1i := ur+hr, ui+hi
			u2r, u2i := ur-hr, ui-hi
			v1r, v1i := sin5a*e1r+sin5b*e2r, sin5a*e1i+sin5b*e2i
			v2r, v2i := sin5b*e1r-sin5a*e2r, sin5b*e1i-sin5a*e2i
			// u ∓ i·v
			b1r, b1i := u1r+v1i, u1i-v1r
			b4r, b4i := u1r-v1i, u1i+v1r
			b2r, b2i := u2r+v2i, u2i-v2r
			b3r, b3i := u2r-v2i, u2i+v2r
			y0r[q], y0i[q] = b0r, b0i
			y1r[q], y1i[q] = b1r*w1r-b1i*w1i, b1r*w1i+b1i*w1r
			y2r[q], y2i[q] = b2r*w2r-b2i*w2i, b2r*w2i+b2i*w2r
			y3r[q], y3i[q] = b3r*w3r-b3i*w3i, b3r*w3i+b3i*w3r
			y4r[q], y4i[q] = b4r*w4r-b4i*w4i, b4r*w4i+b4i*w4r
		}
	}
}

// last5 is the last pass with radix 5: split x in, interleaved y out, no twiddles.
func last5(y, xr, xi []float32) {
	s := len(xr) / 5
	x0r, x0i := xr[:s], xi[:s]
	x1r, x1i := xr[s:][:s], xi[s:][:s]
	x2r, x2i := xr[2*s:][:s], xi[2*s:][:s]
	x3r, x3i := xr[3*s:][:s], xi[3*s:][:s]
	x4r, x4i := xr[4*s:][:s], xi[4*s:][:s]
	y0 := y[:2*s]
	y1 := y[2*s:][:2*s]
	y2 := y[4*s:][:2*s]
	y3 := y[6*s:][:2*s]
	y4 := y[8*s:][:2*s]
	for q := 0; q < s; q++ {
		a0r, a0i := x0r[q], x0i[q]
		a1r, a1i := x1r[q], x1i[q]
		a2r, a2i := x2r[q], x2i[q]
		a3r, a3i := x3r[q], x3i[q]
		a4r, a4i := x4r[q], x4i[q]
		// sums and differences of the pairs that share a cosine
		t1r, t1i := a1r+a4r, a1i+a4i
		t2r, t2i := a2r+a3r, a2i+a3i
		e1r, e1i := a1r-a4r, a1i-a4i
		e2r, e2i := a2r-a3r, a2i-a3i
		sr, si := t1r+t2r, t1i+t2i
		hr, hi := cos5*(t1r-t2r), cos5*(t1i-t2i)
		b0r, b0i := a0r+sr, a0i+si
		ur, ui := a0r-0.25*sr, a0i-0.25*si
		u1r, u1i := ur+hr, ui+hi
		u2r, u2i := ur-hr, ui-hi
		v1r, v1i := sin5a*e1r+sin5b*e2r, sin5a*e1i+sin5b*e2i
		v2r, v2i := sin5b*e1r-sin5a*e2r, sin5b*e1i-sin5a*e2i
		// u ∓ i·v
		b1r, b1i := u1r+v1i, u1i-v1r
		b4r, b4i := u1r-v1i, u1i+v1r
		b2r, b2i := u2r+v2i, u2i-v2r
		b3r, b3i := u2r-v2i, u2i+v2r
		y0[2*q], y0[2*q+1] = b0r, b0i
		y1[2*q], y1[2*q+1] = b1r, b1i
		y2[2*q], y2[2*q+1] = b2r, b2i
		y3[2*q], y3[2*q+1] = b3r, b3i
		y4[2*q], y4[2*q+1] = b4r, b4i
	}
}
