package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
)

// counted is the instructions of one task per hop.
type counted struct {
	Name    string  `json:"name"`
	Label   string  `json:"label"`
	Group   string  `json:"group"`
	PerHop  float64 `json:"instructions,omitempty"`
	Missing string  `json:"missing,omitempty"` // why there is no count
}

// collected is how callgrind reports the instructions of a run.
var collected = regexp.MustCompile(`(?m)^==\d+== Collected : (\d+)`)

// counter runs single tasks of this program under valgrind.
type counter struct {
	self, dir         string
	libraries, builds string
	signals           map[int]string // files, by rate
}

func newCounter(o *options, signals map[int]*signal) (*counter, error) {
	if _, err := exec.LookPath("valgrind"); err != nil {
		return nil, errors.New("loop: -callgrind needs valgrind, which is not there")
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "loop-")
	if err != nil {
		return nil, err
	}
	c := &counter{self: self, dir: dir, libraries: o.libraries, builds: o.builds, signals: map[int]string{}}
	for rate, s := range signals {
		c.signals[rate] = filepath.Join(dir, strconv.Itoa(rate)+".f32")
		if err := s.write(c.signals[rate]); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *counter) close() { os.RemoveAll(c.dir) }

// count returns the instructions per hop of a task: those of a run with more
// hops less those of one with fewer, so that starting up drops out.
func (c *counter) count(name string, rate, hops int) (float64, error) {
	few, err := c.collect(name, rate, hops/4)
	if err != nil {
		return 0, err
	}
	many, err := c.collect(name, rate, hops+hops/4)
	if err != nil {
		return 0, err
	}
	return float64(many-few) / float64(hops), nil
}

func (c *counter) collect(name string, rate, hops int) (int64, error) {
	cmd := exec.Command("valgrind", "--tool=callgrind", "--callgrind-out-file="+os.DevNull,
		c.self, "-only", name, "-hops", strconv.Itoa(hops), "-signal", c.signals[rate], "-libraries", c.libraries, "-builds", c.builds)
	// One thread and no collector, because what they do differs from run to run;
	// no signals to preempt goroutines, because callgrind fails on them.
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	b, err := cmd.CombinedOutput()
	if err != nil {
		if regexp.MustCompile(`SIGILL|unhandled instruction|Illegal instruction`).Match(b) {
			return 0, errors.New("valgrind does not know its instructions")
		}
		return 0, fmt.Errorf("%w: %s", err, lastLine(string(b)))
	}
	m := collected.FindSubmatch(b)
	if m == nil {
		return 0, errors.New("valgrind reports no count")
	}
	return strconv.ParseInt(string(m[1]), 10, 64)
}

// countAll counts every task of the groups.
func (c *counter) countAll(groups []*group, hops int, progress io.Writer) []counted {
	var list []counted
	for _, g := range groups {
		for _, t := range g.tasks {
			one := counted{Name: t.name, Label: t.label, Group: g.Title}
			n, err := c.count(t.name, g.signal.rate, hops)
			if err != nil {
				one.Missing = err.Error()
			}
			one.PerHop = n
			fmt.Fprintf(progress, "  %s: %.0f %s\n", t.name, n, one.Missing)
			list = append(list, one)
		}
	}
	return list
}

// runOnly is one task alone, without checks, clocks or output.
func runOnly(t *task, hops int) error {
	runtime.LockOSThread()
	_, err := t.once(hops)
	return err
}
