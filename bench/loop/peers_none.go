//go:build !cgo || !linux

package main

import "errors"

// nativeCalls says whether C libraries can be called.
const nativeCalls = false

// native stands for an instance of a C library where there can be none.
type native struct{}

func openNative(kind, string, *signal) (*native, error) {
	return nil, errors.New("this build has no cgo")
}

func (*native) run(int)           {}
func (*native) output() []float32 { return nil }
func (*native) close()            {}
