package worklet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// source is the package that Build compiles.
const source = "github.com/quietline/quietline/examples/call/worklet/wasm"

// Build compiles the WebAssembly module into dir, which is made if it is not
// there, and returns its path. It needs the go command, 1.24 or newer, and the
// sources: it is for programs started by go run. One that is shipped elsewhere
// carries the file along. The first build takes half a minute, later ones come
// out of Go's build cache.
func Build(ctx context.Context, dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("worklet: %w", err)
	}
	work, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", fmt.Errorf("worklet: %w", err)
	}
	defer os.RemoveAll(work)
	built, err := filepath.Abs(filepath.Join(work, Name))
	if err != nil {
		return "", fmt.Errorf("worklet: %w", err)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w",
		"-tags=quietline_noweights", "-o", built, source) // the classical engine alone: a page should load fast
	cmd.Dir = folder()
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	switch err := cmd.Run(); {
	case ctx.Err() != nil:
		return "", fmt.Errorf("worklet: building: %w", ctx.Err())
	case errors.Is(err, exec.ErrNotFound):
		return "", fmt.Errorf("worklet: building needs the go command: %w", err)
	case err != nil:
		return "", fmt.Errorf("worklet: %v: %w\n%s", cmd.Args, err, bytes.TrimSpace(said.Bytes()))
	}
	path := filepath.Join(dir, Name)
	if err := os.Rename(built, path); err != nil {
		return "", fmt.Errorf("worklet: %w", err)
	}
	return path, nil
}

// folder returns where this file lay when the program was compiled, which go run
// did a moment ago: inside the module, whatever the program's own folder is. Where
// that is not known (-trimpath) or not here, the program has to run inside the
// module, and the empty string says so to exec.
func folder() string {
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		return ""
	}
	if _, err := os.Stat(file); err != nil {
		return ""
	}
	return filepath.Dir(file)
}
