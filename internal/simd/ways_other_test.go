//go:build (!amd64 && !arm64) || purego

package simd

func matrix8Ways() []way { return []way{{"plain", func(f func()) { f() }}} }

func withoutAVX512(func()) {}
