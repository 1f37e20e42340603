package spectral

import (
	"math"
	"testing"
)

// TestShare: estimators and transforms that share working memory, taken in
// turns, give bit for bit what separate ones give, from the first frame on,
// with a Reset or a known noise in the middle.
func TestShare(t *testing.T) {
	const bins, size, hop, streams, frames = 97, 192, 64, 5, 60
	stft, err := NewSTFT(Hann(size), hop)
	if err != nil {
		t.Fatal(err)
	}
	mmse, _ := NewMMSE(bins, MMSEOptions{})
	minimum, _ := NewMinimumStatistics(bins, MinimumStatisticsOptions{WindowFrames: 24})
	snr, _ := NewDecisionDirected(bins, DecisionDirectedOptions{})
	memory := make([]float32, streams*(stft.StateLen()+mmse.StateLen()+minimum.StateLen()+snr.StateLen()))
	for i := range memory {
		memory[i] = float32(math.NaN()) // whatever lay there must not matter
	}
	type chain struct {
		stft    *STFT
		mmse    *MMSE
		minimum *MinimumStatistics
		snr     *DecisionDirected
	}
	run := func(c *chain, stream, frame int) (out []float32) {
		x := make([]float32, hop)
		for i := range x {
			x[i] = float32(math.Sin(float64((frame*hop+i)*(stream+3)))) * float32(stream+1)
		}
		re, im, power := make([]float32, bins), make([]float32, bins), make([]float32, bins)
		c.stft.Analyze(re, im, x)
		Power(power, re, im)
		for k := range power {
			power[k] += 1e-12
		}
		switch frame {
		case 20 + stream:
			c.mmse.Reset()
			c.minimum.Reset()
			c.snr.Reset()
			c.stft.Reset()
		case 40 + stream:
			c.mmse.SetPSD(power)
			c.minimum.SetPSD(power)
		}
		c.mmse.Update(power)
		out = append(out, c.mmse.SpeechProb()...)
		c.minimum.Update(power)
		c.snr.Update(power, c.mmse.PSD())
		c.snr.Feedback(c.snr.Prior(), power)
		c.stft.Synthesize(x, re, im)
		for _, s := range [][]float32{c.mmse.PSD(), c.minimum.PSD(), c.snr.Prior(), c.snr.Post(), c.stft.Past(), x} {
			out = append(out, s...)
		}
		return out
	}
	var shared, own [streams]chain
	for i := range shared {
		shared[i] = chain{stft.Share(cut(&memory, stft.StateLen())), mmse.Share(cut(&memory, mmse.StateLen())),
			minimum.Share(cut(&memory, minimum.StateLen())), snr.Share(cut(&memory, snr.StateLen()))}
		own[i] = chain{stft.Clone(), mmse.Clone(), minimum.Clone(), snr.Clone()}
	}
	for frame := range frames {
		for i := range shared {
			got, want := run(&shared[i], i, frame), run(&own[i], i, frame)
			for k := range want {
				if math.Float32bits(got[k]) != math.Float32bits(want[k]) {
					t.Fatalf("stream %d, frame %d, value %d: %v shared, %v alone", i, frame, k, got[k], want[k])
				}
			}
		}
	}
}

func TestShareChecksLength(t *testing.T) {
	m, _ := NewMMSE(9, MMSEOptions{})
	s := m.Share(nil)
	if len(s.PSD()) != 9 || &s.PSD()[0] == &m.PSD()[0] {
		t.Error("Share(nil) does not have state of its own")
	}
	defer func() {
		if recover() == nil {
			t.Error("Share took state of the wrong length")
		}
	}()
	m.Share(make([]float32, 17))
}

// TestCloneIndependent: clones of one smoother may run at the same time
// (go test -race).
func TestCloneIndependent(t *testing.T) {
	box, _ := NewBox(481, 0.12)
	kernel, _ := NewKernel(481, RaisedCosine(15))
	snr, _ := NewDecisionDirected(481, DecisionDirectedOptions{})
	mmse, _ := NewMMSE(481, MMSEOptions{SmoothFraction: 0.05})
	x := make([]float32, 481)
	for i := range x {
		x[i] = float32(i%7) + 1
	}
	all := func(b *Box, k *Kernel, d *DecisionDirected, m *MMSE) []float32 {
		y := make([]float32, 3*481)
		for range 20 {
			b.Apply(y[:481], x)
			k.Apply(y[481:962], x)
			m.Update(x)
			d.Update(x, m.PSD())
		}
		copy(y[962:], d.Prior())
		return y
	}
	const goroutines = 3
	results := make(chan []float32, goroutines)
	for range goroutines {
		b, k, d, m := box.Clone(), kernel.Clone(), snr.Clone(), mmse.Clone()
		go func() { results <- all(b, k, d, m) }()
	}
	want := all(box, kernel, snr, mmse)
	for range goroutines {
		for i, v := range <-results {
			if v != want[i] {
				t.Fatalf("value %d: %v in a clone, %v in the original", i, v, want[i])
			}
		}
	}
}
