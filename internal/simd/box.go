package simd

import "slices"

// Running means over windows of changing width, from prefix sums in fixed
// point. Integers wrap around, so the difference of two prefix sums is exact
// as long as the sum in between fits, however long and loud all before it was;
// float32 would lose a quiet value beside a loud one, and float64 takes twice
// the time.

// FixedSums sets pre[k] = q[0] + … + q[k−1], k = 0 … n = len(src), with
// q = ⌊src·scale + ½⌋ cut off towards zero, and all of pre after that to the whole
// sum, modulo 2³². src·scale must be within ±2³¹; so must the sums that are
// taken out again with FixedMeans. The scale is a power of two.
func FixedSums(pre []int32, src []float32, scale float32) {
	pre = pre[:max(len(pre), len(src)+1)]
	pre[0] = 0
	n := 0
	if vectors {
		if n = len(src) &^ 7; n > 0 {
			fixedSumsVec(&pre[0], &src[0], n, scale)
		}
	}
	fixedSumsGo(pre[n:], src[n:], scale)
}

// fixedSumsGo continues from pre[0].
func fixedSumsGo(pre []int32, src []float32, scale float32) {
	sum := pre[0]
	p := pre[1:][:len(src)]
	for k, x := range src {
		sum += int32(x*scale + 0.5)
		p[k] = sum
	}
	rest := pre[len(src)+1:]
	for k := range rest {
		rest[k] = sum
	}
}

// FixedSumsWeighted is FixedSums with a scale for each value: times its weight.
func FixedSumsWeighted(pre []int32, src, scales []float32) {
	pre = pre[:max(len(pre), len(src)+1)]
	scales = scales[:len(src)]
	if vectors && long && len(src) > 0 {
		fixedSumsWeightedVecWide(&pre[0], &src[0], &scales[0], len(src), len(pre))
		return
	}
	pre[0] = 0
	n := 0
	if vectors {
		if n = len(src) &^ 7; n > 0 {
			fixedSumsWeightedVec(&pre[0], &src[0], &scales[0], n)
		}
	}
	fixedSumsWeightedGo(pre[n:], src[n:], scales[n:])
}

// fixedSumsWeightedGo continues from pre[0].
func fixedSumsWeightedGo(pre []int32, src, scales []float32) {
	sum := pre[0]
	p := pre[1:][:len(src)]
	scales = scales[:len(src)]
	for k, x := range src {
		sum += int32(x*scales[k] + 0.5)
		p[k] = sum
	}
	rest := pre[len(src)+1:]
	for k := range rest {
		rest[k] = sum
	}
}

// FixedMeans are means over windows of FixedSums' prefix sums. It is read only
// and may be shared.
type FixedMeans struct {
	n, most int // values, and the last half width
	runs    []run
	inv     []float32  // of scale times the weight of the values in a window, and some 0
	steps   []meanStep // nil where widths grow faster than the kernel can

	// Values from `ruled` on have windows of any kind: lo to below hi, and up to
	// seven 0. All before them are as above.
	ruled  int
	lo, hi []int32
	// The same for every sixteen of these: 16 starts and 16 ends, counted from two
	// places in the prefix sums (bytes). nil where one is more than 31 further on.
	table []int32
	bases []int
}

// run is a stretch of values first ≤ k < last whose means take half values on each
// side.
type run struct{ half, first, last int }

// meanStep are eight values, the first split of which take half values, the
// others one more; half and grow (0 where none do) are in bytes.
type meanStep struct{ half, grow, split, _ int }

// NewFixedMeans returns the means of n values in windows of half(k) values on each
// side, as far as there are, which must not fall with k and be at most k. scale is
// that of FixedSums.
func NewFixedMeans(n int, half func(k int) int, scale float32) *FixedMeans {
	m := &FixedMeans{n: n, ruled: n, inv: make([]float32, (n+7)&^7)}
	fits := true
	for k := range n {
		h := half(k)
		m.inv[k] = 1 / (scale * float32(min(k+h, n-1)-(k-h)+1))
		if r := len(m.runs); r > 0 && m.runs[r-1].half == h {
			m.runs[r-1].last = k + 1
		} else {
			m.runs = append(m.runs, run{h, k, k + 1})
		}
		if k%8 == 0 {
			m.steps = append(m.steps, meanStep{half: 4 * h, split: 8})
		} else if s := &m.steps[len(m.steps)-1]; 4*h > s.half {
			if s.grow == 0 {
				s.grow, s.split = 4, k%8
			}
			fits = fits && 4*h == s.half+s.grow && k-k%8 > h
		}
		m.most = h
	}
	if !fits {
		m.steps = nil
	}
	return m
}

