// Command vad measures how well voice activity is detected: by our Denoiser and
// Detector, by the peers that bench/peers installs, and by a baseline. It takes
// the truth from the clean speech and writes report.md, report.json and what
// figures.py draws.
//
//	make vad                      # everything: Python, peers, data, report, figures
//	go run ./bench/vad [flags]    # with what is installed
//
// README.md explains data, systems and figures.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/quietline/quietline/bench/lab"
)

type options struct {
	data         string // dev, testdata or "" for the first that is there
	pairs        string // folder
	clean, noise string // folders
	rooms        bool
	files        string
	subset       int
	peers        string
	out, tracks  string
	example      string
	python       string
	goOnly       bool
	quiet        bool
}

func main() {
	var o options
	flag.StringVar(&o.data, "data", "", "`set` to use: dev (beside the repository) or testdata; default: dev where it is there")
	flag.StringVar(&o.pairs, "pairs", "", "`folder` with noisy/*.wav and ref/*.wav of the same names, to use instead")
	flag.StringVar(&o.clean, "clean", "", "`folder` of clean speech (.wav, .opus) to mix with -noise, to use instead")
	flag.StringVar(&o.noise, "noise", "", "`folder` of noise (.wav, .opus) for -clean")
	flag.BoolVar(&o.rooms, "rooms", false, "put every fourth mixture of -clean into a made-up room")
	flag.StringVar(&o.files, "files", "", "use items whose names match this shell `pattern` only")
	flag.IntVar(&o.subset, "subset", 0, "use `N` mixtures only, spread evenly; what is no mixture stays")
	flag.StringVar(&o.peers, "peers", "all", "other systems by `name`, of bench/peers/peers.json: all, none or a list")
	flag.StringVar(&o.out, "out", "", "output `folder`; default: bench/out/vad")
	flag.StringVar(&o.tracks, "tracks", "", "also write every probability to this `folder`, as SYSTEM/ITEM.csv")
	flag.StringVar(&o.example, "example", "", "item for the example figure; default: a dry mixture at 5 dB")
	flag.StringVar(&o.python, "python", "", "Python `program` that renders dev and draws; default: that of bench/.venv/quality")
	flag.BoolVar(&o.goOnly, "go-only", false, "draw no figures")
	flag.BoolVar(&o.quiet, "q", false, "say nothing of the progress")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "vad: unexpected argument %q\n", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	progress := io.Writer(os.Stderr)
	if o.quiet {
		progress = io.Discard
	}
	if err := run(o, os.Stdout, progress); err != nil {
		fmt.Fprintln(os.Stderr, "vad:", err)
		os.Exit(1)
	}
}

// run measures and writes the report, the Markdown also to out.
func run(o options, out, progress io.Writer) error {
	root, err := lab.Root()
	if err != nil {
		return err
	}
	if o.python == "" {
		o.python = venvPython(root)
	}
	set, err := chooseData(o, progress)
	if err != nil {
		return err
	}
	systems, left, err := chooseSystems(o.peers, progress)
	defer func() {
		for _, s := range systems {
			if s.close != nil {
				s.close()
			}
		}
	}()
	if err != nil {
		return err
	}
	m, err := measure(set, systems, progress)
	if err != nil {
		return err
	}
	m.skipped = append(left, m.skipped...)
	if o.out == "" {
		o.out = filepath.Join(root, "bench", "out", "vad")
	}
	if o.tracks != "" {
		if err := m.writeTracks(o.tracks); err != nil {
			return err
		}
	}
	r, err := newReport(set, m)
	if err != nil {
		return err
	}
	if err := r.addExample(m, o.example, o.out); err != nil {
		return err
	}
	if err := r.write(o.out); err != nil {
		return err
	}
	if _, err = io.WriteString(out, r.markdown()); err != nil {
		return err
	}
	if !o.goOnly {
		draw(o, root, progress)
	}
	fmt.Fprintln(progress, "report:", filepath.Join(o.out, "report.md"))
	return nil
}
