package main

import "testing"

func TestFallback(t *testing.T) {
	f32 := func(names ...string) (ps []param) {
		for _, n := range names {
			ps = append(ps, param{name: n, typ: "*float32"})
		}
		return ps
	}
	slices := func(names ...string) (ps []param) {
		for _, n := range names {
			ps = append(ps, param{name: n, typ: "[]float32"})
		}
		return ps
	}
	n, f, s := param{name: "n", typ: "int"}, param{name: "f", typ: "float32"}, param{name: "s", typ: "float32"}
	twins := map[string]*signature{
		"fooGo": {name: "fooGo", params: append(slices("dst", "a"), param{name: "factor", typ: "float32"})},
		"barGo": {name: "barGo", params: slices("a"), results: []param{{name: "r0", typ: "float32"}}},
		"byVec": {name: "byVec"},
	}
	for _, c := range []struct {
		kernel signature
		want   string // empty: an error
	}{
		{signature{name: "fooVec", params: append(f32("dst", "a"), n, f)},
			"func fooVec(dst *float32, a *float32, n int, f float32) { fooGo(unsafe.Slice(dst, n), unsafe.Slice(a, n), f) }\n"},
		{signature{name: "barVec", params: append(f32("a"), n), results: []param{s}},
			"func barVec(a *float32, n int) (s float32) { return barGo(unsafe.Slice(a, n)) }\n"},
		{signature{name: "fooVecWide", params: append(f32("dst", "a"), n, f)},
			"func fooVecWide(dst *float32, a *float32, n int, f float32) { panic(noKernel) }\n"},
		{signature{name: "fooVec", params: append(f32("dst"), n, f)}, ""},
		{signature{name: "fooVec", params: append(f32("dst", "a", "b"), n, f)}, ""},
		{signature{name: "barVec", params: append(f32("a"), n)}, ""},
		{signature{name: "quxVec", params: append(f32("a"), n)}, ""},
	} {
		got := ""
		func() {
			defer func() {
				if _, ok := recover().(failure); !ok && got == "" {
					t.Errorf("%s%s: no failure", c.kernel.name, c.kernel.goText())
				}
			}()
			got = fallback(&c.kernel, twins)
		}()
		if got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestLayOut(t *testing.T) {
	p := func(typ string) param { return param{typ: typ} }
	for _, c := range []struct {
		params, results []string
		offsets         []int
		size            int
	}{
		{[]string{"*float32", "int", "float32"}, nil, []int{0, 8, 16}, 20},
		{[]string{"*float32", "int", "float32"}, []string{"float32", "float32"}, []int{0, 8, 16, 24, 28}, 32},
		{[]string{"float32", "*int8"}, nil, []int{0, 8}, 16},
		{[]string{"float32", "float32", "int"}, []string{"int"}, []int{0, 4, 8, 16}, 24},
	} {
		var s signature
		for _, x := range c.params {
			s.params = append(s.params, p(x))
		}
		for _, x := range c.results {
			s.results = append(s.results, p(x))
		}
		s.layOut()
		for i, q := range append(append([]param(nil), s.params...), s.results...) {
			if q.offset != c.offsets[i] {
				t.Errorf("%v %v: number %d at %d, want %d", c.params, c.results, i, q.offset, c.offsets[i])
			}
		}
		if s.size != c.size {
			t.Errorf("%v %v: %d bytes, want %d", c.params, c.results, s.size, c.size)
		}
	}
}
