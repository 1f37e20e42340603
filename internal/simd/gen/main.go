// Command gen writes the vector kernels of package simd: AVX2 and FMA assembly
// for amd64, its declarations, and the stand-ins for builds without them.
// Those for arm64 are internal/simd/genarm's, which reads the stand-ins.
//
//	go run . -dir ..
//
// It is a module of its own, so that its dependencies are not the library's.
// The output depends on nothing but this directory.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

// ctx collects the file that is being written.
var ctx = build.NewContext()

func main() {
	dir := flag.String("dir", "..", "where the files go: the folder of package simd")
	flag.Parse()

	ctx.ConstraintExpr("!purego")
	fftKernels()
	vectorKernels()
	matrixKernels()
	chainKernels()
	groupKernels()
	pairKernels()
	netKernels()
	denseKernels()

	file, err := ctx.Result()
	if list, ok := err.(build.ErrorList); ok {
		for _, e := range list {
			fmt.Fprintln(os.Stderr, "gen:", e)
		}
	}
	check(err)
	check(pass.Compile.Execute(file))
	for _, f := range file.Functions() {
		checkRegisters(f)
	}
	cfg := printer.Config{Name: "internal/simd/gen", Argv: []string{"go", "run", ".", "-dir", ".."}, Pkg: "simd"}
	write(filepath.Join(*dir, "kernels_amd64.s"), printer.NewGoAsm(cfg), file)
	write(filepath.Join(*dir, "kernels_amd64.go"), printer.NewStubs(cfg), file)
	check(os.WriteFile(filepath.Join(*dir, "kernels_none.go"), standIns(file), 0o644))
}

func write(path string, p printer.Printer, file *ir.File) {
	b, err := p.Print(file)
	check(err)
	check(os.WriteFile(path, b, 0o644))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// checkRegisters stops where the register allocator has handed out one of the
// sixteen vector registers that only AVX-512 has: the assembler would encode
// it, and machines without AVX-512 would trap.
func checkRegisters(f *ir.Function) {
	if wideKernels[f.Name] {
		return
	}
	for _, i := range f.Instructions() {
		for _, op := range i.OutputRegisters() {
			if p, ok := op.(reg.Physical); ok && p.Kind() == reg.KindVector && p.PhysicalIndex() > 15 {
				check(fmt.Errorf("%s uses %s: too many values alive at once", f.Name, p.Asm()))
			}
		}
	}
}

// kernel begins a function. The signature is Go's, the documentation one line.
func kernel(name, signature, doc string) {
	ctx.Function(name)
	ctx.Attributes(attr.NOSPLIT)
	ctx.Pragma("noescape")
	ctx.SignatureExpr(signature)
	ctx.Doc(doc)
}

// wideKernels are those that run on AVX-512 alone.
var wideKernels = map[string]bool{}

var labels int

// label returns a name that no other label of the file has.
func label(s string) string {
	labels++
	return s + strconv.Itoa(labels)
}
