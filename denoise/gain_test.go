package denoise

import (
	"math"
	"testing"
)

// ruleFrame returns ξ and γ over their whole range.
func ruleFrame(bins int) (prior, post []float32) {
	r := newRand(12)
	prior, post = make([]float32, bins), make([]float32, bins)
	for k := range prior {
		prior[k] = float32(.0085 * math.Pow(10, 6*r.Float64()))
		post[k] = float32(math.Pow(10, -3+7*r.Float64()))
	}
	return prior, post
}

// newGainRule returns a rule with memory for bins bins.
func newGainRule(r Rule, bins int) gainRule {
	return gainRule{kind: r, square: make([]float32, bins), work: make([]float32, bins)}
}

// amplitude returns G given speech.
func (g *gainRule) amplitude(k int) float64 { return math.Sqrt(float64(g.square[k])) }

// TestLogMMSE against eq. 20 of Ephraim & Malah 1985 with E1 from its series:
// within 0.002 dB.
func TestLogMMSE(t *testing.T) {
	prior, post := ruleFrame(20000)
	g := newGainRule(LogMMSE, len(prior))
	g.updateLogMMSE(prior, post)
	for k := range prior {
		xi, gamma := float64(prior[k]), float64(post[k])
		v := gamma * xi / (1 + xi)
		want := math.Min(1, xi/(1+xi)*math.Exp(.5*expInt(v)))
		if d := math.Abs(20 * math.Log10(g.amplitude(k)/want)); !(d <= 0.002) {
			t.Fatalf("ξ %v, γ %v: gain %v, want %v (%.4f dB)", xi, gamma, g.amplitude(k), want, d)
		}
	}
}

func TestWienerGain(t *testing.T) {
	prior, _ := ruleFrame(20000)
	g := newGainRule(Wiener, len(prior))
	ln := make([]float32, len(prior))
	g.updateWiener(ln, prior)
	for k := range prior {
		want := float64(prior[k]) / (1 + float64(prior[k]))
		if math.Abs(g.amplitude(k)/want-1) > 1e-6 || math.Abs(float64(ln[k])-math.Log(want)) > 1e-6*(1-math.Log(want)) {
			t.Fatalf("ξ %v: gain %v, ln %v, want %v", prior[k], g.amplitude(k), ln[k], want)
		}
	}
}

// TestSubtractionGain against section III of Berouti 1979: α from the frame's
// SNR, residue at least β times the noise.
func TestSubtractionGain(t *testing.T) {
	for _, snr := range []float64{-10, -5, 0, 7, 20, 30} {
		// Frames with exactly that SNR: half of the bins γ = x, half small.
		const bins = 400
		mean := 1 + math.Pow(10, snr/10)
		post := make([]float32, bins)
		for k := range post {
			post[k] = float32(mean * []float64{.01, 1.99, .3, 1.7}[k%4])
		}
		g := newGainRule(Subtraction, bins)
		g.updateSubtraction(post)
		alpha := 4 - 3.0/20*snr
		alpha = clip(alpha, 1, 4.75)
		for k := range post {
			gamma := float64(post[k])
			square := math.Max(1-alpha/gamma, .01/gamma)
			want := math.Sqrt(math.Min(square, 1))
			if math.Abs(g.amplitude(k)-want) > 2e-3 {
				t.Fatalf("frame SNR %v dB, γ %v: gain %v, want %v (α %v)", snr, gamma, g.amplitude(k), want, alpha)
			}
		}
	}
}

