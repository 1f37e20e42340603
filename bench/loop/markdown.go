package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// noisy is the spread of a task from which its line is marked.
const noisy = 0.1

func (r *report) markdown() string {
	var b strings.Builder
	m := r.Machine
	kernels := "vector kernels"
	if !m.Kernels {
		kernels = "no vector kernels in this build or on this machine"
	}
	fmt.Fprintf(&b, "# The hot loop\n\n%s, %d cores, %s, %s; %s.\n", m.CPU, m.Cores, m.System, m.Go, kernels)
	fmt.Fprintf(&b, "Clock: %s. Recording: %s.", m.Clock, r.Recording)
	if m.Load != "" {
		fmt.Fprintf(&b, " Load averages %s before, %s after.", m.Load, r.LoadAfter)
	}
	b.WriteString("\n")
	for _, f := range r.figures {
		fmt.Fprintf(&b, "\n![%s](%s)\n", strings.TrimSuffix(f, ".png"), f)
	}
	for _, g := range r.Groups {
		g.markdown(&b, r.Rounds)
	}
	r.stagesMarkdown(&b)
	r.scalingMarkdown(&b)
	r.liveMarkdown(&b)
	r.countedMarkdown(&b)
	if len(r.Missing) > 0 {
		b.WriteString("\n## Left out\n\n")
		for _, s := range r.Missing {
			fmt.Fprintf(&b, "- %s\n", s)
		}
	}
	return b.String()
}

func (g *group) markdown(b *strings.Builder, rounds int) {
	if len(g.Rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\nµs of %s, %d rounds in turns of %s. Ratios: median of those within the rounds, and ratio of the shortest.\n\n",
		g.Title, g.Unit, rounds, g.Turn)
	head := []string{"", "median", "quartiles", "shortest"}
	withKernels, withPlain := g.Rows[0].Kernels != nil, g.Rows[0].Plain != nil
	if withKernels {
		head = append(head, "× kernels", "by shortest")
	}
	if withPlain {
		head = append(head, "× plain Go", "by shortest")
	}
	head = append(head, "allocations")
	changes := false
	for _, r := range g.Rows {
		changes = changes || r.LevelDB != nil
	}
	if changes {
		head = append(head, "pauses, dB", "level, dB")
	}
	t := lab.NewTable(head...)
	marked, otherClock := false, false
	for _, r := range g.Rows {
		label := r.Label
		if r.US.spread() > noisy {
			label, marked = label+" ~", true
		}
		if r.Clock != "" {
			label, otherClock = label+" *", true
		}
		cells := []string{label, digits(r.US.Median), digits(r.US.Q1) + "–" + digits(r.US.Q3), digits(r.US.Min)}
		if withKernels {
			cells = append(cells, digits(r.Kernels.Median), digits(r.Kernels.Minima))
		}
		if withPlain {
			cells = append(cells, digits(r.Plain.Median), digits(r.Plain.Minima))
		}
		if r.Allocs != nil {
			cells = append(cells, allocations(*r.Allocs))
		} else {
			cells = append(cells, "")
		}
		if changes && r.LevelDB != nil {
			cells = append(cells, signed(*r.PausesDB), signed(*r.LevelDB))
		}
		t.Add(cells...)
	}
	b.WriteString(t.String())
	if marked {
		fmt.Fprintf(b, "\n~ the quartiles lie more than %.0f %% of the median apart: a busy machine; trust the shortest times and their ratios more.\n", 100*noisy)
	}
	if otherClock {
		b.WriteString("\n\\* CPU time of all threads, garbage collection included: it starts goroutines of its own.\n")
	}
}

func (r *report) stagesMarkdown(b *strings.Builder) {
	if len(r.Stages) == 0 {
		return
	}
	first := r.Stages[0]
	n := 0
	for _, s := range []*summary{first.Kernels, first.Plain} {
		if s != nil {
			n = s.N
		}
	}
	fmt.Fprintf(b, "\n## Stages\n\nns of 10 ms of sound, at 48 kHz unless the name says otherwise, by `go test -bench` in processes of their own, %d runs of each in turns: wall-clock time, not to be set beside the tables above. "+
		"Plain Go is the build tag purego.\n\n", n)
	t := lab.NewTable("", "kernels: median", "shortest", "plain Go: median", "shortest", "plain/kernels, by shortest")
	for _, s := range r.Stages {
		cells := []string{s.Name, "", "", "", "", ""}
		if s.Kernels != nil {
			cells[1], cells[2] = digits(s.Kernels.Median), digits(s.Kernels.Min)
		}
		if s.Plain != nil {
			cells[3], cells[4] = digits(s.Plain.Median), digits(s.Plain.Min)
		}
		if s.Kernels != nil && s.Plain != nil {
			cells[5] = digits(s.Plain.Min / s.Kernels.Min)
		}
		t.Add(cells...)
	}
	b.WriteString(t.String())
}

