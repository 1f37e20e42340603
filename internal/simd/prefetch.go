package simd

import "unsafe"

// Prefetch asks the processor to bring n bytes at p into the cache, without waiting
// for them. p is not dereferenced: any address will do.
func Prefetch(p unsafe.Pointer, n uintptr) {
	if vectors && n > 0 {
		prefetchLines((*byte)(p), int(n))
	}
}
