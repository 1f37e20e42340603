package main

import (
	"fmt"
	"strings"
)

// Encodings of the vector instructions of A64, from the Arm Architecture Reference
// Manual (DDI 0487), section C7.2. The words below have all register fields 0; Rd
// is in bits 0–4, Rn in 5–9, Rm in 16–20. The texts are what objdump prints.

// simple are instructions on whole registers of one, two or three operands. The
// text has %[1]d for Rd, %[2]d for Rn, %[3]d for Rm.
type simple struct {
	word uint32
	text string
}

func threeSame(word uint32, name, shape string) simple {
	return simple{word, fmt.Sprintf("%s v%%[1]d.%s, v%%[2]d.%s, v%%[3]d.%s", name, shape, shape, shape)}
}

func twoSame(word uint32, name, shape string) simple {
	return simple{word, fmt.Sprintf("%s v%%[1]d.%s, v%%[2]d.%s", name, shape, shape)}
}

var (
	fadd    = threeSame(0x4e20d400, "fadd", "4s")
	fsub    = threeSame(0x4ea0d400, "fsub", "4s")
	fmul    = threeSame(0x6e20dc00, "fmul", "4s")
	fdiv    = threeSame(0x6e20fc00, "fdiv", "4s")
	fmla    = threeSame(0x4e20cc00, "fmla", "4s")
	fmls    = threeSame(0x4ea0cc00, "fmls", "4s")
	fmax    = threeSame(0x4e20f400, "fmax", "4s")
	fmin    = threeSame(0x4ea0f400, "fmin", "4s")
	fmaxnm  = threeSame(0x4e20c400, "fmaxnm", "4s")
	frecps  = threeSame(0x4e20fc00, "frecps", "4s")
	faddp   = threeSame(0x6e20d400, "faddp", "4s")
	smax    = threeSame(0x4ea06400, "smax", "4s")
	smin    = threeSame(0x4ea06c00, "smin", "4s")
	umin    = threeSame(0x6ea06c00, "umin", "4s")
	addInt  = threeSame(0x4ea08400, "add", "4s")
	subInt  = threeSame(0x6ea08400, "sub", "4s")
	cmgt    = threeSame(0x4ea03400, "cmgt", "4s")
	cmge    = threeSame(0x4ea03c00, "cmge", "4s")
	fcmgt   = threeSame(0x6ea0e400, "fcmgt", "4s")
	andBits = threeSame(0x4e201c00, "and", "16b")
	eor     = threeSame(0x6e201c00, "eor", "16b")
	bsl     = threeSame(0x6e601c00, "bsl", "16b")
	zip1    = threeSame(0x4e803800, "zip1", "4s")
	zip2    = threeSame(0x4e807800, "zip2", "4s")
	uzp1    = threeSame(0x4e801800, "uzp1", "4s")
	uzp2    = threeSame(0x4e805800, "uzp2", "4s")
	trn1    = threeSame(0x4e802800, "trn1", "4s")
	trn2    = threeSame(0x4e806800, "trn2", "4s")
	zip1d   = threeSame(0x4ec03800, "zip1", "2d")
	zip2d   = threeSame(0x4ec07800, "zip2", "2d")
	add8h   = threeSame(0x4e608400, "add", "8h")
	addp4s  = threeSame(0x4ea0bc00, "addp", "4s")
	uzp1b   = threeSame(0x4e001800, "uzp1", "16b")
	uzp2b   = threeSame(0x4e005800, "uzp2", "16b")
	uzp1h   = threeSame(0x4e401800, "uzp1", "8h")
	uzp2h   = threeSame(0x4e405800, "uzp2", "8h")

	fneg   = twoSame(0x6ea0f800, "fneg", "4s")
	fsqrt  = twoSame(0x6ea1f800, "fsqrt", "4s")
	scvtf  = twoSame(0x4e21d800, "scvtf", "4s")
	fcvtzs = twoSame(0x4ea1b800, "fcvtzs", "4s")
	fcvtns = twoSame(0x4e21a800, "fcvtns", "4s")
	frecpe = twoSame(0x4ea1d800, "frecpe", "4s")
	rev64  = twoSame(0x4ea00800, "rev64", "4s")

	cmgt0  = simple{0x4ea08800, "cmgt v%[1]d.4s, v%[2]d.4s, #0"}
	fmovS  = simple{0x1e204000, "fmov s%[1]d, s%[2]d"}
	faddpS = simple{0x7e30d800, "faddp s%[1]d, v%[2]d.2s"}
	movi0  = simple{0x4f000400, "movi v%[1]d.4s, #0x0"}

	sxtl   = simple{0x0f10a400, "sxtl v%[1]d.4s, v%[2]d.4h"}
	sxtl2  = simple{0x4f10a400, "sxtl2 v%[1]d.4s, v%[2]d.8h"}
	sqxtn  = simple{0x0e614800, "sqxtn v%[1]d.4h, v%[2]d.4s"}
	sqxtn2 = simple{0x4e614800, "sqxtn2 v%[1]d.8h, v%[2]d.4s"}
	shl8h  = simple{0x4f185400, "shl v%[1]d.8h, v%[2]d.8h, #8"}
	sshr8h = simple{0x4f180400, "sshr v%[1]d.8h, v%[2]d.8h, #8"}
	smlal  = simple{0x0e608000, "smlal v%[1]d.4s, v%[2]d.4h, v%[3]d.4h"}
	smlal2 = simple{0x4e608000, "smlal2 v%[1]d.4s, v%[2]d.8h, v%[3]d.8h"}
)

