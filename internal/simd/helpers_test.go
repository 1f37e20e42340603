package simd

import (
	"math"
	"math/rand"
	"testing"
)

// needVectors skips a test that compares kernels with their twins where there
// are none.
func needVectors(t testing.TB) {
	if !Available() {
		t.Skip("no vector kernels in this build or on this machine")
	}
}

// lengths are all short ones, around multiples of vectors, and those in use.
func lengths() []int {
	var ns []int
	for n := range 71 {
		ns = append(ns, n)
	}
	return append(ns, 81, 127, 160, 161, 240, 241, 320, 321, 441, 442, 480, 481, 513, 960)
}

var extremes = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, 1e-40, -1e-40, 1.17549435e-38, 1e-18, 1e18, 1e30, -1e30,
}

// random returns values between lo and hi.
func random(rng *rand.Rand, n int, lo, hi float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(lo + (hi-lo)*rng.Float64())
	}
	return x
}

// wild is random with every kind of extreme value strewn in.
func wild(rng *rand.Rand, n int, lo, hi float64) []float32 {
	x := random(rng, n, lo, hi)
	for i := range x {
		if rng.Intn(3) == 0 {
			x[i] = extremes[rng.Intn(len(extremes))]
		}
	}
	return x
}

// near tells whether two results are the same but for rounding: both NaN, the
// same infinity, or within tol of each other relative to their size or to scale.
func near(a, b float32, tol, scale float64) bool {
	x, y := float64(a), float64(b)
	switch {
	case math.IsNaN(x) || math.IsNaN(y):
		return math.IsNaN(x) && math.IsNaN(y)
	case math.IsInf(x, 0) || math.IsInf(y, 0):
		return x == y
	}
	return math.Abs(x-y) <= tol*max(math.Abs(x), math.Abs(y), scale)
}

// kernelCase is a kernel over float32 slices and its twin.
type kernelCase struct {
	name    string
	in      [][2]float64 // range of each input slice
	out     int          // number of slices written
	state   [][2]float64 // range of those; nil: that of the first input
	inPlace int          // how many of them, the first ones, are also read
	run     func(out, in [][]float32)
	twin    func(out, in [][]float32)
	tol     float64
	scale   float64 // size of the values the tolerance refers to, if larger
	local   int     // an output depends on the inputs this far to its sides
	sums    bool    // outputs of length 1
	tame    bool    // no comparison where an input is NaN, infinite, denormal or huge
	above0  bool    // nor where one is negative
}

// tameAt tells whether all inputs at k are ordinary numbers.
func (c *kernelCase) tameAt(k int, inputs ...[][]float32) bool {
	for _, set := range inputs {
		for _, in := range set {
			for _, x := range in[max(k-c.local, 0):min(k+c.local+1, len(in))] {
				if v := math.Abs(float64(x)); !(v > 1e-6 && v < 1e6) || c.above0 && x < 0 {
					return false
				}
			}
		}
	}
	return true
}

// compare runs kernel and twin on random and wild inputs of every length, on
// slices that end or begin at a guard page, at odd alignments, and checks that
// nothing but the outputs changes.
func (c *kernelCase) compare(t *testing.T) {
	needVectors(t)
	c.compareOnce(t)
	withoutAVX512(func() { c.compareOnce(t) })
}

func (c *kernelCase) compareOnce(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for _, n := range lengths() {
		for _, mode := range []string{"end", "begin", "odd"} {
			for _, kind := range []string{"random", "wild"} {
				place := func(src []float32) []float32 {
					var p []float32
					switch mode {
					case "odd":
						p = make([]float32, len(src)+3)[1+rng.Intn(3):][:len(src)]
					default:
						if !haveGuards {
							p = make([]float32, len(src))
							break
						}
						p = arena(t, len(src), mode == "end")
					}
					copy(p, src)
					return p
				}
				resetArena()
				var in, want, got [][]float32
				for _, r := range c.in {
					x := random(rng, n, r[0], r[1])
					if kind == "wild" {
						x = wild(rng, n, r[0], r[1])
					}
					in = append(in, x)
				}
				for o := range c.out {
					size := n
					if c.sums {
						size = 1
					}
					x := random(rng, size, -1, 1)
					if o < c.inPlace {
						r := c.in[0]
						if c.state != nil {
							r = c.state[o]
						}
						x = random(rng, size, r[0], r[1])
						if kind == "wild" {
							x = wild(rng, size, r[0], r[1])
						}
					}
					want = append(want, append([]float32(nil), x...))
					got = append(got, place(x))
				}
				placed := make([][]float32, len(in))
				for i := range in {
					placed[i] = place(in[i])
				}
				before := make([][]float32, c.inPlace)
				for o := range before {
					before[o] = append([]float32(nil), want[o]...)
				}
				c.run(got, placed)
				c.twin(want, in)
				for i := range in {
					for k, v := range in[i] {
						if math.Float32bits(v) != math.Float32bits(placed[i][k]) {
							t.Fatalf("n=%d %s %s: input %d was changed at %d", n, mode, kind, i, k)
						}
					}
				}
				for o := range want {
					for k := range want[o] {
						if c.tame && kind == "wild" && (c.sums || !c.tameAt(k, in, before)) {
							continue // it ran, and left its neighbours alone
						}
						if !near(got[o][k], want[o][k], c.tol, c.scale) {
							at := make([]float32, len(in))
							for i := range in {
								if k < len(in[i]) {
									at[i] = in[i][k]
								}
							}
							t.Fatalf("%s n=%d %s %s: output %d at %d is %v, twin %v, inputs there %v", c.name, n, mode, kind, o, k, got[o][k], want[o][k], at)
						}
					}
				}
			}
		}
	}
}

// The arena keeps guarded memory for reuse within a test binary: mapping pages
// for every slice would take most of the tests' time.
var arenas = map[bool][][]float32{}
var arenaNext = map[bool]int{}

const arenaSize = 4096

func resetArena() { clear(arenaNext) }

// arena returns a slice of n float32 that ends, or begins, at a guard page.
func arena(t testing.TB, n int, atEnd bool) []float32 {
	i := arenaNext[atEnd]
	arenaNext[atEnd]++
	if i == len(arenas[atEnd]) {
		arenas[atEnd] = append(arenas[atEnd], guarded(t, arenaSize, atEnd))
	}
	mem := arenas[atEnd][i]
	if atEnd {
		return mem[len(mem)-n:]
	}
	return mem[:n:n]
}
