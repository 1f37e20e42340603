package denoise

import (
	"math"

	"github.com/quietline/quietline/internal/simd"
)

// framing turns interleaved chunks of any length into hops per channel, and
// hops back into chunks of the same length.
//
// The first output is hop−gran zeros: chunks are multiples of gran samples, gran
// divides the hop, so at most hop−gran samples can be asked for before the hop
// that they belong to is complete. Between two chunks `fill` samples of input
// wait for their hop to be full, and hop−gran−fill of output to be asked for:
// one array of a hop holds both, input in the front and output in the back.
//
//	in: | input, fill | free, gran | output, hop−gran−fill |
//
// A chunk takes its output out before its input goes in. When chunks are whole
// hops nothing waits, and `in` is the workspace's as well, or for the time of a hop
// the caller's chunk itself (lend).
type framing struct {
	channels, hop, gran int
	in                  [][]float32 // a hop of samples each
	out                 [][]float32 // the hop that was made last; shared
	due                 [][]float32 // output of the chunk at hand; shared
	fill                int         // samples of input in `in`
	ready, read         int         // samples in `due`, and of these given out
	kind                hopKind     // of the hop that is being filled
	square              float32     // Σx² of the hop where that is known, else below 0
}

// hopKind says where the samples of a hop came from. When kinds mix in one hop
// the greater counts.
type hopKind uint8

const (
	hopNormal hopKind = iota
	hopConcealed
	hopObserved
)

func newFraming(w *workspace, b *block) framing {
	f := framing{channels: w.cfg.Channels, hop: w.hop, gran: w.gran, in: w.in, out: w.out, due: w.due}
	if !w.wholeHops() {
		f.in = make([][]float32, f.channels)
		for c := range f.in {
			f.in[c] = b.take(w.hop)
		}
	}
	f.reset()
	return f
}

// framingLen returns how many values of a channel wait from chunk to chunk.
func framingLen(hop, gran int) int {
	if gran == hop {
		return 0
	}
	return hop
}

func (f *framing) reset() {
	for c := range f.in {
		clear(f.in[c])
	}
	f.fill, f.ready, f.read = 0, 0, 0
	f.kind = hopNormal
	f.square = -1
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

// collect takes the output of a chunk of n samples per channel out of `in`, as
// far as it lies there.
func (f *framing) collect(n int) {
	f.ready, f.read = min(n, f.hop-f.gran-f.fill), 0
	for c, in := range f.in {
		copy(f.due[c], in[f.fill+f.gran:][:f.ready])
	}
}

// loadFloat32 splits an interleaved chunk of at most room samples per channel.
func (f *framing) loadFloat32(src []float32) {
	n := len(src) / f.channels
	f.collect(n)
	if f.channels == 2 {
		simd.SplitFinite(f.in[0][f.fill:f.fill+n], f.in[1][f.fill:f.fill+n], src, sampleLimit)
		return
	}
	for c, in := range f.in {
		in = in[f.fill : f.fill+n]
		if f.channels == 1 {
			simd.Finite(in, src, sampleLimit)
			continue
		}
		at := c
		for i := range in {
			in[i] = sanitize(src[at])
			at += f.channels
		}
	}
}

// lend is loadFloat32 and storeFloat32 of a whole hop of one channel without the
// copies, where chunks are whole hops: src is what comes in, unless it holds what has to be
// put right, and dst takes what goes out. giveBack ends it. dst may be src, which has
// been read before anything goes out.
func (f *framing) lend(dst, src []float32) (l loan) {
	l = loan{f.in[0], f.out[0]}
	f.out[0] = dst
	f.square = simd.Dot(src, src)
	if f.square <= sampleLimit*sampleLimit { // so is every sample; none is NaN
		f.in[0] = src
	} else {
		f.square = -1
		simd.Finite(f.in[0], src, sampleLimit)
	}
	return l
}

// loan is what lies where the caller's slices are for the time of a hop.
type loan struct{ in, out []float32 }

func (f *framing) giveBack(l loan) {
	f.in[0], f.out[0] = l.in, l.out
	f.ready, f.read = 0, 0
}

// meanSquare returns the mean square of a channel's hop.
func (f *framing) meanSquare(c int) float32 {
	if f.square >= 0 {
		return f.square / float32(f.hop)
	}
	return meanSquare(f.in[c])
}

// loadInt16 is loadFloat32 for 16-bit samples: 32768 is 1.
func (f *framing) loadInt16(src []int16) {
	n := len(src) / f.channels
	f.collect(n)
	for c, in := range f.in {
		in = in[f.fill : f.fill+n]
		if f.channels == 1 {
			if n == f.hop {
				f.square = simd.FromInt16Squares(in, src, 1.0/32768)
			} else {
				simd.FromInt16(in, src, 1.0/32768)
			}
			continue
		}
		at := c
		for i := range in {
			in[i] = float32(src[at]) * (1.0 / 32768)
			at += f.channels
		}
	}
}

func (f *framing) loadZeros(n int) {
	f.collect(n)
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

// next begins a new hop. Of the one that was made gran samples are due now.
func (f *framing) next() {
	if f.gran < f.hop { // else due is out
		for c, out := range f.out {
			copy(f.due[c][f.ready:], out[:f.gran])
			copy(f.in[c][f.gran:], out[f.gran:])
		}
	}
	f.ready += f.gran
	f.fill = 0
	f.kind = hopNormal
	f.square = -1
}

// storeFloat32 interleaves the next samples of output.
func (f *framing) storeFloat32(dst []float32) {
	n := len(dst) / f.channels
	if f.channels == 2 {
		simd.Join(dst, f.due[0][f.read:f.read+n], f.due[1][f.read:])
		f.read += n
		return
	}
	for c, out := range f.due {
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

// storeInt16 is storeFloat32 for 16-bit samples: rounded to the nearest, halves
// to even, and clamped.
func (f *framing) storeInt16(dst []int16) {
	n := len(dst) / f.channels
	for c, out := range f.due {
		out = out[f.read : f.read+n]
		if f.channels == 1 {
			simd.ToInt16(dst, out, 32768)
			continue
		}
		at := c
		for _, x := range out {
			dst[at] = toInt16(x)
			at += f.channels
		}
	}
	f.read += n
}

// free returns the room between input and output in channel c, gran samples.
func (f *framing) free(c int) []float32 { return f.in[c][f.fill:][:f.gran] }

// toInt16 is simd.ToInt16 for one sample.
func toInt16(x float32) int16 {
	return int16(math.RoundToEven(float64(min(max(x*32768, -32768), 32767))))
}
