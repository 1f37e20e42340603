package denoise

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/internal/simd"
	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/spectral"
)

// The signals and measures that the tests share. Every signal is the same on
// every machine and every run.

// testEngine is what tests run that leave the choice open.
var testEngine = Classical

// longInPlainGo are tests of many hops, which the network is left out of where there
// are no vector kernels: what they are about does not depend on them.
var longInPlainGo = map[string]bool{
	"TestObserveNeverLeaks": true, "TestHostileSamples": true, "TestLongRun": true, "TestChunkInvariance": true,
	"TestComfortNoiseLevel": true, "TestPoolEqualsNew": true, "TestReader": true, "TestWriter": true,
}

// bothEngines runs a test with each engine.
func bothEngines(t *testing.T, test func(t *testing.T)) {
	for _, e := range []Engine{Classical, Neural} {
		t.Run(e.String(), func(t *testing.T) {
			if e == Neural && !simd.Available() && longInPlainGo[strings.TrimSuffix(t.Name(), "/neural")] {
				t.Skip("takes seconds without vector kernels")
			}
			defer func() { testEngine = Classical }()
			testEngine = e
			test(t)
		})
	}
}

// withEngine returns a configuration with testEngine where it says none.
func withEngine(c Config) Config {
	if c.Engine == EngineAuto {
		c.Engine = testEngine
	}
	return c
}

