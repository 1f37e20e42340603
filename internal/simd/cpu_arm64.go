//go:build !purego

package simd

import (
	"runtime"

	"golang.org/x/sys/cpu"
)

// vectors says whether the kernels are used. Every arm64 processor has what they
// need (Advanced SIMD), but a test may have switched them off.
var vectors = true

// dots says whether there are dot products of bytes (Armv8.4, optional from
// Armv8.2). Where the system does not tell, they are taken to be missing, but all
// Macs have them.
var dots = cpu.ARM64.HasASIMDDP || runtime.GOOS == "darwin"

// There are no longer vectors, nor more registers.
const (
	wide = false
	long = false
)

// Available tells whether this build and this processor have vector kernels.
func Available() bool { return true }

// Enabled tells whether kernels are used.
func Enabled() bool { return vectors }

// SetEnabled switches the kernels off, or on again, and returns what was set
// before. It is for tests and benchmarks that compare the two, and must not run
// beside other uses of the package.
func SetEnabled(on bool) (was bool) {
	was = vectors
	vectors = on
	return was
}
