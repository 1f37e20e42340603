package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// flagSet is a flag.FlagSet that also keeps what -h shows, in groups.
type flagSet struct {
	*flag.FlagSet
	groups []flagGroup
}

type flagGroup struct {
	title string
	flags []flagHelp
}

// flagHelp describes a flag: what its value looks like ("" for a switch), what
// it does with units, and what happens without it.
type flagHelp struct{ name, value, text, without string }

func newFlagSet() *flagSet {
	f := &flagSet{FlagSet: flag.NewFlagSet("denoise", flag.ContinueOnError)}
	f.SetOutput(io.Discard)
	return f
}

// group starts a group of flags.
func (f *flagSet) group(title string) {
	f.groups = append(f.groups, flagGroup{title: title})
}

func (f *flagSet) describe(name, value, text, without string) {
	g := &f.groups[len(f.groups)-1]
	g.flags = append(g.flags, flagHelp{name, value, text, without})
}

func (f *flagSet) boolean(p *bool, name, text string) {
	f.describe(name, "", text, "")
	f.BoolVar(p, name, *p, text)
}

func (f *flagSet) text(p *string, name, value, text, without string) {
	f.describe(name, value, text, without)
	f.StringVar(p, name, *p, text)
}

func (f *flagSet) number(p *float64, name, value, text, without string) {
	f.describe(name, value, text, without)
	f.Float64Var(p, name, *p, text)
}

func (f *flagSet) integer(p *int, name, value, text, without string) {
	f.describe(name, value, text, without)
	f.IntVar(p, name, *p, text)
}

func (f *flagSet) duration(p *time.Duration, name, value, text, without string) {
	f.describe(name, value, text, without)
	f.DurationVar(p, name, *p, text)
}

// parsed is a flag whose value a function reads.
func parsed[T any](f *flagSet, p *T, name, value, text, without string, parse func(string) (T, error)) {
	f.describe(name, value, text, without)
	f.Func(name, text, func(s string) error {
		v, err := parse(s)
		if err == nil {
			*p = v
		}
		return err
	})
}

// given reports whether a flag was on the command line.
func (f *flagSet) given(name string) bool {
	found := false
	f.Visit(func(g *flag.Flag) { found = found || g.Name == name })
	return found
}

// parse reads flags before, between and behind the file names, as people type
// them, and returns the file names. Behind "--" everything is a file name.
func (f *flagSet) parse(args []string) (files []string, err error) {
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		rest := f.Args()
		if at := len(args) - len(rest); at > 0 && args[at-1] == "--" {
			return append(files, rest...), nil
		}
		if len(rest) == 0 {
			break
		}
		files = append(files, rest[0])
		args = rest[1:]
	}
	return files, nil
}

// writeTo prints the groups: a name column, and the text beside it.
func (f *flagSet) writeTo(w io.Writer) {
	const column, width = 26, 80
	for _, g := range f.groups {
		fmt.Fprintf(w, "\n%s\n", g.title)
		for _, h := range g.flags {
			head := "  -" + h.name
			if h.value != "" {
				head += " " + h.value
			}
			text := h.text
			if h.without != "" {
				text += " [" + h.without + "]"
			}
			lines := wrap(text, width-column)
			if len(head) > column-2 {
				fmt.Fprintln(w, head)
				head = ""
			}
			for _, line := range lines {
				fmt.Fprintf(w, "%-*s%s\n", column, head, line)
				head = ""
			}
		}
	}
}

// wrap breaks text into lines of at most width characters.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
