// Command loop measures the hot loop: CPU time of 10 ms of sound through this
// project's engine and through other people's suppressors and transforms, in
// one process and in interleaved rounds; the cost of one stream among many; and,
// under valgrind, instructions. See README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// options are the flags.
type options struct {
	root, out, recording, libraries, builds, benchtime, python string
	rates, sizes, scale, scaleRates                            []int
	match                                                      *regexp.Regexp
	parts                                                      map[string]bool
	rounds, scaleRounds, scaleTurn, stageCount                 int
	live, ticks                                                int
	hops                                                       int
	callgrind                                                  bool
	only, signal                                               string
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		if o.only != "" {
			err = only(o)
		} else {
			err = run(o, os.Stdout, os.Stderr)
		}
	}
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// allParts are the parts of a run, in order; -callgrind adds the instructions.
var allParts = []string{"hop", "transforms", "stages", "streams", "live"}

func parse(args []string) (*options, error) {
	f := flag.NewFlagSet("loop", flag.ContinueOnError)
	o := &options{parts: map[string]bool{}}
	f.StringVar(&o.out, "out", "", "`folder` for report.md, report.json and figures (default bench/out/loop)")
	f.StringVar(&o.recording, "recording", "", "noisy speech, `file` (default testdata/noisy_rain_48k.wav)")
	f.StringVar(&o.libraries, "libraries", "", "`folder` of the C libraries (default bench/.cache/peers/lib)")
	f.StringVar(&o.builds, "builds", "native,avx2,o2,debian", "builds of the C libraries")
	f.StringVar(&o.benchtime, "benchtime", "50ms", "time of a stage's benchmark")
	f.StringVar(&o.python, "python", "", "Python with matplotlib (default bench/.venv/quality, else no figures)")
	f.IntVar(&o.rounds, "rounds", 31, "rounds of whole loops and transforms")
	f.IntVar(&o.scaleRounds, "stream-rounds", 9, "rounds of many streams")
	f.IntVar(&o.scaleTurn, "stream-hops", 4096, "hops of a turn of many streams, at least one per stream")
	f.IntVar(&o.stageCount, "stage-runs", 9, "runs of every stage's benchmark")
	f.IntVar(&o.live, "live", 3000, "live streams on one core")
	f.IntVar(&o.ticks, "ticks", 500, "hops of every live stream")
	f.IntVar(&o.hops, "hops", 400, "hops that -callgrind counts; those of -only")
	f.BoolVar(&o.callgrind, "callgrind", false, "count instructions instead, with valgrind")
	f.StringVar(&o.only, "only", "", "run the task of this `name` alone, for -hops hops, and print nothing")
	f.StringVar(&o.signal, "signal", "", "`file` of float32 for -only, at its rate")
	parts := f.String("parts", strings.Join(allParts, ","), "what to measure")
	rates := f.String("rates", "48000,16000,8000", "sample rates of the whole loop")
	sizes := f.String("sizes", "160,320,960", "samples of the transforms")
	scale := f.String("streams", "1,4,16,64,256,1024,4096,16384", "numbers of streams")
	scaleRates := f.String("stream-rates", "48000,16000", "sample rates of many streams")
	match := f.String("match", "", "of others only those whose names match the regular `expression`")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("loop: argument %q: want flags only", f.Arg(0))
	}
	for _, list := range []struct {
		name, value string
		to          *[]int
	}{{"rates", *rates, &o.rates}, {"sizes", *sizes, &o.sizes}, {"streams", *scale, &o.scale}, {"stream-rates", *scaleRates, &o.scaleRates}} {
		for _, v := range strings.Split(list.value, ",") {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 {
				return nil, fmt.Errorf("loop: -%s %s: want positive numbers with commas between", list.name, list.value)
			}
			*list.to = append(*list.to, n)
		}
	}
	for i := 1; i < len(o.scale); i++ {
		if o.scale[i] <= o.scale[i-1] {
			return nil, fmt.Errorf("loop: -streams %s: want ascending numbers", *scale)
		}
	}
	for _, p := range strings.Split(*parts, ",") {
		o.parts[p] = true
		if !strings.Contains(","+strings.Join(allParts, ",")+",", ","+p+",") {
			return nil, fmt.Errorf("loop: -parts %s: want some of %s", *parts, strings.Join(allParts, ", "))
		}
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"rounds", o.rounds}, {"stream-rounds", o.scaleRounds}, {"stream-hops", o.scaleTurn}, {"stage-runs", o.stageCount},
		{"live", o.live}, {"ticks", o.ticks}, {"hops", o.hops}} {
		if n.value < 1 {
			return nil, fmt.Errorf("loop: -%s %d: want at least 1", n.name, n.value)
		}
	}
	var err error
	if o.match, err = regexp.Compile(*match); err != nil {
		return nil, fmt.Errorf("loop: -match: %w", err)
	}
	if o.root, err = lab.Root(); err != nil {
		return nil, err
	}
	if o.out == "" {
		o.out = filepath.Join(o.root, "bench", "out", "loop")
	}
	if o.libraries == "" {
		o.libraries = filepath.Join(o.root, "bench", ".cache", "peers", "lib")
	}
	if o.recording == "" {
		o.recording = filepath.Join(o.root, "testdata", "noisy_rain_48k.wav")
	}
	return o, nil
}

