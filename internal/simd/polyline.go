package simd

// Polyline is a line through up to seven corners over the places 0 … n−1, level
// before the first corner and from the last one on. It is read only and may be
// shared.
type Polyline struct {
	starts  [8]float32 // of the stretches: the corner each begins with, any for the first
	per     [8]float32 // 1 over the way from the corner that each begins with to the next, 0 where it is level
	first   [9]int     // the first place of each stretch
	corners int
	n       int
	stretch []uint8 // of each place; whole vectors of sixteen
}

// NewPolyline returns the line over n places with corners at ascending places that need
// not be whole numbers, from one to seven of them.
func NewPolyline(at []float32, n int) *Polyline {
	if len(at) < 1 || len(at) > 7 {
		panic("simd: a polyline of other than one to seven corners")
	}
	p := &Polyline{corners: len(at), n: n, stretch: make([]uint8, (n+15)&^15)}
	for i, x := range at {
		p.starts[i+1] = x
		if i > 0 {
			p.per[i] = 1 / (x - at[i-1])
		}
	}
	stretch := 0
	for k := range n {
		for stretch < len(at) && float32(k) >= at[stretch] {
			stretch++
			p.first[stretch] = k
		}
		p.stretch[k] = uint8(stretch)
	}
	for i := stretch + 1; i < len(p.first); i++ {
		p.first[i] = n
	}
	return p
}

// Len returns n.
func (p *Polyline) Len() int { return p.n }

// Write sets dst, n values, to the line with the given values in its corners.
func (p *Polyline) Write(dst, corners []float32) {
	dst, corners = dst[:p.n], corners[:p.corners]
	if vectors && long && p.n > 0 {
		polylineVecWide(&dst[0], &corners[0], &p.per[0], &p.starts[0], &p.stretch[0], p.corners, p.n)
		return
	}
	var lines [8]Line
	p.lines(&lines, corners)
	Lines(dst, lines[:p.corners+1])
}

// Mul sets dst to src times the line, n values each.
func (p *Polyline) Mul(dst, src, corners []float32) {
	dst, src, corners = dst[:p.n], src[:p.n], corners[:p.corners]
	if vectors && long && p.n > 0 {
		mulPolylineVecWide(&dst[0], &src[0], &corners[0], &p.per[0], &p.starts[0], &p.stretch[0], p.corners, p.n)
		return
	}
	var lines [8]Line
	p.lines(&lines, corners)
	MulLines(dst, src, lines[:p.corners+1])
}

// lines makes the line's stretches.
func (p *Polyline) lines(lines *[8]Line, corners []float32) {
	lines[0] = Line{Last: p.first[1], Value: corners[0]}
	for i, v := range corners {
		slope := float32(0)
		if i+1 < len(corners) {
			slope = (corners[i+1] - v) * p.per[i+1]
		}
		first := p.first[i+1]
		lines[i+1] = Line{First: first, Last: p.first[i+2], Value: v + slope*(float32(first)-p.starts[i+1]), Slope: slope}
	}
}
