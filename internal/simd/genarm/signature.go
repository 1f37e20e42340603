package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// param is a parameter or a result and where it lies in a call's frame.
type param struct {
	name, typ string
	offset    int
}

func (p param) size() int {
	switch p.typ {
	case "float32", "int32":
		return 4
	default: // pointers, int
		return 8
	}
}

// signature is what a kernel takes and returns.
type signature struct {
	name            string
	params, results []param
	size            int // of the frame, in bytes
}

// goText is the signature as Go writes it, after the name.
func (s *signature) goText() string {
	list := func(ps []param) string {
		var l []string
		for _, p := range ps {
			l = append(l, p.name+" "+p.typ)
		}
		return "(" + strings.Join(l, ", ") + ")"
	}
	if len(s.results) == 0 {
		return list(s.params)
	}
	return list(s.params) + " " + list(s.results)
}

// layOut sets offsets and size as Go's stack calling convention has them: results
// begin at a multiple of eight.
func (s *signature) layOut() {
	at := 0
	place := func(ps []param) {
		for i := range ps {
			n := ps[i].size()
			at = (at + n - 1) / n * n
			ps[i].offset = at
			at += n
		}
	}
	place(s.params)
	if len(s.results) > 0 {
		at = (at + 7) &^ 7
		place(s.results)
	}
	s.size = at
}

// simdPackage is what the generator knows of package simd.
type simdPackage struct {
	kernels []*signature          // those of kernels_none.go, in its order
	twins   map[string]*signature // other functions by name
}

// readPackage reads the package's Go files.
func readPackage(dir string) *simdPackage {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		fail("no Go files in %s, want the folder of package simd", dir)
	}
	p := &simdPackage{twins: map[string]*signature{}}
	for _, path := range names {
		name := filepath.Base(path)
		kernels := name == "kernels_none.go"
		if !kernels && (strings.HasPrefix(name, "kernels_") || strings.HasSuffix(name, "_test.go")) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			fail("%v", err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			fail("%v", err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			s := &signature{name: f.Name.Name, params: fields(f.Type.Params), results: fields(f.Type.Results)}
			if kernels {
				s.layOut()
				p.kernels = append(p.kernels, s)
			} else {
				p.twins[s.name] = s
			}
		}
	}
	if len(p.kernels) == 0 {
		fail("no kernels in %s: run internal/simd/gen first", filepath.Join(dir, "kernels_none.go"))
	}
	return p
}

func fields(l *ast.FieldList) []param {
	var ps []param
	if l == nil {
		return nil
	}
	for _, f := range l.List {
		typ := typeText(f.Type)
		if len(f.Names) == 0 {
			ps = append(ps, param{name: fmt.Sprintf("r%d", len(ps)), typ: typ})
		}
		for _, n := range f.Names {
			ps = append(ps, param{name: n.Name, typ: typ})
		}
	}
	return ps
}

// typeText returns pointers, slices and names as Go writes them; other types,
// which no kernel has, become "other".
func typeText(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return "*" + typeText(t.X)
	case *ast.ArrayType:
		if t.Len == nil {
			return "[]" + typeText(t.Elt)
		}
	}
	return "other"
}
