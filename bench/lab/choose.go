package lab

import (
	"errors"
	"fmt"
	"io"
)

// Choice is what the flags of a laboratory say about data.
type Choice struct {
	Data         string // dev or testdata; "" for dev where it is there
	Pairs        string // folder of ready pairs, to use instead
	Clean, Noise string // folders to mix, to use instead
	Mixing       Mixing // and how
	Subset       int    // use so many mixtures; 0 for all
	Files        string // use items whose names match this pattern; "" for all
	Python       string // what renders dev
}

// Choose returns the recordings that c asks for, with more beside them. What it
// does on its own, such as falling back on testdata, it says to progress.
func Choose(c Choice, progress io.Writer, more ...*Item) (*Set, error) {
	set, err := c.base(progress)
	if err != nil {
		return nil, err
	}
	set.Items = append(set.Items, more...)
	set.Subset(c.Subset)
	if c.Files != "" {
		if err := set.Match(c.Files); err != nil {
			return nil, fmt.Errorf("-files %q: %w", c.Files, err)
		}
	}
	if len(set.Items) == 0 {
		return nil, fmt.Errorf("no item of %s matches %q", set.Name, c.Files)
	}
	return set, nil
}

func (c Choice) base(progress io.Writer) (*Set, error) {
	given := 0
	for _, s := range []string{c.Data, c.Pairs, c.Clean} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, errors.New("want one of -data, -pairs and -clean")
	case (c.Clean == "") != (c.Noise == ""):
		return nil, errors.New("want -clean and -noise together")
	case c.Pairs != "":
		return Pairs(c.Pairs)
	case c.Clean != "":
		return Folders(c.Clean, c.Noise, c.Mixing)
	case c.Data == "testdata":
		return Builtin()
	case c.Data != "" && c.Data != "dev":
		return nil, fmt.Errorf("-data %q: want dev or testdata", c.Data)
	}
	set, err := Dev(c.Python, progress)
	switch {
	case err == nil:
		return set, nil
	case c.Data == "dev" && errors.Is(err, ErrNoData):
		return nil, errors.New("no ../shared/data/dev beside the repository; want -pairs, -clean and -noise, or -data testdata")
	case c.Data == "dev":
		return nil, err
	}
	if !errors.Is(err, ErrNoData) {
		fmt.Fprintln(progress, err)
	}
	fmt.Fprintln(progress, "data: the small set of testdata")
	return Builtin()
}