func mustNew(t testing.TB, c Config) *Denoiser {
	t.Helper()
	d, err := New(withEngine(c))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// testWork returns what engines of so many bins 50 Hz apart work in.
func testWork(t testing.TB, bins int) *engineWork {
	t.Helper()
	tables, err := newTables(bins - 1)
	if err != nil {
		t.Fatal(err)
	}
	return newEngineWork(tables, Config{}, bins, 50)
}

// newRand returns a generator whose numbers are always the same.
func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

// white returns n samples of Gaussian noise at a level in dBFS.
func white(n int, seed uint64, db float64) []float32 {
	r := newRand(seed)
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return toLevel(x, db)
}

// pink returns noise of 1/f power (Kellet's filter, made for 44.1 kHz).
func pink(n int, seed uint64, db float64) []float32 {
	r := newRand(seed)
	var b [7]float64
	x := make([]float32, n)
	for i := range x {
		w := r.NormFloat64()
		b[0] = 0.99886*b[0] + w*0.0555179
		b[1] = 0.99332*b[1] + w*0.0750759
		b[2] = 0.96900*b[2] + w*0.1538520
		b[3] = 0.86650*b[3] + w*0.3104856
		b[4] = 0.55000*b[4] + w*0.5329522
		b[5] = -0.7616*b[5] - w*0.0168980
		x[i] = float32(b[0] + b[1] + b[2] + b[3] + b[4] + b[5] + b[6] + w*0.5362)
		b[6] = w * 0.115926
	}
	return toLevel(x, db)
}

// fan returns what a computer's fan sounds like: low-passed hiss, a little
// modulated by the rotation, and the harmonics of the blades.
func fan(n, rate int, seed uint64, db float64) []float32 {
	r := newRand(seed)
	low := math.Exp(-2 * math.Pi * 900 / float64(rate))
	var y1, y2 float64
	x := make([]float32, n)
	for i := range x {
		t := float64(i) / float64(rate)
		w := r.NormFloat64()
		y1 = low*y1 + (1-low)*w
		y2 = 0.5*y2 + 0.5*y1
		v := y2*(1+0.2*math.Sin(2*math.Pi*23*t)) + 0.01*w
		for h := 1; h <= 5; h++ {
			v += 0.06 / float64(h) * math.Sin(2*math.Pi*161*float64(h)*t+float64(h*h))
		}
		x[i] = float32(v)
	}
	return toLevel(x, db)
}

// span is a stretch of samples.
type span struct{ from, to int }

// voice returns something with the properties of speech that matter here:
// harmonics of a gliding pitch under moving formants, syllables, hissing
// consonants, and pauses between phrases. active lists the phrases. Its level
// over them is −26 dBFS.
func voice(rate int, seconds float64, seed uint64) (x []float32, active []span) {
	r := newRand(seed)
	n := int(seconds * float64(rate))
	x = make([]float32, n)
	vowels := [][3]float64{{730, 1090, 2440}, {270, 2290, 3010}, {300, 870, 2240}, {530, 1840, 2480}, {570, 840, 2410}}
	top := math.Min(0.45*float64(rate), 9000)
	amplitudes := make([]float64, 120)
	var phase, last float64
	at := 0
	for phrase := 0; at < n; phrase++ {
		start := at
		for range 5 + phrase%3 { // syllables of a phrase
			f := vowels[r.IntN(len(vowels))]
			length := int((0.13 + 0.1*r.Float64()) * float64(rate))
			hiss := r.IntN(2) * int(0.06*float64(rate))
			f0 := 105 + 60*r.Float64()
			glide := (r.Float64() - 0.5) * 30
			for i := 0; i < hiss && at < n; i++ {
				w := r.NormFloat64()
				e := math.Sin(math.Pi * float64(i) / float64(hiss))
				x[at] += float32(0.05 * e * e * (w - last)) // first difference: treble
				last = w
				at++
			}
			harmonics := 0
			for i := 0; i < length && at < n; i++ {
				u := float64(i) / float64(length)
				pitch := f0 + glide*u + 2*math.Sin(2*math.Pi*5*float64(at)/float64(rate))
				if i%64 == 0 {
					harmonics = min(int(top/pitch), len(amplitudes))
					for h := range harmonics {
						amplitudes[h] = formants(float64(h+1)*pitch, f)
					}
				}
				phase = math.Mod(phase+2*math.Pi*pitch/float64(rate), 2*math.Pi)
				// sin (h+1)θ = 2 cos θ sin hθ − sin (h−1)θ
				sin, cos := math.Sincos(phase)
				before, now, v := 0.0, sin, 0.0
				for _, a := range amplitudes[:harmonics] {
					v += a * now
					before, now = now, 2*cos*now-before
				}
				x[at] += float32(math.Pow(math.Sin(math.Pi*u), 0.7) * v)
				at++
			}
		}
		active = append(active, span{start, min(at, n)})
		at += int((0.5 + 0.3*r.Float64()) * float64(rate))
	}
	var sum float64
	var count int
	for _, s := range active {
		for _, v := range x[s.from:s.to] {
			sum += float64(v) * float64(v)
		}
		count += s.to - s.from
	}
	scale(x, math.Pow(10, -26.0/20)/math.Sqrt(sum/float64(count)))
	return x, active
}

// formants is the amplitude at f Hz of a glottal source through resonances.
func formants(f float64, peaks [3]float64) float64 {
	a := 0.0
	for i, p := range peaks {
		width := 60 + 40*float64(i)
		d := (f - p) / width
		a += math.Pow(0.5, float64(i)) / (1 + d*d)
	}
	return (a + 0.01) / (1 + f/1500)
}

// speech returns recorded speech from testdata at 48 kHz where the checkout has
// it, else the synthetic voice, and its name. Where somebody talks is measured.
func speech(t testing.TB, seconds float64) (x []float32, active []span, name string) {
	t.Helper()
	const rate = 48000
	if y, r := readWAV(t, "speech_48k.wav"); r == rate {
		n := min(int(seconds*rate), len(y))
		x = toActiveLevel(y[:n], rate, -26)
		return x, activity(x, rate), "testdata/speech_48k.wav"
	}
	x, active = voice(rate, seconds, 11)
	return x, active, "synthetic voice"
}

// readWAV returns channel 0 of a file in testdata and its rate, 0 if it is not
// there.
func readWAV(t testing.TB, name string) ([]float32, int) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "testdata", name))
	if err != nil {
		return nil, 0
	}
	defer f.Close()
	r, err := wav.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	c := r.Format().Channels
	var out []float32
	buf := make([]float32, 4096*c)
	for {
		n, err := r.Read(buf)
		for i := 0; i+c <= n; i += c {
			out = append(out, buf[i])
		}
		if err != nil || n == 0 {
			return out, r.Format().SampleRate
		}
	}
}

// activity returns where 20 ms levels come within 30 dB of the loudest, joined
// over gaps up to 0.2 s.
func activity(x []float32, rate int) []span {
	hop := rate / 50
	loudest := -200.0
	for i := 0; i+hop <= len(x); i += hop {
		loudest = math.Max(loudest, level(x[i:i+hop]))
	}
	var out []span
	for i := 0; i+hop <= len(x); i += hop {
		if level(x[i:i+hop]) < loudest-30 {
			continue
		}
		if n := len(out); n > 0 && i-out[n-1].to <= rate/5 {
			out[n-1].to = i + hop
		} else {
			out = append(out, span{i, i + hop})
		}
	}
	return out
}

