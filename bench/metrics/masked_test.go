package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
	"time"
)

// maskedGolden is what testdata/masked.py measured.
type maskedGolden struct {
	golden
	Speech                      []int // start and end of every run
	SegSNR, FwSegSNR, LSD, Gain float64
	Pauses                      int
	Energy, Median, Kurtosis    float64
	Onsets                      []float64
	ROC                         float64
}

// TestMaskedGolden compares the measures of speech and of pauses with plain
// numpy, and the ROC area with scikit-learn.
func TestMaskedGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	check(t, err)
	var list []maskedGolden
	check(t, json.Unmarshal(data, &list))
	for _, g := range list {
		t.Run(fmt.Sprint(g.Clean, g.Rate, g.Change), func(t *testing.T) {
			unchanged := g.golden
			unchanged.Change = ""
			clean, processed := inputs(t, g.golden)
			_, noisy := inputs(t, unchanged)

			speech, err := Activity(clean, g.Rate)
			check(t, err)
			var got []int
			for _, r := range runs(speech) {
				got = append(got, r.start, r.end)
			}
			if fmt.Sprint(got) != fmt.Sprint(g.Speech) {
				t.Fatalf("speech in %v, want %v", got, g.Speech)
			}
			near := func(what string, got float64, err error, want float64) {
				t.Helper()
				if err != nil || math.Abs(got-want) > 2e-4 {
					t.Errorf("%s %.5f, %v; want %.5f", what, got, err, want)
				}
			}
			v, err := SegmentalSNR(clean, processed, speech, g.Rate)
			near("segmental SNR", v, err, g.SegSNR)
			v, err = WeightedSegmentalSNR(clean, processed, speech, g.Rate)
			near("weighted segmental SNR", v, err, g.FwSegSNR)
			v, err = LogSpectralDistance(clean, processed, speech, g.Rate)
			near("log-spectral distance", v, err, g.LSD)
			v, err = SpeechGain(clean, processed, speech, g.Rate)
			near("gain", v, err, g.Gain)

			pauses := Pauses(speech, 50*time.Millisecond, 100*time.Millisecond)
			a, err := PauseAttenuation(noisy, processed, pauses, g.Rate)
			near("attenuation", a.Energy, err, g.Energy)
			near("median attenuation", a.Median, err, g.Median)
			if n := countTrue(pauses); n != g.Pauses || a.Frames != n {
				t.Errorf("%d frames in pauses, %d measured, want %d", n, a.Frames, g.Pauses)
			}
			v, err = LogKurtosisRatio(noisy, processed, pauses, g.Rate)
			near("log-kurtosis ratio", v, err, g.Kurtosis)

			o, err := OnsetClipping(clean, noisy, processed, speech, g.Rate)
			check(t, err)
			if len(o.Losses) != len(g.Onsets) {
				t.Fatalf("onsets lost %v, want %v", o.Losses, g.Onsets)
			}
			for i, want := range g.Onsets {
				near(fmt.Sprint("onset ", i), o.Losses[i], nil, want)
			}

			scores := make([]float32, len(speech))
			for i, p := range meanPower(processed, g.Rate) {
				scores[i] = float32(math.RoundToEven(decibels(p+1e-9) / 6))
			}
			v, err = ROCArea(scores, speech)
			near("ROC area", v, err, g.ROC)
		})
	}
}

func countTrue(mask []bool) (n int) {
	for _, v := range mask {
		if v {
			n++
		}
	}
	return n
}
