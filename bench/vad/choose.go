package main

import (
	"io"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// chooseData returns the recordings that the flags ask for.
func chooseData(o options, progress io.Writer) (*lab.Set, error) {
	return lab.Choose(lab.Choice{
		Data: o.data, Pairs: o.pairs, Clean: o.clean, Noise: o.noise, Mixing: lab.Mixing{Rooms: o.rooms},
		Subset: o.subset, Files: o.files, Python: o.python,
	}, progress)
}

// chooseSystems returns ours and the peers asked for: all, none or names.
func chooseSystems(peers string, progress io.Writer) ([]*system, []skipped, error) {
	list := ourSystems()
	var only []string
	switch peers {
	case "none":
		return list, nil, nil
	case "all":
	default:
		only = strings.Split(peers, ",")
	}
	more, left, err := startPeers(only, progress)
	return append(list, more...), left, err
}
