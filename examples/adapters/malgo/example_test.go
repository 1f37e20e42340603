package main

import (
	"fmt"
	"math/rand/v2"
	"unsafe"

	"github.com/quietline/quietline/denoise"
)

// In malgo the callback is DeviceCallbacks.Data of a Duplex device with FormatF32.
func Example() {
	l, err := newLoop(denoise.Config{SampleRate: 48000})
	if err != nil {
		fmt.Println(err)
		return
	}
	microphone, speaker := make([]float32, 480), make([]float32, 480)
	for range 200 {
		for i := range microphone { // a fan
			microphone[i] = float32(0.02 * rand.NormFloat64())
		}
		l.callback(bytesOf(speaker), bytesOf(microphone), 480)
	}
	fmt.Println("noise is 12 dB quieter:", l.stats().ReductionDB > 12)
	// Output: noise is 12 dB quieter: true
}

// bytesOf sees samples as a device gives them.
func bytesOf(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
