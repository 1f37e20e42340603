package denoise

import (
	"math"
	"testing"

	"github.com/quietline/quietline/internal/voicenet"
	"github.com/quietline/quietline/spectral"
)

// reference is the default recipe as one reads it in a paper: float64, plain
// loops, library functions. It knows nothing of how the package computes it.
// What is the package's: the network (internal/voicenet has its own reference),
// clicks, and what comes from tuning (over-subtraction, doubt, absences, floors,
// damping); structure and the papers' constants are written out here.
type reference struct {
	bins           int
	points         [][2]int // first bin, and first above
	t              int
	n, pbar, a     []float64
	lin            []float64
	levels         voicenet.Extractor
	layout         voicenet.Layout
	net            voicenet.Net
	pf             float64
	pb             [voicenet.Groups]float64
	xi, gamma, lnG []float64
	curve, out     []float64
	speech, kept   float64 // of the make-up
	frames         int
	quiet          float64
}

func newReference(bins int) *reference {
	r := &reference{bins: bins, layout: voicenet.NewLayout(bins, 50), points: refPoints(bins), out: make([]float64, bins)}
	for _, s := range []*[]float64{&r.n, &r.pbar, &r.a, &r.lin, &r.xi, &r.gamma, &r.lnG} {
		*s = make([]float64, len(r.points))
	}
	for k := range r.lin {
		r.lin[k] = startGain
	}
	return r
}

// refPoints are the bins of every point: one below 4 kHz, two below 5.6, four below
// 10.4, eight below 16, sixteen above.
func refPoints(bins int) (points [][2]int) {
	for k := 0; k < bins; {
		end := k + 16
		switch {
		case k*50 < 4000:
			end = k + 1
		case k*50 < 5600:
			end = k + 2
		case k*50 < 10400:
			end = k + 4
		case k*50 < 16000:
			end = k + 8
		}
		end = min(end, bins)
		points = append(points, [2]int{k, end})
		k = end
	}
	return points
}

// refMean is the mean over the points whose middles are within c of a point's own,
// weighted by their bins.
func refMean(x []float64, points [][2]int, c float64) []float64 {
	middle := func(p [2]int) float64 { return float64(p[0]+p[1]-1) / 2 }
	out := make([]float64, len(x))
	for i, p := range points {
		h := math.Floor(c*middle(p) + 1e-9)
		var sum, n float64
		for j, q := range points {
			if math.Abs(middle(q)-middle(p)) <= h {
				sum += float64(q[1]-q[0]) * x[j]
				n += float64(q[1] - q[0])
			}
		}
		out[i] = sum / n
	}
	return out
}

// refCurve is the value at each bin, binHz apart, on the straight lines between
// the middles of the network's bands.
func refCurve(bins int, binHz float64, v []float64) []float64 {
	middle := func(i int) float64 { lo, hi := voicenet.Group(i); return (lo + hi) / 2 }
	out := make([]float64, bins)
	for k := range out {
		hz, last := binHz*float64(k), len(v)-1
		switch {
		case hz <= middle(0):
			out[k] = v[0]
		case hz >= middle(last):
			out[k] = v[last]
		default:
			i := 0
			for hz >= middle(i+1) {
				i++
			}
			u := (hz - middle(i)) / (middle(i+1) - middle(i))
			out[k] = (1-u)*v[i] + u*v[i+1]
		}
	}
	return out
}

// refCurveOnPoints is refCurve at bins 50 Hz apart on lines that are straight on the
// axis of points.
func refCurveOnPoints(n int, v []float64) []float64 {
	points := refPoints(1000)
	onAxis := func(bin float64) float64 {
		for i, p := range points {
			if bin < float64(p[1])-0.5 {
				return float64(i) + (bin-float64(p[0]+p[1]-1)/2)/float64(p[1]-p[0])
			}
		}
		panic("no such bin")
	}
	out := make([]float64, n)
	for k := range out {
		var at, value float64
		for i := range v {
			lo, hi := voicenet.Group(i)
			next := onAxis((lo + hi) / 2 / 50)
			switch {
			case float64(k) <= next && i == 0:
				out[k] = v[0]
			case float64(k) <= next && float64(k) > at:
				out[k] = value + (v[i]-value)*(float64(k)-at)/(next-at)
			case i == len(v)-1 && float64(k) > next:
				out[k] = v[i]
			}
			at, value = next, v[i]
		}
	}
	return out
}

func refLogistic(x float32) float64 { return 1 / (1 + math.Exp(-float64(x))) }

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

