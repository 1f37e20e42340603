package ogg

import (
	"bytes"
	"testing"
)

func TestSegments(t *testing.T) {
	for n := range 2000 {
		if got := segments(n); got != len(lace(n)) {
			t.Fatalf("%d bytes: %d lacing values", n, got)
		}
	}
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		lacing []byte
		want   []int // lengths; negative: does not end
	}{
		{nil, nil},
		{[]byte{0}, []int{0}},
		{[]byte{0, 0, 1}, []int{0, 0, 1}},
		{[]byte{254, 255, 0, 255, 1}, []int{254, 255, 256}},
		{[]byte{255}, []int{-255}},
		{[]byte{3, 255, 255}, []int{3, -510}},
		{bytes.Repeat([]byte{255}, 255), []int{-65025}},
	} {
		size := 0
		for _, v := range c.lacing {
			size += int(v)
		}
		p := page{lacing: c.lacing, body: packet20(size+1, 3)[:size]}
		ps := p.pieces()
		at := 0
		for i := 0; ; i++ {
			q, ok := ps.next()
			if !ok {
				if i != len(c.want) || at != size {
					t.Errorf("%v: %d pieces, %d bytes", c.lacing, i, at)
				}
				break
			}
			n := max(c.want[i], -c.want[i])
			if q.ends != (c.want[i] >= 0) || !bytes.Equal(q.data, p.body[at:at+n]) || cap(q.data) != n {
				t.Errorf("%v: piece %d has %d bytes, ends %v", c.lacing, i, len(q.data), q.ends)
			}
			at += n
		}
	}
}
