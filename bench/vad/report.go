package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/quietline/quietline/bench/lab"
)

// report is all figures of a run; report.json is this.
type report struct {
	Data     dataset        `json:"data"`
	Machine  string         `json:"machine"`
	SNRs     []float64      `json:"snrs"`
	Systems  []*scored      `json:"systems"`
	Variants []variant      `json:"variants"` // of our Denoiser
	Curves   []variantCurve `json:"variant_curves"`
	Skipped  []skipped      `json:"skipped"`
	Example  *example       `json:"example,omitempty"`
}

// dataset describes the recordings.
type dataset struct {
	Name        string  `json:"name"`
	Hash        string  `json:"hash"` // of all samples and names
	Mixtures    int     `json:"mixtures"`
	Reverberant int     `json:"reverberant"` // of the mixtures
	Noise       int     `json:"noise_only"`
	Clean       int     `json:"clean_only"`
	Seconds     float64 `json:"seconds"`
	MixSeconds  float64 `json:"mixture_seconds"`
	Speech      float64 `json:"speech_share"` // of the mixtures' frames
	Onsets      int     `json:"onsets"`       // in the mixtures
}

// example is one recording with what the systems make of it; the sound itself
// is example.wav.
type example struct {
	Name   string               `json:"name"`
	Speech []bool               `json:"speech"`
	Tracks map[string][]float64 `json:"tracks"`
	Voice  map[string][]bool    `json:"voice"` // the systems' own decisions, or at the threshold with 100 ms hold
}

func newReport(set *lab.Set, m *measured) (*report, error) {
	r := &report{
		Machine: fmt.Sprintf("%s, %s/%s, %s", runtime.Version(), runtime.GOOS, runtime.GOARCH, lab.CPUClock),
		Skipped: m.skipped,
	}
	var err error
	if r.Data, err = describe(set, m); err != nil {
		return nil, err
	}
	for _, rec := range m.recs {
		if isMix(rec) && !math.IsNaN(rec.SNR) && !slices.Contains(r.SNRs, rec.SNR) {
			r.SNRs = append(r.SNRs, rec.SNR)
		}
	}
	slices.Sort(r.SNRs)
	for _, s := range m.systems {
		sc, err := score(s, m.recs, m.tracks[s.Name], r.SNRs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		r.Systems = append(r.Systems, sc)
	}
	ours := r.Systems[0]
	for _, s := range r.Systems[1:] {
		diff := make([]float64, len(s.draws))
		for i, v := range s.draws {
			diff[i] = v - ours.draws[i]
		}
		s.Areas.Difference = some(s.Areas.All.v - ours.Areas.All.v)
		s.Areas.DiffRange = some(interval(diff))
	}
	r.Variants, r.Curves, err = variants(m.recs, m.tracks[ours.Name])
	return r, err
}

func describe(set *lab.Set, m *measured) (d dataset, err error) {
	d.Name = set.Name
	if d.Hash, d.Seconds, err = set.Digest(); err != nil {
		return d, err
	}
	frames, speech := 0, 0
	for _, rec := range m.recs {
		switch rec.Kind {
		case lab.Noise:
			d.Noise++
		case lab.Clean:
			d.Clean++
		case lab.Mix:
			d.Mixtures++
			if rec.Reverb {
				d.Reverberant++
			}
			frames += len(rec.speech)
			for i, v := range rec.speech {
				if v {
					speech++
					if i == 0 || !rec.speech[i-1] {
						d.Onsets++
					}
				}
			}
		}
	}
	d.MixSeconds = float64(frames) / 100
	d.Speech = float64(speech) / float64(max(frames, 1))
	return d, nil
}

// addExample adds the recording of that name, or a mixture at 5 dB if it is "",
// and writes its sound to dir/example.wav.
func (r *report) addExample(m *measured, name, dir string) error {
	at := slices.IndexFunc(m.recs, func(rec *recording) bool {
		return rec.Name == name || name == "" && isMix(rec) && rec.SNR == 5 && !rec.Reverb
	})
	if at < 0 && name != "" {
		return fmt.Errorf("-example %s: no such recording", name)
	}
	if at < 0 {
		if at = slices.IndexFunc(m.recs, isMix); at < 0 {
			return nil
		}
	}
	rec := m.recs[at]
	noisy, _, err := rec.Load()
	if err != nil {
		return err
	}
	if err := lab.WriteMono(filepath.Join(dir, "example.wav"), noisy); err != nil {
		return err
	}
	r.Example = &example{Name: rec.Name, Speech: rec.speech, Tracks: map[string][]float64{}, Voice: map[string][]bool{}}
	for _, s := range m.systems {
		t := m.tracks[s.Name][at]
		p := make([]float64, len(t.prob))
		for i, v := range t.prob {
			p[i] = math.Round(float64(v)*1000) / 1000
		}
		r.Example.Tracks[s.Name] = p
		r.Example.Voice[s.Name] = t.voice
		if t.voice == nil {
			r.Example.Voice[s.Name] = threshold(s.Threshold, holdFrames).decide(t.prob)
		}
	}
	return nil
}

// write writes report.md and report.json.
func (r *report) write(dir string) error {
	err := lab.WriteFile(filepath.Join(dir, "report.json"), func(f *os.File) error {
		return json.NewEncoder(f).Encode(r)
	})
	if err != nil {
		return err
	}
	return lab.WriteFile(filepath.Join(dir, "report.md"), func(f *os.File) error {
		_, err := f.WriteString(r.markdown())
		return err
	})
}
