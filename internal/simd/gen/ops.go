package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The arithmetic of a kernel as expressions on vectors of eight float32. Every
// function puts its result in a new register unless it says otherwise; the last
// operand of the two may be memory.

type (
	vec = reg.VecVirtual
	gp  = reg.GPVirtual
	op  = operand.Op
	mem = operand.Mem
)

// lanes is 8, or 16 while kernels on vectors of 512 bits are written.
var lanes = 8

// ymm returns a new register of that many lanes.
func ymm() vec {
	if lanes == 16 {
		return ctx.ZMM()
	}
	return ctx.YMM()
}

func add(a vec, b op) vec { d := ymm(); ctx.VADDPS(b, a, d); return d }
func sub(a vec, b op) vec { d := ymm(); ctx.VSUBPS(b, a, d); return d }
func mul(a vec, b op) vec { d := ymm(); ctx.VMULPS(b, a, d); return d }
func div(a vec, b op) vec { d := ymm(); ctx.VDIVPS(b, a, d); return d }
func load(m mem) vec      { d := ymm(); ctx.VMOVUPS(m, d); return d }
func move(a vec) vec      { d := ymm(); ctx.VMOVAPS(a, d); return d }
func zero() vec {
	d := ymm()
	if lanes == 16 {
		ctx.VPXORD(d, d, d)
	} else {
		ctx.VXORPS(d, d, d)
	}
	return d
}

func store(a vec, m mem) { ctx.VMOVUPS(a, m) }

// The fused ones overwrite their first operand, which they return.

func fma(acc, a vec, b op) vec  { ctx.VFMADD231PS(b, a, acc); return acc }  // acc + a·b
func fnma(acc, a vec, b op) vec { ctx.VFNMADD231PS(b, a, acc); return acc } // acc − a·b
func mulAdd(a, b vec, c op) vec { ctx.VFMADD213PS(c, b, a); return a }      // a·b + c
func mulSub(a, b vec, c op) vec { ctx.VFMSUB213PS(c, b, a); return a }      // a·b − c

// Integer arithmetic on the bits, and bitwise.

func maxBits(a vec, b op) vec     { d := ymm(); ctx.VPMAXSD(b, a, d); return d }
func minBits(a vec, b op) vec     { d := ymm(); ctx.VPMINSD(b, a, d); return d }
func minUnsigned(a vec, b op) vec { d := ymm(); ctx.VPMINUD(b, a, d); return d }
func addBits(a vec, b op) vec     { d := ymm(); ctx.VPADDD(b, a, d); return d }
func subBits(a vec, b op) vec     { d := ymm(); ctx.VPSUBD(b, a, d); return d }
func and(a vec, b op) vec {
	d := ymm()
	if lanes == 16 {
		ctx.VPANDD(b, a, d)
	} else {
		ctx.VPAND(b, a, d)
	}
	return d
}
func shiftLeft(a vec, n uint8) vec {
	d := ymm()
	ctx.VPSLLD(operand.U8(n), a, d)
	return d
}
func shiftRightSigned(a vec, n uint8) vec {
	d := ymm()
	ctx.VPSRAD(operand.U8(n), a, d)
	return d
}

// greater is a mask of the lanes where a > b, as integers.
func greater(a vec, b op) reg.Register {
	if lanes == 16 {
		k := ctx.K()
		ctx.VPCMPGTD(b, a, k)
		return k
	}
	d := ymm()
	ctx.VPCMPGTD(b, a, d)
	return d
}

// choose returns b where the mask is set, a elsewhere.
func choose(mask reg.Register, a, b vec) vec {
	d := ymm()
	if lanes == 16 {
		ctx.VBLENDMPS(b, a, mask, d)
	} else {
		ctx.VBLENDVPS(mask, b, a, d)
	}
	return d
}

// splat copies one float32 from memory to all lanes.
func splat(m mem) vec { d := ymm(); ctx.VBROADCASTSS(m, d); return d }

var constants = map[uint32]mem{}

// bitsOf is a read-only vector of 16 times the same bits; eight of them serve
// shorter vectors.
func bitsOf(u uint32) mem {
	if m, ok := constants[u]; ok {
		return m
	}
	name := fmt.Sprintf("c%08x", u)
	m := ctx.StaticGlobal(name)
	ctx.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range 16 {
		ctx.AddDatum(4*i, operand.U32(u))
	}
	constants[u] = m
	return m
}

// number is a read-only vector of eight times x, rounded to float32.
func number(x float64) mem { return bitsOf(math.Float32bits(float32(x))) }

// arg loads a parameter to a general register.
func arg(name string) gp {
	r := ctx.GP64()
	ctx.Load(ctx.Param(name), r)
	return r
}

// splatArg copies a float32 parameter to all lanes.
func splatArg(name string) vec {
	b, err := ctx.Param(name).Resolve()
	check(err)
	return splat(b.Addr)
}

// at is the memory at base, disp bytes on.
func at(base reg.Register, disp int) mem { return mem{Base: base, Disp: disp} }

// atIndex is the memory at base + index·scale + disp.
func atIndex(base, index reg.Register, scale uint8, disp int) mem {
	return mem{Base: base, Index: index, Scale: scale, Disp: disp}
}

func finish() {
	ctx.VZEROUPPER()
	ctx.RET()
}
