package main

import (
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// loop is one turn of a loop over slices of n float32, a vector at a time. The
// last turn, of what is left after whole vectors, reads and writes through a mask, which
// leaves what lies beyond the slices untouched.
type loop struct {
	ptr  map[string]gp
	i    gp           // byte offset of this turn
	mask *vec         // nil in whole turns
	k    reg.Register // the same for 16 lanes
}

// get loads a vector of a slice; in the last turn those beyond it are 0.
func (l *loop) get(name string) vec { return l.getAt(name, 0) }

// getAt is get some bytes further on.
func (l *loop) getAt(name string, disp int) vec {
	m := atIndex(l.ptr[name], l.i, 1, disp)
	if l.whole() {
		return load(m)
	}
	d := ymm()
	if l.k != nil {
		ctx.VMOVUPS_Z(m, l.k, d)
		return d
	}
	ctx.VMASKMOVPS(m, *l.mask, d)
	return d
}

func (l *loop) whole() bool { return l.mask == nil && l.k == nil }

// operand is get where an operand in memory will do.
func (l *loop) operand(name string) op {
	if l.whole() {
		return atIndex(l.ptr[name], l.i, 1, 0)
	}
	return l.get(name)
}

// put stores a vector of a slice.
func (l *loop) put(name string, v vec) {
	m := atIndex(l.ptr[name], l.i, 1, 0)
	if l.whole() {
		store(v, m)
		return
	}
	if l.k != nil {
		ctx.VMOVUPS(v, l.k, m)
		return
	}
	ctx.VMASKMOVPS(v, *l.mask, m)
}

// only makes the values beyond the slices 0.
func (l *loop) only(v vec) vec {
	if l.whole() {
		return v
	}
	if l.k != nil {
		d := ymm()
		ctx.VMOVAPS_Z(v, l.k, d)
		return d
	}
	return and(v, *l.mask)
}

// each writes a function over slices of one length n ≥ 0, given as pointers in
// the order of names, and float32 parameters. setup runs before the loop and
// body in every turn; end, if not nil, after all.
func each(name, doc, slices, scalars string, setup func(), body func(l *loop), result string, end func()) {
	signature := "func(" + strings.ReplaceAll(slices, " ", ", ") + " *float32, n int"
	if scalars != "" {
		signature += ", " + strings.ReplaceAll(scalars, " ", ", ") + " float32"
	}
	if lanes == 16 {
		wideKernels[name] = true
		doc = name + " is " + strings.TrimSuffix(name, "Wide") + " on vectors of 512 bits; it needs AVX-512 F and VL, and BMI2."
	}
	kernel(name, signature+")"+result, doc)
	l := &loop{ptr: map[string]gp{}, i: ctx.GP64()}
	for _, s := range strings.Fields(slices) {
		l.ptr[s] = arg(s)
	}
	n := arg("n")
	whole := ctx.GP64()
	ctx.MOVQ(n, whole)
	ctx.ANDQ(operand.I32(int32(-lanes)), whole)
	ctx.SHLQ(operand.U8(2), whole)
	ctx.XORQ(l.i, l.i)
	if setup != nil {
		setup()
	}
	top, tail, done := label("loop"), label("tail"), label("done")
	ctx.TESTQ(whole, whole)
	ctx.JZ(operand.LabelRef(tail))
	ctx.Label(top)
	body(l)
	ctx.ADDQ(operand.Imm(uint64(4*lanes)), l.i)
	ctx.CMPQ(l.i, whole)
	ctx.JLT(operand.LabelRef(top))
	ctx.Label(tail)
	ctx.ANDQ(operand.Imm(uint64(lanes-1)), n)
	ctx.JZ(operand.LabelRef(done))
	if lanes == 16 {
		ones := ctx.GP64()
		ctx.MOVQ(operand.I32(-1), ones)
		ctx.BZHIQ(n, ones, ones)
		l.k = ctx.K()
		ctx.KMOVW(ones.As32(), l.k)
	} else {
		mask := tailMask(n)
		l.mask = &mask
	}
	body(l)
	ctx.Label(done)
	if end != nil {
		end()
	}
	finish()
}

var masks, upper *mem

// tailMask returns a mask of the first n lanes, 0 < n < 8.
func tailMask(n gp) vec {
	if masks == nil {
		m := ctx.StaticGlobal("masks")
		masks = &m
		ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 16 {
			v := uint32(0xffffffff)
			if i >= 8 {
				v = 0
			}
			ctx.AddDatum(4*i, operand.U32(v))
		}
	}
	table, back := ctx.GP64(), ctx.GP64()
	ctx.LEAQ(*masks, table)
	ctx.MOVQ(n, back)
	ctx.NEGQ(back)
	return load(atIndex(table, back, 4, 32))
}

// maskFrom returns a mask of the lanes from n on, 0 < n ≤ 8.
func maskFrom(n gp) vec {
	if upper == nil {
		m := ctx.StaticGlobal("upper")
		upper = &m
		ctx.DataAttributes(attr.RODATA | attr.NOPTR)
		for i := range 16 {
			v := uint32(0)
			if i >= 8 {
				v = 0xffffffff
			}
			ctx.AddDatum(4*i, operand.U32(v))
		}
	}
	table, back := ctx.GP64(), ctx.GP64()
	ctx.LEAQ(*upper, table)
	ctx.MOVQ(n, back)
	ctx.NEGQ(back)
	return load(atIndex(table, back, 4, 32))
}

// sumLanes adds the lanes up and returns the sum in the lowest.
func sumLanes(v vec) vec {
	if lanes == 16 {
		lanes = 8
		defer func() { lanes = 16 }()
		upper, both := ymm(), ymm()
		ctx.VEXTRACTF64X4(operand.U8(1), v, upper)
		ctx.VADDPS(v.AsY(), upper, both)
		v = both
	}
	hi, a, b, c, d := ymm(), ymm(), ymm(), ymm(), ymm()
	ctx.VPERM2F128(operand.U8(0x01), v, v, hi)
	ctx.VADDPS(hi, v, a)
	ctx.VPERMILPS(operand.U8(0x4e), a, b)
	ctx.VADDPS(b, a, c)
	ctx.VPERMILPS(operand.U8(0xb1), c, d)
	return add(c, d)
}

// giveBack stores the lowest lane as a result.
func giveBack(v vec, name string) {
	ctx.Store(v.AsX(), ctx.Return(name))
}
