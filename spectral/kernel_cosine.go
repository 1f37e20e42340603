package spectral

import "math"

// cosineSum applies the raised cosine ½ + ½cos(πj/(h+1)), |j| ≤ h, in a time
// that does not depend on its length L = 2h+1. With cos(a−b) split up,
//
//	Σ x[m]·cos(π(m−k)/W) = cos(πk/W)·Σ x[m]cos(πm/W) + sin(πk/W)·Σ x[m]sin(πm/W),
//
// W = h+1, only three sums over a sliding window remain. Each is made of the
// sums to the end of one block of L bins and from the beginning of the next
// (van Herk 1992, there for minima), so nothing is ever subtracted and a loud
// bin leaves no rounding error behind once it is out of the window.
type cosineSum struct {
	half     int
	tab      []phase   // of the bins of two blocks
	fromHere []sums    // scratch: of a block, from each bin to the end
	ends     []float32 // factors for the first h bins and, mirrored, the last
}

type phase struct{ cos, sin float64 }

type sums struct{ plain, cos, sin float64 }

// minCosine is the half length from which this is faster than the taps.
const minCosine = 5

func isRaisedCosine(taps []float64) bool {
	h := len(taps) / 2
	for i, t := range taps {
		if want := taps[h] * (0.5 + 0.5*math.Cos(math.Pi*float64(i-h)/float64(h+1))); math.Abs(t-want) > 1e-9*taps[h] {
			return false
		}
	}
	return true
}

func newCosineSum(taps []float64) *cosineSum {
	length := len(taps)
	half := length / 2
	c := &cosineSum{half: half, tab: make([]phase, 2*length), fromHere: make([]sums, length), ends: make([]float32, half)}
	var all, inside float64
	for _, t := range taps {
		all += t
	}
	for _, t := range taps[half+1:] { // bin i has the middle tap, all above, and i below
		inside += t
	}
	for i := range c.ends {
		inside += taps[half-i]
		c.ends[i] = float32(all / inside)
	}
	for i := range c.tab {
		s, co := math.Sincos(math.Pi * float64(i) / float64(half+1))
		c.tab[i] = phase{cos: co, sin: s}
	}
	return c
}

func (c *cosineSum) apply(dst, src []float32) {
	h := c.half
	length := 2*h + 1
	norm := 0.5 / float64(h+1) // the taps sum to W = h+1; ½ is the taps' own
	// Windows of outputs k begin at k − h, that is at first … first+L−1 for the
	// outputs of this turn; bins outside the spectrum count as 0.
	for first := -h; first+h < len(src); first += length {
		from := c.fromHere[:length]
		lo, hi := max(-first, 0), min(len(src)-first, length)
		clear(from[hi:])
		var plain, cos, sin float64
		block := src[first+lo : first+hi]
		tab, own := c.tab[lo:][:len(block)], from[lo:][:len(block)]
		for r := len(block) - 1; r >= 0; r-- {
			v, p := float64(block[r]), tab[r]
			plain += v
			cos += v * p.cos
			sin += v * p.sin
			own[r] = sums{plain, cos, sin}
		}
		for r := range lo {
			from[r] = sums{plain, cos, sin}
		}

		plain, cos, sin = 0, 0, 0
		out := dst[first+h:]
		out = out[:min(len(out), length)]
		n := len(out)
		from = from[:n]
		centre := c.tab[h:][:n]
		var next []float32 // the block after this one, as far as it goes
		if first+length < len(src) {
			next = src[first+length:]
			next = next[:min(len(next), n)]
		}
		after := c.tab[length:][:len(next)]
		for r, x := range next {
			f, p := &from[r], &centre[r]
			out[r] = float32(norm * (f.plain + plain + p.cos*(f.cos+cos) + p.sin*(f.sin+sin)))
			v, q := float64(x), &after[r]
			plain += v
			cos += v * q.cos
			sin += v * q.sin
		}
		for r := len(next); r < n; r++ {
			f, p := &from[r], &centre[r]
			out[r] = float32(norm * (f.plain + plain + p.cos*(f.cos+cos) + p.sin*(f.sin+sin)))
		}
	}
	for i, e := range c.ends {
		dst[i] *= e
		dst[len(dst)-1-i] *= e
	}
}
