package main

import (
	"fmt"
	"math"

	"github.com/quietline/quietline/bench/lab"
)

// baselineReport is what changed since an earlier report.
type baselineReport struct {
	From     string                     `json:"from"`
	Warnings []string                   `json:"warnings,omitempty"`
	Changes  map[string]map[string]diff `json:"changes"` // mixtures, by system and metric: now minus then
	Costs    map[string]float64         `json:"costs_us"`
}

// compare pairs the files of systems that both reports have by name.
func compare(now, old *report, from string) (*baselineReport, error) {
	if old == nil {
		return nil, nil
	}
	b := &baselineReport{From: from, Changes: map[string]map[string]diff{}, Costs: map[string]float64{}}
	if old.Data.Hash != now.Data.Hash {
		b.Warnings = append(b.Warnings, fmt.Sprintf("the data differs (%s %s then): files are paired by name", old.Data.Name, old.Data.Hash))
	}
	for _, s := range now.Systems {
		for _, o := range old.Systems {
			if s.Name != o.Name || s.Name == "noisy" {
				continue
			}
			values := map[string][]float64{}
			then := map[string]map[string]float64{}
			for _, f := range o.Files {
				then[f.Name] = f.Scores
			}
			for _, f := range s.Files {
				if f.Kind != lab.Mix {
					continue
				}
				for k, v := range f.Scores {
					if w, ok := then[f.Name][k]; ok && !math.IsNaN(w) {
						values[k] = append(values[k], v-w)
					}
				}
			}
			b.Changes[s.Name] = map[string]diff{}
			for k, v := range values {
				b.Changes[s.Name][k] = bootstrap(v)
			}
			if s.CPU != nil && o.CPU != nil {
				b.Costs[s.Name] = s.CPU.Median - o.CPU.Median
			}
		}
	}
	if len(b.Changes) == 0 {
		b.Warnings = append(b.Warnings, "no system is in both reports")
	}
	return b, nil
}
