//go:build !purego

package simd

// matrix8Ways are the ways to multiply bytes that this machine has.
func matrix8Ways() []way {
	had := vnni
	ways := []way{
		{"plain", func() { SetEnabled(false) }, func() { SetEnabled(true) }},
		{"AVX2", func() { vnni = false }, func() { vnni = had }},
	}
	if had {
		ways = append(ways, way{"VNNI", func() {}, func() {}})
	}
	if !Available() {
		return ways[:1]
	}
	return ways
}

// withoutAVX512 runs a test once more with the kernels of AVX2 alone.
func withoutAVX512(f func()) {
	defer func(a, b bool) { wide, long = a, b }(wide, long)
	wide, long = false, false
	f()
}
