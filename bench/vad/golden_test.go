package main

import (
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/bench/lab"
)

var update = flag.Bool("update", false, "write testdata/golden.json and golden_neural.json anew")

// golden are the figures of our Denoiser on testdata that must not get worse,
// each with how much worse it may be: less than that is what another processor
// or a reordered sum does, and what nobody hears.
type golden struct {
	Area        float64 `json:"roc_area"`
	ZeroDB      float64 `json:"roc_area_0_db"`
	Reverberant float64 `json:"roc_area_reverberant"`
	Onset       float64 `json:"onset_ms"`
	Onset90     float64 `json:"onset90_ms"`
	Miss        float64 `json:"miss"`
	FalseAlarm  float64 `json:"false_alarm"`
	Clipped     float64 `json:"clipped_start"`
	Ratio       float64 `json:"switch_ratio"`
	NoiseAlarm  float64 `json:"noise_only_s_per_min"`
}

// TestGolden guards the voice activity of both engines on the small set of testdata:
// the probability's ROC area and the default decision.
func TestGolden(t *testing.T) {
	for _, s := range ourSystems() {
		switch s.Name {
		case "quietline":
			t.Run(s.Name, func(t *testing.T) { testGolden(t, s, "testdata/golden.json") })
		case "quietline-neural":
			t.Run(s.Name, func(t *testing.T) { testGolden(t, s, "testdata/golden_neural.json") })
		}
	}
}

func testGolden(t *testing.T, ours *system, goldenFile string) {
	set, err := lab.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	m, err := measure(set, []*system{ours}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	s, err := score(m.systems[0], m.recs, m.tracks[ours.Name], []float64{0})
	if err != nil {
		t.Fatal(err)
	}
	d := s.Decisions[0]
	if d.By != byItself {
		t.Fatalf("decision by %s", d.By)
	}
	got := golden{
		s.Areas.All.v, s.Areas.SNR[0].v, s.Areas.Reverberant.v, d.Onset, d.Onset90,
		d.Miss, d.False, d.Clipped, d.Ratio, d.NoiseAlarm.v,
	}
	if *update {
		b, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		err = lab.WriteFile(goldenFile, func(f *os.File) error { _, err := f.Write(append(b, '\n')); return err })
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	var want golden
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		got, want float64
		worse     float64 // by how much it may be; negative where less is worse
	}{
		{"ROC area", got.Area, want.Area, -0.01},
		{"ROC area at 0 dB", got.ZeroDB, want.ZeroDB, -0.02},
		{"ROC area, reverberant", got.Reverberant, want.Reverberant, -0.02},
		{"median onset delay, ms", got.Onset, want.Onset, 10},
		{"90 % onset delay, ms", got.Onset90, want.Onset90, 50},
		{"miss", got.Miss, want.Miss, 0.02},
		{"false alarm", got.FalseAlarm, want.FalseAlarm, 0.02},
		{"clipped starts", got.Clipped, want.Clipped, 0.04},
		{"switches to truth", got.Ratio, want.Ratio, 0.3},
		{"false alarm on noise alone, s/min", got.NoiseAlarm, want.NoiseAlarm, 1},
	} {
		worse := c.got - c.want
		limit := c.worse
		if limit < 0 {
			worse, limit = -worse, -limit
		}
		t.Logf("%-36s %8.3f, golden %8.3f", c.name, c.got, c.want)
		if worse > limit {
			t.Errorf("%s: %.3f, golden %.3f: worse by more than %g", c.name, c.got, c.want, limit)
		}
		if -worse > limit {
			t.Logf("%s: better by more than %g: write the golden figures anew with -update", c.name, limit)
		}
	}
}

// TestReport: a run without peers writes a report that holds together.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	var out strings.Builder
	o := options{data: "testdata", files: "woman_rain_05dB", peers: "none", goOnly: true, out: dir, tracks: filepath.Join(dir, "tracks")}
	if err := run(o, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	md, err := os.ReadFile(filepath.Join(dir, "report.md"))
	if err != nil || string(md) != out.String() {
		t.Errorf("report.md is not what was printed (%v)", err)
	}
	for _, want := range []string{"## ROC area", "## Decisions", "## Our thresholds", "| Quietline Denoiser ", "0.70 (default)", "6 dB, a round number"} {
		if !strings.Contains(string(md), want) {
			t.Errorf("report.md has no %q", want)
		}
	}
	if strings.Contains(string(md), "NaN") || strings.Contains(string(md), dir) {
		t.Error("NaN or a path of this machine in report.md")
	}
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Systems []struct {
			Name string `json:"name"`
			Area struct {
				All float64 `json:"all"`
			} `json:"roc_area"`
			Curve []point `json:"curve"`
		} `json:"systems"`
		Variants []struct {
			Default bool    `json:"default"`
			Miss    float64 `json:"miss"`
		} `json:"variants"`
		Example struct {
			Name   string               `json:"name"`
			Tracks map[string][]float64 `json:"tracks"`
		} `json:"example"`
	}
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Systems) != 4 || r.Systems[0].Name != "quietline" || r.Systems[0].Area.All < 0.6 || len(r.Systems[0].Curve) < 10 {
		t.Errorf("systems %+v", r.Systems)
	}
	if len(r.Variants) != len(variantRules) || !r.Variants[0].Default {
		t.Errorf("variants %+v", r.Variants)
	}
	if len(r.Example.Tracks) != 4 || r.Example.Name == "" {
		t.Errorf("example %s with %d tracks", r.Example.Name, len(r.Example.Tracks))
	}
	if _, err := lab.ReadMono(filepath.Join(dir, "example.wav")); err != nil {
		t.Error(err)
	}
	csv, err := os.ReadFile(filepath.Join(dir, "tracks", "quietline", r.Example.Name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(csv), "\n"); lines != len(r.Example.Tracks["quietline"])+1 {
		t.Errorf("%d lines for %d frames", lines, len(r.Example.Tracks["quietline"]))
	}
}

func TestFlagErrors(t *testing.T) {
	for name, o := range map[string]options{
		"data that is not known": {data: "heldout", peers: "none"},
		"clean without noise":    {clean: ".", peers: "none"},
		"two sources":            {data: "testdata", pairs: ".", peers: "none"},
		"pattern without match":  {data: "testdata", files: "nothing*", peers: "none"},
		"example not there":      {data: "testdata", files: "woman_rain_05dB", peers: "none", example: "nobody", out: t.TempDir()},
		"unknown peer":           {data: "testdata", files: "woman_rain_05dB", peers: "nobody", out: t.TempDir()},
	} {
		if err := run(o, io.Discard, io.Discard); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
