package simd

import (
	"math"
	"math/rand"
	"testing"
	"unsafe"
)

var (
	testRates = NoiseRates{Odds: 12.5, Slope: 0.967, Prob: 0.91, Rise: 0.15, Fall: 0.2, Stagnant: 0.99}

	testLevels = LevelRates{Depth: 14, Rate: 0.6, Up: 0.01, Down: 0.12}

	unit  = [2]float64{0, 1}
	power = [2]float64{0.01, 20}
	ratio = [2]float64{0.0085, 50}
)

// Of the comparisons that the sign of a difference decides, those where the
// operands are random never meet a tie but for rounding.
func TestChainKernels(t *testing.T) {
	for _, c := range []kernelCase{
		{name: "TrackNoise", in: [][2]float64{power, power, {0.5, 1}}, out: 3, inPlace: 2, state: [][2]float64{power, unit}, tol: 3e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { TrackNoise(o[0], o[1], o[2], in[0], in[1], in[2], &testRates) },
			twin: func(o, in [][]float32) { trackNoiseGo(o[0], o[1], o[2], in[0], in[1], in[2], &testRates) }},
		{name: "SNR", in: [][2]float64{power, power, power}, out: 3, tol: 1e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { SNR(o[0], o[1], o[2], in[0], in[1], in[2], 1.2, 0.92, 1e4) },
			twin: func(o, in [][]float32) { snrGo(o[0], o[1], o[2], in[0], in[1], in[2], 1.2, 0.92, 1e4) }},
		{name: "Prior", in: [][2]float64{ratio, ratio}, out: 1, inPlace: 1, tol: 1e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { Prior(o[0], in[0], in[1], 0.04, 0.05, 0.0085) },
			twin: func(o, in [][]float32) { priorGo(o[0], in[0], in[1], 0.04, 0.05, 0.0085) }},
		{name: "LogMMSE", in: [][2]float64{ratio, ratio}, out: 2, tol: 1e-6, scale: 1, tame: true, above0: true,
			run:  func(o, in [][]float32) { LogMMSE(o[0], o[1], in[0], in[1]) },
			twin: func(o, in [][]float32) { logMMSEGo(o[0], o[1], in[0], in[1]) }},
		{name: "Presence", in: [][2]float64{ratio, unit}, out: 1, inPlace: 1, state: [][2]float64{ratio}, tol: 1e-6, scale: 1, tame: true, above0: true,
			run:  func(o, in [][]float32) { Presence(o[0], in[0], in[1], 0.82, 0.1) },
			twin: func(o, in [][]float32) { presenceGo(o[0], in[0], in[1], 0.82, 0.1) }},
		{name: "WeighGain", in: [][2]float64{unit, unit}, out: 1, tol: 1e-6, scale: 1, tame: true, above0: true,
			run:  func(o, in [][]float32) { WeighGain(o[0], in[0], in[1], -2.3, 0.01) },
			twin: func(o, in [][]float32) { weighGainGo(o[0], in[0], in[1], -2.3, 0.01) }},
		{name: "Levels", in: [][2]float64{{-20, 20}}, out: 4, inPlace: 4, state: [][2]float64{unit, unit, {-20, 20}, {-20, 20}}, tol: 1e-6, scale: 20, tame: true,
			run:  func(o, in [][]float32) { Levels(o[0], o[1], o[2], o[3], in[0], 3, &testLevels) },
			twin: func(o, in [][]float32) { levelsGo(o[0], o[1], o[2], o[3], in[0], 3, &testLevels) }},
		{name: "Follow", in: [][2]float64{{-3, 0}, {-3, 0}}, out: 1, inPlace: 1, state: [][2]float64{unit}, tol: 1e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { Follow(o[0], in[0], in[1], 0.4, 0.6, 0.93, 0.44) },
			twin: func(o, in [][]float32) { followGo(o[0], in[0], in[1], 0.4, 0.6, 0.93, 0.44) }},
		{name: "Tri3", in: [][2]float64{ratio}, out: 1, local: 1, tol: 1e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { Tri3(o[0], in[0], 0.5, 0.25) },
			twin: func(o, in [][]float32) { tri3Go(o[0], in[0], 0.5, 0.25) }},
	} {
		t.Run(c.name, c.compare)
	}
}

