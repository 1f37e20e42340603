package spectral

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"
)

func TestRadices(t *testing.T) {
	for n := 2; n <= 10000; n++ {
		if !smooth(n) {
			continue
		}
		product, rs := 1, radices(n)
		for i, r := range rs {
			product *= r
			if r == 8 && i > 0 || r == 2 && i > 0 && i < len(rs)-1 {
				t.Errorf("radices(%d) = %v: there is no pass of radix %d for that place", n, rs, r)
			}
		}
		if product != n {
			t.Errorf("radices(%d) = %v", n, rs)
		}
	}
}

// slowPass evaluates the formula at tables.transform, x and y complex.
func slowPass(x []complex128, r, s int) []complex128 {
	m := len(x) / (r * s)
	y := make([]complex128, len(x))
	for p := range m {
		for q := range s {
			for k := range r {
				sum := complex(0, 0)
				for l := range r {
					sum += x[q+s*(p+m*l)] * cmplx.Rect(1, -2*math.Pi*float64(k*l%r)/float64(r))
				}
				y[q+s*(r*p+k)] = sum * cmplx.Rect(1, -2*math.Pi*float64(p*k)/float64(r*m))
			}
		}
	}
	return y
}

// Each pass, first, middle or last, against the formula.
func TestPasses(t *testing.T) {
	for _, size := range []int{2, 3, 4, 5, 7, 8, 12, 16, 30, 32, 49, 80, 105, 120, 128, 160, 441, 480, 512, 735, 960} {
		passes := newTables(2 * size).passes
		for i := range passes {
			ps := &passes[i]
			t.Run(fmt.Sprintf("%d pass %d radix %d", size, i, ps.radix), func(t *testing.T) {
				in := pair{fftNoise(size, 1), fftNoise(size, 2)}
				x := make([]complex128, size)
				for j := range x {
					x[j] = complex(float64(in.re[j]), float64(in.im[j]))
				}
				flat := make([]float32, 2*size)
				out := pair{make([]float32, size), make([]float32, size)}
				switch {
				case i == 0:
					interleave(flat, in)
					ps.first(out, flat)
				case i < len(passes)-1:
					ps.middle(out, in)
				default:
					ps.last(flat, in)
					for j := range out.re {
						out.re[j], out.im[j] = flat[2*j], flat[2*j+1]
					}
				}
				got := make([]complex128, size)
				for j := range got {
					got[j] = complex(float64(out.re[j]), float64(out.im[j]))
				}
				fftCheck(t, "pass", size, got, slowPass(x, ps.radix, ps.s))
			})
		}
	}
}
