package main

import "fmt"

// Bins and groups of neighbouring bins, channels, and the cache.

func groupKernels() {
	groupSums(2)
	spread2()
	for _, width := range []int{4, 8} {
		groupSums(width)
		spread(width)
	}
	gatherMeans()
	gainRuns()
	powerRuns()
	prefetch()
}

// longRun is the layout of the Go type of that name, in bytes.
const (
	runBin    = 0
	runPoint  = 8
	runBlocks = 16
	runWidth  = 24
	runSize   = 112
)

// eachRun loops over runs, and over the blocks of each in a loop of its own for every
// width: bins and point are where the block is in the arrays of bins and of groups.
func eachRun(run, count gp, arrays []gp, points gp, block func(width int, bins []gp, point gp)) {
	each, next := label("run"), label("next")
	mark(each)
	k := loadGP(run, runBin)
	var bins []gp
	for _, a := range arrays {
		bins = append(bins, plus(a, k, 0))
	}
	point := plus(points, loadGP(run, runPoint), 0)
	blocks, width := loadGP(run, runBlocks), loadGP(run, runWidth)
	for _, w := range []int{1, 2, 4, 8, 16} {
		top, other := label("loop"), label("wider")
		if w < 16 {
			jumpIfNumber(width, "NE", w, other)
		}
		mark(top)
		block(w, bins, point)
		for _, p := range bins {
			step(p, 64)
		}
		step(point, 64/w)
		countDown(blocks, 1, "NE", top)
		if w < 16 {
			jump(next)
			mark(other)
		}
	}
	mark(next)
	step(run, runSize)
	countDown(count, 1, "NE", each)
}

// gainRuns repeats the gains of groups over blocks of sixteen bins.
func gainRuns() {
	if !kernel("gainRunsVec", "gainRunsVec is GroupRuns.Gain of the runs, above 0, as in longRun.") {
		return
	}
	re, im, gain, run, count := arg("re"), arg("im"), arg("gain"), arg("runs"), arg("count")
	eachRun(run, count, []gp{re, im}, gain, func(width int, bins []gp, g gp) {
		var x [4]vec
		switch width {
		case 1:
			x[0], x[1] = loadTwo(at(g, 0))
			x[2], x[3] = loadTwo(at(g, 32))
		case 2:
			a, b := loadTwo(at(g, 0))
			x = [4]vec{zip1.of(a, a), zip2.of(a, a), zip1.of(b, b), zip2.of(b, b)}
		case 4:
			v := load(at(g, 0))
			for i := range x {
				x[i] = dupLane(v, i)
			}
		case 8:
			a, b := dupLane(loadS.load(at(g, 0)), 0), dupLane(loadS.load(at(g, 4)), 0)
			x = [4]vec{a, a, b, b}
		default:
			v := dupLane(loadS.load(at(g, 0)), 0)
			x = [4]vec{v, v, v, v}
		}
		for _, p := range bins {
			for i := 0; i < 4; i += 2 {
				a, b := loadTwo(at(p, 16*i))
				storeTwo(mul(a, x[i]), mul(b, x[i+1]), at(p, 16*i))
			}
		}
	})
}

// powerRuns adds neighbours up in pairs, again and again.
func powerRuns() {
	if !kernel("powerRunsVec", "powerRunsVec is GroupRuns.Power of the runs, above 0, as in longRun.") {
		return
	}
	power, sums, re, im := arg("power"), arg("sums"), arg("re"), arg("im")
	run, count := arg("runs"), arg("count")
	floor := splatArg("floor")
	eachRun(run, count, []gp{re, im, power}, sums, func(width int, bins []gp, s gp) {
		var v []vec
		for i := 0; i < 64; i += 32 {
			a, b := loadTwo(at(bins[0], i))
			c, d := loadTwo(at(bins[1], i))
			x, y := accumulate(fma(floor, c, c), a, a), accumulate(fma(floor, d, d), b, b)
			storeTwo(x, y, at(bins[2], i))
			v = append(v, x, y)
		}
		for n := width; n > 1 && len(v) > 1; n /= 2 {
			for i := 0; i < len(v); i += 2 {
				v[i/2] = faddp.of(v[i], v[i+1])
			}
			v = v[:len(v)/2]
		}
		switch width {
		case 1, 2:
			for i := 0; i < len(v); i += 2 {
				storeTwo(v[i], v[i+1], at(s, 16*i))
			}
		case 4:
			store(v[0], at(s, 0))
		case 8:
			storeD.store(faddp.of(v[0], v[0]), at(s, 0))
		default:
			storeS.store(sumLanes(v[0]), at(s, 0))
		}
	})
}

// groupSums adds neighbours in pairs until every lane holds a group's sum.
func groupSums(width int) {
	name := fmt.Sprintf("groupSums%dVec", width)
	if !kernel(name, name+" is groupSumsGo in NEON; n is a multiple of 8, above 0.") {
		return
	}
	dst, src, n := arg("dst"), arg("src"), arg("n")
	top := label("loop")
	mark(top)
	var v []vec
	for i := 0; i < width; i += 2 {
		a, b := loadTwo(at(src, 16*i))
		v = append(v, faddp.of(a, b))
	}
	for ; len(v) > 1; v = v[:len(v)/2] {
		for i := 0; i < len(v); i += 2 {
			v[i/2] = faddp.of(v[i], v[i+1])
		}
	}
	store(v[0], at(dst, 0))
	step(src, 16*width)
	step(dst, 16)
	countDown(n, 4, "NE", top)
}

