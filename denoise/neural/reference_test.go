package neural

import (
	"bytes"
	"math"
	"math/cmplx"
	"math/rand"
	"testing"

	"github.com/quietline/quietline/internal/simd"
)

// refNet is the network as one would write it down, in float64, with weights as
// the file has them.
type refNet struct {
	z       Sizes
	w       *weights
	floors  []float64
	high    []float64
	level   float64
	started bool
	global  []float64
	local   [][]float64
	fine    [][]float64
	highH   []float64
	rise    []float64
	last    [][]complex128 // per channel
}

func refLinear(l *linear, x []float64) []float64 {
	y := make([]float64, len(l.bias))
	for o := range y {
		y[o] = float64(l.bias[o])
		for i, v := range x {
			y[o] += float64(l.weight[o*len(x)+i]) * v
		}
	}
	return y
}

func relu(x []float64) []float64 {
	for i := range x {
		x[i] = math.Max(x[i], 0)
	}
	return x
}

func sigma(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func refGRU(g *recurrent, h, x []float64) []float64 {
	n := len(h)
	a, u := refLinear(&linear{weight: g.input, bias: g.inputBias}, x), refLinear(&linear{weight: g.state, bias: g.stateBias}, h)
	out := make([]float64, n)
	for k := range out {
		r, z := sigma(a[k]+u[k]), sigma(a[n+k]+u[n+k])
		out[k] = (1-z)*math.Tanh(a[2*n+k]+r*u[2*n+k]) + z*h[k]
	}
	return out
}

// refConv is a convolution of kernel k and stride 2 over places, zeros around, with a
// bias per place.
func refConv(l *linear, x [][]float64, k int) (out [][]float64) {
	for p := 0; p < len(x); p += 2 {
		var in []float64
		for q := p - k/2; q <= p+k/2; q++ {
			if q < 0 || q >= len(x) {
				in = append(in, make([]float64, len(x[0]))...)
			} else {
				in = append(in, x[q]...)
			}
		}
		n := len(l.bias) / (len(x) / 2)
		out = append(out, relu(refLinear(&linear{weight: l.weight, bias: l.bias[p/2*n:][:n]}, in)))
	}
	return out
}

func refUnfold(u *unfold, x, skip [][]float64) (out [][]float64) {
	n := len(u.up.bias) / 2
	for q := range skip {
		y := refLinear(&u.up, x[q/2])[q%2*n:][:n]
		s := refLinear(&linear{weight: u.skip, bias: make([]float32, n)}, skip[q])
		for i := range s {
			s[i] += y[i]
		}
		out = append(out, relu(s))
	}
	return out
}

// refFirstBin returns the first bin of position j; positions follow one another.
func refFirstBin(j int) int {
	k := 1
	for i := range j {
		k += width(i)
	}
	return k
}

// update takes the spectra of a hop, one per channel, and returns G and the taps per
// position, the gains of the bands above and the probability.
func (r *refNet) update(X [][]complex128, hop int) (gain []float64, taps [][]complex128, high []float64, prob float64) {
	scale := 160 / float64(hop)
	if r.last == nil {
		for range X {
			r.last = append(r.last, make([]complex128, hop+1))
		}
		r.global, r.highH = make([]float64, r.z.Units), make([]float64, r.z.High)
		for range positions / 8 {
			r.local = append(r.local, make([]float64, r.z.Conv[2]))
		}
		for range positions / 2 {
			r.fine = append(r.fine, make([]float64, r.z.Conv[0]))
		}
	}
	logs, x := make([]float64, positions), make([][]float64, positions)
	for j := range logs {
		var p, d float64
		var c complex128
		for k := refFirstBin(j); k < refFirstBin(j)+width(j) && k <= hop; k++ {
			for ch := range X {
				a, b := X[ch][k]*complex(scale, 0), r.last[ch][k]*complex(scale, 0)
				n := 1 / float64(len(X))
				p += n * real(a*cmplx.Conj(a))
				c += complex(n*math.Pow(-1, float64(k)), 0) * a * cmplx.Conj(b)
				d += n * cmplx.Abs(a) * cmplx.Abs(b)
			}
		}
		logs[j] = math.Min(math.Log(p/float64(width(j))+1e-8), 11)
		x[j] = []float64{0, 0, real(c) / (d + 1e-8), imag(c) / (d + 1e-8)}
	}
	above := make([]float64, highBands)
	for b := range above {
		var p, n float64
		for k := range 481 {
			if float64(k) > refEdges[b]*20 && float64(k) <= refEdges[b+1]*20 {
				n++
				for ch := range X {
					if k <= hop {
						p += math.Pow(cmplx.Abs(X[ch][k])*scale, 2) / float64(len(X))
					}
				}
			}
		}
		above[b] = math.Min(math.Log(p/n+1e-8), 11)
	}
	var mean float64
	for _, l := range logs[:72] {
		mean += l / 72
	}
	if !r.started {
		r.started, r.level = true, mean
		r.floors, r.high = make([]float64, len(logs)), make([]float64, len(above))
		for j, l := range logs {
			r.floors[j] = l - 2
		}
		for b, l := range above {
			r.high[b] = l - 2
		}
		r.rise = make([]float64, highBands)
	}
	r.level += 0.01 * (mean - r.level)
	move := func(f []float64, l []float64) {
		for j := range f {
			a := 0.01
			if l[j] < f[j] {
				a = 0.118
			}
			f[j] += a * (l[j] - f[j])
		}
	}
	move(r.floors, logs)
	move(r.high, above)
	for j, l := range logs {
		x[j][0], x[j][1] = (l-r.level)/4, (l-r.floors[j])/4
	}

	e1 := refConv(&r.w.e1, x, 5)
	for p, x := range e1 {
		r.fine[p] = refGRU(&r.w.fine, r.fine[p], x)
		for i, v := range r.fine[p] {
			x[i] += v
		}
	}
	e2 := refConv(&r.w.e2, e1, 3)
	e3 := refConv(&r.w.e3, e2, 3)
	var flat []float64
	for _, e := range e3 {
		flat = append(flat, e...)
	}
	r.global = refGRU(&r.w.global, r.global, relu(refLinear(&r.w.gin, flat)))
	prob = sigma(refLinear(&r.w.vad, r.global)[0])
	wide := relu(refLinear(&r.w.gout, r.global))
	h := make([][]float64, len(e3))
	for p := range h {
		in := make([]float64, r.z.Conv[2])
		for i := range in {
			in[i] = e3[p][i] + wide[p*len(in)+i]
		}
		r.local[p] = refGRU(&r.w.local, r.local[p], in)
		for i, v := range r.local[p] {
			h[p] = append(h[p], in[i]+v)
		}
	}
	var three [][]float64
	for j := range x {
		var in []float64
		for q := j - 1; q <= j+1; q++ {
			if q < 0 || q >= positions {
				in = append(in, 0, 0, 0, 0)
			} else {
				in = append(in, x[q]...)
			}
		}
		three = append(three, in)
	}
	d := refUnfold(&r.w.d1, refUnfold(&r.w.d2, refUnfold(&r.w.d3, h, e2), e1), three)
	for j := range d {
		o := refLinear(&r.w.head, d[j])
		gain = append(gain, sigma(o[0]))
		var c []complex128
		for i := range r.z.Taps {
			c = append(c, complex(o[1+i], o[1+r.z.Taps+i]))
		}
		taps = append(taps, c)
	}
	if r.z.High > 0 {
		var in []float64
		for _, l := range above {
			in = append(in, (l-r.level)/4)
		}
		for b, l := range above {
			in = append(in, (l-r.high[b])/4)
		}
		in = append(in, r.global...)
		for i := 80; i < 96; i += 4 {
			in = append(in, (gain[i]+gain[i+1]+gain[i+2]+gain[i+3])/4)
		}
		r.highH = refGRU(&r.w.high, r.highH, relu(refLinear(&r.w.highIn, in)))
		for _, o := range refLinear(&r.w.highOut, r.highH) {
			high = append(high, sigma(o))
		}
	} else {
		var top float64
		for _, g := range gain[88:] {
			top += g / 8
		}
		for b := range above {
			high = append(high, top*math.Max(0.05, 1-1.5*math.Exp(-r.rise[b])))
			r.rise[b] = above[b] - r.high[b]
		}
	}
	if hop > 160 { // 7.65 to 8 kHz as 7.45 to 7.65 kHz
		gain[94], gain[95] = gain[93], gain[93]
		taps[94], taps[95] = taps[93], taps[93]
	}
	copy(r.last, X)
	return gain, taps, high, prob
}

// refEdges are the edges of the bands above 8 kHz in kHz.
var refEdges = [highBands + 1]float64{8, 9, 10, 11.5, 13, 15, 17.5, 20, 24}

// refHighGain interpolates between the middles of the bands.
func refHighGain(high []float64, k int) float64 {
	// Of bins a+1 to b the middle is (a+b+1)/2.
	mid := func(b int) float64 { return (refEdges[b]*20 + refEdges[b+1]*20 + 1) / 2 }
	if float64(k) <= mid(0) {
		return high[0]
	}
	for b := 1; b < highBands; b++ {
		if float64(k) <= mid(b) {
			t := (float64(k) - mid(b-1)) / (mid(b) - mid(b-1))
			return (1-t)*high[b-1] + t*high[b]
		}
	}
	return high[highBands-1]
}

// testSpectra returns spectra that rise and fall, of several channels.
func testSpectra(hop, channels, hops int, seed int64) [][][]complex128 {
	r := rand.New(rand.NewSource(seed))
	var out [][][]complex128
	for t := range hops {
		var chans [][]complex128
		for c := range channels {
			x := make([]complex128, hop+1)
			for k := range x {
				a := math.Exp(2*math.Sin(float64(t)/5+float64(k)/30+float64(c))) * float64(hop) / 160
				x[k] = complex(float64(float32(a*r.NormFloat64())), float64(float32(a*r.NormFloat64())))
			}
			chans = append(chans, x)
		}
		out = append(out, chans)
	}
	return out
}

// TestAgainstReference: networks of odd sizes with random weights, at all rates, with
// one and two channels, with and without the head above 8 kHz, from files of every kind.
func TestAgainstReference(t *testing.T) {
	without := testSizes
	without.High = 0
	for _, c := range []struct {
		hop, channels int
		z             Sizes
		kind          int
	}{{80, 1, testSizes, float32s}, {108, 1, without, float16s}, {160, 2, testSizes, eights}, {216, 1, without, float32s}, {240, 1, testSizes, eights}, {320, 1, testSizes, float16s},
		{441, 2, without, eights}, {480, 2, testSizes, float32s}, {480, 1, without, eights}, {960, 1, testSizes, eights}} {
		for _, kernels := range []bool{true, false} {
			was := simd.SetEnabled(kernels)
			file := encode(c.z, randomWeights(c.z, 2), c.kind)
			_, weights, err := parse(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			m, err := Load(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			for _, large := range []matrix{m.gin, m.global.input, m.global.state, m.gout} {
				if c.kind == eights != (large.m8 != nil) {
					t.Fatal("a matrix is not of the kind that the file has")
				}
			}
			ref := &refNet{z: c.z, w: weights}
			w := m.NewWork(c.hop)
			s := w.NewStream(nil)
			var hist []*History
			for range c.channels {
				hist = append(hist, w.NewHistory(nil))
			}
			X := testSpectra(c.hop, c.channels, 16, 3)
			get := func(t, ch, k int) complex128 {
				if t < 0 {
					return 0
				}
				return X[t][ch][k]
			}
			for hop, x := range X {
				spectra := make([][2][]float32, c.channels)
				for ch := range x {
					re, im := make([]float32, c.hop+1), make([]float32, c.hop+1)
					for k, v := range x[ch] {
						re[k], im[k] = float32(real(v)), float32(imag(v))
					}
					hist[ch].Push(re, im, false)
					for k := range re {
						if last := get(hop-1, ch, k); complex(float64(re[k]), float64(im[k])) != last {
							t.Fatalf("hop %d: Push left %v, %v in bin %d, want %v", hop, re[k], im[k], k, last)
						}
					}
					spectra[ch] = [2][]float32{re, im}
				}
				s.Update(hist, true)
				gain, taps, high, prob := ref.update(x, c.hop)
				if d := math.Abs(float64(s.SpeechProb()) - prob); !(d < 1e-4) {
					t.Fatalf("%+v hop %d: probability %v, want %v", c, hop, s.SpeechProb(), prob)
				}
				for ch, y := range spectra {
					s.Filter(y[0], y[1], hist[ch])
					for k := range y[0] {
						var want complex128
						j := 0
						for j+1 < positions && refFirstBin(j+1) <= k {
							j++
						}
						switch {
						case k == 0:
						case k <= 160:
							for i, tap := range taps[j] {
								sign := math.Pow(-1, float64(k*(i+1)))
								want += complex(gain[j]*sign, 0) * tap * get(hop-i, ch, k)
							}
						default:
							want = complex(refHighGain(high, k), 0) * get(hop-1, ch, k)
						}
						got := complex(float64(y[0][k]), float64(y[1][k]))
						if d := cmplx.Abs(got - want); !(d < 1e-3*(1+cmplx.Abs(want))) {
							t.Fatalf("%+v kernels %v hop %d channel %d: bin %d is %v, want %v", c, kernels, hop, ch, k, got, want)
						}
					}
				}
			}
			simd.SetEnabled(was)
		}
	}
}