// groups makes the tasks of the whole loop and of the transforms.
func groups(o *options, signals map[int]*signal) (list []*group, missing []string, err error) {
	builds := strings.Split(o.builds, ",")
	if o.parts["hop"] {
		for _, rate := range o.rates {
			s := signals[rate]
			tasks, err := ourTasks(s)
			if err != nil {
				return nil, nil, err
			}
			others, without := peerTasks(o.libraries, s, builds, o.match.MatchString)
			for _, w := range without {
				if !slices.Contains(missing, w) {
					missing = append(missing, w)
				}
			}
			list = append(list, &group{
				Title:  fmt.Sprintf("Whole loop, %d kHz", rate/1000),
				Unit:   "CPU time for 10 ms of sound, mono",
				Turn:   fmt.Sprintf("%d hops", s.hops),
				signal: s, tasks: append(tasks, others...),
			})
		}
	}
	if o.parts["transforms"] {
		for _, n := range o.sizes {
			tasks, err := transformTasks(signals[lab.Rate], n)
			if err != nil {
				return nil, nil, err
			}
			list = append(list, &group{
				Title:  fmt.Sprintf("Real transform, %d points", n),
				Unit:   "CPU time for one transform and its inverse",
				Turn:   "20 to 1000",
				signal: signals[lab.Rate], tasks: filter(tasks, o.match),
			})
		}
	}
	return list, missing, nil
}

func filter(tasks []*task, match *regexp.Regexp) []*task {
	var keep []*task
	for _, t := range tasks {
		if t.ours || match.MatchString(t.name) {
			keep = append(keep, t)
		}
	}
	return keep
}

func run(o *options, stdout, progress io.Writer) error {
	rates := append([]int{lab.Rate}, o.rates...)
	if o.parts["streams"] {
		rates = append(rates, o.scaleRates...)
	}
	signals, err := loadSignals(o.recording, rates)
	if err != nil {
		return err
	}
	recording, err := filepath.Rel(o.root, o.recording)
	if err != nil || strings.HasPrefix(recording, "..") {
		recording = filepath.Base(o.recording)
	}
	rep := &report{
		Machine:   thisMachine(),
		Recording: fmt.Sprintf("%s, %.1f s, round and round", filepath.ToSlash(recording), float64(signals[lab.Rate].hops)/100),
		Rounds:    o.rounds,
	}
	list, missing, err := groups(o, signals)
	if err != nil {
		return err
	}
	rep.Missing = missing
	if o.callgrind {
		c, err := newCounter(o, signals)
		if err != nil {
			return err
		}
		defer c.close()
		fmt.Fprintln(progress, "instructions")
		rep.Counted = c.countAll(list, o.hops, progress)
	} else if err := times(o, rep, list, signals, progress); err != nil {
		return err
	}
	rep.LoadAfter = load()
	if err := rep.save(o.out); err != nil {
		return err
	}
	if rep.figures, err = drawFigures(o, progress); err != nil {
		fmt.Fprintln(progress, err)
	}
	if err := rep.save(o.out); err != nil {
		return err
	}
	fmt.Fprint(stdout, rep.markdown())
	return nil
}

// times measures all parts that are asked for.
func times(o *options, rep *report, list []*group, signals map[int]*signal, progress io.Writer) error {
	rep.Groups = list
	for _, g := range list {
		fmt.Fprintln(progress, strings.ToLower(g.Title[:1])+g.Title[1:])
		all, err := measure(g.tasks, o.rounds, progress)
		if err != nil {
			return err
		}
		g.fill(all)
	}
	if o.parts["stages"] {
		fmt.Fprintln(progress, "stages: go test -bench")
		var err error
		if rep.Stages, err = stages(o.root, o.stageCount, o.benchtime, progress); err != nil {
			rep.Missing = append(rep.Missing, "stages: "+err.Error())
		}
	}
	if o.parts["streams"] {
		for _, rate := range o.scaleRates {
			fmt.Fprintf(progress, "many streams, %d kHz\n", rate/1000)
			r, err := scaling(signals[rate], o.scale, o.scaleRounds, o.scaleTurn, progress)
			if err != nil {
				return err
			}
			rep.Scaling = append(rep.Scaling, r...)
		}
	}
	if o.parts["live"] {
		fmt.Fprintf(progress, "%d live streams, %.0f s\n", o.live, float64(o.ticks)/100)
		var err error
		rep.Live, err = live(signals[lab.Rate], o.live, o.ticks)
		return err
	}
	return nil
}

// only runs one task, for a program such as valgrind or perf around it.
func only(o *options) error {
	name, number, _ := strings.Cut(o.only, "/")
	n, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("loop: -only %s: want a name as report.json has it, such as quietline-kernels/48000", o.only)
	}
	isTransform := strings.HasPrefix(name, "fft-") || name == "gonum" || name == "go-dsp"
	rate := n
	if isTransform {
		rate = lab.Rate
	}
	var s *signal
	if o.signal != "" {
		s, err = readSignal(o.signal, rate)
	} else {
		var signals map[int]*signal
		signals, err = loadSignals(o.recording, []int{rate})
		s = signals[rate]
	}
	if err != nil {
		return err
	}
	var tasks []*task
	if isTransform {
		tasks, err = transformTasks(s, n)
	} else {
		tasks, err = ourTasks(s)
		if !strings.HasPrefix(name, "quietline") {
			tasks, _ = peerTasks(o.libraries, s, strings.Split(o.builds, ","), func(name string) bool { return name == o.only })
		}
	}
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if t.name == o.only {
			return runOnly(t, o.hops)
		}
	}
	return fmt.Errorf("loop: -only %s: there is none here", o.only)
}
