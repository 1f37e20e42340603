package opusio

import "math"

// tail remembers the end of a sound, to break it off without a click: it goes
// on backwards, which leaves no step, and fades to nothing meanwhile.
type tail struct {
	channels int
	window   []float32 // 1 → 0, one value per sample of a channel
	last     []float32 // the last len(window) samples, interleaved
	at       int       // samples per channel of the echo that were given out
}

// newTail returns a tail of n samples per channel.
func newTail(n, channels int) tail {
	t := tail{channels: channels, window: make([]float32, n), last: make([]float32, n*channels)}
	for i := range t.window {
		t.window[i] = float32(0.5 + 0.5*math.Cos(math.Pi*(float64(i)+0.5)/float64(n)))
	}
	return t
}

// remember takes note of sound that was given out.
func (t *tail) remember(x []float32) {
	keep := max(len(t.last)-len(x), 0)
	copy(t.last[:keep], t.last[len(t.last)-keep:])
	copy(t.last[keep:], x[len(x)-(len(t.last)-keep):])
	t.at = 0
}

// end fills dst with what is left of the echo, then zeros.
func (t *tail) end(dst []float32) {
	c := t.channels
	n := min(len(t.window)-t.at, len(dst)/c)
	from := len(t.window) - 1 - t.at
	for i := range n {
		w := t.window[t.at+i]
		for j := range c {
			dst[i*c+j] = w * t.last[(from-i)*c+j]
		}
	}
	clear(dst[n*c:])
	t.at += n
}

// fadeIn fades the start of x in, mirror image of the fade out.
func (t *tail) fadeIn(x []float32) {
	c, n := t.channels, len(t.window)
	for i := range min(n, len(x)/c) {
		for j := range c {
			x[i*c+j] *= 1 - t.window[i]
		}
	}
}

func (t *tail) reset() {
	clear(t.last)
	t.at = len(t.window)
}
