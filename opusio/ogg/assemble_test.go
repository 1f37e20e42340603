package ogg

import (
	"bytes"
	"testing"
)

// TestAssembler: a packet put together stays as it is while the next is begun,
// and the limit holds to the byte.
func TestAssembler(t *testing.T) {
	const limit = 600
	x := packet20(2000, 1)
	var a assembler
	if _, whole := a.add(piece{x[:10], true}, true, limit); whole || a.open {
		t.Error("a rest without a beginning is taken")
	}
	if p, whole := a.add(piece{x[:limit], true}, false, limit); !whole || &p[0] != &x[0] {
		t.Error("a packet on one page is copied")
	}
	a.add(piece{x[:255], false}, false, limit)
	a.add(piece{x[255:510], false}, true, limit)
	p, whole := a.add(piece{x[510:limit], true}, true, limit)
	a.add(piece{x[1000:1255], false}, false, limit)
	if !whole || !bytes.Equal(p, x[:limit]) {
		t.Errorf("%d bytes, %v", len(p), whole)
	}
	a.drop()
	if _, whole := a.add(piece{x[:1], true}, true, limit); whole {
		t.Error("the rest of a dropped packet is taken")
	}
	a.add(piece{x[:510], false}, false, limit)
	if _, whole := a.add(piece{x[510 : limit+1], true}, true, limit); whole || !a.over {
		t.Error("a packet beyond the limit is taken")
	}
	a.add(piece{x[:510], false}, false, limit)
	for range 1000 {
		a.add(piece{x[:510], false}, true, limit)
	}
	if cap(a.buf) > 2*limit || !a.open || !a.over {
		t.Errorf("%d bytes held", cap(a.buf))
	}
}
