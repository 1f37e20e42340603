//go:build !purego

package simd

import "golang.org/x/sys/cpu"

// vectors says whether the kernels are used: the processor has what they need
// and no test has switched them off.
var vectors = Available()

// wide says whether there are 32 registers, for vectors of 256 bits.
var wide = cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL

// long says whether kernels on vectors of 512 bits are used. The first
// processors that had them slowed down for them; those with VNNI do not.
var long = wide && cpu.X86.HasAVX512VNNI && cpu.X86.HasBMI2

// dots says whether dot products of bytes are used, on such vectors.
var dots = long

// Available tells whether this build and this processor have vector kernels.
func Available() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

// Enabled tells whether kernels are used.
func Enabled() bool { return vectors }

// SetEnabled switches the kernels off, or on again where they are available,
// and returns what was set before. It is for tests and benchmarks that compare
// the two, and must not run beside other uses of the package.
func SetEnabled(on bool) (was bool) {
	was = vectors
	vectors = on && Available()
	return was
}