// encode returns the word for registers d, n and m.
func (s simple) encode(d, n, m int) (uint32, string) {
	text := fmt.Sprintf(s.text, d, n, m)
	text, _, _ = strings.Cut(text, "%!(EXTRA")
	return s.word | uint32(d) | uint32(n)<<5 | uint32(m)<<16, text
}

// encodeMove is orr with itself.
func encodeMove(d, n int) (uint32, string) {
	return 0x4ea01c00 | uint32(d) | uint32(n)<<5 | uint32(n)<<16, fmt.Sprintf("mov v%d.16b, v%d.16b", d, n)
}

// byElement are instructions whose second factor is one lane of a register: its
// number is in bits 21 (low) and 11 (high).
type byElement struct {
	word uint32
	name string
}

var (
	fmulElement = byElement{0x4f809000, "fmul"}
	fmlaElement = byElement{0x4f801000, "fmla"}
	fmlsElement = byElement{0x4f805000, "fmls"}
)

func (e byElement) encode(d, n, m, lane int) (uint32, string) {
	return e.word | uint32(d) | uint32(n)<<5 | uint32(m)<<16 | uint32(lane&1)<<21 | uint32(lane>>1)<<11,
		fmt.Sprintf("%s v%d.4s, v%d.4s, v%d.s[%d]", e.name, d, n, m, lane)
}

// encodeSDOT adds the products of four bytes each of n with four bytes of m.
func encodeSDOT(d, n, m, quad int) (uint32, string) {
	w, _ := byElement{word: 0x4f80e000}.encode(d, n, m, quad)
	return w, fmt.Sprintf("sdot v%d.4s, v%d.16b, v%d.4b[%d]", d, n, m, quad)
}

func encodeShiftLeft(d, n, by int) (uint32, string) {
	return 0x4f005400 | uint32(32+by)<<16 | uint32(d) | uint32(n)<<5, fmt.Sprintf("shl v%d.4s, v%d.4s, #%d", d, n, by)
}

// encodeFromFixed converts integers divided by 2^bits.
func encodeFromFixed(d, n, bits int) (uint32, string) {
	return 0x4f00e400 | uint32(64-bits)<<16 | uint32(d) | uint32(n)<<5, fmt.Sprintf("scvtf v%d.4s, v%d.4s, #%d", d, n, bits)
}

// encodeExtract takes 16 bytes from byte by on of n followed by m.
func encodeExtract(d, n, m, by int) (uint32, string) {
	return 0x6e000000 | uint32(by)<<11 | uint32(m)<<16 | uint32(d) | uint32(n)<<5,
		fmt.Sprintf("ext v%d.16b, v%d.16b, v%d.16b, #%d", d, n, m, by)
}

