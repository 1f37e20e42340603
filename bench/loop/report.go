package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/quietline/quietline/bench/lab"
)

// report is everything that was measured, as report.json has it.
type report struct {
	Machine   machine        `json:"machine"`
	LoadAfter string         `json:"load_after,omitempty"`
	Recording string         `json:"recording"`
	Rounds    int            `json:"rounds"`
	Groups    []*group       `json:"groups"`
	Stages    []stage        `json:"stages,omitempty"`
	Scaling   []*scaleResult `json:"scaling,omitempty"`
	Live      *liveResult    `json:"live,omitempty"`
	Counted   []counted      `json:"instructions,omitempty"`
	Missing   []string       `json:"missing,omitempty"` // what took no part, and why
	figures   []string
}

// group is systems that do the same work in the same rounds.
type group struct {
	Title string `json:"title"`
	Unit  string `json:"unit"` // of which the times are
	Turn  string `json:"turn"` // one turn of a round
	Rows  []row  `json:"rows"`

	signal *signal
	tasks  []*task
}

// row is one system. Ratios are its time over that of our two ways.
type row struct {
	Name   string   `json:"name"`
	Label  string   `json:"label"`
	Ours   bool     `json:"ours,omitempty"`
	US     summary  `json:"us"`
	Clock  string   `json:"clock,omitempty"` // where it is not that of the report
	Allocs *float64 `json:"allocs,omitempty"`
	checked
	Kernels *ratio `json:"over_kernels,omitempty"`
	Plain   *ratio `json:"over_plain,omitempty"`
}

// ratio is how much more time one system takes than another.
type ratio struct {
	summary         // of the ratios within the rounds
	Minima  float64 `json:"minima"` // of the shortest times
}

// fill makes the rows of a group. The first of our tasks with kernels and the
// first without are what the others are compared with.
func (g *group) fill(all []*measured) {
	var references [2]*measured // kernels, plain
	for _, m := range all {
		if i := index(m.task.plain); m.task.ours && references[i] == nil {
			references[i] = m
		}
	}
	for _, m := range all {
		r := row{Name: m.task.name, Label: m.task.label, Ours: m.task.ours, US: summarize(m.us), Allocs: m.allocs, checked: m.checked}
		if m.task.everyThread {
			r.Clock = "CPU time of all threads, garbage collection included"
		}
		for i, to := range []**ratio{&r.Kernels, &r.Plain} {
			if ref := references[i]; ref != nil {
				shortest := ratios([]float64{r.US.Min}, []float64{summarize(ref.us).Min})
				*to = &ratio{summarize(ratios(m.us, ref.us)), shortest[0]}
			}
		}
		g.Rows = append(g.Rows, r)
	}
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// save writes report.json and report.md.
func (r *report) save(dir string) error {
	err := lab.WriteFile(filepath.Join(dir, "report.json"), func(f *os.File) error {
		e := json.NewEncoder(f)
		e.SetIndent("", " ")
		return e.Encode(r)
	})
	if err != nil {
		return err
	}
	return lab.WriteFile(filepath.Join(dir, "report.md"), func(f *os.File) error {
		_, err := f.WriteString(r.markdown())
		return err
	})
}
