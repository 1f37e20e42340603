package spectral

// cos7a, cos7b, cos7c and sin7a, sin7b, sin7c are cosine and sine of 2π/7, 4π/7, 6π/7.
const (
	cos7a = 0.62348980185873353053
	cos7b = -0.22252093395631440429
	cos7c = -0.90096886790241912624
	sin7a = 0.78183148246802980871
	sin7b = 0.97492791218182360702
	sin7c = 0.43388373911755812048
)

// first7 is the first pass with radix 7: interleaved x in, split y out, stride 1.
func first7(yr, yi, x, tw []float32) {
	n := len(x) / 7
	x0 := x[:n]
	x1 := x[n:][:len(x0)]
	x2 := x[2*n:][:len(x0)]
	x3 := x[3*n:][:len(x0)]
	x4 := x[4*n:][:len(x0)]
	x5 := x[5*n:][:len(x0)]
	x6 := x[6*n:][:len(x0)]
	for i := 0; i < len(x0)-1; i += 2 {
		a0r, a0i := x0[i], x0[i+1]
		a1r, a1i := x1[i], x1[i+1]
		a2r, a2i := x2[i], x2[i+1]
		a3r, a3i := x3[i], x3[i+1]
		a4r, a4i := x4[i], x4[i+1]
		a5r, a5i := x5[i], x5[i+1]
		a6r, a6i := x6[i], x6[i+1]
		// sums and differences of the pairs that share a cosine
		t1r, t1i := a1r+a6r, a1i+a6i
		e1r, e1i := a1r-a6r, a1i-a6i
		t2r, t2i := a2r+a5r, a2i+a5i
		e2r, e2i := a2r-a5r, a2i-a5i
		t3r, t3i := a3r+a4r, a3i+a4i
		e3r, e3i := a3r-a4r, a3i-a4i
		b0r, b0i := a0r+t1r+t2r+t3r, a0i+t1i+t2i+t3i
		u1r, u1i := a0r+cos7a*t1r+cos7b*t2r+cos7c*t3r, a0i+cos7a*t1i+cos7b*t2i+cos7c*t3i
		v1r, v1i := sin7a*e1r+sin7b*e2r+sin7c*e3r, sin7a*e1i+sin7b*e2i+sin7c*e3i
		b1r, b1i := u1r+v1i, u1i-v1r
		b6r, b6i := u1r-v1i, u1i+v1r
		u2r, u2i := a0r+cos7b*t1r+cos7c*t2r+cos7a*t3r, a0i+cos7b*t1i+cos7c*t2i+cos7a*t3i
		v2r, v2i := sin7b*e1r-sin7c*e2r-sin7a*e3r, sin7b*e1i-sin7c*e2i-sin7a*e3i
		b2r, b2i := u2r+v2i, u2i-v2r
		b5r, b5i := u2r-v2i, u2i+v2r
		u3r, u3i := a0r+cos7c*t1r+cos7a*t2r+cos7b*t3r, a0i+cos7c*t1i+cos7a*t2i+cos7b*t3i
		v3r, v3i := sin7c*e1r+sin7b*e3r-sin7a*e2r, sin7c*e1i+sin7b*e3i-sin7a*e2i
		b3r, b3i := u3r+v3i, u3i-v3r
		b4r, b4i := u3r-v3i, u3i+v3r
		w := (*[12]float32)(tw[6*i:])
		zr, zi := (*[7]float32)(yr[7*(i>>1):]), (*[7]float32)(yi[7*(i>>1):])
		zr[0], zi[0] = b0r, b0i
		zr[1], zi[1] = b1r*w[0]-b1i*w[1], b1r*w[1]+b1i*w[0]
		zr[2], zi[2] = b2r*w[2]-b2i*w[3], b2r*w[3]+b2i*w[2]
		zr[3], zi[3] = b3r*w[4]-b3i*w[5], b3r*w[5]+b3i*w[4]
		zr[4], zi[4] = b4r*w[6]-b4i*w[7], b4r*w[7]+b4i*w[6]
		zr[5], zi[5] = b5r*w[8]-b5i*w[9], b5r*w[9]+b5i*w[8]
		zr[6], zi[6] = b6r*w[10]-b6i*w[11], b6r*w[11]+b6i*w[10]
	}
}

