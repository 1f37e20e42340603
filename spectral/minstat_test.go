package spectral

import (
	"math"
	"strings"
	"testing"
)

// estRefMinStat is Martin's algorithm in float64 after figure 5 of the paper,
// bin by bin and flag by flag.
type estRefMinStat struct {
	u, v   int
	hop    float64
	frame  int
	subwc  int // 1 … V
	alphaC float64

	p, sigma, mean, mean2, actmin, actminSub, pminU []float64
	lminFlag                                        []bool
	stored                                          [][]float64
}

func (r *estRefMinStat) m(d int) float64 {
	table := meanOfMinimum
	if last := table[len(table)-1]; float64(d) > last[0] {
		return 1 - (1-last[1])*math.Sqrt(last[0]/float64(d))
	}
	i := 0
	for table[i][0] < float64(d) {
		i++
	}
	if table[i][0] == float64(d) {
		return table[i][1]
	}
	lo, hi := table[i-1], table[i]
	f := (math.Sqrt(float64(d)) - math.Sqrt(lo[0])) / (math.Sqrt(hi[0]) - math.Sqrt(lo[0]))
	return lo[1] + f*(hi[1]-lo[1])
}

func (r *estRefMinStat) bmin(d int, invQ float64) float64 {
	m := r.m(d)
	q := (1/invQ - 2*m) / (1 - m) // eq. 16
	return 1 + float64(d-1)*2/q   // eq. 17
}

func (r *estRefMinStat) update(y []float64) {
	n := len(y)
	c := func(x float64) float64 { return math.Pow(x, r.hop/0.016) }
	if r.frame == 0 {
		r.subwc, r.alphaC = 1, 1
		cp := func() []float64 { // not in the paper, see begin
			first := make([]float64, n)
			for k := range y {
				near := y[max(k-4, 0):min(k+5, n)]
				for _, x := range near {
					first[k] += x / float64(len(near))
				}
			}
			return first
		}
		r.p, r.sigma, r.mean, r.pminU = cp(), cp(), cp(), cp()
		r.mean2, r.actmin, r.actminSub = make([]float64, n), make([]float64, n), make([]float64, n)
		r.lminFlag = make([]bool, n)
		for k := range y {
			r.mean2[k] = r.p[k] * r.p[k]
			r.actmin[k], r.actminSub[k] = math.Inf(1), math.Inf(1)
		}
	}
	r.frame++
	var sumP, sumY, sumN float64
	for k := range y {
		sumP += r.p[k]
		sumY += y[k]
		sumN += r.sigma[k]
	}
	tilde := 1 / (1 + (sumP/sumY-1)*(sumP/sumY-1))
	r.alphaC = c(0.7)*r.alphaC + (1-c(0.7))*math.Max(tilde, 0.7)
	alphaMin := math.Min(c(0.3), math.Pow(sumP/sumN, -r.hop/0.064))
	invQ := make([]float64, n)
	var meanInvQ float64
	for k := range y {
		x := r.p[k]/r.sigma[k] - 1
		a := math.Max(alphaMin, c(0.96)*r.alphaC/(1+x*x))
		r.p[k] = a*r.p[k] + (1-a)*y[k]
		b := math.Min(a*a, c(0.8))
		r.mean[k] = b*r.mean[k] + (1-b)*r.p[k]
		r.mean2[k] = b*r.mean2[k] + (1-b)*r.p[k]*r.p[k]
		variance := r.mean2[k] - r.mean[k]*r.mean[k]
		invQ[k] = math.Min(math.Max(variance/(2*r.sigma[k]*r.sigma[k]), 1e-30), 0.5)
		meanInvQ += invQ[k] / float64(n)
	}
	if r.frame <= r.v { // start-up: capped running mean
		for k := range y {
			r.sigma[k] += (math.Min(y[k], 2*r.sigma[k]) - r.sigma[k]) / float64(r.frame)
		}
		if r.frame == r.v {
			for k := range y {
				r.sigma[k] = math.Min(r.p[k], 2*r.sigma[k])
			}
			copy(r.pminU, r.sigma)
			r.stored = append(r.stored, append([]float64(nil), r.sigma...))
		}
		return
	}
	bc := 1 + 2.12*math.Sqrt(meanInvQ)
	kmod := make([]bool, n)
	for k := range y {
		if x := r.p[k] * r.bmin(r.u*r.v, invQ[k]) * bc; x < r.actmin[k] {
			r.actmin[k] = x
			r.actminSub[k] = r.p[k] * r.bmin(r.v, invQ[k]) * bc
			kmod[k] = true
		}
	}
	if r.subwc < r.v {
		if r.subwc > 1 {
			for k := range y {
				r.lminFlag[k] = r.lminFlag[k] || kmod[k]
				r.sigma[k] = math.Min(r.actminSub[k], r.pminU[k])
				r.pminU[k] = r.sigma[k]
				r.sigma[k] = math.Min(r.sigma[k], 2*r.mean[k]) // not in the paper, see search
			}
		}
		r.subwc++
		return
	}
	r.stored = append(r.stored, append([]float64(nil), r.actmin...))
	if len(r.stored) > r.u {
		r.stored = r.stored[1:]
	}
	slope := 1.2
	switch {
	case meanInvQ < 0.03:
		slope = 8
	case meanInvQ < 0.05:
		slope = 4
	case meanInvQ < 0.06:
		slope = 2
	}
	slope = math.Pow(slope, float64(r.v)*r.hop/0.192)
	for k := range y {
		if kmod[k] {
			r.lminFlag[k] = false
		}
		r.pminU[k] = math.Inf(1)
		for _, s := range r.stored {
			r.pminU[k] = math.Min(r.pminU[k], s[k])
		}
		if r.lminFlag[k] && r.actminSub[k] < slope*r.pminU[k] && r.actminSub[k] > r.pminU[k] {
			r.pminU[k] = r.actminSub[k]
			for _, s := range r.stored {
				s[k] = r.actminSub[k]
			}
		}
		r.lminFlag[k] = false
		r.actmin[k], r.actminSub[k] = math.Inf(1), math.Inf(1)
	}
	r.subwc = 1
}