// NewWindowMeans returns the means in windows lo[k] ≤ j < hi[k] of values that have
// weights, so many as there are: the means of Σ weight·value. FixedSumsWeighted
// takes scale times the weight of each.
func NewWindowMeans(lo, hi []int, weights []float32, scale float32) *FixedMeans {
	n := len(weights)
	// What begins like a box of single values is done as one.
	ruled, last := 0, 0
	for ; ruled < n; ruled++ {
		h := ruled - lo[ruled]
		if hi[ruled] != ruled+h+1 || h < last || weights[hi[ruled]-1] != 1 {
			break
		}
		last = h
	}
	m := NewFixedMeans(ruled, func(k int) int { return k - lo[k] }, scale)
	m.n = n
	m.inv = append(m.inv[:ruled], make([]float32, n-ruled+15)...)
	m.lo, m.hi = make([]int32, (n-ruled+7)&^7), make([]int32, (n-ruled+7)&^7)
	for k := range n {
		var sum float32
		for _, w := range weights[lo[k]:hi[k]] {
			sum += w
		}
		m.inv[k] = 1 / (scale * sum)
		if k >= ruled {
			m.lo[k-ruled], m.hi[k-ruled] = int32(lo[k]), int32(hi[k])
		}
	}
	m.permute()
	return m
}

// permute makes table and bases.
func (m *FixedMeans) permute() {
	for i := m.ruled; i < m.n; i += 16 {
		for _, ends := range [][]int32{m.lo, m.hi} {
			ends = ends[i-m.ruled : min(i+16, m.n)-m.ruled]
			first := min(int(slices.Min(ends)), m.Room()-32)
			if first < 0 || int(slices.Max(ends))-first > 31 {
				m.table, m.bases = nil, nil
				return
			}
			m.bases = append(m.bases, 4*first)
			for k := range 16 {
				m.table = append(m.table, ends[min(k, len(ends)-1)]-int32(first))
			}
		}
	}
}

// Room returns the number of prefix sums that Apply takes.
func (m *FixedMeans) Room() int { return (m.n+7)&^7 + m.most + 2 }

// Apply sets dst[k] = (pre[k+h+1] − pre[k−h])/(scale·window), h = half(k). dst has n
// values, and pre the prefix sums of as many and the sum of all thereafter, Room of
// them.
func (m *FixedMeans) Apply(dst []float32, pre []int32) {
	dst, pre = dst[:m.n], pre[:m.Room()]
	if vectors && m.ruled > 0 && m.steps != nil {
		fixedMeansVec(&dst[0], &m.inv[0], &pre[0], &m.steps[0].half, m.ruled)
	} else {
		m.applyGo(dst, pre)
	}
	if n := m.n - m.ruled; n > 0 {
		switch {
		case vectors && long && m.table != nil:
			permuteMeansVecWide(&dst[m.ruled], &m.inv[m.ruled], &pre[0], &m.table[0], &m.bases[0], n)
		case vectors:
			gatherMeansVec(&dst[m.ruled], &m.inv[m.ruled], &pre[0], &m.lo[0], &m.hi[0], n)
		default:
			m.gatherGo(dst[m.ruled:], pre)
		}
	}
}

func (m *FixedMeans) applyGo(dst []float32, pre []int32) {
	for _, r := range m.runs {
		d := dst[r.first:r.last]
		v := m.inv[r.first:][:len(d)]
		lo := pre[r.first-r.half:][:len(d)]
		hi := pre[r.first+r.half+1:][:len(d)]
		for k := range d {
			d[k] = float32(hi[k]-lo[k]) * v[k]
		}
	}
}

func (m *FixedMeans) gatherGo(dst []float32, pre []int32) {
	v, lo, hi := m.inv[m.ruled:][:len(dst)], m.lo[:len(dst)], m.hi[:len(dst)]
	for k := range dst {
		dst[k] = float32(pre[hi[k]]-pre[lo[k]]) * v[k]
	}
}
