package spectral

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestKernelAgainstDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, bins := range []int{1, 2, 4, 16, 30, 31, 32, 33, 81, 481} {
		for _, taps := range [][]float64{{1}, {2}, Tri3(), {1, 2, 3, 2, 1}, RaisedCosine(3), RaisedCosine(6), RaisedCosine(15), {0, 1, 0}} {
			if len(taps) > 2*bins-1 {
				continue
			}
			kern, err := NewKernel(bins, taps)
			if err != nil {
				t.Fatal(err)
			}
			src := make([]float32, bins)
			for k := range src {
				src[k] = float32(rng.ExpFloat64() * math.Pow(10, 4*rng.Float64()))
			}
			got := make([]float32, bins)
			kern.Apply(got, src)
			for k := range src {
				var sum, norm float64
				for j, w := range taps {
					if i := k + j - len(taps)/2; i >= 0 && i < bins {
						sum += w * float64(src[i])
						norm += w
					}
				}
				if want := sum / norm; math.Abs(float64(got[k])-want) > 1e-6*want {
					t.Errorf("%d bins, %d taps: bin %d is %v, want %v", bins, len(taps), k, got[k], want)
				}
			}
		}
	}
}

func TestRaisedCosineTaps(t *testing.T) {
	taps := RaisedCosine(15)
	if len(taps) != 31 || taps[15] != 1 {
		t.Fatalf("RaisedCosine(15) has %d taps, middle %v", len(taps), taps[15])
	}
	for j := -15; j <= 15; j++ {
		if want := 0.5 + 0.5*math.Cos(math.Pi*float64(j)/16); math.Abs(taps[15+j]-want) > 1e-15 {
			t.Errorf("tap %d is %v, want %v", j, taps[15+j], want)
		}
	}
}

// The sums of a long raised cosine are over the window alone: what lies outside
// leaves no trace, and nothing becomes negative.
func TestKernelDynamicRange(t *testing.T) {
	kern, err := NewKernel(200, RaisedCosine(15))
	if err != nil {
		t.Fatal(err)
	}
	if kern.cos == nil {
		t.Fatal("the fast form is not used")
	}
	src, got := make([]float32, 200), make([]float32, 200)
	for k := range src {
		src[k] = 1e-12
	}
	src[100] = 1e20
	kern.Apply(got, src)
	for k, x := range got {
		if d := k - 100; d < -15 || d > 15 {
			if math.Abs(float64(x)-1e-12) > 1e-18 {
				t.Errorf("bin %d is %v, want 1e-12", k, x)
			}
		} else if want := 1e20 * (0.5 + 0.5*math.Cos(math.Pi*float64(d)/16)) / 16; math.Abs(float64(x)-want) > 1e-6*want {
			t.Errorf("bin %d is %v, want %v", k, x, want)
		}
	}
}

func BenchmarkKernel(b *testing.B) {
	for name, taps := range map[string][]float64{"tri3": Tri3(), "cos15": RaisedCosine(15)} {
		for _, bins := range []int{81, 161, 481} {
			b.Run(fmt.Sprintf("%s/%d", name, bins), func(b *testing.B) {
				x, _ := NewKernel(bins, taps)
				src, dst := make([]float32, bins), make([]float32, bins)
				newEstNoise(1, bins).frame(src, 1)
				for range b.N {
					x.Apply(dst, src)
				}
			})
		}
	}
}
