package main

// #include <stdint.h>
import "C"

import "sync"

// rnnStates are the tickets of RNNoise states by the address of their memory.
// Callers of rnnoise_init own that memory and may never give the state back, as
// RNNoise has no function for it: when the address comes again, its stream is
// taken again. What is in the memory cannot tell, it may be anything.
var rnnStates = struct {
	sync.Mutex
	at map[uintptr]uint64
}{at: map[uintptr]uint64{}}

//export quietline_go_rnn_init
func quietline_go_rnn_init(address C.uintptr_t, ticket *C.uint64_t) (code C.int) {
	defer guard(&code)
	rnnStates.Lock()
	defer rnnStates.Unlock()
	if old, ok := rnnStates.at[uintptr(address)]; ok {
		if s := streams.find(old); s != nil && s.enter() {
			s.d.Reset()
			s.leave()
			*ticket = C.uint64_t(old)
			return codeOK
		}
	}
	s, err := newStream(rnnConfig)
	if err != nil {
		return errInternal
	}
	if !streams.add(s) {
		return errLimit
	}
	rnnStates.at[uintptr(address)] = s.ticket
	*ticket = C.uint64_t(s.ticket)
	return codeOK
}

// quietline_go_rnn_destroy returns 1 when the address held a state.
//
//export quietline_go_rnn_destroy
func quietline_go_rnn_destroy(address C.uintptr_t) (code C.int) {
	defer guard(&code)
	rnnStates.Lock()
	defer rnnStates.Unlock()
	ticket, ok := rnnStates.at[uintptr(address)]
	if !ok {
		return 0
	}
	delete(rnnStates.at, uintptr(address))
	streams.remove(ticket)
	return 1
}

// quietline_go_rnn_process cleans a frame; below 0 it did nothing.
//
//export quietline_go_rnn_process
func quietline_go_rnn_process(ticket C.uint64_t, out, in *C.float) (p C.float) {
	code := with(uint64(ticket), func(s *stream) int {
		p = C.float(s.rnn(floats(out, rnnFrame), floats(in, rnnFrame)))
		return codeOK
	})
	if code != codeOK {
		return -1
	}
	return p
}
