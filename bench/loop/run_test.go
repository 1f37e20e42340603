package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/internal/simd"
)

// Every task of ours at a rate, and every transform, does what it should: their
// own checks.
func TestOurTasksPassTheirChecks(t *testing.T) {
	o := mustParse(t)
	signals, err := loadSignals(o.recording, []int{48000, 8000})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range signals {
		tasks, err := ourTasks(s)
		if err != nil {
			t.Fatal(err)
		}
		if s.rate == 48000 {
			more, err := transformTasks(s, 320)
			if err != nil {
				t.Fatal(err)
			}
			tasks = append(tasks, more...)
		}
		all, err := measure(tasks, 1, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m.us[0] <= 0 {
				t.Errorf("%s takes %v µs", m.task.name, m.us[0])
			}
			if m.task.ours && *m.allocs > 0.05 {
				t.Errorf("%s allocates %v times per hop", m.task.name, *m.allocs)
			}
			if strings.HasPrefix(m.task.name, "go-dsp") && *m.allocs < 1 {
				t.Errorf("go-dsp allocates %v times: allocations are not counted", *m.allocs)
			}
		}
	}
}

// The peers that are installed pass their checks; without cgo there are none.
func TestPeers(t *testing.T) {
	o := mustParse(t)
	signals, err := loadSignals(o.recording, []int{16000})
	if err != nil {
		t.Fatal(err)
	}
	every := func(string) bool { return true }
	tasks, missing := peerTasks(o.libraries, signals[16000], []string{"o2"}, every)
	if !nativeCalls && (len(tasks) > 0 || len(missing) != 1) {
		t.Fatalf("without cgo: %d peers, %q", len(tasks), missing)
	}
	for _, p := range tasks {
		if !strings.HasSuffix(p.name, "-o2/16000") {
			t.Errorf("name %s", p.name)
		}
		if c, err := p.check(); err != nil {
			t.Errorf("%s: %v", p.name, err)
		} else if *c.PausesDB > -6 {
			t.Errorf("%s: pauses %v dB", p.name, *c.PausesDB)
		}
		if d, err := p.once(20); err != nil || d <= 0 {
			t.Errorf("%s: %v, %v", p.name, d, err)
		}
	}
	if len(tasks) == 0 {
		t.Logf("no peers here: %q", missing)
	}
	if !nativeCalls {
		return
	}
	none, missing := peerTasks(t.TempDir(), signals[16000], []string{"native", "avx2"}, every)
	if len(none) != 0 || len(missing) != 2 || !strings.Contains(missing[0], "not there") {
		t.Errorf("from an empty folder: %d peers, %q", len(none), missing)
	}
	bad := t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "libspeexdsp-o2.so"), []byte("no library"), 0o666); err != nil {
		t.Fatal(err)
	}
	if none, missing := peerTasks(bad, signals[16000], []string{"o2"}, every); len(none) != 0 || len(missing) != 2 {
		t.Errorf("from a broken file: %d peers, %q", len(none), missing)
	}
}

func TestMeasureTakesTurns(t *testing.T) {
	var order []int
	var tasks []*task
	for i := range 3 {
		tasks = append(tasks, &task{name: string(rune('a' + i)), plain: i == 1, turn: 4, run: func(n int) error {
			if n != 4 {
				t.Errorf("a turn of %d", n)
			}
			if simd.Enabled() && i == 1 {
				t.Error("a task in plain Go runs with kernels")
			}
			if simd.Available() && !simd.Enabled() && i != 1 {
				t.Error("a task with kernels runs without")
			}
			order = append(order, i)
			time.Sleep(time.Microsecond)
			return nil
		}})
	}
	all, err := measure(tasks, 5, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]bool{}
	for r := 0; r < len(order); r += 3 {
		seen := [3]bool{}
		for _, i := range order[r : r+3] {
			seen[i] = true
		}
		if seen != [3]bool{true, true, true} {
			t.Errorf("round %d has the tasks %v", r/3, order[r:r+3])
		}
		orders[string(rune('0'+order[r]))] = true
	}
	if len(order) != 18 || len(orders) < 2 {
		t.Errorf("order %v: want six rounds, not all alike", order)
	}
	for _, m := range all {
		if len(m.us) != 5 {
			t.Errorf("%d times of %s, want those of 5 rounds", len(m.us), m.task.name)
		}
	}
	tasks[1].run = func(int) error { return errors.New("broken") }
	if _, err := measure(tasks, 1, io.Discard); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("error %v", err)
	}
}

