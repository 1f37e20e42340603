package spectral

import (
	"math"
	"testing"
)

func newGuided(t *testing.T, bins, start int) *MMSE {
	t.Helper()
	m, err := NewMMSE(bins, MMSEOptions{StartFrames: start})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestGuidedBelief1: where the caller knows nothing more, UpdateGuided is Update
// bit for bit.
func TestGuidedBelief1(t *testing.T) {
	const bins = 161
	a, b := newGuided(t, bins, 0), newGuided(t, bins, 0)
	ones := make([]float32, bins)
	for k := range ones {
		ones[k] = 1
	}
	for i, f := range estScene(5, bins, 400) {
		a.Update(f)
		b.UpdateGuided(f, ones)
		for k := range f {
			if a.PSD()[k] != b.PSD()[k] || a.SpeechProb()[k] != b.SpeechProb()[k] {
				t.Fatalf("frame %d, bin %d: PSD %v and probability %v, Update gives %v and %v", i, k, b.PSD()[k], b.SpeechProb()[k], a.PSD()[k], a.SpeechProb()[k])
			}
		}
	}
}

// TestGuidedBelief0: where it is sure of noise the estimate is the smoothed power,
// whatever the probability says.
func TestGuidedBelief0(t *testing.T) {
	const bins = 81
	m := newGuided(t, bins, -1)
	none := make([]float32, bins)
	want := make([]float64, bins)
	for i, f := range estScene(6, bins, 300) {
		m.UpdateGuided(f, none)
		if i == 0 {
			copy(want, estRefBox(estTo64(f), 0.01))
		}
		for k, p := range f {
			rate := 0.2
			if float64(p) > want[k] {
				rate = 0.15
			}
			want[k] += rate * (float64(p) - want[k])
			if d := math.Abs(float64(m.PSD()[k])/want[k] - 1); !(d < 1e-4) || m.SpeechProb()[k] != 0 {
				t.Fatalf("frame %d, bin %d: PSD %v, smoothed power %v; probability %v", i, k, m.PSD()[k], want[k], m.SpeechProb()[k])
			}
		}
	}
}

// TestGuidedAgainstReference with beliefs that change from frame to frame.
func TestGuidedAgainstReference(t *testing.T) {
	const bins = 161
	m, ref := newGuided(t, bins, 0), estRefMMSE{belief: make([]float64, bins)}
	belief := make([]float32, bins)
	for i, f := range estScene(8, bins, 400) {
		for k := range belief {
			belief[k] = float32(0.5 + 0.5*math.Sin(float64(i)/7+float64(k)/11))
			ref.belief[k] = float64(belief[k])
		}
		m.UpdateGuided(f, belief)
		ref.update(estTo64(f))
		for k := range f {
			if d, e := math.Abs(float64(m.PSD()[k])/ref.n[k]-1), math.Abs(float64(m.SpeechProb()[k])-ref.q[k]); !(d < 1e-4 && e < 1e-4) {
				t.Fatalf("frame %d, bin %d: PSD %v and probability %v, want %v and %v", i, k, m.PSD()[k], m.SpeechProb()[k], ref.n[k], ref.q[k])
			}
		}
	}
}

// TestGuidedLearnsItsShare: of a sudden loud sound, speech by all appearance, a
// belief of b lets in the share 1−b of what it would take of noise; nothing is
// let in twice, and start-up frames are as without guidance.
func TestGuidedLearnsItsShare(t *testing.T) {
	const bins = 5
	belief := []float32{1, 0.85, 0.5, 0.25, 0}
	m, plain := newGuided(t, bins, 0), newGuided(t, bins, 0)
	f := []float32{1, 1, 1, 1, 1}
	for range 22 {
		m.UpdateGuided(f, belief)
		plain.Update(f)
		for k := range f {
			if m.PSD()[k] != plain.PSD()[k] {
				t.Fatalf("start-up: PSD %v, without guidance %v", m.PSD()[k], plain.PSD()[k])
			}
		}
	}
	m.SetPSD(f)
	const loud = 1e4
	m.UpdateGuided([]float32{loud, loud, loud, loud, loud}, belief)
	for k, b := range belief {
		want := 1 + (1-0.85)*(1-float64(b))*(loud-1)
		if d := math.Abs(float64(m.PSD()[k])/want - 1); !(d < 1e-3) {
			t.Errorf("belief %v: PSD %v, want %v", b, m.PSD()[k], want)
		}
	}
}

// TestGuidedStaysInBounds with a belief that a caller should not have.
func TestGuidedStaysInBounds(t *testing.T) {
	const bins = 81
	belief := make([]float32, bins)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), -1, 2, math.MaxFloat32} {
		m := newGuided(t, bins, 0)
		for i, f := range estScene(7, bins, 200) {
			for k := range belief {
				belief[k] = 0.9
				if i == 100 && k%2 == 0 {
					belief[k] = bad
				}
			}
			m.UpdateGuided(f, belief)
			for k, p := range m.PSD() {
				if !(p >= minPower && p <= maxPower) {
					t.Fatalf("belief %v, frame %d: PSD %v in bin %d", bad, i, p, k)
				}
			}
		}
	}
	m := newGuided(t, bins, 0)
	estPanics(t, "UpdateGuided with too few beliefs", func() { m.UpdateGuided(make([]float32, bins), belief[1:]) })
	estNoAlloc(t, "UpdateGuided", func() { m.UpdateGuided(belief, belief) })
}
