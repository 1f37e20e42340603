package denoise

import (
	"math"
	"testing"

	"github.com/quietline/quietline/internal/voicenet"
)

// bandMiddle returns the bin nearest to the middle of a band of presence, bins 50
// Hz apart.
func bandMiddle(i int) int {
	lo, hi := voicenet.Group(i)
	return int(math.Round((lo + hi) / 2 / 50))
}

// TestDamp: what holds no speech is damped by pauseDampDB, speech is not, bin 0
// goes.
func TestDamp(t *testing.T) {
	s := newSmoothing(testWork(t, 161), nil)
	out := make([]float32, len(s.linear))
	for k := range s.linear {
		s.linear[k] = 0.5
	}
	bands := func(p float32) *bandValues { return &bandValues{p, p, p, p, p, p} }
	for _, c := range []struct{ prob, factor, want float64 }{
		{1, 1, 0}, {pauseDampNone, 1, 0}, {0, 1, -pauseDampDB}, {pauseDampNone / 2, 1, -pauseDampDB / 2.0}, {1, 0.1, -20}, {0, 2, 6.0206 - pauseDampDB},
	} {
		s.damp(bands(float32(c.prob)), float32(c.factor))
		s.write(out)
		for k := 2; k < len(out); k++ {
			if db := 20 * math.Log10(float64(out[k])/0.5); math.Abs(db-c.want) > 0.001 {
				t.Fatalf("presence %v, factor %v: bin %d at %.3f dB, want %.3f", c.prob, c.factor, k, db, c.want)
			}
		}
		if out[0] != 0 || math.Abs(float64(out[1]/out[2])-0.5) > 1e-6 {
			t.Errorf("presence %v: bins 0 and 1 are %v and %v beside %v", c.prob, out[0], out[1], out[2])
		}
	}
}

// TestDampBand: one band without speech among others is damped alone, in full at
// its middle and not at all from its neighbours' on.
func TestDampBand(t *testing.T) {
	const bins = 161 // 8 kHz: all middles are there
	w := testWork(t, bins)
	s := newSmoothing(w, nil)
	points, out := make([]float32, len(s.linear)), make([]float32, bins)
	for k := range s.linear {
		s.linear[k] = 1
	}
	for i := range voicenet.Groups {
		p := bandValues{1, 1, 1, 1, 1, 1}
		p[i] = 0
		s.damp(&p, 1)
		s.write(points)
		w.points.Spread(out, points)
		lo, hi := 2, bins-1
		if i > 0 {
			lo = bandMiddle(i - 1)
		}
		if i < voicenet.Groups-1 {
			hi = bandMiddle(i + 1)
		}
		most, where := 0.0, 0
		for k := 2; k < bins; k++ {
			db := -20 * math.Log10(float64(out[k]))
			if db > most {
				most, where = db, k
			}
			// A middle may lie half a bin away from the nearest bin.
			if (k < lo || k > hi) && db > 0.001 {
				t.Errorf("band %d: bin %d is damped by %.2f dB", i, k, db)
			}
		}
		if math.Abs(most-pauseDampDB) > 1 {
			t.Errorf("band %d: damped by %.2f dB at most, in bin %d; want %v", i, most, where, pauseDampDB)
		}
	}
}