func encodeDupLane(d, n, lane int) (uint32, string) {
	return 0x4e000400 | uint32(lane<<3|4)<<16 | uint32(d) | uint32(n)<<5, fmt.Sprintf("dup v%d.4s, v%d.s[%d]", d, n, lane)
}

func encodeDupGeneral(d, n int) (uint32, string) {
	return 0x4e040c00 | uint32(d) | uint32(n)<<5, fmt.Sprintf("dup v%d.4s, w%d", d, n)
}

// encodeLaneToGeneral moves a lane to the lower half of a general register.
func encodeLaneToGeneral(d, n, lane int) (uint32, string) {
	return 0x0e003c00 | uint32(lane<<3|4)<<16 | uint32(d) | uint32(n)<<5, fmt.Sprintf("mov w%d, v%d.s[%d]", d, n, lane)
}

// access is a load or a store of 4, 8 or 16 bytes, scaled by the size.
type access struct {
	size           int
	letter         string
	name           string
	imm, index     uint32 // with an immediate displacement, with a register
	unscaledName   string
	unscaled, pair uint32
	pairName       string
}

var (
	loadQ  = access{16, "q", "ldr", 0x3dc00000, 0x3ce06800, "ldur", 0x3cc00000, 0xad400000, "ldp"}
	storeQ = access{16, "q", "str", 0x3d800000, 0x3ca06800, "stur", 0x3c800000, 0xad000000, "stp"}
	loadD  = access{8, "d", "ldr", 0xfd400000, 0xfc606800, "ldur", 0xfc400000, 0x6d400000, "ldp"}
	storeD = access{8, "d", "str", 0xfd000000, 0xfc206800, "stur", 0xfc000000, 0x6d000000, "stp"}
	loadS  = access{4, "s", "ldr", 0xbd400000, 0xbc606800, "ldur", 0xbc400000, 0x2d400000, "ldp"}
	storeS = access{4, "s", "str", 0xbd000000, 0xbc206800, "stur", 0xbc000000, 0x2d000000, "stp"}
	storeW = access{4, "w", "str", 0xb9000000, 0xb8206800, "stur", 0xb8000000, 0x29000000, "stp"}
)

// at encodes an access disp bytes after general register n.
func (a access) at(t, n, disp int) (uint32, string) {
	place := fmt.Sprintf("[x%d, #%d]", n, disp)
	if disp == 0 {
		place = fmt.Sprintf("[x%d]", n)
	}
	if disp >= 0 && disp%a.size == 0 && disp/a.size < 4096 {
		return a.imm | uint32(disp/a.size)<<10 | uint32(n)<<5 | uint32(t), fmt.Sprintf("%s %s%d, %s", a.name, a.letter, t, place)
	}
	if disp < -256 || disp > 255 {
		fail("%s: no displacement of %d bytes", a.name, disp)
	}
	return a.unscaled | uint32(disp&0x1ff)<<12 | uint32(n)<<5 | uint32(t), fmt.Sprintf("%s %s%d, %s", a.unscaledName, a.letter, t, place)
}

// indexed encodes an access at general registers n + m.
func (a access) indexed(t, n, m int) (uint32, string) {
	return a.index | uint32(m)<<16 | uint32(n)<<5 | uint32(t), fmt.Sprintf("%s %s%d, [x%d, x%d]", a.name, a.letter, t, n, m)
}

// two encodes an access to neighbours.
func (a access) two(t, u, n, disp int) (uint32, string) {
	if disp%a.size != 0 || disp/a.size < -64 || disp/a.size > 63 {
		fail("%s: no displacement of %d bytes", a.pairName, disp)
	}
	place := fmt.Sprintf("[x%d, #%d]", n, disp)
	if disp == 0 {
		place = fmt.Sprintf("[x%d]", n)
	}
	return a.pair | uint32(disp/a.size&0x7f)<<15 | uint32(u)<<10 | uint32(n)<<5 | uint32(t),
		fmt.Sprintf("%s %s%d, %s%d, %s", a.pairName, a.letter, t, a.letter, u, place)
}

// word is the assembler's line for an encoded instruction.
func word(w uint32, text string) string { return fmt.Sprintf("WORD $0x%08x // %s", w, text) }
