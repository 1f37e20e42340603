package denoise

import (
	"math"
	"testing"
)

// reference is the default recipe as one reads it in a paper: float64, plain
// loops, library functions. It knows nothing of how the package computes it.
// What was added to the recipe (clicks, make-up of level) is tested by itself,
// and what comes from tuning (over-subtraction, weights of the presence, floors)
// is the package's; structure and the papers' constants are written out here.
type reference struct {
	bins               int
	t                  int
	n, pbar, a         []float64
	zeta, lin          []float64
	pf                 float64
	features           presenceFeatures
	xi, gamma, lnG, ps []float64
}

func newReference(bins int) *reference {
	r := &reference{bins: bins}
	for _, s := range []*[]float64{&r.n, &r.pbar, &r.a, &r.zeta, &r.lin, &r.xi, &r.gamma, &r.lnG, &r.ps} {
		*s = make([]float64, bins)
	}
	for k := range r.lin {
		r.lin[k] = startGain
	}
	return r
}

// refBox is the mean over k ± ⌊c·k⌋, clipped to the spectrum.
func refBox(x []float64, c float64) []float64 {
	out := make([]float64, len(x))
	for k := range x {
		h := int(math.Floor(c*float64(k) + 1e-9))
		var sum, n float64
		for j := max(k-h, 0); j <= min(k+h, len(x)-1); j++ {
			sum += x[j]
			n++
		}
		out[k] = sum / n
	}
	return out
}

// refTaps smooths with symmetric taps, renormalised at the edges.
func refTaps(x []float64, half int, tap func(j int) float64) []float64 {
	out := make([]float64, len(x))
	for k := range x {
		var sum, n float64
		for j := -half; j <= half; j++ {
			if i := k + j; i >= 0 && i < len(x) {
				sum += tap(j) * x[i]
				n += tap(j)
			}
		}
		out[k] = sum / n
	}
	return out
}

// expInt is E1(v): the power series below 1, a continued fraction above
// (Abramowitz & Stegun 5.1.11, 5.1.22).
func expInt(v float64) float64 {
	if v <= 1 {
		sum, term := -0.57721566490153286061-math.Log(v), -1.0
		for n := 1.0; n < 40; n++ {
			term *= -v / n
			sum += term / n
		}
		return sum
	}
	f := 0.0
	for n := 60.0; n >= 1; n-- {
		f = n / (1 + n/(v+f))
	}
	return math.Exp(-v) / (v + f)
}

func TestExpInt(t *testing.T) {
	for _, c := range []struct{ v, want float64 }{{.5, 0.5597735947761608}, {1, 0.2193839343955203}, {2, 0.04890051070806112}, {10, 4.156968929685324e-6}} {
		if got := expInt(c.v); math.Abs(got/c.want-1) > 1e-9 {
			t.Errorf("E1(%v) = %v, want %v", c.v, got, c.want)
		}
	}
}

func clip(x, lo, hi float64) float64 { return math.Max(lo, math.Min(x, hi)) }

// update is one frame. The over-subtraction per bin and the click are those of
// the engine under test.
func (r *reference) update(p, over []float64, click float64) {
	// 1. Noise: Gerkmann & Hendriks 2012.
	ps := refBox(p, .01)
	if r.t == 0 {
		copy(r.n, ps)
	}
	const xi1, pi = 29.5, .71
	for k := range p {
		q := 1 / (1 + (1-pi)/pi*(1+xi1)*math.Exp(-math.Min(200, ps[k]/r.n[k]*xi1/(1+xi1))))
		r.pbar[k] = .91*r.pbar[k] + .09*q
		if r.pbar[k] > .99 && q > .99 {
			q = .99
		}
		e := q*r.n[k] + (1-q)*p[k]
		if r.t < 22 {
			e = p[k]
			if r.t > 0 && p[k] > 2*r.n[k] {
				e = 2 * r.n[k]
			}
		}
		a := .80
		if e > r.n[k] {
			a = .85
		}
		if r.t < 22 {
			a = math.Min(a, float64(r.t)/float64(r.t+1))
		}
		r.n[k] = a*r.n[k] + (1-a)*e
	}
	r.t++

	// 2. Prior SNR: Ephraim & Malah 1984, eq. 51.
	m0 := make([]float64, r.bins)
	for k := range p {
		r.gamma[k] = math.Min(p[k]/(over[k]*r.n[k]), 1e4)
		m0[k] = math.Max(r.gamma[k]-1, 0)
	}
	mean := refBox(m0, .08)
	for k := range p {
		n := over[k] * r.n[k]
		r.xi[k] = math.Max(.0085, .92*math.Min(r.a[k]/n, 1e4)+.08*(.5*m0[k]+.5*mean[k]))
	}

	// 3. Presence of the frame.
	xs := refTaps(r.xi, 1, func(j int) float64 { return .5 - .25*math.Abs(float64(j)) })
	for k := range xs {
		r.zeta[k] = .5*r.zeta[k] + .5*xs[k]
	}
	global := refTaps(r.zeta, 15, func(j int) float64 { return .5 + .5*math.Cos(math.Pi*float64(j)/16) })
	band := func(lo, hi float64, f func(k int) float64) float64 {
		var sum, n float64
		for k := int(math.Round(lo / 50)); k <= int(math.Round(hi/50)); k++ {
			sum += f(k)
			n++
		}
		return sum / n
	}
	speech := func(k int) float64 { return math.Log(1 + xs[k]) }
	flat := band(200, 4950, func(k int) float64 { return math.Log(r.gamma[k] + .1) }) -
		math.Log(band(200, 4950, func(k int) float64 { return r.gamma[k] + .1 }))
	// The weights are the package's: they come from a fit, not from a formula.
	s := float64(r.features.update(float32(band(100, 650, speech)), float32(band(700, 1150, speech)), float32(flat), float32(1-click)))
	a := presenceFall
	if s > r.pf {
		a = presenceRise
	}
	r.pf = a*r.pf + (1-a)*s

	// 4. Gain: log-MMSE in OM-LSA.
	fl := math.Pow(10, (-speechFloorDB-pauseFloorDB*(1-r.pf))/20)
	c := func(u float64) float64 { return clip((10*math.Log10(u+1e-6)+6)/3.8, 0, 1) }
	for k := range p {
		xi := r.xi[k]
		qa := clip(1-c(r.zeta[k])*c(global[k])*(.18+.82*r.pf), .10, .95)
		v := math.Min(500, r.gamma[k]*xi/(1+xi))
		pr := 1 / (1 + qa/(1-qa)*(1+xi)*math.Exp(-v))
		gh := math.Min(1, xi/(1+xi)*math.Exp(.5*expInt(math.Max(v, 1e-9))))
		r.a[k] = gh * gh * p[k]
		r.lnG[k] = pr*math.Log(math.Max(gh, fl)) + (1-pr)*math.Log(fl)
	}

	// 5. Smoothing.
	near := refTaps(r.lnG, 1, func(j int) float64 { return .5 - .25*math.Abs(float64(j)) })
	mean = refBox(near, gainFrequencyFraction)
	own := gainOwnPause + (gainOwnSpeech-gainOwnPause)*clip((r.pf-.20)/.20, 0, 1)
	for k := range p {
		g := math.Exp(own*r.lnG[k] + (1-own)*mean[k])
		a := gainFall
		if g > r.lin[k] {
			a = gainRise
		}
		r.lin[k] = a*r.lin[k] + (1-a)*g
	}
}