func toActiveLevel(x []float32, rate int, db float64) []float32 {
	x = append([]float32(nil), x...)
	return scale(x, math.Pow(10, (db-level(gather(x, activity(x, rate))))/20))
}

// gather joins the stretches of x.
func gather(x []float32, spans []span) []float32 {
	var out []float32
	for _, s := range spans {
		out = append(out, x[min(s.from, len(x)):min(s.to, len(x))]...)
	}
	return out
}

// pauses returns what lies between spans, at least margin samples away from
// them, from sample from on.
func pauses(spans []span, n, from, margin int) []span {
	var out []span
	last := from - margin
	for _, s := range append(append([]span(nil), spans...), span{n + margin, n + margin}) {
		if a, b := max(last+margin, from), s.from-margin; b > a {
			out = append(out, span{a, b})
		}
		last = max(last, s.to)
	}
	return out
}

func sine(n, rate int, hz, amplitude float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(amplitude * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return x
}

func add(a, b []float32) []float32 {
	out := append([]float32(nil), a...)
	for i := range out {
		if i < len(b) {
			out[i] += b[i]
		}
	}
	return out
}

func scale(x []float32, by float64) []float32 {
	for i := range x {
		x[i] *= float32(by)
	}
	return x
}

func toLevel(x []float32, db float64) []float32 {
	return scale(x, math.Pow(10, (db-level(x))/20))
}

// level returns the RMS level in dBFS, 0 for a full-scale square wave.
func level(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	if len(x) == 0 {
		return -200
	}
	return decibels(sum / float64(len(x)))
}

func peak(x []float32) float64 {
	var p float64
	for _, v := range x {
		p = math.Max(p, math.Abs(float64(v)))
	}
	return p
}

// siSDR returns the scale-invariant signal-to-distortion ratio in dB.
func siSDR(got, want []float32) float64 {
	var dot, ref float64
	for i := range want {
		dot += float64(got[i]) * float64(want[i])
		ref += float64(want[i]) * float64(want[i])
	}
	a := dot / ref
	var s, e float64
	for i := range want {
		target := a * float64(want[i])
		d := float64(got[i]) - target
		s += target * target
		e += d * d
	}
	return 10 * math.Log10(s/e)
}

// logSpectralDistance returns the mean over frames of the RMS over bins of the
// difference of two spectra in dB. Frames are 20 ms, those within 30 dB of the
// loudest frame count; in a bin nothing below −60 dB of the reference's
// strongest bin is told apart.
func logSpectralDistance(a, b []float32, rate int) float64 {
	size := 2 * hopSize(rate)
	fft, _ := spectral.NewFFT(size)
	window := spectral.Hann(size)
	bins := fft.Bins()
	spectrum := func(x []float32) [][]float64 {
		var out [][]float64
		re, im, w := make([]float32, bins), make([]float32, bins), make([]float32, size)
		for at := 0; at+size <= len(x); at += size / 2 {
			for i := range w {
				w[i] = x[at+i] * window[i]
			}
			fft.Forward(re, im, w)
			p := make([]float64, bins)
			for k := range p {
				p[k] = float64(re[k])*float64(re[k]) + float64(im[k])*float64(im[k])
			}
			out = append(out, p)
		}
		return out
	}
	pa, pb := spectrum(a), spectrum(b)
	var strongest, loudest float64
	energy := make([]float64, len(pb))
	for i, p := range pb {
		for _, v := range p {
			strongest = math.Max(strongest, v)
			energy[i] += v
		}
		loudest = math.Max(loudest, energy[i])
	}
	eps := strongest * 1e-6
	var sum float64
	var count int
	for i := range pb {
		if energy[i] < loudest*1e-3 {
			continue
		}
		var d float64
		for k := range pb[i] {
			x := 10 * math.Log10((pa[i][k]+eps)/(pb[i][k]+eps))
			d += x * x
		}
		sum += math.Sqrt(d / float64(bins))
		count++
	}
	return sum / float64(count)
}

// process runs x, interleaved, through d in chunks of so many samples per
// channel (0: all at once) and returns the output.
func process(d *Denoiser, x []float32, chunk int) []float32 {
	c := d.cfg.Channels
	y := make([]float32, len(x))
	if chunk == 0 {
		chunk = len(x) / c
	}
	for at := 0; at < len(x); at += chunk * c {
		end := min(at+chunk*c, len(x))
		d.Process(y[at:end], x[at:end])
	}
	return y
}

// flush returns everything that d still holds.
func flush(d *Denoiser) []float32 {
	var out []float32
	buf := make([]float32, d.cfg.Channels*max(d.cfg.FrameSize, d.hop))
	for {
		n := d.Flush(buf)
		if n == 0 {
			return out
		}
		out = append(out, buf[:n]...)
	}
}

// aligned returns the output for all of x with the delay taken out.
func aligned(d *Denoiser, x []float32) []float32 {
	y := append(process(d, x, 0), flush(d)...)
	return y[d.Latency()*d.cfg.Channels:]
}

// interleave joins channels of one length.
func interleave(channels ...[]float32) []float32 {
	out := make([]float32, 0, len(channels)*len(channels[0]))
	for i := range channels[0] {
		for _, c := range channels {
			out = append(out, c[i])
		}
	}
	return out
}

// channelOf returns one channel of interleaved samples.
func channelOf(x []float32, c, channels int) []float32 {
	out := make([]float32, 0, len(x)/channels)
	for i := c; i < len(x); i += channels {
		out = append(out, x[i])
	}
	return out
}

// sameBits reports where two signals first differ, −1 if nowhere.
func sameBits(a, b []float32) int {
	for i := range min(len(a), len(b)) {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}

// largestDifference returns max |a−b|.
func largestDifference(a, b []float32) float64 {
	var d float64
	for i := range a {
		d = math.Max(d, math.Abs(float64(a[i])-float64(b[i])))
	}
	return d
}

func allFinite(x []float32) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// talk is n samples of the synthetic voice in white noise, interleaved, each
// channel a little different.
func talk(rate, channels, n int) []float32 {
	v, _ := voice(rate, float64(n)/float64(rate)+0.1, 3)
	parts := make([][]float32, channels)
	for c := range parts {
		parts[c] = add(white(n, uint64(100+c), -45), scale(append([]float32(nil), v[:n]...), 1/(1+0.3*float64(c))))
	}
	return interleave(parts...)
}

// spectralKurtosis returns E{P⁴}/E{P²}² of the powers P of all bins, each
// relative to its bin's mean: 6 for Gaussian noise, more for isolated peaks.
func spectralKurtosis(x []float32) float64 {
	stft, _ := spectral.NewSTFT(spectral.Hann(1024), 512)
	bins := stft.Bins()
	re, im := make([]float32, bins), make([]float32, bins)
	var frames [][]float64
	mean := make([]float64, bins)
	for at := 0; at+512 <= len(x); at += 512 {
		stft.Analyze(re, im, x[at:at+512])
		if at == 0 {
			continue
		}
		p := make([]float64, bins)
		for k := range re {
			p[k] = float64(re[k])*float64(re[k]) + float64(im[k])*float64(im[k])
			mean[k] += p[k]
		}
		frames = append(frames, p)
	}
	var two, four, n float64
	for _, p := range frames {
		for k := 8; k < bins-8; k++ {
			r := p[k] / mean[k] * float64(len(frames))
			two += r * r
			four += r * r * r * r
			n++
		}
	}
	return four / n / (two / n * two / n)
}

// textbookSubtraction is max(P−N, 0.01P) per bin with the true N, as in the
// paper of Boll 1979, and sounds like it.
func textbookSubtraction(x []float32) []float32 {
	stft, _ := spectral.NewSTFT(spectral.SqrtHann(960), 480)
	re, im := make([]float32, 481), make([]float32, 481)
	out := make([]float32, len(x)/480*480)
	noise := float32(math.Pow(10, level(x)/10) * 480) // Σw² = 480
	for at := 0; at+480 <= len(x); at += 480 {
		stft.Analyze(re, im, x[at:at+480])
		for k := range re {
			p := re[k]*re[k] + im[k]*im[k]
			g := float32(math.Sqrt(float64(max(1-noise/p, 0.01))))
			re[k] *= g
			im[k] *= g
		}
		stft.Synthesize(out[at:at+480], re, im)
	}
	return out
}
