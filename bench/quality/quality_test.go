package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/quietline/quietline/bench/lab"
)

// TestGolden guards the quality of the engine: it fails when the small set of
// testdata comes out worse than golden.json says, and when it comes out so much
// better that the file wants an update (make quality-update).
func TestGolden(t *testing.T) {
	for engine, file := range map[string]string{"default": "golden.json", "neural": "golden_neural.json"} {
		t.Run(engine, func(t *testing.T) { testGolden(t, engine, filepath.Join("testdata", file)) })
	}
}

func testGolden(t *testing.T, engine, file string) {
	g, err := readGolden(file)
	if err != nil {
		t.Fatal(err)
	}
	if g.Engine != engine {
		t.Fatalf("%s is of the engine %q", file, g.Engine)
	}
	e, err := lab.NewEngine(engine)
	if err != nil {
		t.Fatal(err)
	}
	means, items, err := measureGolden(e)
	if err != nil {
		t.Fatal(err)
	}
	if items != g.Items || len(g.Limits) != len(guarded) {
		t.Fatalf("%s has %d items and %d limits, want %d and %d: make quality-update", file, g.Items, len(g.Limits), items, len(guarded))
	}
	worse, better := g.compare(means)
	if err := goldenError(file, worse, better); err != nil {
		t.Error(err)
	}
}

// Every limit fails on its worse side, asks for an update on its better one, and
// passes between.
func TestGoldenLimits(t *testing.T) {
	for _, l := range guarded {
		m := byKey(l.Metric)
		l.Value = 1
		sign := 1.0 // of better
		if m.good != higher {
			sign = -1
		}
		for _, c := range []struct {
			by            float64
			worse, better int
		}{{0, 0, 0}, {-0.9 * l.Worse, 0, 0}, {-1.1 * l.Worse, 1, 0}, {math.NaN(), 1, 0}} {
			g := golden{Limits: []limit{l}}
			worse, better := g.compare(map[string]map[string]stat{l.Group: {l.Metric: {Mean: 1 + sign*c.by, N: 1}}})
			if len(worse) != c.worse || len(better) != c.better {
				t.Errorf("%s of %s by %v: %v %v", l.Metric, l.Group, c.by, worse, better)
			}
		}
		l.Value = 20 // room to get better in
		g := golden{Limits: []limit{l}}
		if worse, better := g.compare(map[string]map[string]stat{l.Group: {l.Metric: {Mean: 20 + sign*1.1*l.Better, N: 1}}}); len(worse) != 0 || len(better) != 1 {
			t.Errorf("%s of %s, better: %v %v", l.Metric, l.Group, worse, better)
		}
		if worse, _ := g.compare(nil); len(worse) != 1 {
			t.Errorf("%s of %s, missing: passes", l.Metric, l.Group)
		}
	}
	// Too loud is as bad as too quiet.
	g := golden{Limits: []limit{{Group: "all", Metric: "gain", Value: -0.5, Worse: 0.1, Better: 1}}}
	for _, v := range []float64{-0.7, 0.7} {
		if worse, _ := g.compare(map[string]map[string]stat{"all": {"gain": {Mean: v, N: 1}}}); len(worse) != 1 {
			t.Errorf("level %v passes", v)
		}
	}
}

// The interval of the bootstrap holds the mean, narrows with the number of
// files, and is that of a normal distribution for many.
func TestBootstrap(t *testing.T) {
	var v []float64
	for i := range 400 {
		v = append(v, 3+math.Sin(float64(i)*1.7)) // variance ½
	}
	d := bootstrap(v)
	half := 1.96 * math.Sqrt(0.5/400)
	if math.Abs(d.Mean-3) > 0.01 || math.Abs(d.High-d.Mean-half) > 0.15*half || math.Abs(d.Mean-d.Low-half) > 0.15*half || d.N != 400 {
		t.Errorf("%+v, want 3 ± %.3f", d, half)
	}
	if again := bootstrap(v); again != d {
		t.Errorf("%+v, then %+v", d, again)
	}
	if one := bootstrap([]float64{2}); one != (diff{2, 2, 2, 1}) {
		t.Errorf("%+v", one)
	}
}

// flaky is a system that halves, 10 ms late, and fails as it is told.
type flaky struct {
	name         string
	calls        int
	failAt, dies int
}

func (f *flaky) Info() lab.Info { return lab.Info{Name: f.name, Label: f.name} }
func (f *flaky) Close() error   { return nil }
func (f *flaky) Process(x []float32) (lab.Result, error) {
	f.calls++
	switch f.calls {
	case f.failAt:
		return lab.Result{}, os.ErrInvalid
	case f.dies:
		return lab.Result{}, &lab.Dead{Why: "gone"}
	}
	y := make([]float32, len(x))
	for i := lab.Hop; i < len(x); i++ {
		y[i] = -x[i-lab.Hop] / 2
	}
	return lab.Result{Out: y, CPU: 2000, Hops: 2, Delay: -1}, nil
}

