//go:build cgo && linux

package main

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The loops are in C, one call from Go for a whole turn, so that a peer pays
// nothing for being called from Go. Each ends with the last hop in out.

typedef int (*speex_run)(void *, int16_t *);
static void loop_speex(void *f, void *st, const int16_t *in, int16_t *out, long hop, long hops, long from, long n) {
	for (long i = 0, k = from % hops; i < n; i++) {
		memcpy(out, in + k * hop, hop * sizeof *out); // it works in place
		((speex_run)f)(st, out);
		if (++k == hops) k = 0;
	}
}

typedef void (*wns_process)(void *, const float *, float *);
static void loop_wns(void *f, void *st, const float *in, float *out, long hop, long hops, long from, long n) {
	for (long i = 0, k = from % hops; i < n; i++) {
		((wns_process)f)(st, in + k * hop, out);
		if (++k == hops) k = 0;
	}
}

typedef float (*rnnoise_process)(void *, float *, const float *);
static void loop_rnnoise(void *f, void *st, const float *in, float *out, long hop, long hops, long from, long n) {
	for (long i = 0, k = from % hops; i < n; i++) {
		((rnnoise_process)f)(st, out, in + k * hop);
		if (++k == hops) k = 0;
	}
}

typedef void *(*new2)(int, int);
static void *call_new2(void *f, int a, int b) { return ((new2)f)(a, b); }
typedef void *(*new1)(void *);
static void *call_new1(void *f) { return ((new1)f)(NULL); }
typedef int (*ctl)(void *, int, void *);
static int call_ctl(void *f, void *st, int request, int32_t value) { return ((ctl)f)(st, request, &value); }
typedef void (*destroy)(void *);
static void call_destroy(void *f, void *st) { ((destroy)f)(st); }
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

// nativeCalls says whether C libraries can be called.
const nativeCalls = true

// native is an instance of a peer.
type native struct {
	kind     kind
	s        *signal
	next     int // hop
	state    unsafe.Pointer
	process  unsafe.Pointer // the function
	destroy  unsafe.Pointer
	out      []float32
	out16    []int16
	outFloat []float32 // ±1, what output returns
}

// The settings of the comparison: suppression in dB for SpeexDSP, its own
// default, and WebRTC's level "high", 18 dB. Neither changes the cost.
const (
	speexDenoise, speexAGC, speexDereverb, speexSuppress = 0, 2, 8, 18

	speexSuppressDB = -15
	webrtcHigh      = 2
)

// openNative makes an instance of the library at path. A library stays loaded.
func openNative(k kind, path string, s *signal) (*native, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	// Local: several builds of one library must not see each other.
	lib := C.dlopen(name, C.RTLD_NOW|C.RTLD_LOCAL)
	if lib == nil {
		return nil, errors.New(C.GoString(C.dlerror()))
	}
	names := map[kind][3]string{
		speex:   {"speex_preprocess_state_init", "speex_preprocess_run", "speex_preprocess_state_destroy"},
		webrtc:  {"wns_create", "wns_process", "wns_destroy"},
		rnnoise: {"rnnoise_create", "rnnoise_process_frame", "rnnoise_destroy"},
	}[k]
	create, err := symbol(lib, names[0])
	if err != nil {
		return nil, err
	}
	n := &native{kind: k, s: s, out: make([]float32, s.hop), out16: make([]int16, s.hop), outFloat: make([]float32, s.hop)}
	if n.process, err = symbol(lib, names[1]); err != nil {
		return nil, err
	}
	if n.destroy, err = symbol(lib, names[2]); err != nil {
		return nil, err
	}
	switch k {
	case speex:
		control, err := symbol(lib, "speex_preprocess_ctl")
		if err != nil {
			return nil, err
		}
		n.state = C.call_new2(create, C.int(s.hop), C.int(s.rate))
		if n.state != nil {
			for _, c := range [][2]int{{speexDenoise, 1}, {speexAGC, 0}, {speexDereverb, 0}, {speexSuppress, speexSuppressDB}} {
				C.call_ctl(control, n.state, C.int(c[0]), C.int32_t(c[1]))
			}
		}
	case webrtc:
		n.state = C.call_new2(create, C.int(s.rate), webrtcHigh)
	case rnnoise:
		n.state = C.call_new1(create)
	}
	if n.state == nil {
		return nil, fmt.Errorf("%s gives nothing for %d Hz", names[0], s.rate)
	}
	return n, nil
}

func symbol(lib unsafe.Pointer, name string) (unsafe.Pointer, error) {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	f := C.dlsym(lib, c)
	if f == nil {
		return nil, fmt.Errorf("the library has no %s", name)
	}
	return f, nil
}

// run processes the next hops.
func (n *native) run(hops int) {
	s := n.s
	hop, total, from, count := C.long(s.hop), C.long(s.hops), C.long(n.next), C.long(hops)
	out := (*C.float)(&n.out[0])
	switch n.kind {
	case speex:
		C.loop_speex(n.process, n.state, (*C.int16_t)(&s.x16[0]), (*C.int16_t)(&n.out16[0]), hop, total, from, count)
	case webrtc:
		C.loop_wns(n.process, n.state, (*C.float)(&s.x[0]), out, hop, total, from, count)
	case rnnoise:
		C.loop_rnnoise(n.process, n.state, (*C.float)(&s.xBig[0]), out, hop, total, from, count)
	}
	n.next = (n.next + hops) % s.hops
}

// output returns the last hop in ±1.
func (n *native) output() []float32 {
	for i := range n.outFloat {
		switch n.kind {
		case speex:
			n.outFloat[i] = float32(n.out16[i]) / 32768
		case webrtc:
			n.outFloat[i] = n.out[i]
		case rnnoise:
			n.outFloat[i] = n.out[i] / 32768
		}
	}
	return n.outFloat
}

func (n *native) close() { C.call_destroy(n.destroy, n.state) }
