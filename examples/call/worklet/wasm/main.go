//go:build wasip1

// Command wasm is the microphone of package mic as a WebAssembly reactor: no
// main loop, no JavaScript from Go's tree, functions that the AudioWorklet calls
// on its own thread. Package worklet builds it.
package main

import (
	"unsafe"

	"github.com/quietline/quietline/examples/call/worklet/mic"
)

// most is how many sample frames process takes at once. A render quantum has
// 128 today.
const most = 4096

var (
	m      *mic.Mic
	buffer []float32
	width  int // channels
)

func main() {}

// open makes the microphone and returns its latency in samples per channel, or
// -1 when rate (Hz) or channels are not what denoise.New takes. It may be called
// again; the old one is forgotten.
//
//go:wasmexport new
func open(rate, channels int32) int32 {
	next, err := mic.New(int(rate), int(channels))
	if err != nil {
		return -1
	}
	m, width = next, int(channels)
	buffer = make([]float32, most*width)
	return int32(m.Latency())
}

// The samples, interleaved float32 in ±1: process works in place.
//
//go:wasmexport input
func input() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(buffer)) }

//go:wasmexport output
func output() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(buffer)) }

//go:wasmexport capacity
func capacity() int32 { return most }

// process cleans n sample frames, at most capacity, and returns 1 when there
// are new figures behind stats, else 0.
//
//go:wasmexport process
func process(n int32) int32 {
	return bit(m.Process(buffer[:int(n)*width]))
}

//go:wasmexport latency
func latency() int32 { return int32(m.Latency()) }

//go:wasmexport enable
func enable(on int32) { m.SetEnabled(on != 0) }

//go:wasmexport strength
func strength(db float32) { m.SetLimitDB(float64(db)) }

//go:wasmexport mute
func mute(on int32) { m.SetMuted(on != 0) }

// stats points to a mic.Report.
//
//go:wasmexport stats
func stats() unsafe.Pointer { return unsafe.Pointer(m.Report()) }

func bit(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
