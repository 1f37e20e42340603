package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// checkClashes refuses a plan in which an output is an input (unless that is
// asked for), two outputs are one file, or, with -n, an output exists. Files
// are told apart by what they are, not by name: links count as what they link
// to.
func (p *plan) checkClashes(o *options, std stdio) error {
	c := clashes{claimed: map[string]string{}, keep: o.noClobber}
	for _, j := range p.jobs {
		if j.in.info != nil {
			c.inputs = append(c.inputs, j.in)
		}
	}
	if o.profile != "" {
		if info, err := os.Stat(o.profile); err == nil {
			c.inputs = append(c.inputs, input{path: o.profile, info: info})
		}
	}
	stdout := 0
	for _, j := range p.jobs {
		if o.inPlace {
			if err := c.claimInPlace(j.in); err != nil {
				return err
			}
		} else if err := c.claim(j.sound, "use -in-place to replace it"); err != nil {
			return err
		}
		for _, path := range []string{j.vad, j.plot} {
			if err := c.claim(path, "give another name"); err != nil {
				return err
			}
		}
		for _, path := range []string{j.sound, j.vad} {
			if path == "-" {
				stdout++
			}
		}
		if j.sound == "-" && isTerminal(std.out) {
			return usagef("standard output is a terminal: sound would only fill it with signs; redirect it")
		}
	}
	for _, path := range []string{o.learn, o.stats} {
		if err := c.claim(path, "give another name"); err != nil {
			return err
		}
	}
	if o.stats == "-" {
		stdout++
	}
	if stdout > 1 {
		return usagef("only one thing can go to standard output")
	}
	if stdout > 0 {
		return c.checkStdout(std)
	}
	return nil
}

type clashes struct {
	inputs  []input
	claimed map[string]string // what an output really is → how it was named
	infos   []os.FileInfo     // of outputs that exist
	keep    bool              // -n
}

// claim notes an output.
func (c *clashes) claim(path, advice string) error {
	if path == "" || path == "-" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().IsRegular() {
		real := realPath(path)
		if other, ok := c.claimed[real]; ok {
			return fmt.Errorf("%s and %s would be the same output file", other, path)
		}
		c.claimed[real] = path
	}
	if err != nil {
		if l, lerr := os.Lstat(path); lerr == nil && l.Mode()&os.ModeSymlink != 0 {
			return fmt.Errorf("%s: a link to nothing", path)
		}
		return nil // it does not exist yet; other errors show when it is created
	}
	if info.IsDir() {
		return fmt.Errorf("%s: is a folder", path)
	}
	if !info.Mode().IsRegular() {
		return nil // a device or a named pipe
	}
	for _, in := range c.inputs {
		if os.SameFile(info, in.info) {
			return fmt.Errorf("%s: the output is the input %s; %s", path, nameOf(in.path), advice)
		}
	}
	for _, other := range c.infos {
		if os.SameFile(info, other) {
			return fmt.Errorf("%s: another output is the same file", path)
		}
	}
	c.infos = append(c.infos, info)
	if c.keep {
		return fmt.Errorf("%s: exists, and -n says not to replace it", path)
	}
	return nil
}

// claimInPlace notes an input that will be replaced.
func (c *clashes) claimInPlace(in input) error {
	if !in.info.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file, -in-place cannot replace it", in.path)
	}
	real := realPath(in.path)
	if other, ok := c.claimed[real]; ok {
		return fmt.Errorf("%s and %s are the same file", other, in.path)
	}
	c.claimed[real] = in.path
	return nil
}

// checkStdout refuses a standard output that was redirected into an input.
func (c *clashes) checkStdout(std stdio) error {
	info := fileInfo(std.out)
	if info == nil {
		return nil
	}
	for _, in := range c.inputs {
		if os.SameFile(info, in.info) {
			return fmt.Errorf("standard output goes to the input %s", nameOf(in.path))
		}
	}
	return nil
}

// realPath returns a path free of links; its last element need not exist.
func realPath(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p
	} else if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}

// nameOf returns a path for people.
func nameOf(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}
