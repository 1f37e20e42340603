package main

// loop is one turn of a loop over slices of n float32: a vector, or, for what is
// left after whole vectors, a single value in the lowest lane of registers whose
// other lanes are 0 where they are loaded.
type loop struct {
	u      int // of the vectors of this turn
	single bool
	ptr    map[string]gp
	near   map[string]map[int]gp
	i      gp // byte offset of this vector
}

// get loads a vector of a slice.
func (l *loop) get(name string) vec { return l.load(l.ptr[name]) }

func (l *loop) load(base gp) vec {
	if l.single {
		return loadS.load(atIndex(base, l.i))
	}
	return load(atIndex(base, l.i))
}

// getAt is get some bytes further on.
func (l *loop) getAt(name string, disp int) vec {
	if disp == 0 {
		return l.get(name)
	}
	if l.near[name] == nil {
		l.near[name] = map[int]gp{}
	}
	if l.near[name][disp] == nil {
		prologue(func() { l.near[name][disp] = offset(arg(name), disp) })
	}
	return l.load(l.near[name][disp])
}

// put stores a vector of a slice.
func (l *loop) put(name string, v vec) {
	if l.single {
		storeS.store(v, atIndex(l.ptr[name], l.i))
		return
	}
	store(v, atIndex(l.ptr[name], l.i))
}

// only makes lanes beyond the slices 0.
func (l *loop) only(v vec) vec {
	if !l.single {
		return v
	}
	return fmovS.of(v)
}

// each writes a function over slices of one length n ≥ 0, its pointers, and
// float32 parameters: setup runs before the loop, body once for each of unroll
// vectors, whose lines are interleaved, and end, if not nil, after all.
func each(name string, unroll int, doc string, setup func(), body func(l *loop), end func()) {
	if !kernel(name, doc) {
		return
	}
	l := &loop{ptr: map[string]gp{}, near: map[string]map[int]gp{}, i: newGP()}
	for _, p := range fn.params {
		if p.typ == "*float32" {
			l.ptr[p.name] = arg(p.name)
		}
	}
	n := arg("n")
	index := []gp{l.i}
	for range unroll - 1 {
		index = append(index, newGP())
	}
	setNumber(l.i, 0)
	if setup != nil {
		setup()
	}
	four, single, done := label("four"), label("single"), label("done")
	bytes := shifted(roundDown(n, 2), 2)
	if unroll > 1 {
		top := label("loop")
		most := offset(bytes, -16*unroll) // the last offset of a whole turn
		jumpIfNumber(most, "LT", 0, four)
		mark(top)
		for u := 1; u < unroll; u++ {
			setOffset(index[u], l.i, 16*u)
		}
		interleave(unroll, func(u int) {
			turn := *l
			turn.u, turn.i = u, index[u]
			body(&turn)
		})
		step(l.i, 16*unroll)
		jumpIf(l.i, "LE", most, top)
	}
	mark(four)
	jumpIf(l.i, "GE", bytes, single)
	again := label("loop")
	mark(again)
	body(l)
	step(l.i, 16)
	jumpIf(l.i, "LT", bytes, again)
	mark(single)
	last := label("loop")
	all := shifted(n, 2)
	jumpIf(l.i, "GE", all, done)
	mark(last)
	turn := *l
	turn.single = true
	body(&turn)
	step(l.i, 4)
	jumpIf(l.i, "LT", all, last)
	mark(done)
	if end != nil {
		end()
	}
}
