//go:build !purego

package simd

// matrix8Ways are the ways to multiply bytes that this machine has.
func matrix8Ways() []way {
	had := vnni
	ways := []way{
		{"plain", func() { SetEnabled(false) }, func() { SetEnabled(true) }},
		{"SMULL", func() { vnni = false }, func() { vnni = had }},
	}
	if had {
		ways = append(ways, way{"SDOT", func() {}, func() {}})
	}
	return ways
}

func withoutAVX512(func()) {}
