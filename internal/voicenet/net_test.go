package voicenet

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
)

// reference returns what bench/presence/fit.py wrote: features of successive
// frames of a training item and the logits that JAX made of them.
func reference(t testing.TB) (x [][Features]float32, y [][Outputs]float32) {
	data, err := os.ReadFile("testdata/reference.f32")
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]struct {
		X [Features]float32
		Y [Outputs]float32
	}, len(data)/4/(Features+Outputs))
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		x, y = append(x, r.X), append(y, r.Y)
	}
	return x, y
}

// TestSameAsTraining: the logits are those of the program that trained the
// weights.
func TestSameAsTraining(t *testing.T) {
	x, want := reference(t)
	var n Net
	var y [Outputs]float32
	var most, range_ float64
	for i := range x {
		n.Update(&y, &x[i])
		for j := range y {
			most = math.Max(most, math.Abs(float64(y[j]-want[i][j])))
			range_ = math.Max(range_, math.Abs(float64(y[j]-want[0][j])))
		}
	}
	t.Logf("%d frames, logits move by %.1f, largest difference %.2g", len(x), range_, most)
	if !(most < 1e-4) || len(x) < 50 || range_ < 2 {
		t.Errorf("%d frames, logits move by %v, differ by %v; want 50, 2 and at most 1e-4", len(x), range_, most)
	}
}

// TestNetRecovers: after what is not a number it begins anew.
func TestNetRecovers(t *testing.T) {
	x, want := reference(t)
	for _, v := range []float32{float32(math.NaN()), float32(math.Inf(-1))} {
		var n Net
		var y [Outputs]float32
		n.Update(&y, &x[0])
		bad := x[1]
		bad[3] = v
		n.Update(&y, &bad)
		for j := range y {
			if y[j]-y[j] != 0 {
				t.Errorf("logit %v after a feature %v", y[j], v)
			}
		}
		n.Reset()
		for i := range x {
			n.Update(&y, &x[i])
		}
		if d := y[0] - want[len(x)-1][0]; !(d < 1e-4 && d > -1e-4) {
			t.Errorf("after %v: logit %v, want %v", v, y[0], want[len(x)-1][0])
		}
	}
}

func TestWeightsOfAnotherSize(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a file that is too short")
		}
	}()
	mustLoad(weightsFile[4:])
}

func TestNoAllocation(t *testing.T) {
	x, _ := reference(t)
	l := NewLayout(161, 50)
	power := testFrames(161, 1, 1)[0]
	var e Extractor
	var n Net
	var y [Outputs]float32
	if a := testing.AllocsPerRun(10, func() {
		e.Update(&x[0], &l, power)
		n.Update(&y, &x[0])
	}); a != 0 {
		t.Errorf("%v allocations a frame", a)
	}
}

func BenchmarkNet(b *testing.B) {
	x, _ := reference(b)
	var n Net
	var y [Outputs]float32
	i := 0
	for b.Loop() {
		n.Update(&y, &x[i])
		i = (i + 1) % len(x)
	}
}

func BenchmarkFeatures(b *testing.B) {
	l := NewLayout(481, 50)
	frames := testFrames(481, 64, 1)
	var e Extractor
	var x [Features]float32
	i := 0
	for b.Loop() {
		e.Update(&x, &l, frames[i])
		i = (i + 1) % len(frames)
	}
}