// spread2 takes four values at a time.
func spread2() {
	if !kernel("spread2Vec", "spread2Vec is spreadGo in NEON; n is a multiple of 4, above 0.") {
		return
	}
	dst, src, n := arg("dst"), arg("src"), arg("n")
	top := label("loop")
	mark(top)
	x := load(at(src, 0))
	storeTwo(zip1.of(x, x), zip2.of(x, x), at(dst, 0))
	step(src, 16)
	step(dst, 32)
	countDown(n, 4, "NE", top)
}

// spread takes four values at a time, and the rest one by one.
func spread(width int) {
	name := fmt.Sprintf("spread%dVec", width)
	if !kernel(name, name+" is spreadGo in NEON; n is above 0.") {
		return
	}
	dst, src, n := arg("dst"), arg("src"), arg("n")
	values := func(v vec, count int) {
		for i := range count {
			x := dupLane(v, i)
			for j := 0; j < width; j += 4 {
				store(x, at(dst, 4*(i*width+j)))
			}
		}
		step(src, 4*count)
		step(dst, 4*count*width)
	}
	top, rest, single, done := label("loop"), label("rest"), label("single"), label("done")
	step(n, -4)
	jumpIfNumber(n, "LT", 0, rest)
	mark(top)
	values(load(at(src, 0)), 4)
	countDown(n, 4, "GE", top)
	mark(rest)
	step(n, 4)
	jumpIfNumber(n, "EQ", 0, done)
	mark(single)
	values(loadS.load(at(src, 0)), 1)
	countDown(n, 1, "NE", single)
	mark(done)
}

// gatherMeans is for windows that follow no rule: their ends are looked up one by
// one, and nothing is left that vectors would make faster.
func gatherMeans() {
	if !kernel("gatherMeansVec", "gatherMeansVec is FixedMeans.gatherGo.") {
		return
	}
	dst, inv, pre, lo, hi, n := arg("dst"), arg("inv"), arg("pre"), arg("lo"), arg("hi"), arg("n")
	top := label("loop")
	mark(top)
	low, high := loadIndex(pre, lo), loadIndex(pre, hi)
	f := newVec()
	emit(&line{def: []*reg{f}, use: []*reg{low, high}, text: func() string {
		return fmt.Sprintf("SUBW R%d, R%d, R%d\n\tSCVTFWS R%d, F%d", low.number, high.number, high.number, high.number, f.number)
	}})
	storeS.store(mul(f, loadS.load(at(inv, 0))), at(dst, 0))
	for _, p := range []gp{dst, inv, lo, hi} {
		step(p, 4)
	}
	countDown(n, 1, "NE", top)
}

// loadIndex loads the 32 bits of the array at base that the 32 bits at p count.
func loadIndex(base, p gp) gp {
	d := newGP()
	emit(&line{def: []*reg{d}, use: []*reg{p}, text: func() string { return fmt.Sprintf("MOVW (R%d), R%d", p.number, d.number) }})
	emit(&line{def: []*reg{d}, use: []*reg{base, d}, text: func() string {
		return fmt.Sprintf("MOVWU (R%d)(R%d<<2), R%d", base.number, d.number, d.number)
	}})
	return d
}

// prefetch goes to the second level: what comes is not needed at once, and must not
// drive from the first what is.
func prefetch() {
	if !kernel("prefetchLines", "prefetchLines asks for every cache line of n bytes, above 0, at p.") {
		return
	}
	p, n := arg("p"), arg("n")
	end := plus(p, n, 0)
	line64 := roundDown(p, 6)
	top := label("loop")
	mark(top)
	emit(&line{use: []*reg{line64}, text: func() string { return fmt.Sprintf("PRFM (R%d), PLDL2KEEP", line64.number) }})
	step(line64, 64)
	jumpIf(line64, "LO", end, top)
}

// pairKernels take two channels apart and together: n is a multiple of 8.
func pairKernels() {
	if kernel("splitFiniteVec", "splitFiniteVec is splitFiniteGo in NEON; n is a multiple of 8, above 0.") {
		left, right, src, n := arg("left"), arg("right"), arg("src"), arg("n")
		most := splatArg("most")
		least := neg(most)
		top := label("loop")
		mark(top)
		a, b := loadTwo(at(src, 0))
		store(finite(uzp1.of(a, b), least, most), at(left, 0))
		store(finite(uzp2.of(a, b), least, most), at(right, 0))
		step(src, 32)
		step(left, 16)
		step(right, 16)
		countDown(n, 4, "NE", top)
	}
	if kernel("joinVec", "joinVec is joinGo in NEON; n is a multiple of 8, above 0.") {
		dst, left, right, n := arg("dst"), arg("left"), arg("right"), arg("n")
		top := label("loop")
		mark(top)
		l, r := load(at(left, 0)), load(at(right, 0))
		storeTwo(zip1.of(l, r), zip2.of(l, r), at(dst, 0))
		step(dst, 32)
		step(left, 16)
		step(right, 16)
		countDown(n, 4, "NE", top)
	}
}
