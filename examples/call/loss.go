package main

import "sync/atomic"

// lossMeter counts what came of a stream of RTP and what should have come (RFC
// 3550, appendix A.3). arrived belongs to the reading goroutine, since to one
// other.
type lossMeter struct {
	base    atomic.Int64 // one less than the first sequence number; 0 before it
	highest atomic.Int64 // highest sequence number, wraps counted
	got     atomic.Int64
	bytes   atomic.Int64

	lastWant, lastGot, lastBytes int64 // of since
}

func (m *lossMeter) arrived(seq uint16, size int) {
	h := m.highest.Load()
	if m.base.Load() == 0 {
		h = int64(seq) - 1 + 1<<16
		m.base.Store(h)
	}
	if step := int16(seq - uint16(h)); step > 0 {
		h += int64(step)
	}
	m.highest.Store(h)
	m.got.Add(1)
	m.bytes.Add(int64(size))
}

// since returns the loss in percent and the bytes since the last call. Packets
// that are late count when they come, so a share below 0 is none.
func (m *lossMeter) since() (percent float64, bytes int64) {
	all, got, size := m.highest.Load()-m.base.Load(), m.got.Load(), m.bytes.Load()
	want, have := all-m.lastWant, got-m.lastGot
	bytes = size - m.lastBytes
	m.lastWant, m.lastGot, m.lastBytes = all, got, size
	if want <= 0 || have >= want {
		return 0, bytes
	}
	return 100 * float64(want-have) / float64(want), bytes
}
