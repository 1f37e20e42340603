package simd

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

// Run is a stretch of values First ≤ k < Last whose means take Half values on
// each side.
type Run struct{ Half, First, Last int }

// FixedMeans sets dst[k] = inv[k]·(pre[k+Half+1] − pre[k−Half]) for the k of all
// runs, which follow one another from 0 to len(dst) with widths that do not
// fall. pre is FixedSums', with len(dst) + Half + 1 values at least, Half being
// the last; inv holds the inverse of scale times the number of values that
// there are in a window.
func FixedMeans(dst, inv []float32, pre []int32, runs []Run) {
	n := len(dst)
	inv = inv[:n]
	if n == 0 || len(runs) == 0 {
		return
	}
	if vectors && n >= 8 {
		_ = pre[n+runs[len(runs)-1].Half]
		fixedMeansVec(&dst[0], &inv[0], &pre[0], &runs[0].Half, len(runs), n)
		fixedMeansGo(dst, inv, pre, runs, n-7)
		return
	}
	fixedMeansGo(dst, inv, pre, runs, 0)
}

// fixedMeansGo does the values from first on.
func fixedMeansGo(dst, inv []float32, pre []int32, runs []Run, first int) {
	for i := len(runs) - 1; i >= 0 && runs[i].Last > first; i-- {
		r := &runs[i]
		from := max(r.First, first)
		d := dst[from:r.Last]
		v := inv[from:][:len(d)]
		lo := pre[from-r.Half:][:len(d)]
		hi := pre[from+r.Half+1:][:len(d)]
		for k := range d {
			d[k] = float32(hi[k]-lo[k]) * v[k]
		}
	}
}