func TestSymmetric(t *testing.T) {
	needVectors(t)
	rng := rand.New(rand.NewSource(2))
	for _, half := range []int{0, 1, 2, 3, 7, 15, 20} {
		taps := random(rng, half+1, 0, 1)
		for _, n := range lengths() {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				src, dst, tap := arena(t, n+2*half, atEnd), arena(t, n, atEnd), arena(t, half+1, atEnd)
				copy(src, random(rng, len(src), -1, 1))
				copy(tap, taps)
				want := make([]float32, n)
				symmetricGo(want, src, taps)
				Symmetric(dst, src, tap)
				for k := range want {
					if !near(dst[k], want[k], 1e-6, float64(half+1)) {
						t.Fatalf("half=%d n=%d: %d is %v, twin %v", half, n, k, dst[k], want[k])
					}
				}
			}
		}
	}
}

func boxHalf(fraction float64) func(k int) int {
	return func(k int) int { return int(math.Floor(fraction*float64(k) + 1e-9)) }
}

func TestFixedMeans(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(3))
		for _, fraction := range []float64{0, 0.01, 0.08, 0.12, 0.125, 0.13, 0.5, 1} {
			for _, n := range lengths()[1:] {
				half := boxHalf(fraction)
				m := NewFixedMeans(n, half, 1<<20)
				if got, want := m.steps != nil, fraction <= 0.125 || n < 9 && fraction < 0.2; fraction != 0.13 && n > 20 && got != want {
					t.Fatalf("fraction %v n=%d: done by the kernel %v, want %v", fraction, n, got, want)
				}
				for _, atEnd := range []bool{true, false} {
					resetArena()
					src, dst := arena(t, n, atEnd), arena(t, n, atEnd)
					pre := asInts(arena(t, m.Room(), atEnd))
					copy(src, random(rng, n, 0, 2))
					FixedSums(pre, src, 1<<20)
					m.Apply(dst, pre)
					for k := range dst {
						h := half(k)
						var sum float64
						for j := k - h; j <= min(k+h, n-1); j++ {
							sum += float64(src[j])
						}
						if want := float32(sum / float64(min(k+h, n-1)-(k-h)+1)); !near(dst[k], want, 1e-6, 1) {
							t.Fatalf("vectors %v fraction %v n=%d: %d is %v, want %v", on, fraction, n, k, dst[k], want)
						}
					}
				}
			}
		}
		SetEnabled(was)
	}
}

