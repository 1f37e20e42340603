package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// markdown returns the report for people.
func (r *report) markdown() string {
	var b strings.Builder
	d := r.Data
	fmt.Fprintf(&b, "# Voice activity\n\nData: %s (%s), %d mixtures of %.0f s in all, %d of them reverberant, %d recordings of noise alone, %d of clean speech.\n",
		d.Name, d.Hash, d.Mixtures, d.MixSeconds, d.Reverberant, d.Noise, d.Clean)
	fmt.Fprintf(&b, "Truth: %.0f %% of the mixtures' frames of 10 ms hold speech, with %d onsets. bench/vad/README.md says what every figure is.\n", 100*d.Speech, d.Onsets)

	b.WriteString("\n## ROC area of the probability\n\n")
	head := []string{"system", "all", "± 95 %", "to Quietline", "from 0.6 s"}
	for _, snr := range r.SNRs {
		head = append(head, fmt.Sprintf("%g dB", snr))
	}
	t := lab.NewTable(append(head, "reverberant", "clean", "held 100 ms", "miss at 10 % f.a.", "µs per 10 ms")...)
	for _, s := range r.Systems {
		a := s.Areas
		row := []string{s.Label, a.All.text(3), a.Interval.text(3), "", a.AfterStart.text(3)}
		if a.Difference.ok {
			row[3] = fmt.Sprintf("%+.3f ± %s", a.Difference.v, a.DiffRange.text(3))
		}
		for _, v := range a.SNR {
			row = append(row, v.text(3))
		}
		t.Add(append(row, a.Reverberant.text(3), a.Clean.text(3), a.Held.text(3), a.MissAt10.percent(), s.CPU.text(1))...)
	}
	b.WriteString(t.String())
	fmt.Fprintf(&b, "\nTimes: %s. For peers what their drivers measured of themselves. The Denoiser cleans as well, the Detector analyses only; what of it is the presence stage, `go test -run '^$' -bench Stage ./denoise` shows.\n", r.Machine)

	b.WriteString("\n## Decisions\n\n")
	t = lab.NewTable("system", "decision", "threshold", "miss %", "false alarm %", "from 0.6 s", "onset ms", "90 %", "missed onsets %", "clipped starts %", "switches/min", "× truth", "noise only s/min", "clean miss %", "clean f.a. %")
	for _, s := range r.Systems {
		for _, d := range s.Decisions {
			if s.Name == "detector" && d.By != byItself {
				continue // as the Denoiser, by definition
			}
			t.Add(append([]string{s.Label, d.By, fmt.Sprintf("%.2g", s.Threshold)}, d.cells()...)...)
		}
	}
	b.WriteString(t.String())

	b.WriteString("\n## Our thresholds and hold\n\nThe Denoiser's probability decided by other values of VADConfig.\n\n")
	t = lab.NewTable("start", "continue", "hold ms", "miss %", "false alarm %", "from 0.6 s", "onset ms", "90 %", "missed onsets %", "clipped starts %", "switches/min", "× truth", "noise only s/min", "clean miss %", "clean f.a. %")
	for _, v := range r.Variants {
		name := fmt.Sprintf("%.2f", v.Start)
		if v.Default {
			name += " (default)"
		}
		t.Add(append([]string{name, fmt.Sprintf("%.2f", v.Continue), fmt.Sprintf("%.0f", v.Hold)}, v.cells()...)...)
	}
	b.WriteString(t.String())

	if noises := slices.Sorted(maps.Keys(r.Systems[0].Areas.Noise)); len(noises) > 0 {
		b.WriteString("\n## ROC area by noise\n\n")
		t = lab.NewTable(append([]string{"system"}, noises...)...)
		for _, s := range r.Systems {
			row := []string{s.Label}
			for _, n := range noises {
				row = append(row, s.Areas.Noise[n].text(2))
			}
			t.Add(row...)
		}
		b.WriteString(t.String())
	}

	b.WriteString("\n## Systems\n\n")
	t = lab.NewTable("system", "version", "licence", "from", "threshold by")
	for _, s := range r.Systems {
		t.Add(s.Label, s.Version, s.Licence, s.From, s.ThresholdBy)
	}
	b.WriteString(t.String())
	for _, s := range r.Systems {
		for _, note := range s.Notes {
			fmt.Fprintf(&b, "\n%s: %s\n", s.Label, note)
		}
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "\nLeft out: %s: %s\n", s.Name, s.Why)
	}
	return b.String()
}

// cells are the figures of a decision in the order of the headings.
func (d decision) cells() []string {
	return []string{
		percent(d.Miss), percent(d.False), d.FalseAfter.percent(),
		fmt.Sprintf("%.0f", d.Onset), fmt.Sprintf("%.0f", d.Onset90), percent(d.Missed), percent(d.Clipped),
		fmt.Sprintf("%.0f", d.Switches), fmt.Sprintf("%.1f", d.Ratio),
		d.NoiseAlarm.text(1), d.CleanMiss.percent(), d.CleanFalse.percent(),
	}
}

func percent(v float64) string { return fmt.Sprintf("%.1f", 100*v) }

// text returns a figure with so many decimals, – where there is none.
func (o optional) text(decimals int) string {
	if !o.ok || math.IsNaN(o.v) {
		return "–"
	}
	return fmt.Sprintf("%.*f", decimals, o.v)
}

func (o optional) percent() string {
	if !o.ok {
		return "–"
	}
	return percent(o.v)
}
