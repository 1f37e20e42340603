package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/quietline/quietline/bench/lab"
)

// golden is a file that guards the quality of an engine: means over the small set of
// testdata at the default strength, measured in Go.
type golden struct {
	Data   string  `json:"data"`
	Engine string  `json:"engine"` // a spec of lab.NewEngine
	Items  int     `json:"items"`
	Limits []limit `json:"limits"`
}

// limit is one mean and how far it may move before somebody must look.
type limit struct {
	Group  string  `json:"group"`
	Metric string  `json:"metric"`
	Value  float64 `json:"value"`
	Worse  float64 `json:"worse"`  // at most; beyond is a failure
	Better float64 `json:"better"` // at most; beyond, the file wants an update
}

// guarded lists what a golden file is made of. Tolerances are some times what
// rounding differently on another processor does, and less than one can hear.
var guarded = []limit{
	{Group: "all", Metric: "stoi", Worse: 0.003, Better: 0.01},
	{Group: "all", Metric: "estoi", Worse: 0.004, Better: 0.015},
	{Group: "all", Metric: "sisdr", Worse: 0.15, Better: 0.8},
	{Group: "all", Metric: "segsnr", Worse: 0.15, Better: 0.8},
	{Group: "all", Metric: "fwsegsnr", Worse: 0.15, Better: 0.8},
	{Group: "all", Metric: "lsd", Worse: 0.15, Better: 0.8},
	{Group: "all", Metric: "att", Worse: 0.5, Better: 3},
	{Group: "all", Metric: "att_first", Worse: 0.5, Better: 3},
	{Group: "all", Metric: "gain", Worse: 0.15, Better: 0.5},
	{Group: "all", Metric: "musical", Worse: 0.08, Better: 0.3},
	{Group: "all", Metric: "onset_loss", Worse: 0.2, Better: 0.8},
	{Group: "all", Metric: "onset_clipped", Worse: 7, Better: 15},
	{Group: "reverberant", Metric: "estoi", Worse: 0.006, Better: 0.02},
	{Group: "noise only", Metric: "att", Worse: 0.7, Better: 4},
	{Group: "step only", Metric: "converge_start", Worse: 0.15, Better: 0.5},
	{Group: "step only", Metric: "converge_step", Worse: 0.2, Better: 0.8},
	{Group: "clean only", Metric: "estoi", Worse: 0.002, Better: 0.02},
	{Group: "clean only", Metric: "lsd", Worse: 0.1, Better: 0.5},
	{Group: "clean only", Metric: "level", Worse: 0.1, Better: 0.5},
	{Group: "clean only", Metric: "onset_loss", Worse: 0.1, Better: 0.5},
}

// measureGolden runs a system over the small set, all in memory, and returns its
// means by group.
func measureGolden(system lab.System) (means map[string]map[string]stat, items int, err error) {
	set, err := lab.Builtin()
	if err != nil {
		return nil, 0, err
	}
	set.Items = append(set.Items, lab.Steps()...)
	files := make([]*fileRun, len(set.Items))
	err = each(len(files), func(i int) error {
		it := set.Items[i]
		noisy, ref, err := it.Load()
		if err != nil {
			return err
		}
		res, err := system.Process(append([]float32(nil), noisy...))
		if err != nil {
			return err
		}
		t, err := newTruth(it, noisy, ref)
		if err != nil {
			return err
		}
		f := &fileRun{item: it}
		f.scores, f.onsets, err = t.measure(res.Out)
		files[i] = f
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	means = map[string]map[string]stat{}
	for _, g := range groups(set.Items) {
		means[g.name] = summarize(files, g)
	}
	return means, len(files), nil
}

// compareGolden returns what moved further than it may.
func (g *golden) compare(means map[string]map[string]stat) (worse, better []string) {
	for _, l := range g.Limits {
		s, ok := means[l.Group][l.Metric]
		if !ok {
			worse = append(worse, fmt.Sprintf("%s of %s: not measured", l.Metric, l.Group))
			continue
		}
		m := byKey(l.Metric)
		gain := s.Mean - l.Value
		switch m.good {
		case lower:
			gain = -gain
		case nearer:
			gain = math.Abs(l.Value) - math.Abs(s.Mean)
		}
		line := fmt.Sprintf("%s of %s: %.*f, was %.*f", m.head, l.Group, m.digits+1, s.Mean, m.digits+1, l.Value)
		switch {
		case !(gain >= -l.Worse): // NaN too
			worse = append(worse, fmt.Sprintf("%s: worse by more than %g", line, l.Worse))
		case gain > l.Better:
			better = append(better, fmt.Sprintf("%s: better by more than %g", line, l.Better))
		}
	}
	return worse, better
}

// checkGolden measures the engine of a golden file and compares it with that, or
// writes the file anew, for the engine that spec names if there is none yet.
func checkGolden(file, spec string, update bool, out io.Writer) error {
	g, readErr := readGolden(file)
	if readErr == nil {
		spec = g.Engine
	} else if !update {
		return readErr
	}
	e, err := lab.NewEngine(spec)
	if err != nil {
		return err
	}
	means, items, err := measureGolden(e)
	if err != nil {
		return err
	}
	if update {
		g := golden{Data: "testdata", Engine: spec, Items: items}
		for _, l := range guarded {
			s, ok := means[l.Group][l.Metric]
			if !ok {
				return fmt.Errorf("%s of %s: not measured", l.Metric, l.Group)
			}
			l.Value = math.Round(s.Mean*1e4) / 1e4
			g.Limits = append(g.Limits, l)
		}
		b, err := json.MarshalIndent(g, "", " ")
		if err != nil {
			return err
		}
		return lab.WriteFile(file, func(f *os.File) error { _, err := f.Write(append(b, '\n')); return err })
	}
	if g.Items != items {
		return fmt.Errorf("%s was made with %d items, there are %d: run with -update", file, g.Items, items)
	}
	t := lab.NewTable("group", "metric", "now", "golden", "worse by at most", "better by at most")
	for _, l := range g.Limits {
		m := byKey(l.Metric)
		t.Add(l.Group, m.head, number(means[l.Group][l.Metric].Mean, m.digits+1, false), number(l.Value, m.digits+1, false),
			number(l.Worse, m.digits+1, false), number(l.Better, m.digits+1, false))
	}
	fmt.Fprint(out, t)
	worse, better := g.compare(means)
	return goldenError(file, worse, better)
}

// goldenError says what to do about what moved.
func goldenError(file string, worse, better []string) error {
	var errs []error
	for _, w := range worse {
		errs = append(errs, errors.New(w))
	}
	for _, b := range better {
		errs = append(errs, errors.New(b))
	}
	if len(errs) == 0 {
		return nil
	}
	if len(worse) == 0 {
		errs = append(errs, fmt.Errorf("better than %s knows: make quality-update, and commit the file", file))
	} else {
		errs = append(errs, errors.New("if that was meant and the whole laboratory (make quality) says it is worth it: make quality-update"))
	}
	return errors.Join(errs...)
}

func readGolden(file string) (*golden, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	g := new(golden)
	if err := json.Unmarshal(b, g); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if g.Engine == "" || len(g.Limits) == 0 {
		return nil, fmt.Errorf("%s: no engine or no limits in it", file)
	}
	return g, nil
}
