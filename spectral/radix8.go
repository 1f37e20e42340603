package spectral

// sqrtHalf is √½, the real part of the eighth root of unity.
const sqrtHalf = 0.70710678118654752440

// first8 is the first pass with radix 8: interleaved x in, split y out, stride 1.
func first8(yr, yi, x, tw []float32) {
	n := len(x) / 8
	x0 := x[:n]
	x1 := x[n:][:len(x0)]
	x2 := x[2*n:][:len(x0)]
	x3 := x[3*n:][:len(x0)]
	x4 := x[4*n:][:len(x0)]
	x5 := x[5*n:][:len(x0)]
	x6 := x[6*n:][:len(x0)]
	x7 := x[7*n:][:len(x0)]
	for i := 0; i < len(x0)-1; i += 2 {
		a0r, a0i := x0[i], x0[i+1]
		a1r, a1i := x1[i], x1[i+1]
		a2r, a2i := x2[i], x2[i+1]
		a3r, a3i := x3[i], x3[i+1]
		a4r, a4i := x4[i], x4[i+1]
		a5r, a5i := x5[i], x5[i+1]
		a6r, a6i := x6[i], x6[i+1]
		a7r, a7i := x7[i], x7[i+1]
		// values four apart: sums give even outputs, differences odd ones
		p0r, p0i := a0r+a4r, a0i+a4i
		m0r, m0i := a0r-a4r, a0i-a4i
		p2r, p2i := a2r+a6r, a2i+a6i
		m2r, m2i := a2r-a6r, a2i-a6i
		p1r, p1i := a1r+a5r, a1i+a5i
		m1r, m1i := a1r-a5r, a1i-a5i
		p3r, p3i := a3r+a7r, a3i+a7i
		m3r, m3i := a3r-a7r, a3i-a7i
		// even outputs: radix 4 on the sums
		s0r, s0i := p0r+p2r, p0i+p2i
		d0r, d0i := p0r-p2r, p0i-p2i
		s1r, s1i := p1r+p3r, p1i+p3i
		d1r, d1i := p1r-p3r, p1i-p3i
		b0r, b0i := s0r+s1r, s0i+s1i
		b4r, b4i := s0r-s1r, s0i-s1i
		b2r, b2i := d0r+d1i, d0i-d1r
		b6r, b6i := d0r-d1i, d0i+d1r
		// odd outputs: differences turned by multiples of 1/8 of a circle
		e0r, e0i := m0r+m2i, m0i-m2r
		e1r, e1i := m0r-m2i, m0i+m2r
		o0r, o0i := m1r+m3i, m1i-m3r
		o1r, o1i := m1r-m3i, m1i+m3r
		q0r, q0i := sqrtHalf*(o0r+o0i), sqrtHalf*(o0i-o0r)
		q1r, q1i := sqrtHalf*(o1i-o1r), sqrtHalf*(o1r+o1i)
		b1r, b1i := e0r+q0r, e0i+q0i
		b5r, b5i := e0r-q0r, e0i-q0i
		b3r, b3i := e1r+q1r, e1i-q1i
		b7r, b7i := e1r-q1r, e1i+q1i
		w := (*[14]float32)(tw[7*i:])
		zr, zi := (*[8]float32)(yr[4*i:]), (*[8]float32)(yi[4*i:])
		zr[0], zi[0] = b0r, b0i
		zr[1], zi[1] = b1r*w[0]-b1i*w[1], b1r*w[1]+b1i*w[0]
		zr[2], zi[2] = b2r*w[2]-b2i*w[3], b2r*w[3]+b2i*w[2]
		zr[3], zi[3] = b3r*w[4]-b3i*w[5], b3r*w[5]+b3i*w[4]
		zr[4], zi[4] = b4r*w[6]-b4i*w[7], b4r*w[7]+b4i*w[6]
		zr[5], zi[5] = b5r*w[8]-b5i*w[9], b5r*w[9]+b5i*w[8]
		zr[6], zi[6] = b6r*w[10]-b6i*w[11], b6r*w[11]+b6i*w[10]
		zr[7], zi[7] = b7r*w[12]-b7i*w[13], b7r*w[13]+b7i*w[12]
	}
}
