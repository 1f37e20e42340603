package lab

import (
	"fmt"
	"path/filepath"
)

// Builtin returns the small set that ships with the repository: two ready
// recordings of testdata and mixtures of its two talkers with noise made here
// and with its rain, some in made-up rooms.
func Builtin() (*Set, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(root, "testdata")
	s := &Set{Name: "testdata"}
	for _, p := range []struct{ name, noisy, ref string }{
		{"woman_rain_05dB", "noisy_rain_48k.wav", "speech_48k.wav"},
		{"man_printer_05dB", "noisy_printer_16k.wav", "speech_16k.wav"},
	} {
		it, err := pair(p.name, filepath.Join(dir, p.noisy), filepath.Join(dir, p.ref))
		if err != nil {
			return nil, err
		}
		s.Items = append(s.Items, it)
	}
	woman, man := talker("woman", filepath.Join(dir, "speech_48k.wav")), talker("man", filepath.Join(dir, "speech_16k.wav"))
	rain := Source{"rain", func() ([]float32, error) { return ReadMono(filepath.Join(dir, "noise_rain_48k.wav")) }}
	n := 10 * Rate
	white, pink, fan := WhiteNoise(n, 1), PinkNoise(n, 2), FanNoise(n, 3)
	for i, m := range []struct {
		speech, noise Source
		snr           float64
		room          uint64
	}{
		{woman, white, 0, 0}, {woman, fan, 5, 0}, {woman, pink, 10, 0}, {woman, rain, 15, 0}, {woman, pink, 5, 11},
		{man, fan, 0, 0}, {man, white, 5, 0}, {man, rain, 10, 0}, {man, pink, 15, 0}, {man, fan, 10, 12},
	} {
		s.Items = append(s.Items, mixture(m.speech, m.noise, m.snr, m.room, uint64(i)))
	}
	s.Items = append(s.Items, noiseAlone(rain, -40), noiseAlone(fan, -45), speechAlone(woman), speechAlone(man))
	return s, nil
}

// talker is a recording of testdata without the second of silence before it.
func talker(name, file string) Source {
	return Source{name, func() ([]float32, error) {
		x, err := ReadMono(file)
		if err != nil {
			return nil, err
		}
		if len(x) < 2*Rate {
			return nil, fmt.Errorf("lab: %s: %.1f s: want at least 2", file, float64(len(x))/Rate)
		}
		return x[Rate:], nil
	}}
}
