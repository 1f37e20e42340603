package main

import (
	"bytes"
	"fmt"
	"go/format"
	"math"
	"os"
	"sort"
	"strings"
)

// asmFile collects the kernels that are written.
type asmFile struct {
	pkg       *simdPackage
	functions []*function
	vectors   []uint32 // the table of constants, four numbers each
}

// out is the file and fn the kernel that are being written.
var (
	out *asmFile
	fn  *function
)

// reg is a virtual register: a vector or, with general set, 64 bits.
type reg struct {
	general    bool
	number     int // of the machine's register, once allocated
	start, end int // lines of the first and the last mention, loops considered
	hint       *reg
}

// line is an instruction, a label, or both.
type line struct {
	label  string
	target string // the label it may jump to
	def    []*reg
	use    []*reg
	text   func() string
	copies bool // def[0] = use[0], and nothing to do where they share a register
}

type function struct {
	*signature
	doc      string
	prologue []*line // constants and parameters in all lanes
	body     []*line
	splats   map[string]*reg
	table    *reg // the address of the constants
	labels   int
}

// kernel begins a function; doc is one line. It returns false where the package
// has no such kernel.
func kernel(name, doc string) bool {
	for _, s := range out.pkg.kernels {
		if s.name == name {
			fn = &function{signature: s, doc: doc, splats: map[string]*reg{}}
			out.functions = append(out.functions, fn)
			return true
		}
	}
	fmt.Fprintf(os.Stderr, "genarm: %s is left out, package simd has no such kernel\n", name)
	return false
}

// emit adds a line to the body.
func emit(l *line) { fn.body = append(fn.body, l) }

// prologue writes what f emits before everything else.
func prologue(f func()) {
	body := fn.body
	fn.body = nil
	f()
	fn.prologue = append(fn.prologue, fn.body...)
	fn.body = body
}

// interleave writes what body emits for 0 … count−1 line by line in turns:
// processors that do not look ahead find work between an operation and the one
// that waits for it.
func interleave(count int, body func(u int)) {
	before := fn.body
	parts := make([][]*line, count)
	for u := range parts {
		fn.body = nil
		body(u)
		parts[u] = fn.body
	}
	fn.body = before
	for i := 0; ; i++ {
		done := true
		for _, p := range parts {
			if i < len(p) {
				fn.body = append(fn.body, p[i])
				done = false
			}
		}
		if done {
			return
		}
	}
}

// label returns a name that no other label of the function has.
func label(s string) string {
	fn.labels++
	return fmt.Sprintf("%s%d", s, fn.labels)
}

func mark(l string) { emit(&line{label: l}) }

// The general registers that a kernel may use: not the platform's (R18), nor
// those of the assembler (R27) and of Go (R26, R28 to R30).
var generals = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24, 25}

