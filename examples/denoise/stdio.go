package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// stdio is what the program is connected to; tests connect it to buffers.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// isTerminal reports whether v is a terminal.
func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// fileInfo describes v if it is a regular file, as after < or >, and is nil
// otherwise.
func fileInfo(v any) os.FileInfo {
	f, ok := v.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}
