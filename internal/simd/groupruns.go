package simd

// GroupRun is a stretch of Points groups of Width bins each, whose first bin and
// first group are Bin and Point.
type GroupRun struct{ Width, Bin, Point, Points int }

// GroupRuns are the stretches of an axis, and what kernels need that take all of them
// in one call. It is read only and may be shared.
type GroupRuns struct {
	all  []GroupRun
	long []longRun  // whole blocks of sixteen bins
	rest []GroupRun // what they leave over
}

// longRun is a stretch of blocks of sixteen bins, in the form in which kernels read
// it.
type longRun struct {
	bin, point int       // where it begins, in bytes
	blocks     int       // of sixteen bins
	width      int       // bins of a group
	step       int       // bytes of groups of a block
	mask       int       // a bit for each of these groups
	lanes      [16]int32 // the group of each bin of a block
}

// NewGroupRuns returns the stretches of an axis in ascending order.
func NewGroupRuns(runs []GroupRun) *GroupRuns {
	g := &GroupRuns{all: runs}
	for _, r := range runs {
		blocks := 0
		if r.Width <= 16 && 16%r.Width == 0 {
			blocks = r.Points * r.Width / 16
		}
		per := 16 / min(r.Width, 16)
		if blocks > 0 {
			l := longRun{bin: 4 * r.Bin, point: 4 * r.Point, blocks: blocks, width: r.Width, step: 4 * per, mask: 1<<per - 1}
			for i := range l.lanes {
				l.lanes[i] = int32(i / r.Width)
			}
			g.long = append(g.long, l)
		}
		if done := blocks * per; done < r.Points {
			g.rest = append(g.rest, GroupRun{r.Width, r.Bin + done*r.Width, r.Point + done, r.Points - done})
		}
	}
	return g
}

// few bins are done sooner than a kernel is called: what is left over is often one.
const few = 4

// ends returns the bins and points of the whole axis.
func (g *GroupRuns) ends() (bins, points int) {
	last := g.all[len(g.all)-1]
	return last.Bin + last.Points*last.Width, last.Point + last.Points
}

// Gain multiplies the complex spectrum re + i·im by a real gain per group.
func (g *GroupRuns) Gain(re, im, gain []float32) {
	bins, points := g.ends()
	re, im, gain = re[:bins], im[:bins], gain[:points]
	runs := g.all
	if vectors && len(g.long) > 0 {
		if long {
			gainRunsVecWide(&re[0], &im[0], &gain[0], &g.long[0].bin, len(g.long))
		} else {
			gainRunsVec(&re[0], &im[0], &gain[0], &g.long[0].bin, len(g.long))
		}
		runs = g.rest
	}
	for _, r := range runs {
		n := r.Points * r.Width
		if n < few {
			gainGroupsGo(re[r.Bin:][:n], im[r.Bin:][:n], gain[r.Point:][:r.Points], r.Width)
			continue
		}
		GainGroups(re[r.Bin:][:n], im[r.Bin:][:n], gain[r.Point:][:r.Points], r.Width)
	}
}

// Power sets power = re² + im² + floor, and sums to the sum of that over every group.
// Nothing may overlap.
func (g *GroupRuns) Power(power, sums, re, im []float32, floor float32) {
	bins, points := g.ends()
	power, sums, re, im = power[:bins], sums[:points], re[:bins], im[:bins]
	if !vectors || len(g.long) == 0 {
		Power(power, re, im, floor)
		g.Sum(sums, power)
		return
	}
	if long {
		powerRunsVecWide(&power[0], &sums[0], &re[0], &im[0], &g.long[0].bin, len(g.long), floor)
	} else {
		powerRunsVec(&power[0], &sums[0], &re[0], &im[0], &g.long[0].bin, len(g.long), floor)
	}
	for _, r := range g.rest {
		n := r.Points * r.Width
		p := power[r.Bin:][:n]
		if n < few {
			powerGo(p, re[r.Bin:][:n], im[r.Bin:][:n], floor)
			groupSumsGo(sums[r.Point:][:r.Points], p, r.Width)
			continue
		}
		Power(p, re[r.Bin:][:n], im[r.Bin:][:n], floor)
		GroupSums(sums[r.Point:][:r.Points], p, r.Width)
	}
}

// Sum sets sums to the sum of power over every group. They must not overlap.
func (g *GroupRuns) Sum(sums, power []float32) {
	for _, r := range g.all {
		s, p := sums[r.Point:][:r.Points], power[r.Bin:][:r.Points*r.Width]
		if r.Width == 1 {
			copy(s, p)
			continue
		}
		GroupSums(s, p, r.Width)
	}
}
