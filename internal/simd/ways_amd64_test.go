//go:build !purego

package simd

// matrix8Ways are the ways to multiply bytes that this machine has.
func matrix8Ways() []way {
	ways := []way{{"plain", func(f func()) { defer SetEnabled(SetEnabled(false)); f() }}}
	if Available() {
		ways = append(ways, way{"AVX2", withoutAVX512})
	}
	if dots {
		ways = append(ways, way{"VNNI", func(f func()) { f() }})
	}
	return ways
}

// withoutAVX512 runs a test once more with the kernels of AVX2 alone.
func withoutAVX512(f func()) {
	defer func(a, b, c bool) { wide, long, dots = a, b, c }(wide, long, dots)
	wide, long, dots = false, false, false
	f()
}
