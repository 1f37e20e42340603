package metrics

import (
	"errors"
	"math"
	"testing"
	"time"
)

// speechCase is bursts in silence, their mask, and noise in the pauses alone.
func speechCase(t *testing.T, rate int) (x []float32, speech []bool, inPauses []float32) {
	x = bursts(rate, 2*time.Second, 500*ms, 900*ms, 1200*ms, 1600*ms)
	speech, err := Activity(x, rate)
	check(t, err)
	inPauses = gaussian(len(x), -10, 5)
	for i := range inPauses { // 30 ms away from speech, which the longest frames reach over
		for d := -rate * 3 / 100; d <= rate*3/100; d += rate / 200 {
			if j := i + d; j >= 0 && j < len(x) && x[j] != 0 {
				inPauses[i] = 0
			}
		}
	}
	return x, speech, inPauses
}

// TestSpeechMeasuresKnown: what gains and noise in the pauses do to the
// measures of speech, in closed form.
func TestSpeechMeasuresKnown(t *testing.T) {
	type measure func(x, y []float32, speech []bool, rate int) (float64, error)
	const any = 1e9
	for _, rate := range []int{8000, 22050, 48000} {
		x, speech, inPauses := speechCase(t, rate)
		silence := make([]float32, len(x))
		double := mix(2, x, 0, x)
		for _, c := range []struct {
			name               string
			y                  []float32
			seg, fw, lsd, gain float64
		}{
			{"itself", x, 35, 35, 0, 0},
			{"noise in pauses", mix(1, x, 1, inPauses), 35, 35, 0, 0},
			{"0.9", mix(0.9, x, 0, x), 20, 35, -20 * math.Log10(0.9), 20 * math.Log10(0.9)},
			{"1.1", mix(1.1, x, 0, x), 20, 35, 20 * math.Log10(1.1), 20 * math.Log10(1.1)},
			{"twice", double, 0, 35, 20 * math.Log10(2), 20 * math.Log10(2)},
			{"ten times", mix(10, x, 0, x), -10, 35, 20, 20},
			{"inverted", mix(-1, x, 0, x), 20 * math.Log10(0.5), 35, 0, -120},
			{"silence", silence, 0, 0, any, -120},
		} {
			for name, m := range map[string]struct {
				f    measure
				want float64
			}{
				"segmental SNR": {SegmentalSNR, c.seg}, "weighted segmental SNR": {WeightedSegmentalSNR, c.fw},
				"log-spectral distance": {LogSpectralDistance, c.lsd}, "speech gain": {SpeechGain, c.gain},
			} {
				got, err := m.f(x, c.y, speech, rate)
				if m.want == any {
					continue
				}
				// Noise has bins in which it nearly vanishes; few lie below the floor.
				if err != nil || math.Abs(got-m.want) > 5e-3 {
					t.Errorf("%d Hz: %s of %s: %.4f, %v; want %.4f", rate, name, c.name, got, err, m.want)
				}
			}
		}
		if d, err := LogSpectralDistance(x, silence, speech, rate); err != nil || d < 35 || d > 60 {
			t.Errorf("%d Hz: log-spectral distance of silence %.2f, %v: want at most the floor of 60 dB", rate, d, err)
		}
		none := make([]bool, len(speech))
		for name, f := range map[string]measure{"segmental SNR": SegmentalSNR, "weighted segmental SNR": WeightedSegmentalSNR,
			"log-spectral distance": LogSpectralDistance, "speech gain": SpeechGain} {
			if _, err := f(x, x, none, rate); !errors.Is(err, ErrTooShort) {
				t.Errorf("%s without speech: %v", name, err)
			}
			if _, err := f(x, x, speech[1:], rate); err == nil || errors.Is(err, ErrTooShort) {
				t.Errorf("%s with a short mask: %v", name, err)
			}
		}
	}
}

// TestSpeechGainInNoise: noise does not count as speech, even at 0 dB.
func TestSpeechGainInNoise(t *testing.T) {
	const rate = 48000
	x, speech, _ := speechCase(t, rate)
	y := mix(0.5, x, 1, gaussian(len(x), -20, 8))
	if g, err := SpeechGain(x, y, speech, rate); err != nil || math.Abs(g+6.02) > 0.15 {
		t.Errorf("%.2f dB, %v; want −6.02", g, err)
	}
	for _, want := range []float64{-10, 3} {
		if d, err := ActiveLevelChange(x, scaled(x, want), rate); err != nil || math.Abs(d-want) > 0.1 {
			t.Errorf("active level changed by %.2f dB, %v; want %g", d, err, want)
		}
	}
	if _, err := ActiveLevelChange(x, make([]float32, len(x)), rate); err == nil {
		t.Error("active level of silence: no error")
	}
}

// TestSegmentsInOrder: more noise is worse for both segmental measures, and by
// as much as it is louder for the plain one.
func TestSegmentsInOrder(t *testing.T) {
	const rate = 16000
	x, speech, _ := speechCase(t, rate)
	noise := gaussian(len(x), -20, 9)
	lastFW := 35.0
	for _, snr := range []float64{20, 10, 0} {
		y := mix(1, x, math.Pow(10, -snr/20), noise)
		seg, err := SegmentalSNR(x, y, speech, rate)
		check(t, err)
		fw, err := WeightedSegmentalSNR(x, y, speech, rate)
		check(t, err)
		// Frames that lie half in a pause are worse than the rest.
		if seg > snr+0.2 || seg < snr-0.8 {
			t.Errorf("segmental SNR %.2f at %g dB", seg, snr)
		}
		if fw > lastFW-3 {
			t.Errorf("weighted segmental SNR %.2f at %g dB, %.2f with 10 dB less noise", fw, snr, lastFW)
		}
		lastFW = fw
	}
}

// TestSegmentsReachTheEnds: the first frame begins with the recording and the
// last whole one counts.
func TestSegmentsReachTheEnds(t *testing.T) {
	const rate = 8000 // frames of 240, a step of 60
	x := gaussian(240+4*60, -20, 1)
	speech := span(6, 0, 6)
	for name, at := range map[string]int{"nothing": -1, "first": 30, "last": len(x) - 30} {
		y := append([]float32(nil), x...)
		frames := 0.0
		if at >= 0 {
			y[at] += 1000 // −10 dB in the one frame that has it
			frames = 1
		}
		want := (35*(5-frames) - 10*frames) / 5
		if got, err := SegmentalSNR(x, y, speech, rate); err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%s wrong: %g, %v; want %g", name, got, err, want)
		}
	}
}
