package fastmath

import (
	"math"
	"testing"
)

// sweep calls f for a strided run over all bit patterns between lo and hi
// (both positive), and for hi.
func sweep(lo, hi float32, stride uint32, f func(x float32)) {
	a, b := math.Float32bits(lo), math.Float32bits(hi)
	for u := uint64(a); u <= uint64(b); u += uint64(stride) {
		f(math.Float32frombits(uint32(u)))
	}
	f(hi)
}

const smallest = 1.1754944e-38 // smallest normal float32

func relErr(got float32, want float64) float64 {
	return math.Abs(float64(got)-want) / math.Abs(want)
}

func TestExpError(t *testing.T) {
	stride := uint32(257)
	if testing.Short() {
		stride *= 8
	}
	var e, en float64
	sweep(1e-12, 88, stride, func(x float32) {
		e = max(e, relErr(Exp(x), math.Exp(float64(x))))
		if x <= 87 {
			e = max(e, relErr(Exp(-x), math.Exp(-float64(x))))
			en = max(en, relErr(ExpNeg(x), math.Exp(-float64(x))))
		}
	})
	t.Logf("relative errors: Exp %.3g, ExpNeg %.3g", e, en)
	if e > 3e-7 || en > 3e-7 {
		t.Errorf("relative errors Exp %.3g, ExpNeg %.3g above the documented 3e-7", e, en)
	}
}

func TestExpSaturates(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name     string
		got      float32
		lo, hi   float32
		wantDesc string
	}{
		{"Exp(0)", Exp(0), 1, 1, "1"},
		{"Exp(+Inf)", Exp(inf), 1e38, 3e38, "about 1.7e38"},
		{"Exp(1e30)", Exp(1e30), 1e38, 3e38, "about 1.7e38"},
		{"Exp(−Inf)", Exp(-inf), smallest, 2e-38, "about 1.6e-38"},
		{"ExpNeg(0)", ExpNeg(0), 1, 1, "1"},
		{"ExpNeg(+Inf)", ExpNeg(inf), smallest, 2e-38, "about 1.6e-38"},
	} {
		if !(c.got >= c.lo && c.got <= c.hi) {
			t.Errorf("%s = %g, want %s", c.name, c.got, c.wantDesc)
		}
	}
}

func TestLogError(t *testing.T) {
	stride := uint32(389)
	if testing.Short() {
		stride *= 8
	}
	var e float64
	check := func(x float32) {
		if x == 1 {
			return
		}
		e = max(e, relErr(Log(x), math.Log(float64(x))))
	}
	sweep(smallest, math.MaxFloat32, stride, check)
	sweep(0.99, 1.01, 1, check) // next to 1 every value
	t.Logf("relative error of Log: %.3g", e)
	if e > 4e-7 {
		t.Errorf("relative error of Log %.3g above the documented 4e-7", e)
	}
	if Log(1) != 0 {
		t.Errorf("Log(1) = %g, want 0", Log(1))
	}
	inf := float32(math.Inf(1))
	for _, c := range []struct{ got, want float32 }{
		{Log(0), -88}, {Log(inf), 88.7},
	} {
		if d := c.got - c.want; !(d > -1 && d < 1) {
			t.Errorf("a logarithm at the end of the range is %g, want about %g", c.got, c.want)
		}
	}
}

// expInt1 is E1(v) in float64: the power series below 1, where it is accurate,
// and the continued fraction by Lentz's method above (Abramowitz & Stegun
// 5.1.11 and 5.1.22).
func expInt1(v float64) float64 {
	if v < 1 {
		const euler = 0.57721566490153286061
		sum, term := -euler-math.Log(v), -1.0
		for n := 1.0; n < 40; n++ {
			term *= -v / n
			sum += term / n
		}
		return sum
	}
	b := v + 1
	c := 1e300
	d := 1 / b
	h := d
	for i := 1.0; i < 200; i++ {
		a := -i * i
		b += 2
		d = 1 / (a*d + b)
		c = b + a/c
		h *= c * d
		if math.Abs(c*d-1) < 1e-16 {
			break
		}
	}
	return h * math.Exp(-v)
}

