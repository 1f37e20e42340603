package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/quietline/quietline/bench/metrics"
)

// Mixing says what Folders makes. The zero value takes the defaults.
type Mixing struct {
	SNRs      []float64 // dB; nil: 0, 5, 10, 15
	PerSpeech int       // mixtures of each recording of speech; 0: 3
	Rooms     bool      // every fourth mixture in a made-up room
	Alone     int       // items of noise alone and of speech alone, each; 0: 4, negative: none
}

// Folders mixes the .wav and .opus files of two folders, subfolders included:
// each recording of speech with the noises in turn, at the SNRs in turn. Files
// are taken in the order of their names and nothing depends on anything but
// them. Noises are called by their files' names up to the first "_", less digits
// at the end.
func Folders(speech, noise string, m Mixing) (*Set, error) {
	if m.SNRs == nil {
		m.SNRs = []float64{0, 5, 10, 15}
	}
	if m.PerSpeech == 0 {
		m.PerSpeech = 3
	}
	if m.Alone == 0 {
		m.Alone = 4
	}
	talkers, err := sources(speech, func(s string) string { return strings.ReplaceAll(s, "_", "-") })
	if err != nil {
		return nil, err
	}
	noises, err := sources(noise, func(s string) string {
		s, _, _ = strings.Cut(s, "_")
		return strings.Trim(s, "-0123456789")
	})
	if err != nil {
		return nil, err
	}
	// Speech without an active level cannot be mixed.
	talkers = slices.DeleteFunc(talkers, func(s Source) bool {
		x, err := s.Load()
		if err == nil {
			_, _, err = metrics.ActiveLevel(x, Rate)
		}
		return err != nil
	})
	if len(talkers) == 0 {
		return nil, fmt.Errorf("lab: no file in %s can be read and holds speech", speech)
	}
	s := &Set{Name: filepath.Base(speech) + " in " + filepath.Base(noise)}
	used := map[string]int{}
	count := 0
	for _, t := range talkers {
		for range m.PerSpeech {
			var room uint64
			if m.Rooms && count%4 == 3 {
				room = uint64(1000 + count)
			}
			// The SNR also moves on with every round through the noises, so
			// that a noise does not meet one SNR alone.
			snr := m.SNRs[(count+count/len(noises))%len(m.SNRs)]
			it := mixture(t, noises[count%len(noises)], snr, room, uint64(count))
			if used[it.Name]++; used[it.Name] > 1 {
				it.Name = fmt.Sprintf("%s.%d_%s", t.Name, used[it.Name], strings.TrimPrefix(it.Name, t.Name+"_"))
			}
			s.Items = append(s.Items, it)
			count++
		}
	}
	seen := map[string]bool{}
	for i := range min(m.Alone, len(noises)) {
		if n := noises[i*len(noises)/min(m.Alone, len(noises))]; !seen[n.Name] {
			seen[n.Name] = true
			s.Items = append(s.Items, noiseAlone(n, -40))
		}
	}
	for i := range min(m.Alone, len(talkers)) {
		s.Items = append(s.Items, speechAlone(talkers[i*len(talkers)/min(m.Alone, len(talkers))]))
	}
	return s, nil
}

// sources lists the recordings below a folder by name.
func sources(folder string, name func(string) string) ([]Source, error) {
	var list []Source
	err := walkFiles(os.DirFS(folder), func(file string) error {
		ext := filepath.Ext(file)
		if e := strings.ToLower(ext); e != ".wav" && e != ".opus" {
			return nil
		}
		base := strings.TrimSuffix(path.Base(file), ext)
		n := name(base)
		if n == "" {
			n = base
		}
		list = append(list, Source{n, func() ([]float32, error) { return ReadMono(filepath.Join(folder, filepath.FromSlash(file))) }})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	if len(list) == 0 {
		return nil, errors.New("lab: no .wav or .opus file in " + folder)
	}
	return list, nil
}

// walkFiles calls use with every file in the order of their names.
func walkFiles(root fs.FS, use func(name string) error) error {
	return fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return use(name)
	})
}
