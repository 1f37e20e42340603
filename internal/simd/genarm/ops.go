package main

import (
	"fmt"
	"math"
)

// The arithmetic of a kernel as expressions on vectors of four float32. Every
// function puts its result in a new register unless it says otherwise.

type (
	vec = *reg
	gp  = *reg
)

// op is a vec, or a lane of one as the second factor of a product.
type op any

type lane struct {
	of vec
	i  int
}

func newVec() vec { return &reg{} }
func newGP() gp   { return &reg{general: true} }

// on emits an instruction on whole registers, with result d, which it also reads
// if it adds to it.
func (s simple) on(d vec, from ...vec) vec {
	emit(&line{def: []*reg{d}, use: from, text: func() string {
		var r [2]int
		for i, v := range from {
			r[i] = v.number
		}
		return word(s.encode(d.number, r[0], r[1]))
	}})
	return d
}

// into is on with a d that is read as well.
func (s simple) into(d vec, from ...vec) vec {
	s.on(d, from...)
	l := fn.body[len(fn.body)-1]
	l.use = append([]*reg{d}, from...)
	return d
}

func (s simple) of(from ...vec) vec { return s.on(newVec(), from...) }

func (e byElement) emit(d, a vec, b lane, reads bool) vec {
	use := []*reg{a, b.of}
	if reads {
		use = append(use, d)
	}
	emit(&line{def: []*reg{d}, use: use, text: func() string {
		return word(e.encode(d.number, a.number, b.of.number, b.i))
	}})
	return d
}

func add(a, b vec) vec { return fadd.of(a, b) }
func sub(a, b vec) vec { return fsub.of(a, b) }
func div(a, b vec) vec { return fdiv.of(a, b) }
func neg(a vec) vec    { return fneg.of(a) }

func mul(a vec, b op) vec {
	if l, ok := b.(lane); ok {
		return fmulElement.emit(newVec(), a, l, false)
	}
	return fmul.of(a, b.(vec))
}

// move copies a register; the copy costs nothing where it can be avoided.
func move(a vec) vec {
	d := newVec()
	d.hint = a
	emit(&line{def: []*reg{d}, use: []*reg{a}, copies: true, text: func() string { return word(encodeMove(d.number, a.number)) }})
	return d
}

// fma is acc + a·b, fnma acc − a·b.
func fma(acc, a vec, b op) vec  { return accumulate(move(acc), a, b) }
func fnma(acc, a vec, b op) vec { return deduct(move(acc), a, b) }

// accumulate adds a·b to acc in its place, deduct subtracts it.
func accumulate(acc, a vec, b op) vec {
	if l, ok := b.(lane); ok {
		return fmlaElement.emit(acc, a, l, true)
	}
	return fmla.into(acc, a, b.(vec))
}

func deduct(acc, a vec, b op) vec {
	if l, ok := b.(lane); ok {
		return fmlsElement.emit(acc, a, l, true)
	}
	return fmls.into(acc, a, b.(vec))
}

// Integer arithmetic on the bits, and bitwise.

func maxBits(a, b vec) vec     { return smax.of(a, b) }
func minBits(a, b vec) vec     { return smin.of(a, b) }
func minUnsigned(a, b vec) vec { return umin.of(a, b) }
func addBits(a, b vec) vec     { return addInt.of(a, b) }
func subBits(a, b vec) vec     { return subInt.of(a, b) }
func and(a, b vec) vec         { return andBits.of(a, b) }
func greater(a, b vec) vec     { return cmgt.of(a, b) } // a mask, as integers

// positive is a mask of the values whose bits, as an integer, are above 0.
func positive(a vec) vec { return cmgt0.of(a) }

// choose returns b where the mask is set, a elsewhere.
func choose(mask, a, b vec) vec { return bsl.into(move(mask), b, a) }

// with emits an instruction whose encoding needs more than registers.
func with(encode func(d int) (uint32, string), from ...vec) vec {
	d := newVec()
	emit(&line{def: []*reg{d}, use: from, text: func() string { return word(encode(d.number)) }})
	return d
}

func shiftLeft(a vec, by int) vec {
	return with(func(d int) (uint32, string) { return encodeShiftLeft(d, a.number, by) }, a)
}

// fromFixed is the integers of a divided by 2^bits.
func fromFixed(a vec, bits int) vec {
	return with(func(d int) (uint32, string) { return encodeFromFixed(d, a.number, bits) }, a)
}

// extract is 16 bytes from byte by on of a followed by b.
func extract(a, b vec, by int) vec {
	return with(func(d int) (uint32, string) { return encodeExtract(d, a.number, b.number, by) }, a, b)
}

func dupLane(a vec, i int) vec {
	return with(func(d int) (uint32, string) { return encodeDupLane(d, a.number, i) }, a)
}

func dupGeneral(a gp) vec {
	return with(func(d int) (uint32, string) { return encodeDupGeneral(d, a.number) }, a)
}

// reverse turns the order of the lanes around.
func reverse(a vec) vec { r := rev64.of(a); return extract(r, r, 8) }

