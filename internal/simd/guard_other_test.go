//go:build !linux

package simd

import "testing"

// guarded has no guards here.
func guarded(_ testing.TB, n int, _ bool) []float32 { return make([]float32, n) }

const haveGuards = false
