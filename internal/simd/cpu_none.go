//go:build (!amd64 && !arm64) || purego

package simd

// vectors says whether the kernels are used. There are none in this build, and
// as a constant it makes the compiler drop all calls.
const (
	vectors = false
	dots    = false
	wide    = false
	long    = false
)

// Available tells whether this build and this processor have vector kernels.
func Available() bool { return vectors }

// Enabled tells whether kernels are used.
func Enabled() bool { return vectors }

// SetEnabled has nothing to switch in this build.
func SetEnabled(bool) (was bool) { return vectors }