func (r *report) scalingMarkdown(b *strings.Builder) {
	for i, s := range r.Scaling {
		if i == 0 {
			b.WriteString("\n## Many streams\n\nStreams of one denoise.Pool in turn, hop by hop. CPU time in µs for 10 ms of one stream; beside it single hops by the clock on the wall, in µs, " +
				"which also hold what else the machine does meanwhile.\n")
		}
		name := "vector kernels"
		if s.Way == "plain" {
			name = "plain Go"
		}
		fmt.Fprintf(b, "\n%d kHz, %s: %d live streams fill one core.\n\n", s.Rate/1000, name, s.Carried)
		t := lab.NewTable("streams", "median", "quartiles", "shortest", "× first", "hop p50", "p99", "p99.9", "max", "bytes/stream", "allocations")
		for _, p := range s.Points {
			t.Add(fmt.Sprint(p.Streams), digits(p.US.Median), digits(p.US.Q1)+"–"+digits(p.US.Q3), digits(p.US.Min), digits(p.US.Median/s.Points[0].US.Median),
				digits(p.Hop.P50), digits(p.Hop.P99), digits(p.Hop.P999), digits(p.Hop.Max), fmt.Sprint(p.StateBytes), allocations(p.PerHop))
		}
		b.WriteString(t.String())
	}
}

func (r *report) liveMarkdown(b *strings.Builder) {
	l := r.Live
	if l == nil {
		return
	}
	fmt.Fprintf(b, "\n## Live\n\n%d streams of %d kHz on one goroutine, a hop of each every 10 ms, %d ticks. A tick's time runs from when it was due until its last stream is done.\n\n",
		l.Streams, l.Rate/1000, l.Ticks)
	t := lab.NewTable("µs", "p50", "p99", "p99.9", "max")
	for _, row := range []struct {
		name string
		h    hopTimes
	}{{"one hop, wall clock", l.Hop}, {"all streams, wall clock", l.Tick}} {
		t.Add(row.name, digits(row.h.P50), digits(row.h.P99), digits(row.h.P999), digits(row.h.Max))
	}
	b.WriteString(t.String())
	fmt.Fprintf(b, "\nCPU time of a tick: median %s µs, %.0f %% of the 10 ms. Ticks not done within 10 ms: %d.\n", digits(l.CPU.Median), l.CPU.Median/100, l.Late)
}

func (r *report) countedMarkdown(b *strings.Builder) {
	if len(r.Counted) == 0 {
		return
	}
	b.WriteString("\n## Instructions\n\nBy callgrind, difference of two runs of each system alone, per hop (or transform and inverse). " +
		"An instruction of a vector kernel does more than one of scalar code and may take longer: the counts repeat, but they are no times. Valgrind's processor has AVX2 and no AVX-512, so ours run the kernels for that.\n")
	title := ""
	var t *lab.Table
	flush := func() {
		if t != nil {
			b.WriteString(t.String())
		}
	}
	var first float64
	for _, c := range r.Counted {
		if c.Group != title {
			flush()
			title, first = c.Group, 0
			fmt.Fprintf(b, "\n%s\n\n", title)
			t = lab.NewTable("", "instructions", "× first")
		}
		if c.Missing != "" {
			t.Add(c.Label, c.Missing)
			continue
		}
		if first == 0 {
			first = c.PerHop
		}
		t.Add(c.Label, fmt.Sprintf("%.0f", c.PerHop), digits(c.PerHop/first))
	}
	flush()
}

// digits writes a positive value with three digits, or more where there are more
// before the point.
func digits(v float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%.*f", max(0, 2-int(math.Floor(math.Log10(math.Abs(v))+1e-9))), v)
}

func signed(v float64) string {
	return strings.Replace(fmt.Sprintf("%+.1f", v), "-", "−", 1)
}

// allocations writes a count per hop. The runtime itself now and then allocates
// a little.
func allocations(v float64) string {
	if v < 0.05 {
		return "0"
	}
	return digits(v)
}
