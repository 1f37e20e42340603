package denoise

import (
	"unsafe"

	"github.com/quietline/quietline/internal/simd"
)

// ahead brings the state of the stream that runs next into the cache while another
// one of the pool runs: where there are thousands, each finds that the others have
// driven its state out, and would wait for main memory again and again. It comes in
// parts, between the stages of the running hop, so that the processor has room to
// wait for them.
type ahead struct {
	d     *Denoiser // nil for none
	part  int
	block []float32 // what of its block is still to come
}

// aheadParts is how often a hop calls bring.
const aheadParts = 5

// start makes d the stream that is next.
func (a *ahead) start(d *Denoiser) {
	*a = ahead{d: d}
}

// bring asks for the next part. Pointers are followed only where an earlier part
// has asked for what holds them.
func (a *ahead) bring() {
	d := a.d
	if d == nil {
		return
	}
	switch a.part {
	case 0:
		simd.Prefetch(unsafe.Pointer(d), unsafe.Sizeof(*d))
	case 1:
		simd.Prefetch(unsafe.Pointer(unsafe.SliceData(d.channels)), uintptr(len(d.channels))*unsafe.Sizeof(channel{}))
		simd.Prefetch(unsafe.Pointer(unsafe.SliceData(d.analyses)), uintptr(len(d.analyses))*unsafe.Sizeof(analysis{}))
		simd.Prefetch(unsafe.Pointer(d.current), unsafe.Sizeof(*d.current))
		a.block = d.memory
	case 2:
		for i := range d.channels {
			simd.Prefetch(unsafe.Pointer(d.channels[i].stft), unsafe.Sizeof(*d.channels[i].stft))
		}
		for _, e := range d.current.list {
			if c, ok := e.(*classical); ok {
				simd.Prefetch(unsafe.Pointer(c), unsafe.Sizeof(*c))
			}
		}
	case 3:
		for _, e := range d.current.list {
			if c, ok := e.(*classical); ok {
				simd.Prefetch(unsafe.Pointer(c.snr), unsafe.Sizeof(*c.snr))
				c.noise.ahead()
			}
		}
	}
	a.part++
	// The block in parts of one size.
	if n := len(a.block); n > 0 {
		if left := aheadParts - a.part; left > 0 {
			n /= left + 1
		}
		simd.Prefetch(unsafe.Pointer(unsafe.SliceData(a.block)), uintptr(4*n))
		a.block = a.block[n:]
	}
	if a.part == aheadParts {
		a.d, a.block = nil, nil
	}
}