// middle7 is a pass with radix 7 between the first and the last: runs of s values share their twiddles.
func middle7(yr, yi, xr, xi, tw []float32, s int) {
	n := len(xr) / 7
	for p, j := 0, 0; j < n; p, j = p+1, j+s {
		w := (*[12]float32)(tw[12*p:])
		x0r, x0i := xr[j:][:s], xi[j:][:s]
		x1r, x1i := xr[n+j:][:s], xi[n+j:][:s]
		x2r, x2i := xr[2*n+j:][:s], xi[2*n+j:][:s]
		x3r, x3i := xr[3*n+j:][:s], xi[3*n+j:][:s]
		x4r, x4i := xr[4*n+j:][:s], xi[4*n+j:][:s]
		x5r, x5i := xr[5*n+j:][:s], xi[5*n+j:][:s]
		x6r, x6i := xr[6*n+j:][:s], xi[6*n+j:][:s]
		zr, zi := yr[7*j:], yi[7*j:]
		y0r, y0i := zr[:s], zi[:s]
		y1r, y1i := zr[s:][:s], zi[s:][:s]
		y2r, y2i := zr[2*s:][:s], zi[2*s:][:s]
		y3r, y3i := zr[3*s:][:s], zi[3*s:][:s]
		y4r, y4i := zr[4*s:][:s], zi[4*s:][:s]
		y5r, y5i := zr[5*s:][:s], zi[5*s:][:s]
		y6r, y6i := zr[6*s:][:s], zi[6*s:][:s]
		for q := 0; q < s; q++ {
			a0r, a0i := x0r[q], x0i[q]
			a1r, a1i := x1r[q], x1i[q]
			a2r, a2i := x2r[q], x2i[q]
			a3r, a3i := x3r[q], x3i[q]
			a4r, a4i := x4r[q], x4i[q]
			a5r, a5i := x5r[q], x5i[q]
			a6r, a6i := x6r[q], x6i[q]
			// sums and differences of the pairs that share a cosine
			t1r, t1i := a1r+a6r, a1i+a6i
			e1r, e1i := a1r-a6r, a1i-a6i
			t2r, t2i := a2r+a5r, a2i+a5i
			e2r, e2i := a2r-a5r, a2i-a5i
			t3r, t3i := a3r+a4r, a3i+a4i
			e3r, e3i := a3r-a4r, a3i-a4i
			b0r, b0i := a0r+t1r+t2r+t3r, a0i+t1i+t2i+t3i
			u1r, u1i := a0r+cos7a*t1r+cos7b*t2r+cos7c*t3r, a0i+cos7a*t1i+cos7b*t2i+cos7c*t3i
			v1r, v1i := sin7a*e1r+sin7b*e2r+sin7c*e3r, sin7a*e1i+sin7b*e2i+sin7c*e3i
			b1r, b1i := u1r+v1i, u1i-v1r
			b6r, b6i := u1r-v1i, u1i+v1r
			u2r, u2i := a0r+cos7b*t1r+cos7c*t2r+cos7a*t3r, a0i+cos7b*t1i+cos7c*t2i+cos7a*t3i
			v2r, v2i := sin7b*e1r-sin7c*e2r-sin7a*e3r, sin7b*e1i-sin7c*e2i-sin7a*e3i
			b2r, b2i := u2r+v2i, u2i-v2r
			b5r, b5i := u2r-v2i, u2i+v2r
			u3r, u3i := a0r+cos7c*t1r+cos7a*t2r+cos7b*t3r, a0i+cos7c*t1i+cos7a*t2i+cos7b*t3i
			v3r, v3i := sin7c*e1r+sin7b*e3r-sin7a*e2r, sin7c*e1i+sin7b*e3i-sin7a*e2i
			b3r, b3i := u3r+v3i, u3i-v3r
			b4r, b4i := u3r-v3i, u3i+v3r
			y0r[q], y0i[q] = b0r, b0i
			y1r[q], y1i[q] = b1r*w[0]-b1i*w[1], b1r*w[1]+b1i*w[0]
			y2r[q], y2i[q] = b2r*w[2]-b2i*w[3], b2r*w[3]+b2i*w[2]
			y3r[q], y3i[q] = b3r*w[4]-b3i*w[5], b3r*w[5]+b3i*w[4]
			y4r[q], y4i[q] = b4r*w[6]-b4i*w[7], b4r*w[7]+b4i*w[6]
			y5r[q], y5i[q] = b5r*w[8]-b5i*w[9], b5r*w[9]+b5i*w[8]
			y6r[q], y6i[q] = b6r*w[10]-b6i*w[11], b6r*w[11]+b6i*w[10]
		}
	}
}

