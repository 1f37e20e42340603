package main

import (
	"sync/atomic"
	"time"
)

// costMeter measures what a voice costs. The first two methods belong to the
// goroutine of the voice, since to one other.
type costMeter struct {
	decode, denoise, encode atomic.Int64 // ns in all
	hops, frames            atomic.Int64 // of 10 ms decoded, of 20 ms encoded

	last [5]int64 // as of since
}

// decoded counts a packet of n samples: both is decoding with denoising.
func (m *costMeter) decoded(both, decode time.Duration, n int) {
	m.decode.Add(int64(decode))
	m.denoise.Add(int64(both - decode))
	m.hops.Add(int64(n / hop))
}

func (m *costMeter) encoded(d time.Duration) {
	m.encode.Add(int64(d))
	m.frames.Add(1)
}

// since returns µs per 10 ms of sound since the last call, and all of it in
// seconds.
func (m *costMeter) since() (decode, denoise, encode, busy float64) {
	now := [5]int64{m.decode.Load(), m.denoise.Load(), m.encode.Load(), m.hops.Load(), m.frames.Load()}
	var d [5]float64
	for i := range now {
		d[i] = float64(now[i] - m.last[i])
	}
	m.last = now
	busy = (d[0] + d[1] + d[2]) / 1e9
	if d[3] > 0 {
		decode, denoise = d[0]/d[3]/1000, d[1]/d[3]/1000
	}
	if d[4] > 0 {
		encode = d[2] / d[4] / 2 / 1000
	}
	return decode, denoise, encode, busy
}