func asInts(x []float32) []int32 {
	return unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// Prefix sums wrap around on the way; kernel and twin agree to the bit.
func TestFixedSums(t *testing.T) {
	rng := rand.New(rand.NewSource(4))
	for _, n := range lengths() {
		src := random(rng, n, -900, 1000)
		got, want := make([]int32, n+9), make([]int32, n+9)
		FixedSums(got, src, 1<<21)
		fixedSumsGo(want, src, 1<<21)
		for k := range want {
			if got[k] != want[k] {
				t.Fatalf("n=%d: prefix %d is %d, twin %d", n, k, got[k], want[k])
			}
		}
	}
}

func TestExp2Neg(t *testing.T) {
	for x := 0.0; x < 130; x += 0.0007 {
		v := float32(x)
		want := math.Exp2(-min(float64(v), 125))
		if got := float64(exp2Neg(v)); math.Abs(got/want-1) > 2e-7 {
			t.Fatalf("2^-%v = %v, want %v", v, got, want)
		}
	}
	for _, v := range []float32{0, float32(math.Copysign(0, -1))} {
		if exp2Neg(v) != 1 {
			t.Errorf("2^%v = %v, want 1", v, exp2Neg(v))
		}
	}
}

func BenchmarkChain(b *testing.B) {
	const n = 481
	rng := rand.New(rand.NewSource(1))
	v := func(r [2]float64) []float32 { return random(rng, n, r[0], r[1]) }
	a, c, d, e, f, g := v(power), v(unit), v(power), v(ratio), v(ratio), v(unit)
	out, out2, out3 := v(unit), v(unit), v(power)
	means := NewFixedMeans(n, boxHalf(0.12), 1<<20)
	pre := make([]int32, means.Room())
	taps := v(unit)[:5]
	lines := []Line{{0, 5, 1, 0}, {5, 14, 1, 0.1}, {14, 28, 0.5, 0}, {28, 52, 1, -0.1}, {52, 130, 0, 0.2}, {130, n, 1, 0}}
	band, edges, h, gates := make([]float32, 17), make([]int, 18), make([]float32, 24), make([]float32, 72)
	for i := range edges {
		edges[i] = 2 + i*i/2
	}
	net := NewMatrix(72, 35, random(rng, 72*35, -1, 1))
	for _, k := range []struct {
		name string
		run  func()
	}{
		{"TrackNoise", func() { TrackNoise(out3, g, out, d, a, c, &testRates) }},
		{"SNR", func() { SNR(out, out2, out3, d, a, a, 1.2, 0.92, 1e4) }},
		{"Prior", func() { Prior(out3, e, f, 0.04, 0.05, 0.0085) }},
		{"LogMMSE", func() { LogMMSE(out, out2, e, f) }},
		{"Presence", func() { copy(out2, e); Presence(out2, f, c, 0.82, 0.1) }},
		{"WeighGain", func() { WeighGain(out, c, g, -2.3, 0.01) }},
		{"Follow", func() { Follow(out, c, g, 0.5, 0.5, 0.93, 0.44) }},
		{"Tri3", func() { Tri3(out, a, 0.5, 0.25) }},
		{"Symmetric9", func() { Symmetric(out[:n-8], a, taps) }},
		{"FixedSums", func() { FixedSums(pre, a, 1<<20) }},
		{"FixedMeans", func() { means.Apply(out, pre) }},
		{"Power", func() { Power(out, a, d, 1e-12) }},
		{"Gain", func() { Gain(out, out2, g) }},
		{"Mul", func() { Mul(out, a, d) }},
		{"MulAdd480", func() { MulAdd(out[:480], a[:480], d[:480], g[:480]) }},
		{"Scale", func() { Scale(out, a, 0.9) }},
		{"Mix", func() { Mix(out, a, d, 0.5, 0.5) }},
		{"Lines", func() { Lines(out, lines) }},
		{"MulLines", func() { MulLines(out, a, lines) }},
		{"Affine", func() { Affine(out, c, 0.85, 1.5, 1) }},
		{"AtLeast", func() { AtLeast(out, c, 1, 0.1) }},
		{"Finite480", func() { Finite(out[:480], a[:480], 65536) }},
		{"Powers", func() { Powers(a, g) }},
		{"BandSums", func() { BandSums(band, a, edges) }},
		{"Log18", func() { Log(out[:18], e[:18], 1e-30) }},
		{"Matrix72x35", func() { net.MulVec(gates, gates, a[:35]) }},
		{"Gates24", func() { Gates(h, gates, gates) }},
		{"SumLog96", func() { SumLog(e[:96], 0.1) }},
		{"Excess", func() { Excess(a, d, g) }},
		{"Dot", func() { Dot(a, d) }},
	} {
		for _, on := range []bool{true, false} {
			name := k.name + "/plain"
			if on {
				name = k.name + "/vector"
			}
			b.Run(name, func(b *testing.B) {
				defer SetEnabled(SetEnabled(on))
				for b.Loop() {
					k.run()
				}
			})
		}
	}
}