// sumLanes adds the four lanes up and returns the sum in the lowest.
func sumLanes(a vec) vec { return faddpS.of(faddp.of(a, a)) }

func zero() vec { return movi0.of() }

// place is memory: base + index, or base + disp.
type place struct {
	base, index gp
	disp        int
}

func at(base gp, disp int) place    { return place{base: base, disp: disp} }
func atIndex(base, index gp) place  { return place{base: base, index: index} }
func (p place) plus(disp int) place { p.disp += disp; return p }
func (a access) encode(t int, p place) string {
	if p.index == nil {
		return word(a.at(t, p.base.number, p.disp))
	}
	if p.disp != 0 {
		fail("no access has both an index and a displacement")
	}
	return word(a.indexed(t, p.base.number, p.index.number))
}

func (p place) registers() []*reg {
	if p.index == nil {
		return []*reg{p.base}
	}
	return []*reg{p.base, p.index}
}

// load fills a register from memory; what the access does not reach becomes 0.
func (a access) load(p place) vec {
	d := newVec()
	emit(&line{def: []*reg{d}, use: p.registers(), text: func() string { return a.encode(d.number, p) }})
	return d
}

func (a access) store(v *reg, p place) {
	emit(&line{use: append([]*reg{v}, p.registers()...), text: func() string { return a.encode(v.number, p) }})
}

func load(p place) vec     { return loadQ.load(p) }
func store(v vec, p place) { storeQ.store(v, p) }

// loadTwo loads neighbours.
func loadTwo(p place) (vec, vec) {
	d, e := newVec(), newVec()
	loadTwoInto(d, e, p)
	return d, e
}

func loadTwoInto(d, e vec, p place) {
	emit(&line{def: []*reg{d, e}, use: p.registers(), text: func() string {
		return word(loadQ.two(d.number, e.number, p.base.number, p.disp))
	}})
}

func storeTwo(v, w vec, p place) {
	emit(&line{use: append([]*reg{v, w}, p.registers()...), text: func() string {
		return word(storeQ.two(v.number, w.number, p.base.number, p.disp))
	}})
}

// bitsOf is a vector of four times the same bits, loaded once per kernel.
func bitsOf(u uint32) vec { return constants(u, u, u, u) }

// number is a vector of four times x, rounded to float32.
func number(x float64) vec { return bitsOf(math.Float32bits(float32(x))) }

// numbers are lanes of registers loaded once per kernel, four in each.
func numbers(xs ...float64) []lane {
	var ls []lane
	for i := 0; i < len(xs); i += 4 {
		var u [4]uint32
		for j := range u {
			if i+j < len(xs) {
				u[j] = math.Float32bits(float32(xs[i+j]))
			}
		}
		v := constants(u[0], u[1], u[2], u[3])
		for j := 0; j < 4 && i+j < len(xs); j++ {
			ls = append(ls, lane{v, j})
		}
	}
	return ls
}

func constants(u0, u1, u2, u3 uint32) vec {
	u := [4]uint32{u0, u1, u2, u3}
	key := fmt.Sprint(u)
	if v := fn.splats[key]; v != nil {
		return v
	}
	var v vec
	prologue(func() {
		if u == [4]uint32{} {
			v = zero()
			return
		}
		if fn.table == nil {
			table := newGP()
			fn.table = table
			emit(&line{def: []*reg{table}, text: func() string { return fmt.Sprintf("MOVD $neonConstants<>(SB), R%d", table.number) }})
		}
		v = load(at(fn.table, out.constant(u)))
	})
	fn.splats[key] = v
	return v
}

func find(ps []param, name string) param {
	for _, p := range ps {
		if p.name == name {
			return p
		}
	}
	fail("%s has no parameter %s", fn.name, name)
	return param{}
}

// arg loads a parameter to a general register.
func arg(name string) gp {
	p, d := find(fn.params, name), newGP()
	emit(&line{def: []*reg{d}, text: func() string { return fmt.Sprintf("MOVD %s+%d(FP), R%d", p.name, p.offset, d.number) }})
	return d
}

// splatArg copies a float32 parameter to all lanes, once per kernel.
func splatArg(name string) vec {
	if v := fn.splats[name]; v != nil {
		return v
	}
	prologue(func() { fn.splats[name] = splatArgHere(name) })
	return fn.splats[name]
}

// splatArgHere is the same for a kernel that has no register to keep it in.
func splatArgHere(name string) vec {
	p, s := find(fn.params, name), newVec()
	emit(&line{def: []*reg{s}, text: func() string { return fmt.Sprintf("FMOVS %s+%d(FP), F%d", p.name, p.offset, s.number) }})
	return dupLane(s, 0)
}

// giveBack stores the lowest lane as a result.
func giveBack(v vec, name string) {
	p := find(fn.results, name)
	emit(&line{use: []*reg{v}, text: func() string { return fmt.Sprintf("FMOVS F%d, %s+%d(FP)", v.number, p.name, p.offset) }})
}
