package simd

import (
	"math"

	"github.com/quietline/quietline/internal/fastmath"
)

// Sum returns Σ a.
func Sum(a []float32) float32 {
	if vectors && len(a) > 0 {
		return sumVec(&a[0], len(a))
	}
	return sumGo(a)
}

func sumGo(a []float32) float32 {
	var s float32
	for _, x := range a {
		s += x
	}
	return s
}

// SumsAt returns the sums of a and of b below a place and from there on.
func SumsAt(a, b []float32, at int) (aLow, aHigh, bLow, bHigh float32) {
	n := len(a)
	b = b[:n]
	_ = a[:at]
	if vectors && long && n > 0 {
		return sumsAtVecWide(&a[0], &b[0], at, n)
	}
	return Sum(a[:at]), Sum(a[at:]), Sum(b[:at]), Sum(b[at:])
}

// Peak returns the largest magnitude of a: NaN if there is one in it.
func Peak(a []float32) float32 {
	if vectors && len(a) > 0 {
		return peakVec(&a[0], len(a))
	}
	return peakGo(a)
}

// peakGo compares bits as integers, in which NaN comes after infinity.
func peakGo(a []float32) float32 {
	var most uint32
	for _, x := range a {
		most = max(most, math.Float32bits(x)&^(1<<31))
	}
	return math.Float32frombits(most)
}

// Dot returns Σ a·b.
func Dot(a, b []float32) float32 {
	n := len(a)
	b = b[:n]
	if vectors && n > 0 {
		return dotVec(&a[0], &b[0], n)
	}
	return dotGo(a, b)
}

// dotGo has four sums, so that an addition does not wait for the last.
func dotGo(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

// SumLog returns Σ a and Σ ln(a + offset), a + offset being between 1e-9 and 1e9:
// the logarithms are those of products of four.
func SumLog(a []float32, offset float32) (s, logs float32) {
	if vectors && len(a) > 0 {
		if long {
			return sumLogVecWide(&a[0], len(a), offset)
		}
		return sumLogVec(&a[0], len(a), offset)
	}
	return sumLogGo(a, offset)
}

func sumLogGo(a []float32, offset float32) (s, logs float32) {
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x := (*[4]float32)(a[i:])
		s += (x[0] + x[1]) + (x[2] + x[3])
		logs += fastmath.Log(((x[0] + offset) * (x[1] + offset)) * ((x[2] + offset) * (x[3] + offset)))
	}
	for ; i < len(a); i++ {
		s += a[i]
		logs += fastmath.Log(a[i] + offset)
	}
	return s, logs
}

// Excess returns Σ (a−b) and Σ w·(a−b).
func Excess(a, b, w []float32) (s, weighted float32) {
	n := len(a)
	b, w = b[:n], w[:n]
	if vectors && n > 0 {
		if long {
			return excessVecWide(&a[0], &b[0], &w[0], n)
		}
		return excessVec(&a[0], &b[0], &w[0], n)
	}
	return excessGo(a, b, w)
}

func excessGo(a, b, w []float32) (s, weighted float32) {
	b, w = b[:len(a)], w[:len(a)]
	var s1, w1 float32 // of every other value
	i := 0
	for ; i+2 <= len(a); i += 2 {
		d, e := a[i]-b[i], a[i+1]-b[i+1]
		s += d
		s1 += e
		weighted += w[i] * d
		w1 += w[i+1] * e
	}
	if i < len(a) {
		d := a[i] - b[i]
		s += d
		weighted += w[i] * d
	}
	return s + s1, weighted + w1
}

// Powers returns Σ a and Σ g²a: the power of a spectrum before and after gains.
func Powers(a, g []float32) (s, weighted float32) {
	n := len(a)
	g = g[:n]
	if vectors && n > 0 {
		if long {
			return powersVecWide(&a[0], &g[0], n)
		}
		return powersVec(&a[0], &g[0], n)
	}
	return powersGo(a, g)
}

func powersGo(a, g []float32) (s, weighted float32) {
	g = g[:len(a)]
	var s1, w1 float32 // of every other value
	i := 0
	for ; i+2 <= len(a); i += 2 {
		s += a[i]
		s1 += a[i+1]
		weighted += g[i] * g[i] * a[i]
		w1 += g[i+1] * g[i+1] * a[i+1]
	}
	if i < len(a) {
		s += a[i]
		weighted += g[i] * g[i] * a[i]
	}
	return s + s1, weighted + w1
}