// TestRulesStayInRange: every rule, any input of the range: gains are finite, at
// most 1 and at least the floor.
func TestRulesStayInRange(t *testing.T) {
	prior, post := ruleFrame(4000)
	post[0], post[1] = 0, 1e4 // what the estimator may give
	p := presence{curve: make([]float32, len(prior))}
	floor := float64(dbToLn(-speechFloorDB))
	for rule := range ruleNames {
		for _, prob := range []float32{0, 0.5, 1} {
			p.prob = prob
			for k := range p.curve {
				p.curve[k] = min(2*prob*float32(k)/float32(len(p.curve)), 1)
			}
			g := newGainRule(Rule(rule), len(prior))
			ln := make([]float32, len(prior))
			g.update(ln, prior, post, &p)
			for k, l := range ln {
				if !(l <= 1e-6) || float64(l) < floor-1e-4 {
					t.Fatalf("%v: ln gain %v in bin %d (ξ %v, γ %v), floor %v", Rule(rule), l, k, prior[k], post[k], floor)
				}
				if s := g.amplitude(k); !(s >= 0 && s <= 1) {
					t.Fatalf("%v: speech gain %v", Rule(rule), s)
				}
			}
		}
	}
}

// TestEveryRuleReducesNoise, keeps words and improves SI-SDR at 5 dB SNR, with
// both trackers.
func TestEveryRuleReducesNoise(t *testing.T) {
	clean, active := voice(48000, 6, 41)
	lead := 48000
	clean = append(make([]float32, lead), clean...)
	for i := range active {
		active[i].from += lead
		active[i].to += lead
	}
	n := len(clean)
	noisy := add(clean, pink(n, 4, -31))
	for rule := range ruleNames {
		for tracker := range trackerNames {
			d := mustNew(t, Config{SampleRate: 48000, Rule: Rule(rule), Tracker: Tracker(tracker)})
			y := aligned(d, noisy)
			quiet := pauses(active, n, 2*48000, 9600)
			reduction := level(gather(noisy, quiet)) - level(gather(y, quiet))
			gain := siSDR(y[lead:], clean[lead:]) - siSDR(noisy[lead:], clean[lead:])
			t.Logf("%v, %v: pauses −%.1f dB, SI-SDR %+.1f dB, speech %+.1f dB", Rule(rule), Tracker(tracker), reduction, gain, speechChange(y, clean, active))
			if reduction < 8 || gain < 2 {
				t.Errorf("%v, %v: noise in pauses −%.1f dB, SI-SDR %+.1f dB, want at least 8 and 2", Rule(rule), Tracker(tracker), reduction, gain)
			}
		}
	}
}

// TestMusicalNoise: what is left of steady noise must not be much more peaky
// than the noise was. The measure is the log kurtosis ratio of Uemura et al.
// (Automatic optimization scheme of spectral subtraction based on musical noise
// assessment via higher-order statistics, IWAENC 2008): kurtosis of the powers
// in the residue over that in the noise, in ln. 0 is no musical noise; the
// subtraction of the textbook, which warbles, has 1.0 here.
func TestMusicalNoise(t *testing.T) {
	ratio := func(c Config) float64 {
		c.SampleRate = 48000
		d := mustNew(t, c)
		x := white(4*48000, 6, -40)
		y := aligned(d, x)
		return math.Log(spectralKurtosis(y[96000:]) / spectralKurtosis(x[96000:]))
	}
	for _, c := range []Config{{}, {Rule: LogMMSE}, {Rule: Wiener}, {Rule: Subtraction}, {Tracker: TrackMinimum}, {Strength: Mild}, {Strength: Maximum}} {
		r := ratio(c)
		t.Logf("%v, %v, %v: log kurtosis ratio %.2f", c.Rule, c.Tracker, c.Strength, r)
		if c.Rule == OMLSA && c.Strength == Default && c.Tracker == TrackMMSE && r > 0.7 {
			t.Errorf("default: log kurtosis ratio of the residual noise %.2f, want at most 0.7", r)
		}
	}
	// The measure must be able to tell: subtraction bin by bin, unsmoothed.
	x := white(4*48000, 6, -40)
	r := math.Log(spectralKurtosis(textbookSubtraction(x)) / spectralKurtosis(x))
	t.Logf("textbook subtraction: log kurtosis ratio %.2f", r)
	if r < 0.9 {
		t.Errorf("textbook subtraction measures %.2f: the measure hears no musical noise", r)
	}
}