func TestScalingAndLive(t *testing.T) {
	s := testSignal(t, 8000, 2)
	results, err := scaling(s, []int{1, 3, 10}, 2, 20, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(kernelWays()) {
		t.Fatalf("%d ways", len(results))
	}
	for _, r := range results {
		if r.Carried < 1 || len(r.Points) != 3 {
			t.Errorf("%+v", r)
		}
		for _, p := range r.Points {
			if p.US.N != 2 || p.US.Min <= 0 || p.Hop.N != 100 || p.Hop.P50 <= 0 || p.Hop.P99 < p.Hop.P50 || p.Hop.Max < p.Hop.P999 {
				t.Errorf("%+v", p)
			}
			if p.StateBytes < 1000 || p.StateBytes > 10000 {
				t.Errorf("a stream of 8 kHz says %d bytes", p.StateBytes)
			}
		}
	}
	l, err := live(s, 5, 8)
	if err != nil {
		t.Fatal(err)
	}
	if l.Hop.N != 5*l.Ticks || l.Tick.N != l.Ticks || l.CPU.N != l.Ticks || l.CPU.Median <= 0 || l.Late > l.Ticks || l.Ticks < 1 {
		t.Errorf("%+v", l)
	}
}

// A crowd's streams take turns, and each stays a stream: what one gives is what
// it gives alone.
func TestCrowdTakesTurns(t *testing.T) {
	s := testSignal(t, 8000, 2)
	c, _, err := newCrowd(s, 3)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := newDenoiser(s)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, s.hop)
	for i := range 60 {
		c.step()
		if i%3 == 1 {
			alone.Process(want, at(s, s.x, 7+i/3))
			for j := range want {
				if want[j] != c.out[j] {
					t.Fatalf("hop %d: sample %d is %v, alone %v", i/3, j, c.out[j], want[j])
				}
			}
		}
	}
}

