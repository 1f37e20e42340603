package metrics

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// TestOnsetClippingKnown: words of which the first 60 ms lose a known gain, in
// clean sound and in noise that is taken down as well; the unprocessed noise
// itself costs nothing.
func TestOnsetClippingKnown(t *testing.T) {
	const rate = 16000
	var spans []time.Duration
	for i := range 10 {
		at := time.Duration(300+i*600) * ms
		spans = append(spans, at, at+300*ms)
	}
	clean := bursts(rate, 6300*ms, spans...)
	speech, err := Activity(clean, rate)
	check(t, err)
	faded := func(db float64) []float32 {
		y := append([]float32(nil), clean...)
		for i := 0; i < len(spans); i += 2 {
			from := samples(spans[i], rate)
			copy(y[from:], scaled(clean[from:from+rate*6/100], db))
		}
		return y
	}
	noise := gaussian(len(clean), -20, 3)
	silent := make([]float32, len(clean))
	for _, c := range []struct {
		name               string
		noisy, y           []float32
		mean, within, many float64
	}{
		{"clean, as it was", clean, clean, 0, 1e-3, 0},
		{"clean, faded", clean, faded(-9), 9, 1e-3, 1},
		{"clean, a little", clean, faded(-5), 5, 1e-3, 0},
		{"clean, louder", clean, scaled(clean, 3), -3, 1e-3, 0},
		{"clean, muted", clean, silent, 40, 0, 1},
		{"clean, inverted and faded", clean, mix(-1, faded(-9), 0, clean), 9, 1e-3, 1},
		{"noise left alone", mix(1, clean, 1, noise), mix(1, clean, 1, noise), 0, 1e-3, 0},
		{"all fainter", mix(1, clean, 1, noise), mix(0.25, clean, 0.25, noise), 12.041, 1e-3, 1},
		{"noise taken out", mix(1, clean, 1, noise), mix(1, clean, 0.1, noise), 0, 0.7, 0},
		{"noise taken out, faded", mix(1, clean, 1, noise), mix(1, faded(-12), 0.1, noise), 12, 0.7, 1},
		{"speech taken out", mix(1, clean, 1, noise), mix(0, clean, 0.1, noise), 30, 10, 1},
	} {
		o, err := OnsetClipping(clean, c.noisy, c.y, speech, rate)
		if err != nil || len(o.Losses) != 10 || math.Abs(o.Mean()-c.mean) > c.within || math.Abs(o.Clipped()-c.many) > 0 {
			t.Errorf("%s: mean %.3f, clipped %.2f of %d, %d unjudged, %v; want %.2f ± %g, %g of 10",
				c.name, o.Mean(), o.Clipped(), len(o.Losses), o.Unjudged, err, c.mean, c.within, c.many)
		}
	}
	// A word that is faint against the noise cannot be judged.
	o, err := OnsetClipping(clean, mix(1, clean, 300, noise), clean, speech, rate)
	if err != nil || o.Unjudged < 5 {
		t.Errorf("deep in noise: %+v, %v", o, err)
	}
	if o := (Onsets{}); o.Mean() != 0 || o.Clipped() != 0 {
		t.Error("no onsets do not count 0")
	}
	if o := (Onsets{Losses: []float64{1, 6, 6.1, 10.9}}); o.Mean() != 6 || o.Clipped() != 0.5 {
		t.Errorf("mean %g, clipped %g", o.Mean(), o.Clipped())
	}
}

// TestOnsetsFound: an onset is speech after 200 ms without; only its first
// 50 ms count.
func TestOnsetsFound(t *testing.T) {
	const rate = 8000
	clean := gaussian(2*rate, -20, 1)
	speech := span(200, 0, 10)          // begins with the recording
	copy(speech[29:], span(20, 0, 10))  // after 190 ms
	copy(speech[59:], span(20, 0, 10))  // after 200 ms
	copy(speech[120:], span(20, 0, 10)) // after more
	copy(speech[196:], []bool{true})    // too near to the end
	late := append([]float32(nil), clean...)
	for _, from := range []int{10, 40, 65, 126} { // all but what belongs to an onset
		clear(late[frameStart(from, rate):frameStart(from+10, rate)])
	}
	o, err := OnsetClipping(clean, clean, late, speech, rate)
	if err != nil || len(o.Losses) != 2 || o.Unjudged != 0 || math.Abs(o.Mean()) > 0.1 {
		t.Errorf("%+v, %v; want two losses of 0", o, err)
	}
	if got := fmt.Sprint(thirdOctaves(2, 23)); got != "[2 3 4 5 6 8 10 13 16 20 23]" {
		t.Errorf("bands %s", got)
	}
}
