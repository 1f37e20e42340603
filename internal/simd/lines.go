package simd

// Line is a stretch of values First ≤ k < Last that lie on a straight line:
// Value + Slope·(k − First).
type Line struct {
	First, Last  int
	Value, Slope float32
}

// Lines sets dst to the lines, which follow one another from 0 to len(dst); some
// may be empty.
func Lines(dst []float32, lines []Line) {
	n := len(dst)
	if vectors && n >= 8 && len(lines) > 0 {
		linesVec(&dst[0], &lines[0].First, len(lines), n)
		linesGo(dst, lines, n-7)
		return
	}
	linesGo(dst, lines, 0)
}

// linesGo does the values from first on.
func linesGo(dst []float32, lines []Line, first int) {
	for i := len(lines) - 1; i >= 0 && lines[i].Last > first; i-- {
		l := lines[i]
		from := max(l.First, first)
		d := dst[from:l.Last]
		if l.Slope == 0 {
			for k := range d {
				d[k] = l.Value
			}
			continue
		}
		x := from - l.First
		for k := range d {
			d[k] = l.Value + l.Slope*float32(x+k)
		}
	}
}

// MulLines sets dst = src times the lines.
func MulLines(dst, src []float32, lines []Line) {
	n := len(dst)
	src = src[:n]
	if vectors && n >= 8 && len(lines) > 0 {
		mulLinesVec(&dst[0], &src[0], &lines[0].First, len(lines), n)
		mulLinesGo(dst, src, lines, n-7)
		return
	}
	mulLinesGo(dst, src, lines, 0)
}

func mulLinesGo(dst, src []float32, lines []Line, first int) {
	for i := len(lines) - 1; i >= 0 && lines[i].Last > first; i-- {
		l := lines[i]
		from := max(l.First, first)
		d := dst[from:l.Last]
		s := src[from:][:len(d)]
		if l.Slope == 0 {
			for k, v := range s {
				d[k] = v * l.Value
			}
			continue
		}
		x := from - l.First
		for k, v := range s {
			d[k] = v * (l.Value + l.Slope*float32(x+k))
		}
	}
}

// Affine sets dst = min(base + slope·a, most) for sums that are not negative;
// where one is it becomes most, and so does NaN.
func Affine(dst, a []float32, base, slope, most float32) {
	n := len(dst)
	a = a[:n]
	if vectors && n > 0 {
		if long {
			affineVecWide(&dst[0], &a[0], n, base, slope, most)
		} else {
			affineVec(&dst[0], &a[0], n, base, slope, most)
		}
		return
	}
	affineGo(dst, a, base, slope, most)
}

func affineGo(dst, a []float32, base, slope, most float32) {
	a = a[:len(dst)]
	for k, x := range a {
		y := base + slope*x
		if !(y >= 0 && y <= most) {
			y = most
		}
		dst[k] = y
	}
}

// AtLeast sets dst = max(factor·a, least), least not negative.
func AtLeast(dst, a []float32, factor, least float32) {
	n := len(dst)
	a = a[:n]
	if vectors && n > 0 {
		if long {
			atLeastVecWide(&dst[0], &a[0], n, factor, least)
		} else {
			atLeastVec(&dst[0], &a[0], n, factor, least)
		}
		return
	}
	atLeastGo(dst, a, factor, least)
}

func atLeastGo(dst, a []float32, factor, least float32) {
	a = a[:len(dst)]
	for k, x := range a {
		y := factor * x
		if !(y > least) {
			y = least
		}
		dst[k] = y
	}
}

// Finite sets dst = a bounded to ±most; NaN and infinities become 0.
func Finite(dst, a []float32, most float32) {
	n := len(dst)
	a = a[:n]
	if vectors && n > 0 {
		if long {
			finiteVecWide(&dst[0], &a[0], n, most)
		} else {
			finiteVec(&dst[0], &a[0], n, most)
		}
		return
	}
	finiteGo(dst, a, most)
}

// finiteGo has a branch that is taken for nothing but what is out of bounds.
func finiteGo(dst, a []float32, most float32) {
	a = a[:len(dst)]
	for k, x := range a {
		if !(x <= most && x >= -most) {
			switch {
			case x-x != 0:
				x = 0
			case x > 0:
				x = most
			default:
				x = -most
			}
		}
		dst[k] = x
	}
}
