package simd

import "testing"

func TestSpectra(t *testing.T) {
	spectrum := [2]float64{-3, 3}
	two := [][2]float64{spectrum, spectrum}
	four := append(two, two...)
	for _, c := range []kernelCase{
		{
			name: "ComplexAdd", in: four, out: 2, inPlace: 2, tol: 1e-6, scale: 10, tame: true,
			run:  func(out, in [][]float32) { ComplexAdd(out[0], out[1], in[0], in[1], in[2], in[3]) },
			twin: func(out, in [][]float32) { complexAddGo(out[0], out[1], in[0], in[1], in[2], in[3]) },
		},
		{
			name: "AddDistance", in: four, out: 1, inPlace: 1, tol: 1e-6, scale: 10, tame: true,
			run:  func(out, in [][]float32) { AddDistance(out[0], in[0], in[1], in[2], in[3]) },
			twin: func(out, in [][]float32) { addDistanceGo(out[0], in[0], in[1], in[2], in[3]) },
		},
		{
			name: "AtLeastOf", in: two, out: 2, inPlace: 2, tol: 1e-6, tame: true,
			run:  func(out, in [][]float32) { AtLeastOf(out[0], out[1], in[0], in[1], 0.7) },
			twin: func(out, in [][]float32) { atLeastOfGo(out[0], out[1], in[0], in[1], 0.7) },
		},
		{
			name: "Pairs", in: four, out: 4, inPlace: 4, tol: 1e-6, scale: 20, tame: true,
			run: func(out, in [][]float32) {
				Pairs(out[0], out[1], out[2], out[3], in[0], in[1], in[2], in[3])
			},
			twin: func(out, in [][]float32) {
				pairsGo(out[0], out[1], out[2], out[3], in[0], in[1], in[2], in[3])
			},
		},
	} {
		t.Run(c.name, c.compare)
	}
}

// TestAtLeastOf: where |y| is less than f|x| the phase is that of x.
func TestAtLeastOf(t *testing.T) {
	for _, on := range []bool{false, true} {
		was := SetEnabled(on)
		yr, yi := []float32{0, 3, 0.1, -0.1, 5}, []float32{0, 4, 0.1, -0.1, 5}
		AtLeastOf(yr, yi, []float32{6, 6, -6, 0, 0}, []float32{8, 8, 8, 0, 0}, 0.25)
		for k, want := range [][2]float32{{1.5, 2}, {3, 4}, {-1.5, 2}, {-0.1, -0.1}, {5, 5}} {
			if yr[k] != want[0] || yi[k] != want[1] {
				t.Errorf("vectors %v: bin %d is %v, %v, want %v", on, k, yr[k], yi[k], want)
			}
		}
		SetEnabled(was)
	}
}