func TestExpInt1(t *testing.T) { // the oracle against tabled values
	for _, c := range []struct{ v, want float64 }{
		{0.5, 0.5597735947761608}, {1, 0.2193839343955203}, {2, 0.04890051070806112}, {10, 4.156968929685324e-6},
	} {
		if got := expInt1(c.v); math.Abs(got/c.want-1) > 1e-12 {
			t.Errorf("E1(%g) = %.16g, want %.16g", c.v, got, c.want)
		}
	}
}

func TestLSAExcess(t *testing.T) {
	var abs, db float64
	sweep(1e-9, 1e12, 4099, func(x float32) {
		v := float64(x)
		full := v * math.Exp(expInt1(v)) // v + r(v)
		got := LSAExcess(x)
		if v < 30 { // above, full − v is below the float64 rounding of interest
			abs = max(abs, math.Abs(float64(got)-(full-v)))
		}
		db = max(db, math.Abs(10*math.Log10((v+float64(got))/full)))
	})
	t.Logf("largest errors: r %.3g, gain %.3g dB", abs, db)
	if abs > 3e-3 {
		t.Errorf("r(v) is off by %.3g", abs)
	}
	if db > 0.00135 {
		t.Errorf("the log-MMSE gain is off by %.5f dB, documented 0.0013", db)
	}
}

func TestLSAEnergy(t *testing.T) {
	for _, xi := range []float32{0.001, 0.0085, 0.1, 1, 10, 1e4} {
		for _, g := range []float32{0, 0.01, 0.5, 1, 3, 100, 1e4} {
			w := float64(xi) / (1 + float64(xi))
			v := float64(g) * w
			want := w * math.Exp(-0.57721566490153286061)
			if v > 0 {
				gain := w * math.Exp(0.5*expInt1(v))
				want = gain * gain * float64(g)
			}
			if got := LSAEnergy(xi, g); relErr(got, want) > 4e-4 {
				t.Errorf("LSAEnergy(%g, %g) = %g, want %g", xi, g, got, want)
			}
		}
	}
}

var (
	benchDst = make([]float32, 481)
	benchSrc = func() []float32 {
		s := make([]float32, 481)
		for i := range s {
			s[i] = 0.01 + float32(i*i%97)*0.3
		}
		return s
	}()
)

func benchEach(b *testing.B, name string, loop func(dst, src []float32)) {
	b.Run(name, func(b *testing.B) {
		for range b.N {
			loop(benchDst, benchSrc)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(benchSrc)), "ns/value")
	})
}

func BenchmarkInlined(b *testing.B) {
	benchEach(b, "Exp", func(dst, src []float32) {
		dst = dst[:len(src)]
		for i, x := range src {
			dst[i] = Exp(x)
		}
	})
	benchEach(b, "ExpNeg", func(dst, src []float32) {
		dst = dst[:len(src)]
		for i, x := range src {
			dst[i] = ExpNeg(x)
		}
	})
	benchEach(b, "Log", func(dst, src []float32) {
		dst = dst[:len(src)]
		for i, x := range src {
			dst[i] = Log(x)
		}
	})
	benchEach(b, "LSAExcess", func(dst, src []float32) {
		dst = dst[:len(src)]
		for i, x := range src {
			dst[i] = LSAExcess(x)
		}
	})
	benchEach(b, "math.Exp", func(dst, src []float32) {
		dst = dst[:len(src)]
		for i, x := range src {
			dst[i] = float32(math.Exp(float64(x)))
		}
	})
	benchEach(b, "math.Log", func(dst, src []float32) {
		dst = dst[:len(src)]
		for i, x := range src {
			dst[i] = float32(math.Log(float64(x)))
		}
	})
}
