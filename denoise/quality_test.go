package denoise

import (
	"math"
	"testing"
)

// TestQuality holds the default to what the project promises of steady noise at
// 5 dB SNR: at least 12 dB less of it in pauses from two seconds after the
// start, a better SI-SDR, and speech at its level within 1 dB.
//
// The level of speech is that of its projection onto the clean speech: what is
// left of noise under the words does not count for it.
func TestQuality(t *testing.T) {
	const rate = 48000
	clean, active, name := speech(t, 8)
	// Two seconds of noise alone come first: what "within 2 s of start" asks.
	lead := 2 * rate
	clean = append(make([]float32, lead), clean...)
	for i := range active {
		active[i].from += lead
		active[i].to += lead
	}
	n := len(clean)
	speechDB := level(gather(clean, active))
	noises := map[string][]float32{
		"white": white(n, 1, speechDB-5),
		"pink":  pink(n, 2, speechDB-5),
		"fan":   fan(n, rate, 3, speechDB-5),
	}
	t.Logf("speech: %s, 5 dB SNR", name)
	for what, noise := range noises {
		t.Run(what, func(t *testing.T) {
			noisy := add(clean, noise)
			d := mustNew(t, Config{SampleRate: rate, FrameSize: 480})
			out := aligned(d, noisy[:n-n%480])
			n := len(out)
			// From 1.5 s: within two seconds of the start. Words may ring for
			// 200 ms.
			quiet := pauses(active, n, lead, rate/5)
			first := span{lead - rate/2, lead - rate/100}
			reduction := level(gather(noisy, quiet)) - level(gather(out, quiet))
			early := level(noisy[first.from:first.to]) - level(out[first.from:first.to])
			before, after := siSDR(noisy[lead:n], clean[lead:n]), siSDR(out[lead:n], clean[lead:n])
			change := speechChange(out, clean, active)
			t.Logf("%s: noise in pauses −%.1f dB, 1.5 to 2 s after start −%.1f dB; SI-SDR %.1f → %.1f dB; speech level %+.2f dB",
				what, reduction, early, before, after, change)
			if reduction < 12 || early < 12 {
				t.Errorf("noise in pauses −%.1f dB (−%.1f dB at 2 s), want at least 12", reduction, early)
			}
			if after <= before {
				t.Errorf("SI-SDR falls from %.2f to %.2f dB", before, after)
			}
			if math.Abs(change) > 1 {
				t.Errorf("speech level changes by %+.2f dB, want within 1", change)
			}
		})
	}
}

// TestQualityOfRecordings prints the same figures for recordings of speech in
// real noise, and holds them to what a real noise, which is not steady, allows.
func TestQualityOfRecordings(t *testing.T) {
	for _, c := range []struct {
		noisy, clean     string
		reduction, sisdr float64 // at least, dB
	}{
		{"noisy_rain_48k.wav", "speech_48k.wav", 12, 3},
		{"noisy_printer_16k.wav", "speech_16k.wav", 12, -0.5}, // its motors sing like voices
	} {
		noisy, rate := readWAV(t, c.noisy)
		clean, _ := readWAV(t, c.clean)
		if rate == 0 || len(clean) != len(noisy) {
			t.Logf("%s is not in this checkout", c.noisy)
			continue
		}
		active := activity(clean, rate)
		y := aligned(mustNew(t, Config{SampleRate: rate}), noisy)
		quiet := pauses(active, len(noisy), rate/2, rate/5)
		reduction := level(gather(noisy, quiet)) - level(gather(y, quiet))
		before, after := siSDR(noisy[rate:], clean[rate:]), siSDR(y[rate:], clean[rate:])
		t.Logf("%s: noise in pauses −%.1f dB; SI-SDR %.1f → %.1f dB; speech level %+.2f dB",
			c.noisy, reduction, before, after, speechChange(y, clean, active))
		if reduction < c.reduction || after < before+c.sisdr {
			t.Errorf("%s: noise in pauses −%.1f dB, SI-SDR %+.1f dB, want at least %v and %v", c.noisy, reduction, after-before, c.reduction, c.sisdr)
		}
	}
}

// speechChange returns by how many dB the speech in got is louder than in want:
// the level of its projection onto want where somebody talks.
func speechChange(got, want []float32, active []span) float64 {
	var dot, ref float64
	g, w := gather(got, active), gather(want, active)
	for i := range g {
		dot += float64(g[i]) * float64(w[i])
		ref += float64(w[i]) * float64(w[i])
	}
	return 20 * math.Log10(dot/ref)
}

// TestCleanSpeech holds the default to leaving clean speech alone: less than
// 1 dB in level and in log-spectral distance.
func TestCleanSpeech(t *testing.T) {
	const rate = 48000
	recorded, spans, name := speech(t, 10)
	made, phrases := voice(rate, 6, 5)
	// A recording's floor, 50 dB below the voice, and a little of it in front.
	lead := rate / 10
	made = append(make([]float32, lead), made...)
	made = add(made, white(len(made), 9, -76))
	for i := range phrases {
		phrases[i].from += lead
		phrases[i].to += lead
	}
	for _, c := range []struct {
		name   string
		x      []float32
		active []span
	}{{name, recorded, spans}, {"synthetic voice", made, phrases}} {
		d := mustNew(t, Config{SampleRate: rate})
		out := aligned(d, c.x)
		change := level(gather(out, c.active)) - level(gather(c.x, c.active))
		distance := logSpectralDistance(out, c.x, rate)
		t.Logf("clean %s: level %+.2f dB, log-spectral distance %.2f dB, SI-SDR %.1f dB",
			c.name, change, distance, siSDR(out, c.x))
		if math.Abs(change) >= 1 {
			t.Errorf("%s: level changes by %+.2f dB, want within 1", c.name, change)
		}
		if distance >= 1 {
			t.Errorf("%s: log-spectral distance %.2f dB, want below 1", c.name, distance)
		}
	}
}
