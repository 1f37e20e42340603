//go:build !linux

package main

import "time"

// processTime is the clock on the wall where the CPU time is not to be had.
func processTime() time.Duration { return time.Since(started) }

var started = time.Now()
