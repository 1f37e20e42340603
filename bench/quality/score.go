package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// scored is what the cache keeps of one file.
type scored struct {
	Scores map[string]float64 `json:"scores"`
	Onsets []float64          `json:"onsets,omitempty"`
}

// scoreAll takes the delays out of what the systems made and measures it. What
// was measured before, by the same code, comes from the cache.
func scoreAll(items []*lab.Item, runs []*systemRun, work, cache string, progress io.Writer) error {
	version, err := codeVersion()
	if err != nil {
		return err
	}
	for _, r := range runs {
		if r.info.Ours || r.info.Name == "noisy" {
			continue // without delay by construction
		}
		fmt.Fprintln(progress, "align", r.info.Name)
		if err := align(items, r, work); err != nil {
			return err
		}
	}
	return each(len(items), func(i int) error {
		fmt.Fprintf(progress, "score %d/%d %s\n", i+1, len(items), items[i].Name)
		return scoreItem(items[i], i, runs, work, filepath.Join(cache, "go"), version)
	})
}

// scoreItem measures what every system made of item i.
func scoreItem(it *lab.Item, i int, runs []*systemRun, work, cache, version string) error {
	noisy, err := lab.ReadMono(filepath.Join(work, "noisy", it.Name+".wav"))
	if err != nil {
		return nil // was reported when it could not be read
	}
	ref, err := lab.ReadMono(filepath.Join(work, "ref", it.Name+".wav"))
	if err != nil {
		return err
	}
	var t *truth
	for _, r := range runs {
		f := r.files[i]
		if f == nil {
			continue
		}
		out, err := lab.ReadMono(f.path)
		if err != nil {
			return err
		}
		entry := filepath.Join(cache, key(it, version, noisy, ref, out)+".json")
		var s scored
		if b, err := os.ReadFile(entry); err != nil || json.Unmarshal(b, &s) != nil {
			if t == nil {
				if t, err = newTruth(it, noisy, ref); err != nil {
					return err
				}
			}
			if s.Scores, s.Onsets, err = t.measure(out); err != nil {
				return fmt.Errorf("%s: %w", r.info.Name, err)
			}
			b, err := json.Marshal(s)
			if err != nil {
				return err
			}
			if err := lab.WriteFile(entry, func(f *os.File) error { _, err := f.Write(b); return err }); err != nil {
				return err
			}
		}
		f.onsets = s.Onsets
		for k, v := range s.Scores {
			f.scores[k] = v
		}
	}
	return nil
}

// key hashes all that scores depend on.
func key(it *lab.Item, version string, signals ...[]float32) string {
	h := sha256.New()
	fmt.Fprintln(h, version, it.Kind, it.Reverb, it.StepAt)
	for _, x := range signals {
		lab.WriteSamples(h, x)
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}

// codeVersion hashes the sources of the measures, so that a cache does not
// outlive them.
func codeVersion() (string, error) {
	root, err := lab.Root()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, pattern := range []string{"metrics/*.go", "quality/measure.go", "../go.mod"} {
		names, err := fs.Glob(os.DirFS(filepath.Join(root, "bench")), pattern)
		if strings.HasPrefix(pattern, "../") {
			names, err = []string{pattern}, nil
		}
		if err != nil {
			return "", err
		}
		for _, n := range names {
			if strings.HasSuffix(n, "_test.go") {
				continue
			}
			b, err := os.ReadFile(filepath.Join(root, "bench", filepath.FromSlash(n)))
			if err != nil {
				return "", err
			}
			h.Write(b)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
