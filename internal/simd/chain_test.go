package simd

import (
	"math"
	"math/rand"
	"testing"
)

var (
	testRates = NoiseRates{Odds: 12.5, Slope: 0.967, Prob: 0.91, Rise: 0.15, Fall: 0.2, Stagnant: 0.99}
	testRule  = GainRule{LnFloor: -2.3, Least: 0.01, Weight: 0.7, Ramp: NewLogRamp(-6, -2.2), Lo: 0.1, Hi: 0.95}

	unit  = [2]float64{0, 1}
	power = [2]float64{0.01, 20}
	ratio = [2]float64{0.0085, 50}
)

// Of the comparisons that the sign of a difference decides, those where the
// operands are random never meet a tie but for rounding.
func TestChainKernels(t *testing.T) {
	for _, c := range []kernelCase{
		{name: "TrackNoise", in: [][2]float64{power, power}, out: 3, inPlace: 2, state: [][2]float64{power, unit}, tol: 3e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { TrackNoise(o[0], o[1], o[2], in[0], in[1], &testRates) },
			twin: func(o, in [][]float32) { trackNoiseGo(o[0], o[1], o[2], in[0], in[1], &testRates) }},
		{name: "SNR", in: [][2]float64{power, power, power}, out: 3, tol: 1e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { SNR(o[0], o[1], o[2], in[0], in[1], in[2], 1.2, 0.92, 1e4) },
			twin: func(o, in [][]float32) { snrGo(o[0], o[1], o[2], in[0], in[1], in[2], 1.2, 0.92, 1e4) }},
		{name: "Prior", in: [][2]float64{ratio, ratio}, out: 1, inPlace: 1, tol: 1e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { Prior(o[0], in[0], in[1], 0.04, 0.05, 0.0085) },
			twin: func(o, in [][]float32) { priorGo(o[0], in[0], in[1], 0.04, 0.05, 0.0085) }},
		{name: "OMLSA", in: [][2]float64{ratio, ratio, unit, unit}, out: 3, tol: 3e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { OMLSA(o[0], o[1], o[2], in[0], in[1], in[2], in[3], &testRule) },
			twin: func(o, in [][]float32) { omlsaGo(o[0], o[1], o[2], in[0], in[1], in[2], in[3], &testRule) }},
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

// boxRuns are the runs of a mean over ±⌊fraction·k⌋, the inverse lengths, and
// the room its prefix sums need.
func boxRuns(n int, fraction float64) (runs []Run, inv []float32, pre []int32) {
	most := 0
	for k := range n {
		h := int(math.Floor(fraction*float64(k) + 1e-9))
		if m := len(runs); m > 0 && runs[m-1].Half == h {
			runs[m-1].Last = k + 1
		} else {
			runs = append(runs, Run{h, k, k + 1})
		}
		inv = append(inv, 1/float32(min(k+h, n-1)-(k-h)+1))
		most = max(most, h)
	}
	return runs, inv, make([]int32, n+most+1)
}

func TestFixedMeans(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(3))
		for _, fraction := range []float64{0, 0.01, 0.08, 0.12, 0.5, 1} {
			for _, n := range lengths()[1:] {
				runs, inv, pre := boxRuns(n, fraction)
				for _, atEnd := range []bool{true, false} {
					resetArena()
					src, dst, v := arena(t, n, atEnd), arena(t, n, atEnd), arena(t, n, atEnd)
					copy(src, random(rng, n, 0, 2))
					for k := range v {
						v[k] = inv[k] / (1 << 20)
					}
					FixedSums(pre, src, 1<<20)
					FixedMeans(dst, v, pre, runs)
					for k := range dst {
						h := int(math.Floor(fraction*float64(k) + 1e-9))
						var sum float64
						for j := k - h; j <= min(k+h, n-1); j++ {
							sum += float64(src[j])
						}
						if want := float32(sum * float64(inv[k])); !near(dst[k], want, 1e-6, 1) {
							t.Fatalf("vectors %v fraction %v n=%d: %d is %v, want %v", on, fraction, n, k, dst[k], want)
						}
					}
				}
			}
		}
		SetEnabled(was)
	}
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

func TestHann31(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		rng := rand.New(rand.NewSource(5))
		for _, n := range []int{31, 32, 33, 39, 81, 161, 241, 321, 442, 481, 513} {
			h := NewHann31(n)
			for range 2 { // the second time tells whether the zeros are still there
				src, dst := random(rng, n, 0.01, 50), make([]float32, n)
				src[n/2] = 1e4
				h.Apply(dst, src)
				for i := range dst {
					var sum, norm float64
					for j := -15; j <= 15; j++ {
						if i+j >= 0 && i+j < n {
							w := 0.5 + 0.5*math.Cos(math.Pi*float64(j)/16)
							sum += w * float64(src[i+j])
							norm += w
						}
					}
					if want := float32(sum / norm); !near(dst[i], want, 2e-6, 0) {
						t.Fatalf("vectors %v n=%d: %d is %v, want %v", on, n, i, dst[i], want)
					}
				}
			}
		}
		SetEnabled(was)
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

func TestLogRamp(t *testing.T) {
	for _, c := range []struct{ lo, hi, tol float64 }{{-6, -2.2, 2e-5}, {-10, 0, 1e-3}, {2, 6, 2e-5}} {
		r := NewLogRamp(c.lo, c.hi)
		for db := c.lo - 20; db < c.hi+20; db += 0.01 {
			want := min(max((db-c.lo)/(c.hi-c.lo), 0), 1)
			if got := r.at(float32(math.Pow(10, db/10))); math.Abs(float64(got)-want) > c.tol {
				t.Fatalf("ramp from %v to %v dB at %v: %v, want %v", c.lo, c.hi, db, got, want)
			}
		}
	}
}

func BenchmarkChain(b *testing.B) {
	const n = 481
	rng := rand.New(rand.NewSource(1))
	v := func(r [2]float64) []float32 { return random(rng, n, r[0], r[1]) }
	a, c, d, e, f, g := v(power), v(unit), v(power), v(ratio), v(ratio), v(unit)
	out, out2, out3, out4 := v(unit), v(unit), v(power), v(unit)
	runs, inv, pre := boxRuns(n, 0.12)
	taps, hann := v(unit)[:16], NewHann31(n)
	for _, k := range []struct {
		name string
		run  func()
	}{
		{"TrackNoise", func() { TrackNoise(out3, g, out, d, a, &testRates) }},
		{"SNR", func() { SNR(out, out2, out3, d, a, a, 1.2, 0.92, 1e4) }},
		{"Prior", func() { Prior(out3, e, f, 0.04, 0.05, 0.0085) }},
		{"OMLSA", func() { OMLSA(out, out2, out4, e, f, c, g, &testRule) }},
		{"Follow", func() { Follow(out, c, g, 0.5, 0.5, 0.93, 0.44) }},
		{"Tri3", func() { Tri3(out, a, 0.5, 0.25) }},
		{"Symmetric31", func() { Symmetric(out[:n-30], a, taps) }},
		{"Hann31", func() { hann.Apply(out, a) }},
		{"FixedSums", func() { FixedSums(pre, a, 1<<20) }},
		{"FixedMeans", func() { FixedMeans(out, inv, pre, runs) }},
		{"Power", func() { Power(out, a, d, 1e-12) }},
		{"Gain", func() { Gain(out, out2, g) }},
		{"Mul", func() { Mul(out, a, d) }},
		{"MulAdd480", func() { MulAdd(out[:480], a[:480], d[:480], g[:480]) }},
		{"Scale", func() { Scale(out, a, 0.9) }},
		{"Mix", func() { Mix(out, a, d, 0.5, 0.5) }},
		{"Exp", func() { Exp(out, e) }},
		{"Log", func() { Log(out, e) }},
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
