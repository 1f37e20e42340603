package main

import (
	"runtime"
	"sync"
	"testing"
)

// A ticket finds its stream, and nothing after its stream has gone, however
// often the slot is used again.
func TestTickets(t *testing.T) {
	var tab table
	seen := map[uint64]bool{0: true}
	for round := range 50 {
		var live []*stream
		for range 2*blockSize + 5 {
			s := &stream{}
			if !tab.add(s) {
				t.Fatal("the table is full")
			}
			if seen[s.ticket] {
				t.Fatalf("round %d: ticket %#x came twice", round, s.ticket)
			}
			seen[s.ticket] = true
			live = append(live, s)
		}
		for _, s := range live {
			if tab.find(s.ticket) != s {
				t.Fatalf("ticket %#x does not find its stream", s.ticket)
			}
			if code := tab.remove(s.ticket); code != codeOK {
				t.Fatalf("remove: %d", code)
			}
			if tab.find(s.ticket) != nil {
				t.Fatalf("ticket %#x finds a stream that is gone", s.ticket)
			}
			if code := tab.remove(s.ticket); code != errStream {
				t.Fatalf("removed twice: %d, want %d", code, errStream)
			}
		}
	}
	if n := len(tab.serial); n != 2*blockSize+5 {
		t.Errorf("%d slots in use, want those of one round", n)
	}
	for ticket := range seen {
		if tab.find(ticket) != nil {
			t.Fatalf("ticket %#x finds a stream after all have gone", ticket)
		}
	}
}

// A slot whose tickets are used up is left alone, rather than giving one that
// was given before.
func TestTicketsRunOut(t *testing.T) {
	var tab table
	s := &stream{}
	tab.add(s)
	tab.remove(s.ticket)
	tab.serial[0] = maxSerial - 1
	last := &stream{}
	tab.add(last)
	if last.ticket%maxSlots != 0 || tab.find(last.ticket) != last {
		t.Fatalf("ticket %#x: want the slot's last", last.ticket)
	}
	tab.remove(last.ticket)
	next := &stream{}
	if !tab.add(next) || next.ticket%maxSlots == 0 {
		t.Errorf("ticket %#x: the slot has no tickets left", next.ticket)
	}
}

func TestTableFull(t *testing.T) {
	var tab table
	s := &stream{} // the same in every slot: only the numbers matter
	for i := range maxSlots {
		if !tab.add(s) {
			t.Fatalf("full after %d streams, want %d", i, maxSlots)
		}
	}
	if tab.add(s) {
		t.Error("more streams than slots")
	}
}

// A stream in use cannot be removed; one that was removed cannot be entered.
func TestBusy(t *testing.T) {
	var tab table
	s := &stream{}
	tab.add(s)
	if !s.enter() || s.enter() {
		t.Fatal("one caller at a time")
	}
	if code := tab.remove(s.ticket); code != errBusy {
		t.Errorf("removed while in use: %d, want %d", code, errBusy)
	}
	s.leave()
	if code := tab.remove(s.ticket); code != codeOK {
		t.Errorf("remove: %d", code)
	}
	if s.enter() {
		t.Error("a stream that is gone was entered")
	}
}

func TestTableAtOnce(t *testing.T) {
	var tab table
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 2000 {
				s := &stream{}
				tab.add(s)
				if tab.find(s.ticket) != s {
					t.Error("found another's stream")
				}
				if tab.remove(s.ticket) != codeOK {
					t.Error("not removed")
				}
			}
		})
	}
	wg.Wait()
}

// What C destroys, Go frees: valgrind cannot see that.
func TestDestroyedStreamsAreFreed(t *testing.T) {
	var tab table
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for range 3000 { // 300 MB, if they stayed
		s, err := newStream(rnnConfig)
		if err != nil {
			t.Fatal(err)
		}
		tab.add(s)
		tab.remove(s.ticket)
	}
	if grown := int64(heap()) - int64(before); grown > 5<<20 {
		t.Errorf("%d bytes stayed", grown)
	}
	runtime.KeepAlive(&tab)
}
