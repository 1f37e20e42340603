//go:build !purego

package simd

// matrix8Ways are the ways to multiply bytes that this machine has.
func matrix8Ways() []way {
	ways := []way{
		{"plain", func(f func()) { defer SetEnabled(SetEnabled(false)); f() }},
		{"SMLAL", func(f func()) { defer func(was bool) { dots = was }(dots); dots = false; f() }},
	}
	if dots {
		ways = append(ways, way{"SDOT", func(f func()) { f() }})
	}
	return ways
}

func withoutAVX512(func()) {}
