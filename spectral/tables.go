package spectral

import (
	"math"
	"math/bits"
	"sync"

	"github.com/quietline/quietline/internal/simd"
)

// tables holds what every plan of one length shares: the sequence of passes
// and the roots of unity, rounded to float32 from float64.
type tables struct {
	passes  []pass
	forward []float32     // ½·w^k, for splitReal; even lengths only
	inverse []float32     // 1/n·w^k, for mergeReal; even lengths only
	vector  *simd.RealFFT // the same in vector kernels; nil where there are none
}

// pass is one step of the Stockham transform: butterflies of the given radix
// on values s apart, followed by twiddle factors.
type pass struct {
	radix int
	s     int // product of the radices before this pass
	// tw holds, for each p, the radix−1 complex factors exp(−2πi·pk/(radix·m)),
	// k = 1 … radix−1, re and im interleaved; m is the number of p.
	tw []float32
}

// cache keeps the tables of every length a program has used, 8 bytes per
// sample (16 if odd, 20 with vector kernels), for as long as it runs. Only
// constructors lock it.
var cache struct {
	sync.Mutex
	byLength map[int]*tables
}

// tablesFor returns the tables for n real samples, made once per length.
func tablesFor(n int) *tables {
	cache.Lock()
	defer cache.Unlock()
	if t, ok := cache.byLength[n]; ok {
		return t
	}
	t := newTables(n)
	if cache.byLength == nil {
		cache.byLength = make(map[int]*tables)
	}
	cache.byLength[n] = t
	return t
}

func newTables(n int) *tables {
	t := new(tables)
	size := n // of the complex transform
	if n%2 == 0 {
		size = n / 2
		t.forward = realTwiddles(n, 0.5)
		t.inverse = realTwiddles(n, 1/float64(n))
		t.vector = simd.NewRealFFT(n)
	}
	s := 1
	for _, r := range radices(size) {
		m := size / (s * r)
		ps := pass{radix: r, s: s}
		ps.tw = make([]float32, 0, 2*(r-1)*m)
		for p := 0; p < m; p++ {
			for k := 1; k < r; k++ {
				c, s := unitRoot(p*k, r*m)
				ps.tw = append(ps.tw, float32(c), float32(s))
			}
		}
		t.passes = append(t.passes, ps)
		s *= r
	}
	return t
}

// realTwiddles returns scale·exp(−2πi·k/n) for k = 0 … n/4, interleaved.
func realTwiddles(n int, scale float64) []float32 {
	tw := make([]float32, 0, 2*(n/4+1))
	for k := 0; k <= n/4; k++ {
		c, s := unitRoot(k, n)
		tw = append(tw, float32(scale*c), float32(scale*s))
	}
	return tw
}

// unitRoot returns real and imaginary part of exp(−2πi·k/n).
func unitRoot(k, n int) (re, im float64) {
	s, c := math.Sincos(-2 * math.Pi * float64(k%n) / float64(n))
	return c, s
}

// radices splits n, which has no prime factor above 7, into the radices of the
// passes, first to last. Of powers of two it makes fours, and one eight or two
// if they leave a rest: fewer passes touch memory less, but butterflies wider
// than four no longer fit in the registers. A wide radix goes first, since it
// sets the shortest run of all later passes (see transform); the passes with
// most twiddle factors go last, where there are none.
func radices(n int) []int {
	var rs []int
	take := func(r int) {
		rs = append(rs, r)
		n /= r
	}
	if twos := bits.TrailingZeros(uint(n)); twos >= 3 && twos%2 == 1 {
		take(8)
	} else {
		for _, r := range [...]int{7, 5, 4, 3, 2} {
			if n%r == 0 {
				take(r)
				break
			}
		}
	}
	for _, r := range [...]int{4, 3, 5, 7, 2} {
		for n%r == 0 {
			take(r)
		}
	}
	return rs
}
