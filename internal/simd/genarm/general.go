package main

import "fmt"

// Instructions on general registers, which Go's assembler writes.

// step adds the number by to r in place.
func step(r gp, by int) {
	emit(&line{def: []*reg{r}, use: []*reg{r}, text: func() string {
		if by < 0 {
			return fmt.Sprintf("SUB $%d, R%d", -by, r.number)
		}
		return fmt.Sprintf("ADD $%d, R%d", by, r.number)
	}})
}

// advance adds register by to r in place.
func advance(r, by gp) {
	emit(&line{def: []*reg{r}, use: []*reg{r, by}, text: func() string { return fmt.Sprintf("ADD R%d, R%d", by.number, r.number) }})
}

// plus is a + b·2^shift.
func plus(a, b gp, shift int) gp {
	d := newGP()
	emit(&line{def: []*reg{d}, use: []*reg{a, b}, text: func() string {
		return fmt.Sprintf("ADD R%d<<%d, R%d, R%d", b.number, shift, a.number, d.number)
	}})
	return d
}

// minus is a − b.
func minus(a, b gp) gp {
	d := newGP()
	emit(&line{def: []*reg{d}, use: []*reg{a, b}, text: func() string {
		return fmt.Sprintf("SUB R%d, R%d, R%d", b.number, a.number, d.number)
	}})
	return d
}

// offset is a + by.
func offset(a gp, by int) gp {
	d := newGP()
	setOffset(d, a, by)
	return d
}

// setOffset sets d = a + by.
func setOffset(d, a gp, by int) {
	emit(&line{def: []*reg{d}, use: []*reg{a}, text: func() string {
		if by < 0 {
			return fmt.Sprintf("SUB $%d, R%d, R%d", -by, a.number, d.number)
		}
		return fmt.Sprintf("ADD $%d, R%d, R%d", by, a.number, d.number)
	}})
}

// clone is a in a register of its own.
func clone(a gp) gp {
	d := newGP()
	set(d, a)
	return d
}

// set sets d = a.
func set(d, a gp) {
	emit(&line{def: []*reg{d}, use: []*reg{a}, text: func() string { return fmt.Sprintf("MOVD R%d, R%d", a.number, d.number) }})
}

func setNumber(d gp, x int) {
	emit(&line{def: []*reg{d}, text: func() string { return fmt.Sprintf("MOVD $%d, R%d", x, d.number) }})
}

func times(a, b gp) gp {
	d := newGP()
	emit(&line{def: []*reg{d}, use: []*reg{a, b}, text: func() string {
		return fmt.Sprintf("MUL R%d, R%d, R%d", a.number, b.number, d.number)
	}})
	return d
}

// shifted is a·2^by, by may be negative.
func shifted(a gp, by int) gp {
	d := newGP()
	emit(&line{def: []*reg{d}, use: []*reg{a}, text: func() string {
		if by < 0 {
			return fmt.Sprintf("LSR $%d, R%d, R%d", -by, a.number, d.number)
		}
		return fmt.Sprintf("LSL $%d, R%d, R%d", by, a.number, d.number)
	}})
	return d
}

// roundDown is a without its lower bits.
func roundDown(a gp, bits int) gp {
	d := newGP()
	emit(&line{def: []*reg{d}, use: []*reg{a}, text: func() string {
		return fmt.Sprintf("AND $~%d, R%d, R%d", 1<<bits-1, a.number, d.number)
	}})
	return d
}

// loadGP loads 64 bits.
func loadGP(base gp, disp int) gp {
	d := newGP()
	emit(&line{def: []*reg{d}, use: []*reg{base}, text: func() string {
		return fmt.Sprintf("MOVD %d(R%d), R%d", disp, base.number, d.number)
	}})
	return d
}

// storeZero stores 32 bits of zero.
func storeZero(base gp) {
	emit(&line{use: []*reg{base}, text: func() string { return fmt.Sprintf("MOVW ZR, (R%d)", base.number) }})
}

// jump goes to a label always.
func jump(to string) {
	emit(&line{target: to, text: func() string { return "B " + to }})
}

// jumpIf goes to a label if a and b compare so: LT, LE, GE, GT, EQ, NE, signed.
func jumpIf(a gp, condition string, b gp, to string) {
	emit(&line{use: []*reg{a, b}, text: func() string { return fmt.Sprintf("CMP R%d, R%d", b.number, a.number) }})
	emit(&line{target: to, text: func() string { return "B" + condition + " " + to }})
}

func jumpIfNumber(a gp, condition string, b int, to string) {
	emit(&line{use: []*reg{a}, text: func() string { return fmt.Sprintf("CMP $%d, R%d", b, a.number) }})
	emit(&line{target: to, text: func() string { return "B" + condition + " " + to }})
}

// countDown subtracts by from r and goes to a label while the result compares so
// with 0.
func countDown(r gp, by int, condition, to string) {
	emit(&line{def: []*reg{r}, use: []*reg{r}, text: func() string { return fmt.Sprintf("SUBS $%d, R%d, R%d", by, r.number, r.number) }})
	emit(&line{target: to, text: func() string { return "B" + condition + " " + to }})
}
