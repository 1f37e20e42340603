package denoise

// framing turns interleaved chunks of any length into hops per channel, and
// hops back into chunks of the same length.
//
// Input gathers in `in` until a hop is full. Output waits in `out`, which
// starts with hop−gran zeros: chunks are multiples of gran samples, gran
// divides the hop, so at most hop−gran samples can be asked for before the hop
// that they belong to is complete.
type framing struct {
	channels, hop, lead int // lead = hop − gran
	in, prev            [][]float32
	out                 [][]float32 // lead + hop samples each
	fill                int         // samples in `in`
	read                int         // next sample of `out`
	kind                hopKind     // of the hop that is being filled
}

// hopKind says where the samples of a hop came from. When kinds mix in one hop
// the greater counts.
type hopKind uint8

const (
	hopNormal hopKind = iota
	hopConcealed
	hopObserved
)

func newFraming(channels, hop, gran int) framing {
	f := framing{channels: channels, hop: hop, lead: hop - gran}
	for range channels {
		f.in = append(f.in, make([]float32, hop))
		f.prev = append(f.prev, make([]float32, hop))
		f.out = append(f.out, make([]float32, f.lead+hop))
	}
	f.reset()
	return f
}

func (f *framing) reset() {
	for c := range f.in {
		clear(f.in[c])
		clear(f.prev[c])
		clear(f.out[c])
	}
	f.fill, f.read = 0, f.hop
	f.kind = hopNormal
}

// room returns how many samples per channel the current hop still takes.
func (f *framing) room() int { return f.hop - f.fill }

// sampleLimit is far above full scale and far below where squares and sums of
// float32 overflow.
const sampleLimit = 65536

// sanitize returns x with NaN as 0 and magnitudes bounded.
func sanitize(x float32) float32 {
	if x-x != 0 { // NaN, +Inf and −Inf
		return 0
	}
	return min(max(x, -sampleLimit), sampleLimit)
}

// loadFloat32 splits an interleaved chunk of at most room samples per channel.
func (f *framing) loadFloat32(src []float32) {
	n := len(src) / f.channels
	for c, in := range f.in {
		in = in[f.fill : f.fill+n]
		if f.channels == 1 {
			for i, x := range src[:len(in)] {
				in[i] = sanitize(x)
			}
			continue
		}
		at := c
		for i := range in {
			in[i] = sanitize(src[at])
			at += f.channels
		}
	}
}

// loadInt16 is loadFloat32 for 16-bit samples: 32768 is 1.
func (f *framing) loadInt16(src []int16) {
	n := len(src) / f.channels
	for c, in := range f.in {
		in = in[f.fill : f.fill+n]
		at := c
		for i := range in {
			in[i] = float32(src[at]) * (1.0 / 32768)
			at += f.channels
		}
	}
}

func (f *framing) loadZeros(n int) {
	for _, in := range f.in {
		clear(in[f.fill : f.fill+n])
	}
}

// note marks the hop that is being filled.
func (f *framing) note(kind hopKind) { f.kind = max(f.kind, kind) }

// advance takes n loaded samples and reports whether the hop is full. The
// caller then runs it, pushes its output and calls next.
func (f *framing) advance(n int) bool {
	f.fill += n
	return f.fill == f.hop
}

// push returns where channel c's next hop of output goes.
func (f *framing) push(c int) []float32 {
	out := f.out[c]
	copy(out[:f.lead], out[f.hop:])
	return out[f.lead:]
}

// pushed returns channel c's hop of output that was pushed last.
func (f *framing) pushed(c int) []float32 { return f.out[c][f.lead:] }

// next begins a new hop: the full one becomes the previous one.
func (f *framing) next() {
	f.in, f.prev = f.prev, f.in
	f.fill = 0
	f.read -= f.hop
	f.kind = hopNormal
}

// storeFloat32 interleaves the next samples of output.
func (f *framing) storeFloat32(dst []float32) {
	n := len(dst) / f.channels
	for c, out := range f.out {
		out = out[f.read : f.read+n]
		if f.channels == 1 {
			copy(dst, out)
			continue
		}
		at := c
		for _, x := range out {
			dst[at] = x
			at += f.channels
		}
	}
	f.read += n
}

// storeInt16 is storeFloat32 for 16-bit samples: rounded to nearest, clamped.
func (f *framing) storeInt16(dst []int16) {
	n := len(dst) / f.channels
	for c, out := range f.out {
		at := c
		for _, x := range out[f.read : f.read+n] {
			dst[at] = toInt16(x)
			at += f.channels
		}
	}
	f.read += n
}

// skip drops n samples of output.
func (f *framing) skip(n int) { f.read += n }

// toInt16 rounds half away from zero.
func toInt16(x float32) int16 {
	x *= 32768
	if x < 0 {
		return int16(max(x-0.5, -32768))
	}
	return int16(min(x+0.5, 32767))
}
