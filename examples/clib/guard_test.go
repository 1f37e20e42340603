//go:build cgo

package main

import "testing"

// A panic becomes a code and leaves the stream to the next caller.
func TestPanicStaysInside(t *testing.T) {
	s, err := newStream(rnnConfig)
	if err != nil {
		t.Fatal(err)
	}
	streams.add(s)
	if code := with(s.ticket, func(*stream) int { panic("a defect") }); int(code) != errInternal {
		t.Errorf("code %d, want %d", code, errInternal)
	}
	if code := with(s.ticket, func(*stream) int { return 7 }); code != 7 {
		t.Errorf("afterwards: code %d, want 7", code)
	}
	if code := with(s.ticket, func(s *stream) int { return int(with(s.ticket, func(*stream) int { return 7 })) }); int(code) != errBusy {
		t.Errorf("two at once: code %d, want %d", code, errBusy)
	}
	if code := streams.remove(s.ticket); code != codeOK {
		t.Errorf("remove: %d", code)
	}
	if code := with(s.ticket, func(*stream) int { return 7 }); int(code) != errStream {
		t.Errorf("gone: code %d, want %d", code, errStream)
	}
}

// Nothing is allocated on the way of a frame.
func TestNothingIsAllocated(t *testing.T) {
	s, err := newStream(rnnConfig)
	if err != nil {
		t.Fatal(err)
	}
	streams.add(s)
	defer streams.remove(s.ticket)
	x := make([]float32, rnnFrame)
	if n := testing.AllocsPerRun(200, func() {
		with(s.ticket, func(s *stream) int {
			n, code := s.samples(rnnFrame)
			s.d.Process(x[:n], x[:n])
			s.rnn(x, x)
			return code
		})
	}); n != 0 {
		t.Errorf("%g allocations a frame", n)
	}
}
