// Command quality measures what denoisers do to speech: it mixes, runs and
// scores this project's engine and other systems side by side, with what they
// cost.
//
//	make quality                      # everything: Python, peers, data, report
//	go run ./bench/quality [flags]    # with what is installed
//
// It writes report.md, report.json and figures to bench/out. README.md explains
// data, systems and figures.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// options are the flags of the command.
type options struct {
	data                   string // dev, testdata or "" for the first that is there
	pairs                  string // folder
	clean, noise           string // folders
	snrs                   string
	perSpeech              int
	rooms                  bool
	systems, peers         string
	subset                 int
	files                  string
	goOnly, keep           bool
	out, python, example   string
	baseline, check        string
	update                 bool
	root, cache, outFolder string // found by prepare
}

func main() {
	var o options
	flag.StringVar(&o.data, "data", "", "`set` to use: dev (beside the repository) or testdata; default: dev where it is there")
	flag.StringVar(&o.pairs, "pairs", "", "`folder` with noisy/*.wav and ref/*.wav of the same names, to use instead")
	flag.StringVar(&o.clean, "clean", "", "`folder` of clean speech (.wav, .opus) to mix with -noise, to use instead")
	flag.StringVar(&o.noise, "noise", "", "`folder` of noise (.wav, .opus) for -clean")
	flag.StringVar(&o.snrs, "snr", "0,5,10,15", "signal-to-noise ratios in `dB` of the mixtures of -clean and -noise")
	flag.IntVar(&o.perSpeech, "per-speech", 3, "mixtures of each file of -clean")
	flag.BoolVar(&o.rooms, "rooms", false, "put every fourth mixture of -clean into a made-up room")
	flag.StringVar(&o.systems, "systems", "default,neural", "engines, each a strength or dB limit and options behind colons, or neural: default,medium,24,default:wiener,24:neural; none")
	flag.StringVar(&o.peers, "peers", "all", "other systems by `name`, of bench/peers/peers.json: all, none or a list")
	flag.IntVar(&o.subset, "subset", 0, "use `N` mixtures only, spread evenly; what is no mixture stays")
	flag.StringVar(&o.files, "files", "", "use items whose names match this shell `pattern` only")
	flag.BoolVar(&o.goOnly, "go-only", false, "measure without Python: no PESQ, no DNSMOS, no figures")
	flag.BoolVar(&o.keep, "keep", false, "keep the sound of every system, aligned, in wav/ of the output folder")
	flag.StringVar(&o.out, "out", "", "output `folder`; default: bench/out")
	flag.StringVar(&o.python, "python", "", "Python `program` to score with; default: that of bench/.venv/quality")
	flag.StringVar(&o.example, "example", "", "item to draw spectrograms of; default: a dry mixture at 5 dB")
	flag.StringVar(&o.baseline, "baseline", "", "an earlier report.json to print differences to")
	flag.StringVar(&o.check, "check", "", "measure testdata alone, in Go, and compare with this golden `file`")
	flag.BoolVar(&o.update, "update", false, "with -check: write the golden file instead")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "quality: unexpected argument %q\n", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	if err := run(&o, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "quality:", err)
		os.Exit(1)
	}
}

// prepare finds the folders and checks the flags that exclude each other.
func (o *options) prepare() error {
	var err error
	if o.root, err = lab.Root(); err != nil {
		return err
	}
	o.cache = filepath.Join(o.root, "bench", ".cache", "quality")
	if o.outFolder = o.out; o.outFolder == "" {
		o.outFolder = filepath.Join(o.root, "bench", "out")
	}
	given := 0
	for _, s := range []string{o.data, o.pairs, o.clean} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return errors.New("want one of -data, -pairs and -clean")
	case (o.clean == "") != (o.noise == ""):
		return errors.New("want -clean and -noise together")
	case o.update && o.check == "":
		return errors.New("-update wants -check FILE, the file to write")
	}
	if o.python == "" && !o.goOnly {
		o.python = venvPython(o.root)
	}
	return nil
}

// run does what the flags say. The report also goes to out, what it is at to
// progress.
func run(o *options, out, progress io.Writer) error {
	if err := o.prepare(); err != nil {
		return err
	}
	if o.check != "" {
		return checkGolden(o.check, strings.Split(o.systems, ",")[0], o.update, out)
	}
	var old *report
	if o.baseline != "" {
		var err error
		if old, err = readReport(o.baseline); err != nil {
			return err
		}
	}
	set, err := chooseData(o, progress)
	if err != nil {
		return err
	}
	systems, skipped, err := chooseSystems(o, progress)
	if err != nil {
		return err
	}
	defer func() {
		for _, s := range systems {
			s.Close()
		}
	}()
	work, done, err := workFolder(o)
	if err != nil {
		return err
	}
	defer done()

	rep, err := newReport(set)
	if err != nil {
		return err
	}
	rep.Skipped = skipped
	runs := runAll(set.Items, systems, work, progress)
	if err := scoreAll(set.Items, runs, work, o.cache, progress); err != nil {
		return err
	}
	if o.python == "" || o.goOnly {
		rep.LeftOut = append(rep.LeftOut, "PESQ, DNSMOS and figures: "+noPython(o))
	} else if msgs, err := scorePython(o, set.Items, runs, work, progress); err != nil {
		rep.LeftOut = append(rep.LeftOut, "PESQ and DNSMOS: "+err.Error())
	} else {
		rep.LeftOut = append(rep.LeftOut, msgs...)
	}
	rep.fill(set.Items, runs)
	if rep.Baseline, err = compare(rep, old, o.baseline); err != nil {
		return err
	}
	if err := rep.write(o.outFolder, out); err != nil {
		return err
	}
	if o.python != "" && !o.goOnly {
		if err := drawFigures(o, rep, work, progress); err != nil {
			fmt.Fprintln(progress, "no figures:", err)
		}
	}
	fmt.Fprintln(progress, "report:", filepath.Join(o.outFolder, "report.md"))
	return nil
}

func noPython(o *options) string {
	if o.goOnly {
		return "asked for Go only"
	}
	return "no Python environment in bench/.venv/quality; make quality builds it where there is Python 3"
}