// update is one frame. The click is that of the engine under test.
func (r *reference) update(power []float32, click func() float64) {
	p := make([]float64, len(r.points))
	for i, b := range r.points {
		for _, v := range power[b[0]:b[1]] {
			p[i] += float64(v)
		}
	}

	// 1. Presence: at once up, slowly down.
	var x [voicenet.Features]float32
	var y [voicenet.Outputs]float32
	r.levels.Update(&x, &r.layout, power)
	r.net.Update(&y, &x)
	fall := func(p *float64, q, keep float64) {
		if q < *p {
			q = keep**p + (1-keep)*q
		}
		*p = q
	}
	fall(&r.pf, refLogistic(y[0]), presenceFall)
	for i := range r.pb {
		fall(&r.pb[i], refLogistic(y[1+i]), presenceBandFall)
	}
	r.curve = refCurveOnPoints(len(r.points), r.pb[:]) // level above 6.5 kHz
	voiced := clip((r.pf-.20)/.20, 0, 1)

	// 2. Noise: Gerkmann & Hendriks 2012, q doubted where there is no speech.
	ps := p // MMSEOptions.SmoothFraction takes less than a bin below 4 kHz
	if r.t == 0 {
		copy(r.n, ps)
	}
	const xi1, pi = 29.5, .71
	doubt := noiseDoubt // unless the frame is 12 dB over the noise, below 3 kHz or above
	for _, part := range [][2]int{{0, 60}, {60, len(p)}} {
		var loud, noise float64
		for k := part[0]; k < part[1]; k++ {
			loud, noise = loud+p[k], noise+r.n[k]
		}
		if r.t > 0 && loud > noiseSudden*noise {
			doubt = 0
		}
	}
	for k := range p {
		q := 1 / (1 + (1-pi)/pi*(1+xi1)*math.Exp(-math.Min(200, ps[k]/r.n[k]*xi1/(1+xi1))))
		r.pbar[k] = .91*r.pbar[k] + .09*q
		q *= 1 - doubt*(1-clip(r.curve[k]/noiseDoubtFull, 0, 1))
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

	// 3. Prior SNR: Ephraim & Malah 1984, eq. 51, over the noise raised.
	over := overSubtraction + overSubtractionPause*(1-voiced)
	m0 := make([]float64, len(p))
	raised := make([]float64, len(p))
	for k := range p {
		raised[k] = over * r.n[k]
		if r.points[k][0] >= firstFour {
			raised[k] *= groupOver
		}
		r.gamma[k] = math.Min(p[k]/raised[k], 1e4)
		m0[k] = math.Max(r.gamma[k]-1, 0)
	}
	mean := refMean(m0, r.points, .08)
	for k := range p {
		r.xi[k] = math.Max(.0085, .92*math.Min(r.a[k]/raised[k], 1e4)+.08*(.5*m0[k]+.5*mean[k]))
	}

	// 4. Gain: log-MMSE in OM-LSA.
	fl := math.Pow(10, -speechFloorDB/20.0)
	for k := range p {
		xi := r.xi[k]
		qa := math.Max(mostAbsent*(1-r.curve[k]), leastAbsent)
		v := math.Min(500, r.gamma[k]*xi/(1+xi))
		pr := 1 / (1 + qa/(1-qa)*(1+xi)*math.Exp(-v))
		gh := math.Min(1, xi/(1+xi)*math.Exp(.5*expInt(math.Max(v, 1e-9))))
		r.a[k] = gh * gh * p[k]
		r.lnG[k] = pr*math.Log(math.Max(gh, fl)) + (1-pr)*math.Log(fl)
	}

	// 5. Smoothing over frequency and time.
	near := refTaps(r.lnG, 1, func(j int) float64 { return .5 - .25*math.Abs(float64(j)) })
	mean = refMean(near, r.points, gainFrequencyFraction)
	own := gainOwnPause + (gainOwnSpeech-gainOwnPause)*voiced
	for k := range p {
		g := math.Exp(own*r.lnG[k] + (1-own)*mean[k])
		a := gainFall
		if g > r.lin[k] {
			a = gainRise
		}
		r.lin[k] = a*r.lin[k] + (1-a)*g
	}

	// 6. Level of words, and the gain that is enough.
	var speech, kept, noise float64
	for k := range p {
		if k >= 2 {
			speech += p[k] - r.n[k]
			kept += r.lin[k] * (p[k] - r.n[k])
		}
		noise += float64(mmseBias(r.points[k][1]-r.points[k][0])) * r.n[k]
	}
	weight := clip((r.pf-.30)/.25, 0, 1)
	if speech > 0 && weight > 0 {
		if most := makeupLoud * r.speech; r.frames == 30 && speech > most {
			speech, kept = most, kept*most/speech
		}
		r.frames = min(r.frames+1, 30)
		r.speech += .02 * weight * (speech - r.speech)
		r.kept += .02 * weight * (kept - r.kept)
	}
	if weight == 0 {
		r.speech, r.kept = r.speech*makeupFade, r.kept*makeupFade
	}
	level := 1.0
	if r.kept > 0 {
		level = clip(r.speech/r.kept, 1, 1.6)
	}
	r.quiet = 0
	if r.frames == 30 {
		r.quiet = math.Min(1, math.Sqrt(r.speech/noise)*math.Pow(10, -quietDB/20.0))
	}

	// 7. Damping of bands without speech.
	factors := make([]float64, voicenet.Groups)
	for i, q := range r.pb {
		factors[i] = (1 + (level-1)*weight) * math.Pow(10, -(transientDampDB*click()+pauseDampDB*(1-clip(q/pauseDampNone, 0, 1)))/20)
	}
	for i, f := range refCurveOnPoints(len(r.points), factors) {
		for k := r.points[i][0]; k < r.points[i][1]; k++ {
			r.out[k] = r.lin[i] * f
		}
	}
	r.out[0] = 0
	r.out[1] *= .5
}

// referenceFrames are the power spectra of recorded speech in noise that becomes
// louder in the middle.
func referenceFrames(t testing.TB, n int) [][]float32 {
	v, _, _ := speech(t, float64(n)/100)
	noise := pink(len(v), 77, -50)
	scale(noise[len(noise)/2:], 4)
	return spectra(t, add(v, noise), 48000)
}

// spectra are the frames of |X|² that an engine is given.
func spectra(t testing.TB, x []float32, rate int) [][]float32 {
	t.Helper()
	hop := hopSize(rate)
	stft, err := spectral.NewSTFT(spectral.SqrtHann(2*hop), hop)
	if err != nil {
		t.Fatal(err)
	}
	re, im := make([]float32, hop+1), make([]float32, hop+1)
	var out [][]float32
	for at := 0; at+hop <= len(x); at += hop {
		stft.Analyze(re, im, x[at:at+hop])
		p := make([]float32, hop+1)
		spectral.Power(p, re, im)
		for k := range p {
			p[k] += powerFloor
		}
		out = append(out, p)
	}
	return out
}

// TestRecipe runs the engine beside the reference for some hundred frames. The
// engine is float32 and its logarithms and exponentials are good to 4e-7; the
// recursions forget, so differences stay near that: presence within 1e-5, noise
// within 0.1 %, prior SNR within 1 %, gains within 0.05 dB. Where a threshold
// is met within rounding the two may take different branches for a frame, so
// one value in ten thousand may be further off.
func TestRecipe(t *testing.T) {
	const bins = 481
	e := newClassical(testWork(t, bins), false, nil)
	e.reset()
	ref := newReference(bins)
	var noise, prior, post, ln, linear, out far
	var prob, quiet, most, least float64
	least = 1
	gain, onPoints := make([]float32, e.points.Len()), make([]float32, e.points.Len())
	clicks, doubted := 0, 0
	for i, power := range referenceFrames(t, 600) {
		e.points.Sum(onPoints, power)
		e.update(&frame{power: power, points: onPoints, learn: true})
		e.gain(gain)
		ref.update(power, func() float64 { return float64(e.click.state) })
		if e.click.state > 0.01 {
			clicks++
		}
		for k := range ref.n {
			if ref.curve[k] < noiseDoubtFull {
				doubted++
			}
			prob = math.Max(prob, math.Abs(float64(e.presence.curve[k])-ref.curve[k]))
			noise.add(math.Abs(float64(e.noise.psd[k])/ref.n[k]-1), 1e-3)
			post.add(math.Abs(float64(e.snr.Post()[k])/ref.gamma[k]-1), 1e-3)
			prior.add(math.Abs(float64(e.snr.Prior()[k])/ref.xi[k]-1), 1e-2)
			ln.add(math.Abs(float64(e.lnGain[k])-ref.lnG[k])*20/math.Ln10, 0.05)
			linear.add(math.Abs(20*math.Log10(float64(e.smooth.linear[k])/ref.lin[k])), 0.05)
		}
		for k := range power {
			if k > 0 {
				out.add(math.Abs(20*math.Log10(float64(gain[e.points.Point(k)])/ref.out[k])), 0.05)
			}
		}
		most, least = math.Max(most, ref.pf), math.Min(least, ref.pf)
		prob = math.Max(prob, math.Abs(float64(e.presence.prob)-ref.pf))
		if !(prob < 1e-5) {
			t.Fatalf("frame %d: presence %v, reference %v; largest difference %v", i, e.presence.prob, ref.pf, prob)
		}
		quiet = math.Max(quiet, math.Abs(float64(e.enough())-ref.quiet))
	}
	t.Logf("largest differences: presence %.2g, noise %.2g, γ %.2g, ξ %.2g, ln G %.2g dB, smoothed G %.2g dB, G %.2g dB, enough %.2g; %d frames with clicks",
		prob, noise.most, post.most, prior.most, ln.most, linear.most, out.most, quiet, clicks)
	for name, f := range map[string]far{"noise": noise, "γ": post, "ξ": prior, "ln G": ln, "smoothed G": linear, "G": out} {
		if float64(f.out) > 1e-4*float64(f.n) {
			t.Errorf("%s: %d of %d values are off, up to %v", name, f.out, f.n, f.most)
		}
	}
	if !(quiet < 1e-3) {
		t.Errorf("the gain that is enough is off by %v", quiet)
	}
	if most < 0.9 || least > 0.1 || doubted < 1000 || ref.quiet == 0 || clicks > 100 {
		t.Errorf("the material does not test the recipe: presence %v to %v, %d bins doubted, %v is enough, %d clicks", least, most, doubted, ref.quiet, clicks)
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
