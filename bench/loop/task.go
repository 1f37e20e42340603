package main

import (
	"runtime"
	"time"

	"github.com/quietline/quietline/bench/lab"
	"github.com/quietline/quietline/internal/simd"
)

// task is one system, or transform, that is timed.
type task struct {
	name  string // unique, for -only and -match: "speexdsp-native/48000"
	label string
	ours  bool
	plain bool // runs with the vector kernels switched off
	turn  int  // hops, or transforms, in one turn of a round
	// run does n further hops. What it needs is there before.
	run func(n int) error
	// check tells whether it really does something; nil: nothing to check.
	check func() (checked, error)
	// everyThread: goroutines of its own do part of the work, so the time of
	// the process counts.
	everyThread bool
	inGo        bool // allocations can be counted
}

// checked is what a denoiser does to the recording.
type checked struct {
	// LevelDB is the change of the level of the whole, PausesDB that of the
	// quieter frames.
	LevelDB  *float64 `json:"level_db,omitempty"`
	PausesDB *float64 `json:"pauses_db,omitempty"`
}

// once runs n hops with the kernels as the task wants them and returns the CPU
// time.
func (t *task) once(n int) (time.Duration, error) {
	defer simd.SetEnabled(simd.SetEnabled(!t.plain))
	if t.everyThread {
		runtime.GC() // leaves nothing of others to be collected
		before := processTime()
		err := t.run(n)
		d := processTime() - before
		runtime.GC()
		return d, err
	}
	return lab.CPUTime(func() error { return t.run(n) })
}

// allocs returns the allocations of n hops.
func (t *task) allocs(n int) (float64, error) {
	defer simd.SetEnabled(simd.SetEnabled(!t.plain))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := t.run(n)
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(n), err
}