func TestMinimumStatisticsAgainstReference(t *testing.T) {
	for _, c := range []struct {
		bins int
		opt  MinimumStatisticsOptions
		u, v int
		hop  float64
	}{
		{81, MinimumStatisticsOptions{}, 8, 19, 0.010},
		{161, MinimumStatisticsOptions{WindowFrames: 96, HopSeconds: 0.016}, 8, 12, 0.016},
		{33, MinimumStatisticsOptions{WindowFrames: 60, SubWindows: 5, HopSeconds: 0.02}, 5, 12, 0.02},
		{33, MinimumStatisticsOptions{WindowFrames: 400}, 8, 50, 0.010},
	} {
		m, err := NewMinimumStatistics(c.bins, c.opt)
		if err != nil {
			t.Fatal(err)
		}
		ref := &estRefMinStat{u: c.u, v: c.v, hop: c.hop}
		var bad, total int
		var worst float64
		for _, f := range estScene(6, c.bins, 700) {
			m.Update(f)
			ref.update(estTo64(f))
			for k := range f {
				e := math.Abs(float64(m.PSD()[k])/ref.sigma[k] - 1)
				worst = max(worst, e)
				total++
				if e > 1e-3 {
					bad++
				}
			}
		}
		// A comparison may fall the other way in float32 where two values tie,
		// and then a bin differs until its window has passed.
		t.Logf("%+v: %d of %d values off by more than 0.1 %%, largest %.2g", c.opt, bad, total, worst)
		if float64(bad) > 0.002*float64(total) {
			t.Errorf("%+v: %d of %d values off by more than 0.1 %%, largest %.2g", c.opt, bad, total, worst)
		}
	}
}