// TestRun drives the whole command but for Python over two mixtures: delays and
// polarity are found, a system that dies is left out, one that fails at a file is
// not, and the report says so and can be read back as a baseline.
func TestRun(t *testing.T) {
	set, err := lab.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set.Items = slices.Concat(set.Items[5:7], lab.Steps()[:1])
	e, err := lab.NewEngine("medium")
	if err != nil {
		t.Fatal(err)
	}
	work, cache := t.TempDir(), t.TempDir()
	systems := []lab.System{lab.Unprocessed{}, e, &flaky{name: "late"}, &flaky{name: "fails", failAt: 2}, &flaky{name: "dies", dies: 2}}
	rep, err := newReport(set)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	runs := runAll(set.Items, systems, work, &log)
	if err := scoreAll(set.Items, runs, work, cache, &log); err != nil {
		t.Fatal(err)
	}
	rep.fill(set.Items, runs)
	var md bytes.Buffer
	dir := t.TempDir()
	if err := rep.write(dir, &md); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range rep.Systems {
		names = append(names, s.Name)
	}
	if want := []string{"noisy", "quietline-medium", "late", "fails"}; !slices.Equal(names, want) {
		t.Fatalf("systems %q, want %q", names, want)
	}
	noisy, ours, late, fails := rep.Systems[0], rep.Systems[1], rep.Systems[2], rep.Systems[3]
	if late.DelayMS != 10 || !strings.Contains(strings.Join(late.Notes, " "), "inverted") {
		t.Errorf("delay %v ms, notes %q, want 10 and inverted", late.DelayMS, late.Notes)
	}
	if ours.DelayMS != 10 || ours.CPU == nil || ours.CPU.Median <= 0 {
		t.Errorf("ours: %v ms, %v", ours.DelayMS, ours.CPU)
	}
	// Half the level is the same signal to these, and 6 dB to those.
	for _, c := range []struct {
		key       string
		want, tol float64
	}{{"estoi", noisy.mean("all", "estoi"), 1e-3}, {"sisdr", noisy.mean("all", "sisdr"), 0.02}, {"att", 6.02, 0.1}, {"gain", -6.02, 0.02}, {"musical", 0, 0.01}} {
		if v := late.mean("all", c.key); !(math.Abs(v-c.want) <= c.tol) {
			t.Errorf("late: %s %v, want %v", c.key, v, c.want)
		}
	}
	if late.CPU.Median != 1 || len(late.Files) != 3 {
		t.Errorf("late: %v µs over %d files", late.CPU, len(late.Files))
	}
	if v := late.ToNoisy["all"]["att"]; math.Abs(v.Mean-6.02) > 0.1 || v.N != 2 {
		t.Errorf("difference to noisy %+v", v)
	}
	if !(ours.mean("all", "estoi") > noisy.mean("all", "estoi")) || !(ours.mean("step only", "att") > 6) {
		t.Errorf("ours does nothing: %v", ours.Summary)
	}
	if len(fails.Failed) != 1 || len(fails.Files) != 2 {
		t.Errorf("fails: %q, %d files", fails.Failed, len(fails.Files))
	}
	if len(rep.Skipped) != 1 || rep.Skipped[0].Name != "dies" {
		t.Errorf("skipped %v", rep.Skipped)
	}
	for _, want := range []string{"testdata", rep.Data.Hash, "| late ", "gone", "1 items failed", "reverberant (1)"} {
		if !strings.Contains(md.String(), want) {
			t.Errorf("report.md does not say %q", want)
		}
	}

	old, err := readReport(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range old.Systems[1].Files {
		if _, ok := f.Scores["estoi"]; ok {
			f.Scores["estoi"] -= 0.25
		}
	}
	c, err := compare(rep, old, "then")
	if err != nil {
		t.Fatal(err)
	}
	if d := c.Changes["quietline-medium"]["estoi"]; math.Abs(d.Mean-0.25) > 1e-9 || d.N != 2 || len(c.Warnings) != 0 {
		t.Errorf("change %+v, warnings %q", d, c.Warnings)
	}

	// A second time everything comes from the cache: the same figures.
	again := runAll(set.Items[:1], []lab.System{lab.Unprocessed{}}, work, &log)
	entries, _ := filepath.Glob(filepath.Join(cache, "go", "*.json"))
	for _, name := range entries {
		b, _ := os.ReadFile(name)
		var s scored
		if err := json.Unmarshal(b, &s); err != nil {
			t.Fatal(err)
		}
		s.Scores["estoi"] = 0.125
		b, _ = json.Marshal(s)
		os.WriteFile(name, b, 0o666)
	}
	if err := scoreAll(set.Items[:1], again, work, cache, &log); err != nil {
		t.Fatal(err)
	}
	if v := again[0].files[0].scores["estoi"]; v != 0.125 {
		t.Errorf("estoi %v was measured again", v)
	}
}

// Flags that contradict each other or name nothing are refused.
func TestOptions(t *testing.T) {
	for name, o := range map[string]*options{
		"two kinds of data": {data: "dev", pairs: "x"},
		"no noise":          {clean: "x"},
		"no golden file":    {update: true},
	} {
		if err := o.prepare(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := chooseData(&options{data: "nothing"}, &bytes.Buffer{}); err == nil {
		t.Error("-data nothing: taken")
	}
	if _, _, err := chooseSystems(&options{systems: "loud", peers: "none"}, &bytes.Buffer{}); err == nil {
		t.Error("-systems loud: taken")
	}
	o := &options{systems: "none", peers: "nobody"}
	o.root = t.TempDir()
	if _, _, err := chooseSystems(o, &bytes.Buffer{}); err == nil {
		t.Error("-peers nobody: taken")
	}
}
