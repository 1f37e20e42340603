package spectral

import (
	"fmt"

	"github.com/quietline/quietline/internal/simd"
)

// Groups is a frequency axis that is coarser above than below: its points are
// single bins up to some bin, and groups of neighbouring bins from there on. The
// ear's filters are hundreds of hertz wide where bins 50 Hz apart begin to be many;
// statistics of one value per group cost a fraction of those per bin, and are
// steadier: the mean of M independent periodogram values of a stationary noise
// varies by 1/√M of what one does.
//
// Groups has no state: goroutines may share one.
type Groups struct {
	bins, points int
	runs         []groupRun
	kernels      *simd.GroupRuns // the same
}

// groupRun is a stretch of points of one width.
type groupRun struct{ width, bin, point, points int }

// GroupStep says that from bin First on groups are Width bins wide.
type GroupStep struct{ First, Width int }

// NewGroups returns an axis over the given number of bins: single bins below the
// first step, then groups as the steps say, which begin above bin 0 and follow
// one another upwards. Steps beyond the last bin are left out. Where bins are left
// over at the end of a step they are a group of their own. The error is not nil
// when bins is below 1, a step does not begin above the one before, or a width is
// below 1.
func NewGroups(bins int, steps ...GroupStep) (*Groups, error) {
	if bins < 1 {
		return nil, fmt.Errorf("spectral: groups of %d bins, need at least 1", bins)
	}
	g := &Groups{bins: bins}
	at := GroupStep{First: 0, Width: 1}
	for i, s := range steps {
		if s.First <= at.First || s.Width < 1 {
			return nil, fmt.Errorf("spectral: group step %d begins at bin %d with width %d, need a bin above %d and a width from 1", i, s.First, s.Width, at.First)
		}
		g.add(at, min(s.First, bins))
		at = s
	}
	g.add(at, bins)
	var runs []simd.GroupRun
	for _, r := range g.runs {
		runs = append(runs, simd.GroupRun{Width: r.width, Bin: r.bin, Point: r.point, Points: r.points})
	}
	g.kernels = simd.NewGroupRuns(runs)
	return g, nil
}

// add appends the points of a step that ends below bin end.
func (g *Groups) add(s GroupStep, end int) {
	n := end - s.First
	if n <= 0 {
		return
	}
	if whole := n / s.Width; whole > 0 {
		g.runs = append(g.runs, groupRun{width: s.Width, bin: s.First, point: g.points, points: whole})
		g.points += whole
	}
	if rest := n % s.Width; rest > 0 {
		if last := len(g.runs) - 1; rest == 1 && last >= 0 && g.runs[last].width == 1 {
			g.runs[last].points++
			g.points++
			return
		}
		g.runs = append(g.runs, groupRun{width: rest, bin: end - rest, point: g.points, points: 1})
		g.points++
	}
}

// Len returns the number of points.
func (g *Groups) Len() int { return g.points }

// Bins returns the number of bins.
func (g *Groups) Bins() int { return g.bins }

// Singles returns how many points, from 0 on, are single bins.
func (g *Groups) Singles() int {
	if r := g.runs[0]; r.width == 1 {
		return r.points
	}
	return 0
}

// upTo returns how many points, from 0 on, have no more bins than width.
func (g *Groups) upTo(width int) int {
	for _, r := range g.runs {
		if r.width > width {
			return r.point
		}
	}
	return g.points
}

// Range returns the bins of a point: first to below end.
func (g *Groups) Range(point int) (first, end int) {
	for _, r := range g.runs {
		if i := point - r.point; i >= 0 && i < r.points {
			return r.bin + i*r.width, r.bin + (i+1)*r.width
		}
	}
	panic(fmt.Sprintf("spectral: point %d of groups of %d points", point, g.points))
}

// Point returns the point that a bin belongs to.
func (g *Groups) Point(bin int) int {
	for _, r := range g.runs {
		if i := bin - r.bin; i >= 0 && i < r.points*r.width {
			return r.point + i/r.width
		}
	}
	panic(fmt.Sprintf("spectral: bin %d of groups of %d bins", bin, g.bins))
}

// Sum writes the sum of the bins of every point to dst: powers stay what they
// are as a whole. dst has Len values and power Bins; other lengths panic. They
// must not overlap.
func (g *Groups) Sum(dst, power []float32) {
	checkLen("Groups.Sum dst", len(dst), g.points)
	checkLen("Groups.Sum power", len(power), g.bins)
	g.kernels.Sum(dst, power)
}

// Power writes |X|² + floor of the complex spectrum X = re + i·im to power, and what
// Sum makes of that to sums. sums has Len values and the others Bins; other lengths
// panic. Nothing may overlap.
func (g *Groups) Power(power, sums, re, im []float32, floor float32) {
	checkLen("Groups.Power power", len(power), g.bins)
	checkLen("Groups.Power sums", len(sums), g.points)
	checkLen("Groups.Power re", len(re), g.bins)
	checkLen("Groups.Power im", len(im), g.bins)
	g.kernels.Power(power, sums, re, im, floor)
}

// Spread writes to every bin the value of its point. dst has Bins values and
// values Len; other lengths panic. They must not overlap.
func (g *Groups) Spread(dst, values []float32) {
	checkLen("Groups.Spread dst", len(dst), g.bins)
	checkLen("Groups.Spread values", len(values), g.points)
	for _, r := range g.runs {
		d, v := dst[r.bin:][:r.points*r.width], values[r.point:][:r.points]
		if r.width == 1 {
			copy(d, v)
			continue
		}
		simd.Spread(d, v, r.width)
	}
}

// Gain multiplies the complex spectrum re + i·im by the gains of the points its bins
// belong to. re and im have Bins values and gain Len; other lengths panic.
func (g *Groups) Gain(re, im, gain []float32) {
	checkLen("Groups.Gain re", len(re), g.bins)
	checkLen("Groups.Gain im", len(im), g.bins)
	checkLen("Groups.Gain gain", len(gain), g.points)
	g.kernels.Gain(re, im, gain)
}

// SpreadSum undoes Sum as far as that goes: every bin gets the mean of its
// point's.
func (g *Groups) SpreadSum(dst, sums []float32) {
	g.Spread(dst, sums)
	for _, r := range g.runs {
		if r.width > 1 {
			d := dst[r.bin:][:r.points*r.width]
			simd.Scale(d, d, 1/float32(r.width))
		}
	}
}
