package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// chooseData returns the recordings that the flags ask for.
func chooseData(o options, progress io.Writer) (*lab.Set, error) {
	set, err := baseData(o, progress)
	if err != nil {
		return nil, err
	}
	set.Subset(o.subset)
	if o.files != "" {
		if err := set.Match(o.files); err != nil {
			return nil, fmt.Errorf("-files %q: %w", o.files, err)
		}
	}
	if len(set.Items) == 0 {
		return nil, fmt.Errorf("no item of %s matches %q", set.Name, o.files)
	}
	return set, nil
}

func baseData(o options, progress io.Writer) (*lab.Set, error) {
	given := 0
	for _, s := range []string{o.data, o.pairs, o.clean} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, errors.New("want one of -data, -pairs and -clean")
	case (o.clean == "") != (o.noise == ""):
		return nil, errors.New("want -clean and -noise together")
	case o.pairs != "":
		return lab.Pairs(o.pairs)
	case o.clean != "":
		return lab.Folders(o.clean, o.noise, lab.Mixing{Rooms: o.rooms})
	case o.data == "testdata":
		return lab.Builtin()
	case o.data != "" && o.data != "dev":
		return nil, fmt.Errorf("-data %q: want dev or testdata", o.data)
	}
	set, err := lab.Dev(o.python, progress)
	switch {
	case err == nil:
		return set, nil
	case o.data == "dev" && errors.Is(err, lab.ErrNoData):
		return nil, errors.New("no ../shared/data/dev beside the repository; want -pairs, -clean and -noise, or -data testdata")
	case o.data == "dev":
		return nil, err
	}
	if !errors.Is(err, lab.ErrNoData) {
		fmt.Fprintln(progress, err)
	}
	fmt.Fprintln(progress, "data: the small set of testdata")
	return lab.Builtin()
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
