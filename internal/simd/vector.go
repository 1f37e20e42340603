package simd

// Arithmetic over slices of any length, element by element.

// Mul sets dst = a·b.
func Mul(dst, a, b []float32) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if vectors && n > 0 {
		if long {
			mulVecWide(&dst[0], &a[0], &b[0], n)
		} else {
			mulVec(&dst[0], &a[0], &b[0], n)
		}
		return
	}
	mulGo(dst, a, b)
}

func mulGo(dst, a, b []float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// MulAdd sets dst = c + a·b. dst may lie in c's memory if it starts no later
// than c: windowed overlap-add moves the overlap up on the way.
func MulAdd(dst, c, a, b []float32) {
	n := len(dst)
	a, b, c = a[:n], b[:n], c[:n]
	if vectors && n > 0 {
		if long {
			mulAddVecWide(&dst[0], &c[0], &a[0], &b[0], n)
		} else {
			mulAddVec(&dst[0], &c[0], &a[0], &b[0], n)
		}
		return
	}
	mulAddGo(dst, c, a, b)
}

func mulAddGo(dst, c, a, b []float32) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i := range dst {
		dst[i] = c[i] + a[i]*b[i]
	}
}

// Scale sets dst = f·a.
func Scale(dst, a []float32, f float32) {
	n := len(dst)
	a = a[:n]
	if vectors && n > 0 {
		if long {
			scaleVecWide(&dst[0], &a[0], n, f)
		} else {
			scaleVec(&dst[0], &a[0], n, f)
		}
		return
	}
	scaleGo(dst, a, f)
}

func scaleGo(dst, a []float32, f float32) {
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = f * a[i]
	}
}

// Mix sets dst = f·a + g·b.
func Mix(dst, a, b []float32, f, g float32) {
	n := len(dst)
	a, b = a[:n], b[:n]
	if vectors && n > 0 {
		if long {
			mixVecWide(&dst[0], &a[0], &b[0], n, f, g)
		} else {
			mixVec(&dst[0], &a[0], &b[0], n, f, g)
		}
		return
	}
	mixGo(dst, a, b, f, g)
}

func mixGo(dst, a, b []float32, f, g float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = f*a[i] + g*b[i]
	}
}

// Gain multiplies the complex spectrum re + i·im by real gains g.
func Gain(re, im, g []float32) {
	n := len(g)
	re, im = re[:n], im[:n]
	if vectors && n > 0 {
		if long {
			gainVecWide(&re[0], &im[0], &g[0], n)
		} else {
			gainVec(&re[0], &im[0], &g[0], n)
		}
		return
	}
	gainGo(re, im, g)
}

func gainGo(re, im, g []float32) {
	re, im = re[:len(g)], im[:len(g)]
	for i, x := range g {
		re[i] *= x
		im[i] *= x
	}
}

// Power sets dst = re² + im² + floor.
func Power(dst, re, im []float32, floor float32) {
	n := len(dst)
	re, im = re[:n], im[:n]
	if vectors && n > 0 {
		if long {
			powerVecWide(&dst[0], &re[0], &im[0], n, floor)
		} else {
			powerVec(&dst[0], &re[0], &im[0], n, floor)
		}
		return
	}
	powerGo(dst, re, im, floor)
}

func powerGo(dst, re, im []float32, floor float32) {
	re, im = re[:len(dst)], im[:len(dst)]
	for i := range dst {
		dst[i] = re[i]*re[i] + im[i]*im[i] + floor
	}
}

// AddPower sets dst = dst + re² + im².
func AddPower(dst, re, im []float32) {
	n := len(dst)
	re, im = re[:n], im[:n]
	if vectors && n > 0 {
		if long {
			addPowerVecWide(&dst[0], &re[0], &im[0], n)
		} else {
			addPowerVec(&dst[0], &re[0], &im[0], n)
		}
		return
	}
	addPowerGo(dst, re, im)
}

func addPowerGo(dst, re, im []float32) {
	re, im = re[:len(dst)], im[:len(dst)]
	for i := range dst {
		dst[i] += re[i]*re[i] + im[i]*im[i]
	}
}
