package simd

import (
	"math/rand"
	"testing"
)

var plain = [2]float64{-2, 2}

func TestVectorKernels(t *testing.T) {
	for _, c := range []kernelCase{
		{name: "Mul", in: [][2]float64{plain, plain}, out: 1,
			run:  func(o, in [][]float32) { Mul(o[0], in[0], in[1]) },
			twin: func(o, in [][]float32) { mulGo(o[0], in[0], in[1]) }},
		{name: "MulAdd", in: [][2]float64{plain, plain, plain}, out: 1, tol: 1e-6, scale: 4, tame: true,
			run:  func(o, in [][]float32) { MulAdd(o[0], in[0], in[1], in[2]) },
			twin: func(o, in [][]float32) { mulAddGo(o[0], in[0], in[1], in[2]) }},
		{name: "MulAdd in place", in: [][2]float64{plain, plain}, out: 1, inPlace: 1, tol: 1e-6, scale: 4, tame: true,
			run:  func(o, in [][]float32) { MulAdd(o[0], o[0], in[0], in[1]) },
			twin: func(o, in [][]float32) { mulAddGo(o[0], o[0], in[0], in[1]) }},
		{name: "Scale", in: [][2]float64{plain}, out: 1,
			run:  func(o, in [][]float32) { Scale(o[0], in[0], 0.7) },
			twin: func(o, in [][]float32) { scaleGo(o[0], in[0], 0.7) }},
		{name: "Mix", in: [][2]float64{plain, plain}, out: 1, tol: 1e-6, scale: 4, tame: true,
			run:  func(o, in [][]float32) { Mix(o[0], in[0], in[1], 0.7, 0.3) },
			twin: func(o, in [][]float32) { mixGo(o[0], in[0], in[1], 0.7, 0.3) }},
		{name: "Gain", in: [][2]float64{plain}, out: 2, inPlace: 2,
			run:  func(o, in [][]float32) { Gain(o[0], o[1], in[0]) },
			twin: func(o, in [][]float32) { gainGo(o[0], o[1], in[0]) }},
		{name: "Power", in: [][2]float64{plain, plain}, out: 1, tol: 1e-6, tame: true,
			run:  func(o, in [][]float32) { Power(o[0], in[0], in[1], 1e-12) },
			twin: func(o, in [][]float32) { powerGo(o[0], in[0], in[1], 1e-12) }},
		{name: "AddPower", in: [][2]float64{plain, plain}, out: 1, inPlace: 1, tol: 1e-6, scale: 1, tame: true,
			run:  func(o, in [][]float32) { AddPower(o[0], in[0], in[1]) },
			twin: func(o, in [][]float32) { addPowerGo(o[0], in[0], in[1]) }},
		{name: "Affine", in: [][2]float64{unit}, out: 1, tol: 1e-6, tame: true,
			run:  func(o, in [][]float32) { Affine(o[0], in[0], 0.85, 1.5, 1) },
			twin: func(o, in [][]float32) { affineGo(o[0], in[0], 0.85, 1.5, 1) }},
		{name: "AtLeast", in: [][2]float64{plain}, out: 1, tame: true,
			run:  func(o, in [][]float32) { AtLeast(o[0], in[0], 0.7, 0.1) },
			twin: func(o, in [][]float32) { atLeastGo(o[0], in[0], 0.7, 0.1) }},
		{name: "Finite", in: [][2]float64{{-20, 20}}, out: 1,
			run:  func(o, in [][]float32) { Finite(o[0], in[0], 10) },
			twin: func(o, in [][]float32) { finiteGo(o[0], in[0], 10) }},
		{name: "Log", in: [][2]float64{{1e-6, 3}}, out: 1, tol: 6e-7, tame: true,
			run:  func(o, in [][]float32) { Log(o[0], in[0], 1e-30) },
			twin: func(o, in [][]float32) { logGo(o[0], in[0], 1e-30) }},
		{name: "Sigmoid", in: [][2]float64{{-100, 100}}, out: 1, tol: 1e-5, scale: 1e-30, tame: true,
			run:  func(o, in [][]float32) { Sigmoid(o[0], in[0]) },
			twin: func(o, in [][]float32) { sigmoidGo(o[0], in[0]) }},
		{name: "Sum", in: [][2]float64{plain}, out: 1, sums: true, tol: 1e-6, scale: 1000, tame: true,
			run:  func(o, in [][]float32) { o[0][0] = Sum(in[0]) },
			twin: func(o, in [][]float32) { o[0][0] = sumGo(in[0]) }},
		{name: "Dot", in: [][2]float64{plain, plain}, out: 1, sums: true, tol: 1e-6, scale: 1000, tame: true,
			run:  func(o, in [][]float32) { o[0][0] = Dot(in[0], in[1]) },
			twin: func(o, in [][]float32) { o[0][0] = dotGo(in[0], in[1]) }},
		{name: "SumLog", in: [][2]float64{{0, 10}}, out: 2, sums: true, tol: 2e-6, scale: 10, tame: true,
			run:  func(o, in [][]float32) { o[0][0], o[1][0] = SumLog(in[0], 0.1) },
			twin: func(o, in [][]float32) { o[0][0], o[1][0] = sumLogGo(in[0], 0.1) }},
		{name: "Excess", in: [][2]float64{plain, plain, plain}, out: 2, sums: true, tol: 1e-6, scale: 1000, tame: true,
			run:  func(o, in [][]float32) { o[0][0], o[1][0] = Excess(in[0], in[1], in[2]) },
			twin: func(o, in [][]float32) { o[0][0], o[1][0] = excessGo(in[0], in[1], in[2]) }},
		{name: "Powers", in: [][2]float64{plain, plain}, out: 2, sums: true, tol: 1e-6, scale: 1000, tame: true,
			run:  func(o, in [][]float32) { o[0][0], o[1][0] = Powers(in[0], in[1]) },
			twin: func(o, in [][]float32) { o[0][0], o[1][0] = powersGo(in[0], in[1]) }},
	} {
		t.Run(c.name, c.compare)
	}
}

func TestSumsAt(t *testing.T) {
	run := func(how string) {
		rng := rand.New(rand.NewSource(15))
		for _, n := range lengths() {
			for _, atEnd := range []bool{true, false} {
				resetArena()
				a, b := arena(t, n, atEnd), arena(t, n, atEnd)
				copy(a, random(rng, n, 0, 1))
				copy(b, random(rng, n, 0, 1000))
				at := rng.Intn(n + 1)
				aLow, aHigh, bLow, bHigh := SumsAt(a, b, at)
				for i, c := range []struct {
					got float32
					of  []float32
				}{{aLow, a[:at]}, {aHigh, a[at:]}, {bLow, b[:at]}, {bHigh, b[at:]}} {
					if want := sumGo(c.of); !near(c.got, want, 1e-5, 1e-6) {
						t.Fatalf("%s, n=%d at %d: sum %d is %v, want %v", how, n, at, i, c.got, want)
					}
				}
			}
		}
	}
	run("as it is")
	withoutAVX512(func() { run("without AVX-512") })
	was := SetEnabled(false)
	run("plain")
	SetEnabled(was)
}
