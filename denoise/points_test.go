package denoise

import (
	"math"
	"testing"
)

// TestPoints: at a rate of 8 kHz nothing is grouped; above 4 kHz bins are, as the
// comment in points.go says. What is left over is a group.
func TestPoints(t *testing.T) {
	for _, c := range []struct{ rate, points int }{{8000, 81}, {11025, 80 + 14 + 1}, {16000, 80 + 16 + 12 + 1}, {22050, 80 + 16 + 24 + 1 + 1}, {32000, 80 + 16 + 24 + 14 + 1}, {44100, 80 + 16 + 24 + 14 + 7 + 1}, {48000, 80 + 16 + 24 + 14 + 10 + 1}} {
		g, err := newPoints(hopSize(c.rate) + 1)
		if err != nil || g.Len() != c.points {
			t.Errorf("%d Hz: %d points, %v, want %d", c.rate, g.Len(), err, c.points)
		}
	}
}

// TestGroupsAreFair: the level of white noise at 48 kHz is estimated without bias
// in single bins and in groups, and it is attenuated by nearly the same below and
// above 4 kHz: by up to 1.2 dB more in groups, whose means hardly ever look like
// speech.
func TestGroupsAreFair(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000, FrameSize: 480})
	x := white(48000*20, 5, -40)
	y := process(d, x, 0)
	var in, out, noise [4]float64
	e := d.current.list[0]
	parts := [4][2]int{{20, 80}, {80, 208}, {208, 320}, {320, 480}}
	psd := make([]float32, 481)
	e.unbiasedNoise(psd)
	skip := 48000 * 3
	before, after := spectra(t, x[skip:], 48000), spectra(t, y[skip:], 48000)
	for i := range before {
		for j, p := range parts {
			for k := p[0]; k < p[1]; k++ {
				in[j] += float64(before[i][k])
				out[j] += float64(after[i][k])
			}
		}
	}
	var taken [4]float64
	for j, p := range parts {
		for _, v := range psd[p[0]:p[1]] {
			noise[j] += float64(v) * float64(len(before))
		}
		taken[j] = 10 * math.Log10(in[j]/out[j])
		bias := 10 * math.Log10(noise[j]/in[j])
		t.Logf("bins %v: attenuated by %.2f dB, noise estimated %+.2f dB off", p, taken[j], bias)
		if math.Abs(bias) > 0.5 {
			t.Errorf("bins %v: noise estimated %+.2f dB off", p, bias)
		}
	}
	for j := 1; j < 3; j++ {
		if diff := taken[j] - taken[0]; diff < -0.3 || diff > 1.2 {
			t.Errorf("bins %v: attenuated by %.2f dB, %.2f dB below 4 kHz", parts[j], taken[j], taken[0])
		}
	}
}