// referenceFrames are spectra like those of noise and of speech in it: random,
// with harmonics that come and go, at levels from faint to loud.
func referenceFrames(bins, n int) [][]float32 {
	r := newRand(77)
	out := make([][]float32, n)
	for t := range out {
		p := make([]float32, bins)
		voiced := t > 60 && t/25%3 == 1
		f0 := 2.2 + 1.5*math.Sin(float64(t)/40)
		for k := range p {
			noise := 1e-2 * (0.1 + 20/float64(k+5)) // pinkish
			v := noise * r.ExpFloat64()
			if voiced {
				h := math.Cos(2 * math.Pi * float64(k) / f0)
				v += 3 * math.Exp(-float64(k)/60) * math.Pow(0.5+0.5*h, 4) * (0.5 + r.Float64())
			}
			p[k] = float32(v) + powerFloor
		}
		out[t] = p
	}
	return out
}

// TestRecipe runs the engine beside the reference for some hundred frames. The
// engine is float32 and its logarithms and exponentials are good to 4e-7; the
// recursions forget, so differences stay near that: noise within 0.1 %, prior
// SNR within 1 %, presence within 1e-3, gains within 0.05 dB. Where a threshold
// is met within rounding the two may take different branches for a frame, so
// one value in ten thousand may be further off.
func TestRecipe(t *testing.T) {
	const bins = 481
	e := newClassical(testWork(t, bins), false, nil)
	e.reset()
	ref := newReference(bins)
	var noise, prior, post, ln, linear far
	var prob float64
	clicks := 0
	for i, power := range referenceFrames(bins, 600) {
		e.update(&frame{power: power, learn: true})
		p, over := make([]float64, bins), make([]float64, bins)
		for k, v := range power {
			p[k] = float64(v)
			over[k] = float64(e.noise.over[k]) / float64(e.noise.psd[k])
			if over[k] < 1 || over[k] > 2 {
				t.Fatalf("over-subtraction of bin %d by %v", k, over[k])
			}
		}
		ref.update(p, over, float64(e.click.state))
		if e.click.state > 0.01 {
			clicks++
		}
		for k := range p {
			noise.add(math.Abs(float64(e.noise.psd[k])/ref.n[k]-1), 1e-3)
			post.add(math.Abs(float64(e.snr.Post()[k])/ref.gamma[k]-1), 1e-3)
			prior.add(math.Abs(float64(e.snr.Prior()[k])/ref.xi[k]-1), 1e-2)
			ln.add(math.Abs(float64(e.lnGain[k])-ref.lnG[k])*20/math.Ln10, 0.05)
			linear.add(math.Abs(20*math.Log10(float64(e.smooth.linear[k])/ref.lin[k])), 0.05)
		}
		if d := math.Abs(float64(e.presence.prob) - ref.pf); d > prob {
			prob = d
			if d > 1e-3 {
				t.Fatalf("frame %d: presence %v, reference %v", i, e.presence.prob, ref.pf)
			}
		}
	}
	t.Logf("largest differences: presence %.2g, noise %.2g, γ %.2g, ξ %.2g, ln G %.2g dB, smoothed G %.2g dB; %d frames with clicks",
		prob, noise.most, post.most, prior.most, ln.most, linear.most, clicks)
	for name, f := range map[string]far{"noise": noise, "γ": post, "ξ": prior, "ln G": ln, "smoothed G": linear} {
		if float64(f.out) > 1e-4*float64(f.n) {
			t.Errorf("%s: %d of %d values are off, up to %v", name, f.out, f.n, f.most)
		}
	}
	if ref.pf == 0 || clicks > 20 {
		t.Errorf("the material does not test the recipe: presence %v, %d clicks", ref.pf, clicks)
	}
}

// far counts values beyond a bound.
type far struct {
	most   float64
	out, n int
}

func (f *far) add(x, bound float64) {
	f.n++
	f.most = math.Max(f.most, x)
	if !(x <= bound) {
		f.out++
	}
}
