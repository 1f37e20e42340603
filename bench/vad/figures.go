package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// draw lets figures.py draw the report of o.out. Without Python there are no
// figures, which is no error.
func draw(o options, root string, progress io.Writer) {
	if o.python == "" {
		fmt.Fprintln(progress, "no figures: no Python environment in bench/.venv/quality; make vad builds it where there is Python 3")
		return
	}
	if msg, err := exec.Command(o.python, filepath.Join(root, "bench", "vad", "figures.py"), o.out).CombinedOutput(); err != nil {
		fmt.Fprintf(progress, "no figures: %v: %s\n", err, strings.TrimSpace(string(msg)))
	}
}

// venvPython returns the Python of the laboratory's environment, "" if there is
// none.
func venvPython(root string) string {
	name := filepath.Join(root, "bench", ".venv", "quality", "bin", "python")
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	return name
}
