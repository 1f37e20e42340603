package neural

import (
	"math"
	"testing"
)

// rig is a stream of one channel.
type rig struct {
	w      *Work
	s      *Stream
	h      *History
	list   []*History
	re, im []float32
}

func newRig(m *Model, hop int) *rig {
	w := m.NewWork(hop)
	r := &rig{w: w, s: w.NewStream(nil), h: w.NewHistory(nil), re: make([]float32, hop+1), im: make([]float32, hop+1)}
	r.list = []*History{r.h}
	return r
}

// run takes a frame and returns the cleaned one before it.
func (r *rig) run(x []complex128, muted, learn bool) (re, im []float32) {
	for k, v := range x {
		r.re[k], r.im[k] = float32(real(v)), float32(imag(v))
	}
	r.h.Push(r.re, r.im, muted)
	r.s.Update(r.list, learn)
	r.s.FilterAudible(r.re, r.im, r.h)
	return append([]float32(nil), r.re...), append([]float32(nil), r.im...)
}

func equal(a, b []float32) bool {
	for i, v := range a {
		if math.Float32bits(v) != math.Float32bits(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

// TestReset: after it a stream and its histories are as new.
func TestReset(t *testing.T) {
	X := testSpectra(480, 1, 30, 4)
	a, b := newRig(Default(), 480), newRig(Default(), 480)
	for _, x := range X {
		a.run(x[0], true, true)
	}
	a.s.Reset()
	a.h.Reset()
	for hop, x := range X {
		ar, ai := a.run(x[0], false, true)
		br, bi := b.run(x[0], false, true)
		if !equal(ar, br) || !equal(ai, bi) || a.s.SpeechProb() != b.s.SpeechProb() {
			t.Fatalf("hop %d after Reset differs from a new stream", hop)
		}
	}
}

// TestShared: streams that share a Work give what they give alone.
func TestShared(t *testing.T) {
	X, Y := testSpectra(160, 1, 20, 5), testSpectra(160, 1, 20, 6)
	alone, one, two := newRig(Default(), 160), newRig(Default(), 160), newRig(Default(), 160)
	memory := make([]float32, one.w.StreamLen()+one.w.HistoryLen())
	two.w = one.w
	two.s, two.h = one.w.NewStream(memory[:one.w.StreamLen()]), one.w.NewHistory(memory[one.w.StreamLen():])
	two.list = []*History{two.h}
	for hop := range X {
		ar, ai := alone.run(X[hop][0], false, true)
		br, bi := one.run(X[hop][0], false, true)
		two.run(Y[hop][0], false, true)
		if !equal(ar, br) || !equal(ai, bi) {
			t.Fatalf("hop %d: a stream beside another differs from one alone", hop)
		}
	}
}

// TestMuted: a frame that is muted is not in any output, though the network hears it.
func TestMuted(t *testing.T) {
	const at, hops = 10, 20
	X := testSpectra(160, 1, hops, 7)
	for k := range X[at][0] {
		X[at][0][k] = 0
	}
	loud := testSpectra(160, 1, 1, 8)[0][0]
	for k := range loud {
		loud[k] *= 1e6 // whatever of it comes through is seen
	}
	r := newRig(Default(), 160)
	var heard float32
	for hop := range hops {
		x := X[hop][0]
		if hop == at {
			x = loud
		}
		before := r.s.SpeechProb()
		re, im := r.run(x, hop == at, true)
		if hop == at {
			heard = before - r.s.SpeechProb()
		}
		for k := range re {
			a := math.Hypot(float64(re[k]), float64(im[k]))
			if hop == at+1 && a != 0 {
				t.Fatalf("bin %d of the muted frame is %v", k, a)
			}
			if a > 1e4 {
				t.Fatalf("hop %d: bin %d is %v: the muted frame comes through a filter", hop, k, a)
			}
		}
	}
	if heard == 0 {
		t.Error("the network did not hear the muted frame")
	}
}

// TestHold: through digital silence the gains stay, the probability falls, and what
// comes out is the gain times the input.
func TestHold(t *testing.T) {
	X := testSpectra(480, 1, 20, 9)
	r := newRig(Default(), 480)
	for _, x := range X {
		r.run(x[0], false, true)
	}
	before := r.s.SpeechProb()
	gain, global := append([]float32(nil), r.s.gain...), append([]float32(nil), r.s.global...)
	clear(r.re)
	clear(r.im)
	r.h.Push(r.re, r.im, false)
	last := append([]float32(nil), r.re...)
	r.s.Hold()
	r.s.Filter(r.re, r.im, r.h)
	if !equal(gain, r.s.gain) || !equal(global, r.s.global) {
		t.Error("Hold changes gains or states")
	}
	if p := r.s.SpeechProb(); !(p < before || before == 0) {
		t.Errorf("probability was %v and is %v", before, p)
	}
	for j := range positions {
		k := refFirstBin(j)
		if d := r.re[k] - gain[j]*last[k]; !(math.Abs(float64(d)) <= 1e-5*math.Abs(float64(last[k]))) {
			t.Fatalf("bin %d is %v, want %v times %v", k, r.re[k], gain[j], last[k])
		}
	}
	for range 300 {
		r.s.Hold()
	}
	if r.s.SpeechProb() != 0 {
		t.Errorf("probability %v after 3 s of silence", r.s.SpeechProb())
	}
}

// TestLearn: without learning the levels stay, but a stream that begins so has to
// begin somewhere.
func TestLearn(t *testing.T) {
	X := testSpectra(160, 1, 6, 10)
	r := newRig(Default(), 160)
	r.run(X[0][0], false, false)
	if !r.s.levels.started {
		t.Fatal("a first frame that is not learned from sets no level")
	}
	r.run(X[1][0], false, true)
	level, floor := r.s.levels.level, append([]float32(nil), r.s.levels.floor...)
	r.run(X[2][0], false, false)
	if r.s.levels.level != level || !equal(floor, r.s.levels.floor) {
		t.Error("a frame that is not to be learned from moves the levels")
	}
	r.run(X[3][0], false, true)
	if r.s.levels.level == level || equal(floor, r.s.levels.floor) {
		t.Error("a frame that is to be learned from does not move the levels")
	}
}

// TestExtremes: silence, denormal and enormous spectra give finite ones.
func TestExtremes(t *testing.T) {
	for _, a := range []complex128{0, 1e-42, 1e-20, complex(65536*480, -65536*480)} {
		r := newRig(Default(), 480)
		for hop := range 30 {
			x := make([]complex128, 481)
			for k := range x {
				x[k] = a * complex(float64(hop%3), 1)
			}
			re, im := r.run(x, false, true)
			for k := range re {
				if s := re[k] + im[k] + r.s.SpeechProb(); s-s != 0 {
					t.Fatalf("%v: bin %d is %v, %v", a, k, re[k], im[k])
				}
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	r := newRig(Default(), 480)
	if n := testing.AllocsPerRun(20, func() {
		r.h.Push(r.re, r.im, false)
		r.s.Update(r.list, true)
		r.s.Filter(r.re, r.im, r.h)
		r.s.Hold()
	}); n != 0 {
		t.Errorf("%v allocations a hop", n)
	}
}
