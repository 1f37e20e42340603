//go:build !unix

package main

// ignoreBrokenPipes has nothing to do where a pipe without a reader is just an
// error.
func ignoreBrokenPipes() {}