func TestMinimumStatisticsWhiteNoise(t *testing.T) {
	for _, window := range []int{0, 400} {
		const bins = 161
		m, _ := NewMinimumStatistics(bins, MinimumStatisticsOptions{WindowFrames: window})
		src := newEstNoise(21, bins)
		f := make([]float32, bins)
		var mean, worst float64
		const from, to = 100, 1500
		for i := range to {
			src.frame(f, 3e-4)
			m.Update(f)
			if i >= from {
				db := estMeanDB(m.PSD(), 3e-4)
				mean += db / (to - from)
				worst = max(worst, math.Abs(db))
			}
		}
		t.Logf("window %d: bias in white noise %.2f dB, at most %.2f dB in any frame after 1 s", window, mean, worst)
		if worst > 1 {
			t.Errorf("window %d: %.2f dB off in some frame after 1 s, want within 1 dB", window, worst)
		}
	}
}

func TestMinimumStatisticsStepAndBursts(t *testing.T) {
	const bins = 161
	m, _ := NewMinimumStatistics(bins, MinimumStatisticsOptions{})
	src := newEstNoise(22, bins)
	f := make([]float32, bins)
	most := math.Inf(-1)
	for i := range 800 {
		power := 1.0
		if i > 200 && i%40 >= 20 {
			power = 100
		}
		src.frame(f, power)
		m.Update(f)
		if i > 100 {
			most = max(most, estMeanDB(m.PSD(), 1))
		}
	}
	t.Logf("bursts of +20 dB raise the estimate to %.2f dB", most)
	if most > 3 {
		t.Errorf("bursts of +20 dB raised the estimate to %.2f dB, want at most 3", most)
	}
	for range 300 {
		src.frame(f, 1)
		m.Update(f)
	}
	reached := -1
	for i := range 300 {
		src.frame(f, 10)
		m.Update(f)
		if reached < 0 && estMeanDB(m.PSD(), 10) > -1.5 {
			reached = i
		}
	}
	t.Logf("step of +10 dB followed to within 1.5 dB after %d frames", reached)
	if reached < 0 || reached > 180 {
		t.Errorf("step of +10 dB reached after %d frames, want at most 180 (the window and a sub-window)", reached)
	}
}

func TestMinimumStatisticsSetPSD(t *testing.T) {
	const bins = 161
	m, _ := NewMinimumStatistics(bins, MinimumStatisticsOptions{})
	psd, f := make([]float32, bins), make([]float32, bins)
	for k := range psd {
		psd[k] = 2
	}
	psd[0], psd[1], psd[2] = 0, -1, float32(math.NaN())
	m.SetPSD(psd)
	estValid(t, "after SetPSD", m.PSD(), minPower)
	src := newEstNoise(23, bins)
	for range 50 { // speech at once: the known noise must stand
		src.frame(f, 1e4)
		m.Update(f)
	}
	for k := 3; k < bins; k++ {
		if m.PSD()[k] != 2 {
			t.Fatalf("bin %d: PSD %v after speech over a known noise of 2", k, m.PSD()[k])
		}
	}
	psd[0], psd[1], psd[2] = 2, 2, 2
	m.SetPSD(psd)
	for range 200 {
		src.frame(f, 2)
		m.Update(f)
		if db := estMeanDB(m.PSD(), 2); math.Abs(db) > 0.5 {
			t.Fatalf("%.2f dB off in the noise that was set", db)
		}
	}
	estPanics(t, "SetPSD of a short slice", func() { m.SetPSD(psd[:3]) })
	estNoAlloc(t, "SetPSD", func() { m.SetPSD(psd) })
}

func TestMinimumStatisticsErrors(t *testing.T) {
	if _, err := NewMinimumStatistics(0, MinimumStatisticsOptions{}); err == nil {
		t.Error("no bins: no error")
	}
	for i, o := range []MinimumStatisticsOptions{
		{WindowFrames: -1}, {WindowFrames: 23}, {WindowFrames: 20000}, {SubWindows: 1}, {SubWindows: 65}, {SubWindows: -2},
		{HopSeconds: -1}, {HopSeconds: 1}, {HopSeconds: math.NaN()},
	} {
		if _, err := NewMinimumStatistics(10, o); err == nil || !strings.HasPrefix(err.Error(), "spectral: ") {
			t.Errorf("case %d, %+v: error %v", i, o, err)
		}
	}
}
