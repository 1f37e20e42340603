package main

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/quietline/quietline/denoise"
)

const testdata = "../../../testdata"

// presence follows the probability of speech that denoise makes of features:
// its logistic function, quick up and slow down.
type presence float64

// update returns what a Denoiser reports, which is 0 in digital silence.
func (p *presence) update(f features, ok bool) float64 {
	if !ok {
		*p *= 0.93
		return 0
	}
	s := presence(1 / (1 + math.Exp(1.84-1.18*float64(f.low)+0.58*float64(f.mid)+0.55*float64(f.flat))))
	a := presence(0.93)
	if s > *p {
		a = 0.22
	}
	*p = a**p + (1-a)*s
	return float64(*p)
}

// chainPresence returns the probability after every hop. It takes the constant
// over-subtraction, or that of denoise, which depends on the probability.
func chainPresence(t *testing.T, x []float32, rate, hop int, constant bool) []float64 {
	c, err := newChain(rate, hop)
	if err != nil {
		t.Fatal(err)
	}
	var p presence
	var probs []float64
	for ; len(x) >= hop; x = x[hop:] {
		if !constant {
			c.factor = 1.3 - 0.1*float32(min(max((p-0.2)/0.2, 0), 1))
		}
		probs = append(probs, p.update(c.update(x[:hop])))
	}
	return probs
}

// denoiserPresence returns SpeechProb of a Denoiser after every hop.
func denoiserPresence(t *testing.T, x []float32, rate int) (probs []float64, hop int) {
	d, err := denoise.New(denoise.Config{SampleRate: rate})
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float32, d.Hop())
	for ; len(x) >= d.Hop(); x = x[d.Hop():] {
		d.Process(dst, x[:d.Hop()])
		probs = append(probs, d.Stats().SpeechProb)
	}
	return probs, d.Hop()
}

// compare returns the correlation of a and b and their mean absolute difference.
func compare(a, b []float64) (corr, diff float64) {
	var sa, sb, saa, sbb, sab float64
	for i, x := range a {
		y := b[i]
		sa, sb = sa+x, sb+y
		saa, sbb, sab = saa+x*x, sbb+y*y, sab+x*y
		diff += math.Abs(x - y)
	}
	n := float64(len(a))
	corr = (n*sab - sa*sb) / math.Sqrt((n*saa-sa*sa)*(n*sbb-sb*sb))
	return corr, diff / n
}

// TestSameAsDenoise: the features give the probability of speech that a
// Denoiser reports: to rounding with its over-subtraction, and nearly with the
// constant one. Only clicks, which denoise does not count, are not in the chain.
func TestSameAsDenoise(t *testing.T) {
	for name, limit := range map[string]float64{
		"noisy_rain_48k": 1e-4, "noisy_printer_16k": 1e-4, "noisy_phone_8k": 1e-4, "speech_16k": 1e-4,
		"noisy_clicks_48k": 4e-3, "speech_48k": 4e-3, // plosives out of silence are clicks too
	} {
		x, rate, err := readMono(filepath.Join(testdata, name+".wav"))
		if err != nil {
			t.Fatal(err)
		}
		want, hop := denoiserPresence(t, x, rate)
		corr, diff := compare(chainPresence(t, x, rate, hop, true), want)
		_, same := compare(chainPresence(t, x, rate, hop, false), want)
		t.Logf("%s: correlation %.4f, mean difference %.4f; %.1e with the same over-subtraction", name, corr, diff, same)
		if !(corr > 0.998 && diff < 0.008) {
			t.Errorf("%s: correlation %.4f, mean difference %.4f; want > 0.998 and < 0.008", name, corr, diff)
		}
		if !(same < limit) {
			t.Errorf("%s: mean difference %.1e with the same over-subtraction, want < %.0e", name, same, limit)
		}
	}
}

// TestCSV: one file per WAV, a header and a line per hop; what cannot be read is
// an error.
func TestCSV(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	if err := run(in, out); err == nil {
		t.Error("no error for a folder without a WAV")
	}
	for from, to := range map[string]string{"noise_rain_48k.wav": "a.wav", "speech_16k.wav": "b.wav"} {
		data, err := os.ReadFile(filepath.Join(testdata, from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(in, to), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(in, out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		file, err := os.Open(filepath.Join(out, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		rows, err := csv.NewReader(file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		list, err := ofFile(filepath.Join(in, name+".wav"))
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(list)+1 || rows[0][0] != "low" || len(rows[0]) != 3 {
			t.Errorf("%s.csv: %d rows, first %v; want %d after low, mid, flat", name, len(rows), rows[0], len(list))
		}
	}
	if err := os.WriteFile(filepath.Join(in, "c.wav"), []byte("no WAV at all"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := run(in, out); err == nil {
		t.Error("no error for a file that is no WAV")
	}
	if _, err := ofFile(filepath.Join(testdata, "stereo_wind_44k1.wav")); err == nil {
		t.Error("no error for two channels")
	}
}
