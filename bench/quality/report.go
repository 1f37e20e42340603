package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/quietline/quietline/bench/lab"
)

// report is report.json.
type report struct {
	Made     string          `json:"made"` // date
	Data     dataReport      `json:"data"`
	Machine  machine         `json:"machine"`
	Groups   []string        `json:"groups"` // in the order of the tables
	Systems  []*systemReport `json:"systems"`
	Skipped  []skip          `json:"skipped,omitempty"`
	LeftOut  []string        `json:"left_out,omitempty"` // measures that are missing, and why
	Baseline *baselineReport `json:"baseline,omitempty"`
	runs     []*systemRun    // not in the file
	groups   []group         //
}

// dataReport says what was measured on.
type dataReport struct {
	Name    string  `json:"name"`
	Items   int     `json:"items"`
	Mixes   int     `json:"mixtures"`
	Noises  int     `json:"noise_only"`
	Cleans  int     `json:"clean_only"`
	Steps   int     `json:"noise_steps"`
	Seconds float64 `json:"seconds"`
	Hash    string  `json:"sha256"` // first digits, over names and samples
}

// machine says what it was measured by.
type machine struct {
	Go    string `json:"go"`
	OS    string `json:"os"`
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	Load  string `json:"load,omitempty"` // of the last minute at the start
	Clock string `json:"clock"`
}

// systemReport is what came of one system.
type systemReport struct {
	lab.Info
	CPU     *cost                      `json:"cpu,omitempty"`
	DelayMS float64                    `json:"delay_ms"` // ours: as stated; others: measured
	Summary map[string]map[string]stat `json:"summary"`  // by group and metric
	ToNoisy map[string]map[string]diff `json:"difference_to_noisy,omitempty"`
	Files   []fileReport               `json:"files"`
	Failed  []string                   `json:"failed,omitempty"`
	Notes   []string                   `json:"notes,omitempty"`
}

// cost is the time for 10 ms of sound, in microseconds, over files.
type cost struct {
	Median float64 `json:"median_us"`
	Min    float64 `json:"min_us"`
}

// fileReport is one file.
type fileReport struct {
	Name   string             `json:"name"`
	Kind   lab.Kind           `json:"kind"`
	Noise  string             `json:"noise,omitempty"`
	SNR    *float64           `json:"snr_db,omitempty"`
	Reverb bool               `json:"reverberant,omitempty"`
	CPU    float64            `json:"cpu_us,omitempty"`
	Scores map[string]float64 `json:"scores"`
}

func newReport(set *lab.Set) (*report, error) {
	hash, seconds, err := set.Digest()
	if err != nil {
		return nil, err
	}
	rep := &report{Made: time.Now().UTC().Format(time.DateOnly), Machine: thisMachine()}
	rep.Data = dataReport{Name: set.Name, Items: len(set.Items), Seconds: seconds, Hash: hash}
	for _, it := range set.Items {
		switch it.Kind {
		case lab.Mix:
			rep.Data.Mixes++
		case lab.Noise:
			rep.Data.Noises++
		case lab.Clean:
			rep.Data.Cleans++
		case lab.Step:
			rep.Data.Steps++
		}
	}
	return rep, nil
}

func thisMachine() machine {
	m := machine{Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH, CPU: "unknown", Cores: runtime.NumCPU(), Clock: lab.CPUClock}
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				m.CPU = strings.TrimSpace(v)
				break
			}
		}
	}
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load, _, _ = strings.Cut(string(b), " ")
	}
	return m
}

// fill takes the means over what the systems did. Those that died become
// skipped systems.
func (rep *report) fill(items []*lab.Item, runs []*systemRun) {
	rep.groups = groups(items)
	for _, g := range rep.groups {
		rep.Groups = append(rep.Groups, g.name)
	}
	for _, r := range runs {
		if r.dead != "" {
			rep.Skipped = append(rep.Skipped, skip{r.info.Name, r.dead})
			continue
		}
		rep.runs = append(rep.runs, r)
		rep.Systems = append(rep.Systems, rep.system(r, runs[0]))
	}
}

// system reports on one run; noisy is that of the input.
func (rep *report) system(r, noisy *systemRun) *systemReport {
	s := &systemReport{Info: r.info, Summary: map[string]map[string]stat{}, Failed: r.failed, Notes: r.notes,
		DelayMS: float64(r.delay) * 1000 / lab.Rate}
	var costs []float64
	for _, f := range r.files {
		if f == nil {
			continue
		}
		fr := fileReport{Name: f.item.Name, Kind: f.item.Kind, Noise: f.item.Noise, Reverb: f.item.Reverb, Scores: f.scores}
		if snr := f.item.SNR; !math.IsNaN(snr) {
			fr.SNR = &snr
		}
		if f.hops > 0 {
			fr.CPU = math.Round(f.microseconds()*1000) / 1000
			costs = append(costs, f.microseconds())
		}
		s.Files = append(s.Files, fr)
	}
	if len(costs) > 0 {
		slices.Sort(costs)
		s.CPU = &cost{Median: costs[len(costs)/2], Min: costs[0]}
	}
	for _, g := range rep.groups {
		if sum := summarize(r.files, g); len(sum) > 0 {
			s.Summary[g.name] = sum
		}
	}
	if r != noisy {
		s.ToNoisy = map[string]map[string]diff{}
		for _, g := range rep.groups {
			if d := paired(r.files, noisy.files, g); len(d) > 0 {
				s.ToNoisy[g.name] = d
			}
		}
	}
	return s
}

// write writes report.json and report.md, and the latter to out too.
func (rep *report) write(folder string, out io.Writer) error {
	b, err := json.MarshalIndent(rep, "", " ")
	if err != nil {
		return err
	}
	md := rep.markdown()
	for _, f := range []struct {
		name string
		text []byte
	}{{"report.json", append(b, '\n')}, {"report.md", []byte(md)}} {
		if err := lab.WriteFile(filepath.Join(folder, f.name), func(w *os.File) error { _, err := w.Write(f.text); return err }); err != nil {
			return err
		}
	}
	_, err = io.WriteString(out, md)
	return err
}

// readReport reads a report.json.
func readReport(name string) (*report, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	rep := new(report)
	if err := json.Unmarshal(b, rep); err != nil {
		return nil, fmt.Errorf("%s: %w: want a report.json of this command", name, err)
	}
	if len(rep.Systems) == 0 {
		return nil, fmt.Errorf("%s: no systems in it: want a report.json of this command", name)
	}
	return rep, nil
}