// last7 is the last pass with radix 7: split x in, interleaved y out, no twiddles.
func last7(y, xr, xi []float32) {
	s := len(xr) / 7
	x0r, x0i := xr[:s], xi[:s]
	x1r, x1i := xr[s:][:s], xi[s:][:s]
	x2r, x2i := xr[2*s:][:s], xi[2*s:][:s]
	x3r, x3i := xr[3*s:][:s], xi[3*s:][:s]
	x4r, x4i := xr[4*s:][:s], xi[4*s:][:s]
	x5r, x5i := xr[5*s:][:s], xi[5*s:][:s]
	x6r, x6i := xr[6*s:][:s], xi[6*s:][:s]
	y0 := y[:2*s]
	y1 := y[2*s:][:2*s]
	y2 := y[4*s:][:2*s]
	y3 := y[6*s:][:2*s]
	y4 := y[8*s:][:2*s]
	y5 := y[10*s:][:2*s]
	y6 := y[12*s:][:2*s]
	for q := 0; q < s; q++ {
		a0r, a0i := x0r[q], x0i[q]
		a1r, a1i := x1r[q], x1i[q]
		a2r, a2i := x2r[q], x2i[q]
		a3r, a3i := x3r[q], x3i[q]
		a4r, a4i := x4r[q], x4i[q]
		a5r, a5i := x5r[q], x5i[q]
		a6r, a6i := x6r[q], x6i[q]
		// sums and differences of the pairs that share a cosine
		t1r, t1i := a1r+a6r, a1i+a6i
		e1r, e1i := a1r-a6r, a1i-a6i
		t2r, t2i := a2r+a5r, a2i+a5i
		e2r, e2i := a2r-a5r, a2i-a5i
		t3r, t3i := a3r+a4r, a3i+a4i
		e3r, e3i := a3r-a4r, a3i-a4i
		b0r, b0i := a0r+t1r+t2r+t3r, a0i+t1i+t2i+t3i
		u1r, u1i := a0r+cos7a*t1r+cos7b*t2r+cos7c*t3r, a0i+cos7a*t1i+cos7b*t2i+cos7c*t3i
		v1r, v1i := sin7a*e1r+sin7b*e2r+sin7c*e3r, sin7a*e1i+sin7b*e2i+sin7c*e3i
		b1r, b1i := u1r+v1i, u1i-v1r
		b6r, b6i := u1r-v1i, u1i+v1r
		u2r, u2i := a0r+cos7b*t1r+cos7c*t2r+cos7a*t3r, a0i+cos7b*t1i+cos7c*t2i+cos7a*t3i
		v2r, v2i := sin7b*e1r-sin7c*e2r-sin7a*e3r, sin7b*e1i-sin7c*e2i-sin7a*e3i
		b2r, b2i := u2r+v2i, u2i-v2r
		b5r, b5i := u2r-v2i, u2i+v2r
		u3r, u3i := a0r+cos7c*t1r+cos7a*t2r+cos7b*t3r, a0i+cos7c*t1i+cos7a*t2i+cos7b*t3i
		v3r, v3i := sin7c*e1r+sin7b*e3r-sin7a*e2r, sin7c*e1i+sin7b*e3i-sin7a*e2i
		b3r, b3i := u3r+v3i, u3i-v3r
		b4r, b4i := u3r-v3i, u3i+v3r
		y0[2*q], y0[2*q+1] = b0r, b0i
		y1[2*q], y1[2*q+1] = b1r, b1i
		y2[2*q], y2[2*q+1] = b2r, b2i
		y3[2*q], y3[2*q+1] = b3r, b3i
		y4[2*q], y4[2*q+1] = b4r, b4i
		y5[2*q], y5[2*q+1] = b5r, b5i
		y6[2*q], y6[2*q+1] = b6r, b6i
	}
}
