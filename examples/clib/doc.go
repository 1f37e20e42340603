// Command clib is a C library, not a program: libquietline, with the functions
// of quietline.h and, for programs written for RNNoise, those of rnnoise.h.
//
//	make                # libquietline.so (.dylib, .dll) and libquietline.a
//	make test
//
// The way of a call: boundary.c and rnnoise.c are what C sees and check
// pointers; exports.go and rnnoise.go take the call into Go; table.go finds the
// stream of a ticket; stream.go runs it, one caller at a time.
package main

import (
	"fmt"
	"os"
)

// main is not called in a library; somebody has run the folder.
func main() {
	fmt.Fprintln(os.Stderr, "clib is a C library: build it with make, or go build -buildmode=c-shared -o libquietline.so .")
	os.Exit(2)
}
