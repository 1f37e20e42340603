package main

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// markdown returns the report for people.
func (rep *report) markdown() string {
	var b strings.Builder
	d, m := rep.Data, rep.Machine
	fmt.Fprintf(&b, "# Quality report, %s\n\n", rep.Made)
	fmt.Fprintf(&b, "Data: **%s**, %d items, %.0f s (%d mixtures, %d of noise alone, %d of clean speech, %d noise steps), SHA-256 of the samples %s….\n",
		d.Name, d.Items, d.Seconds, d.Mixes, d.Noises, d.Cleans, d.Steps, d.Hash)
	fmt.Fprintf(&b, "Machine: %s, %d cores, %s, %s, load %s at the start. Our cost: %s; of others: CPU time by their drivers.\n",
		m.CPU, m.Cores, m.OS, m.Go, orDash(m.Load), m.Clock)
	b.WriteString("What the columns are: bench/quality/README.md. A dash was not measured.\n")

	if d.Mixes > 0 {
		rep.section(&b, "Mixtures", "all", "pesq_wb", "pesq_nb", "stoi", "estoi", "sisdr", "segsnr", "fwsegsnr", "lsd", "sig", "bak", "ovrl", "p808", "cpu", "delay")
		rep.section(&b, "Noise and words in the mixtures", "all", "att", "att_median", "att_first", "gain", "musical", "onset_loss", "onset_clipped")
		rep.differences(&b)
	}
	if d.Cleans > 0 {
		rep.section(&b, "Clean speech: harm done", "clean only", "pesq_wb", "estoi", "sisdr", "lsd", "level", "onset_loss", "onset_clipped", "ovrl")
	}
	if d.Noises > 0 {
		rep.section(&b, "Noise alone", "noise only", "att", "att_median", "att_first", "musical", "bak", "ovrl")
	}
	if d.Steps > 0 {
		rep.section(&b, "Steady noise at −52 dBFS that grows by 12 dB", "step only", "converge_start", "converge_step", "att")
	}
	for _, key := range []string{"pesq_wb", "estoi", "sisdr", "segsnr", "ovrl", "att"} {
		rep.across(&b, key, func(g string) bool { return strings.HasSuffix(g, " dB") || g == "dry" || g == "reverberant" }, "by SNR")
	}
	for _, key := range []string{"pesq_wb", "estoi", "sisdr", "ovrl", "att"} {
		rep.across(&b, key, func(g string) bool { return strings.HasPrefix(g, "noise: ") }, "by noise")
	}
	rep.oracle(&b)
	rep.baseline(&b)
	rep.remarks(&b)
	return b.String()
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// number formats a value of a metric; signed shows the sign too.
func number(v float64, digits int, signed bool) string {
	if math.IsNaN(v) {
		return "–"
	}
	s := fmt.Sprintf("%.*f", digits, v)
	if strings.Trim(s, "-0.") == "" { // no −0.00
		s = strings.TrimPrefix(s, "-")
	} else if signed && v > 0 {
		s = "+" + s
	}
	return strings.Replace(s, "-", "−", 1)
}

// mean returns what a system has of a metric in a group, NaN if nothing.
func (s *systemReport) mean(group, key string) float64 {
	if v, ok := s.Summary[group][key]; ok {
		return v.Mean
	}
	return math.NaN()
}

// section writes a table of systems and metrics over a group. Columns that
// nobody has are left out.
func (rep *report) section(b *strings.Builder, title, group string, keys ...string) {
	head := []string{"system"}
	var shown []string
	for _, k := range keys {
		has := k == "cpu" || k == "delay"
		for _, s := range rep.Systems {
			has = has || !math.IsNaN(s.mean(group, k))
		}
		if !has {
			continue
		}
		shown = append(shown, k)
		switch k {
		case "cpu":
			head = append(head, "µs / 10 ms")
		case "delay":
			head = append(head, "delay ms")
		default:
			head = append(head, byKey(k).head)
		}
	}
	t := lab.NewTable(head...)
	for _, s := range rep.Systems {
		row := []string{s.Label}
		for _, k := range shown {
			switch {
			case k == "cpu" && s.CPU == nil:
				row = append(row, "–")
			case k == "cpu":
				row = append(row, number(s.CPU.Median, 1, false))
			case k == "delay":
				row = append(row, number(s.DelayMS, 1, false))
			default:
				m := byKey(k)
				row = append(row, number(s.mean(group, k), m.digits, m.good == nearer))
			}
		}
		t.Add(row...)
	}
	fmt.Fprintf(b, "\n## %s\n\n%s", title, t)
}

// differences writes what systems add to the noisy input, with intervals.
func (rep *report) differences(b *strings.Builder) {
	keys := []string{"pesq_wb", "estoi", "sisdr", "segsnr", "ovrl"}
	head := []string{"system"}
	var shown []string
	for _, k := range keys {
		for _, s := range rep.Systems {
			if _, ok := s.ToNoisy["all"][k]; ok {
				shown = append(shown, k)
				head = append(head, byKey(k).head)
				break
			}
		}
	}
	t := lab.NewTable(head...)
	for _, s := range rep.Systems {
		if s.ToNoisy == nil {
			continue
		}
		row := []string{s.Label}
		for _, k := range shown {
			d, ok := s.ToNoisy["all"][k]
			if !ok {
				row = append(row, "–")
				continue
			}
			row = append(row, interval(d, max(byKey(k).digits, 2)))
		}
		t.Add(row...)
	}
	fmt.Fprintf(b, "\n## Differences to the noisy input\n\nMean over the same mixtures, with 95 %% bootstrap interval (%d draws).\n\n%s", draws, t)
}

func interval(d diff, digits int) string {
	return fmt.Sprintf("%s (%s … %s)", number(d.Mean, digits, true), number(d.Low, digits, true), number(d.High, digits, true))
}

// across writes a table of one metric, groups by systems.
func (rep *report) across(b *strings.Builder, key string, in func(group string) bool, how string) {
	m := byKey(key)
	head := []string{"mixtures"}
	for _, s := range rep.Systems {
		head = append(head, s.Label)
	}
	t := lab.NewTable(head...)
	rows := 0
	for _, g := range rep.Groups {
		if !in(g) {
			continue
		}
		row, n := []string{""}, 0
		for _, s := range rep.Systems {
			row = append(row, number(s.mean(g, key), m.digits, false))
			n = max(n, s.Summary[g][key].N)
		}
		if n == 0 {
			continue
		}
		row[0] = fmt.Sprintf("%s (%d)", strings.TrimPrefix(g, "noise: "), n)
		t.Add(row...)
		rows++
	}
	if rows > 1 {
		fmt.Fprintf(b, "\n## %s %s\n\n%s", m.head, how, t)
	}
}

// oracle tells how far our STOI and ESTOI lie from pystoi's.
func (rep *report) oracle(b *strings.Builder) {
	for _, k := range []string{"stoi", "estoi"} {
		worst, n := 0.0, 0
		for _, s := range rep.Systems {
			for _, f := range s.Files {
				if o, ok := f.Scores[k+"_oracle"]; ok {
					worst = math.Max(worst, math.Abs(o-f.Scores[k]))
					n++
				}
			}
		}
		if n > 0 {
			if k == "stoi" {
				b.WriteString("\n## Check of our metrics\n\n")
			}
			fmt.Fprintf(b, "%s differs from pystoi's by at most %.1e over %d files.\n", byKey(k).head, worst, n)
		}
	}
}

// baseline writes what changed since an earlier report.
func (rep *report) baseline(b *strings.Builder) {
	c := rep.Baseline
	if c == nil {
		return
	}
	fmt.Fprintf(b, "\n## Changes since %s\n\n", c.From)
	for _, w := range c.Warnings {
		fmt.Fprintf(b, "%s.\n\n", w)
	}
	var names []string
	for n := range c.Changes {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		t := lab.NewTable(n, "now − then", "95 %", "files")
		for _, m := range metricList {
			if d, ok := c.Changes[n][m.key]; ok && !strings.HasSuffix(m.key, "_oracle") {
				digits := max(m.digits, 2) + 1
				t.Add(m.head, number(d.Mean, digits, true), number(d.Low, digits, true)+" … "+number(d.High, digits, true), fmt.Sprint(d.N))
			}
		}
		if v, ok := c.Costs[n]; ok {
			t.Add("µs / 10 ms", number(v, 2, true))
		}
		fmt.Fprintf(b, "%s\n", t)
	}
}

// remarks lists what is missing and what to know.
func (rep *report) remarks(b *strings.Builder) {
	var lines []string
	for _, l := range rep.LeftOut {
		lines = append(lines, "left out: "+l)
	}
	for _, s := range rep.Skipped {
		lines = append(lines, fmt.Sprintf("skipped: %s: %s", s.Name, s.Why))
	}
	for _, s := range rep.Systems {
		for _, n := range s.Notes {
			lines = append(lines, s.Name+": "+n)
		}
		if n := len(s.Failed); n > 0 {
			lines = append(lines, fmt.Sprintf("%s: %d items failed and its means are without them, first %s", s.Name, n, s.Failed[0]))
		}
		if s.From != "" || s.Version != "" {
			lines = append(lines, fmt.Sprintf("%s: version %s, licence %s, from %s; timed: %s", s.Name, orDash(s.Version), orDash(s.Licence), orDash(s.From), orDash(s.Timing)))
		}
	}
	if len(lines) > 0 {
		b.WriteString("\n## Remarks\n\n")
		for _, l := range lines {
			b.WriteString("- " + strings.ReplaceAll(l, "\n", " ") + "\n")
		}
	}
}
