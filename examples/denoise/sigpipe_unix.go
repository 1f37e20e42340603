//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreBrokenPipes makes a reader that leaves early (… | head) a write error
// like any other, not a signal that kills before temporary files are removed.
func ignoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }
