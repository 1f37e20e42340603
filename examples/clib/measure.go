//go:build measure

package main

/*
#define QUIETLINE_BUILD
#include "quietline.h"
*/
import "C"

import "time"

// quietline_go_measure runs so many calls of 10 ms on a stream without leaving
// Go, and returns the nanoseconds of all: what the same calls from C are
// compared with. Only in libraries built with -tags measure.
//
//export quietline_go_measure
func quietline_go_measure(ticket C.uint64_t, y, x *C.float, frames C.uint64_t, calls C.int) C.int64_t {
	s := streams.find(uint64(ticket))
	dst, src := floats(y, int(frames)), floats(x, int(frames))
	t := time.Now()
	for range int(calls) {
		s.d.Process(dst, src)
	}
	return C.int64_t(time.Since(t))
}
