package main

import (
	"fmt"
	"strings"
)

// fallback returns a function in place of a kernel that is not written for NEON.
// Those on longer vectors of other processors are never called; others
// call the plain Go twin, slices being n values long.
func fallback(k *signature, twins map[string]*signature) string {
	head := fmt.Sprintf("func %s%s", k.name, k.goText())
	if strings.HasSuffix(k.name, "Wide") || strings.HasSuffix(k.name, "Dot") {
		return head + " { panic(noKernel) }\n"
	}
	if twins[k.name] != nil {
		return "" // written by hand
	}
	twinName := strings.TrimSuffix(k.name, "Vec") + "Go"
	call, ok := "", false
	if t := twins[twinName]; t != nil {
		call, ok = callTwin(k, t)
	}
	if !ok {
		fail("%s has no version for NEON, nor a twin %s with the same parameters in the same order, slices for pointers and without n: write the kernel, or a Go function of its name for arm64", k.name, twinName)
	}
	if len(k.results) > 0 {
		call = "return " + call
	}
	return head + " { " + call + " }\n"
}

// callTwin is the call of the twin t with the arguments of k.
func callTwin(k, t *signature) (string, bool) {
	var args []string
	rest := k.params
	for _, p := range t.params {
		if len(rest) > 0 && rest[0].name == "n" && rest[0].typ == "int" {
			rest = rest[1:]
		}
		switch {
		case len(rest) == 0:
			return "", false
		case strings.HasPrefix(p.typ, "[]") && rest[0].typ == "*"+p.typ[2:]:
			args = append(args, fmt.Sprintf("unsafe.Slice(%s, n)", rest[0].name))
		case p.typ == rest[0].typ && p.typ != "other":
			args = append(args, rest[0].name)
		default:
			return "", false
		}
		rest = rest[1:]
	}
	if len(rest) == 1 && rest[0].name == "n" && rest[0].typ == "int" {
		rest = nil
	}
	return t.name + "(" + strings.Join(args, ", ") + ")", len(rest) == 0 && len(k.results) == len(t.results)
}
