package main

import (
	"syscall"
	"time"
	"unsafe"
)

// processTime returns the CPU time of all threads of this process.
func processTime() time.Duration {
	const processCPU = 2 // CLOCK_PROCESS_CPUTIME_ID
	var t syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, processCPU, uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		return time.Since(started)
	}
	return time.Duration(t.Nano())
}

var started = time.Now()