// allocate gives every virtual register one of the machine's: a register is free
// again after the last line that mentions its holder. A value that is there before
// a loop and mentioned in it stays until the loop's end.
func (f *function) allocate(lines []*line) {
	labels := map[string]int{}
	var regs []*reg
	seen := map[*reg]bool{}
	for i, l := range lines {
		if l.label != "" {
			labels[l.label] = i
		}
		for _, r := range append(append([]*reg(nil), l.def...), l.use...) {
			if !seen[r] {
				seen[r] = true
				r.start = i
				regs = append(regs, r)
			}
			r.end = i
		}
		for _, r := range l.use {
			if r.start == i {
				fail("%s reads a register that nothing has set, at line %d", f.name, i)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for b, l := range lines {
			a, ok := labels[l.target]
			if l.target != "" && !ok {
				fail("%s jumps to %s, which is nowhere", f.name, l.target)
			}
			if l.target == "" || a > b {
				continue
			}
			for _, r := range regs {
				if r.start < a && r.end >= a && r.end < b {
					r.end = b
					changed = true
				}
			}
		}
	}
	sort.SliceStable(regs, func(i, j int) bool { return regs[i].start < regs[j].start })
	var free [2][]int
	for i := range 32 {
		free[0] = append(free[0], i)
	}
	free[1] = append(free[1], generals...)
	class := func(r *reg) int {
		if r.general {
			return 1
		}
		return 0
	}
	var active []*reg
	for _, r := range regs {
		kept := active[:0]
		for _, a := range active {
			if a.end > r.start {
				kept = append(kept, a)
			} else {
				free[class(a)] = append(free[class(a)], a.number)
			}
		}
		active = kept
		pool := free[class(r)]
		if len(pool) == 0 {
			fail("%s has too many values alive at once, at line %d of %d", f.name, r.start, len(lines))
		}
		pick := 0
		for i, n := range pool {
			if r.hint != nil && r.hint.end <= r.start && n == r.hint.number {
				pick = i
				break
			}
			if n < pool[pick] && (r.hint == nil || pool[pick] != r.hint.number) {
				pick = i
			}
		}
		r.number = pool[pick]
		free[class(r)] = append(append([]int(nil), pool[:pick]...), pool[pick+1:]...)
		active = append(active, r)
	}
}

func (f *function) assembly(b *bytes.Buffer) {
	lines := append(append([]*line(nil), f.prologue...), f.body...)
	f.allocate(lines)
	fmt.Fprintf(b, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", f.name, f.goText(), f.name, f.size)
	for _, l := range lines {
		if l.label != "" {
			fmt.Fprintf(b, "%s:\n", l.label)
		}
		if l.text == nil || l.copies && l.def[0].number == l.use[0].number {
			continue
		}
		fmt.Fprintf(b, "\t%s\n", l.text())
	}
	b.WriteString("\tRET\n")
}

// constant returns the place of a vector in the table of constants, in bytes.
func (f *asmFile) constant(u [4]uint32) int {
	for i := 0; i+4 <= len(f.vectors); i += 4 {
		if [4]uint32(f.vectors[i:]) == u {
			return 4 * i
		}
	}
	f.vectors = append(f.vectors, u[:]...)
	return 4 * (len(f.vectors) - 4)
}

func (f *asmFile) assembly() []byte {
	var b bytes.Buffer
	b.WriteString(header + "#include \"textflag.h\"\n\n")
	b.WriteString("// Words are instructions that Go's assembler does not know; the comment has them\n// in the syntax of GNU as.\n")
	var text bytes.Buffer
	for _, fn := range f.functions {
		fn.assembly(&text)
	}
	b.WriteString("\n// Constants, vectors of four.\n")
	for i := 0; i < len(f.vectors); i += 2 {
		fmt.Fprintf(&b, "DATA neonConstants<>+%d(SB)/8, $%#016x // %v, %v\n", 4*i, uint64(f.vectors[i])|uint64(f.vectors[i+1])<<32,
			math.Float32frombits(f.vectors[i]), math.Float32frombits(f.vectors[i+1]))
	}
	fmt.Fprintf(&b, "GLOBL neonConstants<>(SB), RODATA|NOPTR, $%d\n", 4*len(f.vectors))
	b.Write(text.Bytes())
	return b.Bytes()
}

func (f *asmFile) declarations() []byte {
	written := map[string]*function{}
	for _, fn := range f.functions {
		written[fn.name] = fn
	}
	var b, rest strings.Builder
	for _, k := range f.pkg.kernels {
		if fn := written[k.name]; fn != nil {
			fmt.Fprintf(&b, "// %s\n//\n//go:noescape\nfunc %s%s\n\n", fn.doc, k.name, k.goText())
		} else {
			rest.WriteString(fallback(k, f.pkg.twins))
		}
	}
	text := header + "package simd\n\n"
	if strings.Contains(rest.String(), "unsafe.") {
		text += "import \"unsafe\"\n\n"
	}
	text += b.String()
	if rest.Len() > 0 {
		text += "// Kernels that are not written for NEON.\n\n"
		if strings.Contains(rest.String(), "noKernel") {
			text += "const noKernel = \"simd: this processor has no such kernel\"\n\n"
		}
		text += rest.String()
	}
	done, err := format.Source([]byte(text))
	if err != nil {
		fail("%v", err)
	}
	return done
}
