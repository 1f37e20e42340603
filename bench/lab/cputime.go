package lab

import (
	"runtime"
	"time"
)

// CPUTime returns the CPU time that f takes in the calling goroutine, which is
// locked to its thread meanwhile; see CPUClock. Goroutines that f starts do not
// count.
func CPUTime(f func() error) (time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := threadTime()
	err := f()
	return threadTime() - before, err
}