func TestParseBench(t *testing.T) {
	names, ns, err := parseBench(strings.NewReader(`goos: linux
cpu: x
BenchmarkStage/analysis-2         	  130000	       912.5 ns/op
BenchmarkStage/48kHz/gain         	    1000	      1200 ns/op	       0 B/op
BenchmarkStage/analysis-2         	  130001	       900 ns/op
PASS
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 2 || names[0] != "Stage/analysis" || names[1] != "Stage/48kHz/gain" {
		t.Errorf("names %q", names)
	}
	if v := ns["Stage/analysis"]; len(v) != 2 || v[0] != 912.5 || v[1] != 900 {
		t.Errorf("times %v", v)
	}
}

func TestCollected(t *testing.T) {
	m := collected.FindStringSubmatch("==12== Events    : Ir\n==12== Collected : 142062871\n==12== \n")
	if m == nil || m[1] != "142062871" {
		t.Errorf("%q", m)
	}
}

func TestReport(t *testing.T) {
	tasks := []*task{
		{name: "quietline-kernels/48000", label: "ours", ours: true},
		{name: "quietline-plain/48000", label: "plain", ours: true, plain: true},
		{name: "peer/48000", label: "peer"},
		{name: "go/48000", label: "go", everyThread: true},
	}
	level, pauses, none := -1.0, -20.0, 0.0
	g := &group{Title: "Whole loop, 48 kHz", Unit: "CPU time", Turn: "10 hops"}
	g.fill([]*measured{
		{task: tasks[0], us: []float64{2, 2, 4}, allocs: &none, checked: checked{&level, &pauses}},
		{task: tasks[1], us: []float64{10, 10, 20}, allocs: &none},
		{task: tasks[2], us: []float64{20, 22, 40}},
		{task: tasks[3], us: []float64{1, 1, 1}},
	})
	peer := g.Rows[2]
	if peer.Kernels.Median != 10 || peer.Kernels.Minima != 10 || peer.Plain.Median != 2 || peer.Plain.Minima != 2 {
		t.Errorf("ratios %+v, %+v", peer.Kernels, peer.Plain)
	}
	one := summarize([]float64{3})
	r := &report{
		Groups: []*group{g}, Rounds: 3,
		Stages:  []stage{{Name: "gain", Kernels: &one, Plain: &one}, {Name: "new", Plain: &one}},
		Scaling: []*scaleResult{{Rate: 48000, Way: "kernels", Carried: 3210, Points: []scalePoint{{Streams: 1, US: one, StateBytes: 15000}}}},
		Live:    &liveResult{Rate: 48000, Streams: 3000, Ticks: 5, Late: 1, CPU: summarize([]float64{5000})},
		Counted: []counted{{Label: "ours", Group: "a", PerHop: 1000}, {Label: "peer", Group: "a", PerHop: 7000}, {Label: "other", Group: "b", Missing: "no valgrind"}},
		Missing: []string{"somebody"},
	}
	text := r.markdown()
	for _, want := range []string{
		"| ours ~", " 10.0 |", "−20.0", "−1.0", "| go *", "all threads", "3210 live streams", "50 % of the 10 ms", "within 10 ms: 1",
		" 7000 |", " 7.00 |", "no valgrind", "- somebody",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	dir := t.TempDir()
	if err := r.save(dir); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Groups[0].Rows[2].Kernels; got == nil || got.Median != 10 || *back.Groups[0].Rows[0].PausesDB != -20 {
		t.Errorf("report.json does not hold the ratios: %s", b)
	}
}

func TestDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1.804: "1.80", 0.16789: "0.168", 99.96: "100.0", 21.04: "21.0", 1234.4: "1234", 100: "100", 0.001: "0.00100"} {
		if got := digits(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

func mustParse(t *testing.T, args ...string) *options {
	t.Helper()
	o, err := parse(args)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestParse(t *testing.T) {
	o := mustParse(t, "-rates", "16000", "-streams", "1,8", "-parts", "hop,live", "-match", "^speex")
	if len(o.rates) != 1 || o.rates[0] != 16000 || len(o.scale) != 2 || !o.parts["live"] || o.parts["streams"] {
		t.Errorf("%+v", o)
	}
	for _, bad := range [][]string{
		{"-rates", "x"}, {"-rates", "0"}, {"-streams", "4,1"}, {"-parts", "everything"}, {"-match", "("}, {"-rounds", "0"}, {"more"},
	} {
		if _, err := parse(bad); err == nil || !strings.HasPrefix(err.Error(), "loop: ") && bad[0] != "-match" {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}

func TestGroups(t *testing.T) {
	o := mustParse(t, "-rates", "8000", "-sizes", "160", "-match", "^gonum")
	s8, s48 := testSignal(t, 8000, 1.2), testSignal(t, 48000, 1.2)
	list, _, err := groups(o, map[int]*signal{8000: s8, 48000: s48})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, g := range list {
		for _, task := range g.tasks {
			if names[task.name] {
				t.Errorf("%s twice", task.name)
			}
			names[task.name] = true
			if !regexp.MustCompile(`^(quietline|fft|gonum)`).MatchString(task.name) {
				t.Errorf("%s is not asked for", task.name)
			}
		}
	}
	for _, want := range []string{"quietline-plain/8000", "quietline-detector-plain/8000", "fft-plain/160", "gonum/160"} {
		if !names[want] {
			t.Errorf("there is no %s among %v", want, names)
		}
	}
}

// What -callgrind starts for every task.
func TestOnly(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.f32")
	if err := testSignal(t, 16000, 1.1).write(name); err != nil {
		t.Fatal(err)
	}
	for _, task := range []string{"quietline-plain/16000", "quietline-int16-plain/16000"} {
		if err := only(mustParse(t, "-only", task, "-hops", "3", "-signal", name)); err != nil {
			t.Errorf("%s: %v", task, err)
		}
	}
	if err := only(mustParse(t, "-only", "fft-plain/160", "-hops", "3")); err != nil {
		t.Error(err)
	}
	for _, task := range []string{"nobody/16000", "quietline-plain"} {
		if err := only(mustParse(t, "-only", task, "-hops", "3", "-signal", name)); err == nil {
			t.Errorf("%s runs", task)
		}
	}
}
