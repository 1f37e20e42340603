package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// drawFigures lets figures.py draw what is in report.json; without Python there
// are none.
func drawFigures(o *options, progress io.Writer) ([]string, error) {
	python := o.python
	if python == "" {
		python = filepath.Join(o.root, "bench", ".venv", "quality", "bin", "python")
		if _, err := os.Stat(python); err != nil {
			fmt.Fprintln(progress, "no figures: make quality-env installs what draws them")
			return nil, nil
		}
	}
	cmd := exec.Command(python, filepath.Join(o.root, "bench", "loop", "figures.py"),
		"--report", filepath.Join(o.out, "report.json"), "--out", o.out)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "MPLCONFIGDIR="+filepath.Join(o.root, "bench", ".cache", "matplotlib"))
	b, err := cmd.Output()
	if err != nil {
		why := ""
		if e, ok := err.(*exec.ExitError); ok {
			why = lastLine(string(e.Stderr))
		}
		return nil, fmt.Errorf("loop: figures.py: %w: %s", err, why)
	}
	return strings.Fields(string(b)), nil
}
