package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// chooseData returns the recordings that the flags ask for, with the two of
// steady noise that grows louder, which convergence is measured on.
func chooseData(o *options, progress io.Writer) (*lab.Set, error) {
	m := lab.Mixing{PerSpeech: o.perSpeech, Rooms: o.rooms}
	for _, s := range strings.Split(o.snrs, ",") {
		if o.clean == "" {
			break
		}
		db, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || db < -30 || db > 60 {
			return nil, fmt.Errorf("-snr: %q: want numbers from -30 to 60, separated by commas", s)
		}
		m.SNRs = append(m.SNRs, db)
	}
	return lab.Choose(lab.Choice{
		Data: o.data, Pairs: o.pairs, Clean: o.clean, Noise: o.noise, Mixing: m,
		Subset: o.subset, Files: o.files, Python: o.python,
	}, progress, lab.Steps()...)
}

// skip is a system that is not in a report, and why.
type skip struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// chooseSystems starts the systems that the flags ask for: the input first, then
// ours, then peers.
func chooseSystems(o *options, progress io.Writer) (systems []lab.System, skipped []skip, err error) {
	systems = []lab.System{lab.Unprocessed{}}
	if o.systems != "none" {
		for _, spec := range strings.Split(o.systems, ",") {
			e, err := lab.NewEngine(strings.TrimSpace(spec))
			if err != nil {
				return nil, nil, err
			}
			systems = append(systems, e)
		}
	}
	if o.peers == "none" {
		return systems, nil, nil
	}
	peers, err := lab.Peers(o.root, "denoise")
	if err != nil {
		return nil, nil, err
	}
	if len(peers) == 0 {
		fmt.Fprintln(progress, "no peers: bench/peers/peers.json lists none")
	}
	wanted := strings.Split(o.peers, ",")
	if o.peers != "all" {
		for _, w := range wanted {
			if !slices.ContainsFunc(peers, func(p lab.Peer) bool { return p.Name == w }) {
				return nil, nil, fmt.Errorf("-peers: no %q in bench/peers/peers.json", w)
			}
		}
	}
	for _, p := range peers {
		if o.peers != "all" && !slices.Contains(wanted, p.Name) {
			continue
		}
		d, err := lab.StartDriver(p, o.root, false)
		if err != nil {
			fmt.Fprintf(progress, "skipped: %s: %v\n", p.Name, err)
			skipped = append(skipped, skip{p.Name, err.Error()})
			continue
		}
		systems = append(systems, d)
	}
	return systems, skipped, nil
}

// workFolder makes the folder for the sound of this run; done removes it unless
// it is to be kept.
func workFolder(o *options) (dir string, done func(), err error) {
	if o.keep {
		dir = filepath.Join(o.outFolder, "wav")
		return dir, func() {}, os.MkdirAll(dir, 0o777)
	}
	if err := os.MkdirAll(o.cache, 0o777); err != nil {
		return "", nil, err
	}
	dir, err = os.MkdirTemp(o.cache, "run-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// venvPython returns the Python of the laboratory's environment, "" if there is
// none.
func venvPython(root string) string {
	for _, p := range []string{"bin/python", "Scripts/python.exe"} {
		name := filepath.Join(root, "bench", ".venv", "quality", filepath.FromSlash(p))
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	return ""
}
