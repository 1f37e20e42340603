//go:build wasip1

package main

import "runtime"

var memory runtime.MemStats

// mallocs and collections let a test see that nothing is allocated and nothing
// collected while samples flow.
//
//go:wasmexport mallocs
func mallocs() int64 {
	runtime.ReadMemStats(&memory)
	return int64(memory.Mallocs)
}

//go:wasmexport collections
func collections() int64 {
	runtime.ReadMemStats(&memory)
	return int64(memory.NumGC)
}
