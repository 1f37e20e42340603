package spectral

import (
	"math"
	"strings"
	"testing"
)

func TestFixed(t *testing.T) {
	psd := []float32{1, 0, 2}
	f, err := NewFixed(psd)
	if err != nil {
		t.Fatal(err)
	}
	psd[0] = 9 // a copy was taken
	f.Update([]float32{5, 5, 5})
	if got := f.PSD(); got[0] != 1 || got[1] != minPower || got[2] != 2 {
		t.Errorf("PSD is %v, want [1 %v 2]", got, float32(minPower))
	}
	for _, bad := range [][]float32{nil, {-1}, {float32(math.NaN())}, {float32(math.Inf(1))}} {
		if _, err := NewFixed(bad); err == nil || !strings.HasPrefix(err.Error(), "spectral: ") {
			t.Errorf("NewFixed(%v): error %v", bad, err)
		}
	}
}
