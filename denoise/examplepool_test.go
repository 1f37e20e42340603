package denoise_test

import (
	"fmt"
	"sync"

	"github.com/quietline/quietline/denoise"
)

// A server with many calls: one Pool per worker goroutine, every call on one of
// them. A worker opens calls, cleans the packets of each tick, and closes them.
func ExamplePool() {
	const workers, calls, ticks, frame = 4, 25, 100, 480 // 10 ms packets at 48 kHz

	var wait sync.WaitGroup
	levels := make([]float64, workers)
	for w := range workers {
		pool, err := denoise.NewPool(denoise.Config{SampleRate: 48000, FrameSize: frame})
		if err != nil {
			fmt.Println(err)
			return
		}
		wait.Add(1)
		go func() { // from here on the pool and its streams are this goroutine's
			defer wait.Done()
			streams := make([]*denoise.Denoiser, calls)
			packets := make([][]float32, calls)
			for i := range streams {
				streams[i], _ = pool.New() // no error: NewPool checked the configuration
				packets[i] = make([]float32, frame)
			}
			noise := hiss(1)
			for tick := range ticks {
				for i := range packets { // what came in from the network
					copy(packets[i], noise[(tick+i)%ticks*frame:])
				}
				pool.Process(streams, packets, packets) // in place
			}
			levels[w] = dbfs(packets[calls-1])
			for _, d := range streams { // the calls are over
				pool.Put(d)
			}
		}()
	}
	wait.Wait()

	for _, l := range levels {
		fmt.Println("noise lowered by 12 dB or more:", l < -40-12)
	}
	// Output:
	// noise lowered by 12 dB or more: true
	// noise lowered by 12 dB or more: true
	// noise lowered by 12 dB or more: true
	// noise lowered by 12 dB or more: true
}

// What a stream of a pool holds in memory.
func ExampleDenoiser_StateBytes() {
	pool, err := denoise.NewPool(denoise.Config{SampleRate: 48000, FrameSize: 480})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := pool.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("at most 16 KB:", d.StateBytes() <= 16<<10)
	pool.Put(d)
	fmt.Println("streams:", pool.Len())
	// Output:
	// at most 16 KB: true
	// streams: 0
}
