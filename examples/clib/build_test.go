package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// work is where libraries and programs are built: one folder a run.
var work string

func TestMain(m *testing.M) {
	var err error
	work, err = os.MkdirTemp("", "quietline-clib-")
	if err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(work)
	os.Exit(code)
}

// compiler returns the C compiler, or skips.
func compiler(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the tests of the C boundary are for Linux and macOS")
	}
	for _, cc := range []string{os.Getenv("CC"), "cc", "gcc", "clang"} {
		if path, err := exec.LookPath(cc); cc != "" && err == nil {
			return path
		}
	}
	t.Skip("no C compiler: the C library is not tested")
	return ""
}

// run runs a command and returns what it printed on standard output.
func run(t *testing.T, limit time.Duration, env []string, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	out, log, err := try(limit, env, stdin, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, log)
	}
	return out
}

func try(limit time.Duration, env []string, stdin []byte, name string, args ...string) (out, log []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Env = append(os.Environ(), env...)
	c.Stdin = bytes.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err = c.Run()
	return stdout.Bytes(), stderr.Bytes(), err
}

// library builds the library in a mode (c-shared, c-archive), once, and returns
// its path.
var builds sync.Map // mode -> func() (string, error)

func library(t *testing.T, mode string) string {
	t.Helper()
	cc := compiler(t)
	name := map[string]string{"c-shared": "libquietline.so", "c-archive": "libquietline.a"}[mode]
	f, _ := builds.LoadOrStore(mode, sync.OnceValues(func() (string, error) {
		path := filepath.Join(work, mode, name)
		_, log, err := try(10*time.Minute, []string{"CGO_ENABLED=1", "CC=" + cc}, nil,
			"go", "build", "-buildmode="+mode, "-tags", "measure", "-o", path, ".")
		if err != nil {
			return "", &buildError{err, log}
		}
		return path, nil
	}))
	path, err := f.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

type buildError struct {
	err error
	log []byte
}

func (e *buildError) Error() string { return e.err.Error() + "\n" + string(e.log) }

// program compiles a C file against a library and returns its path. More flags
// come before the header folder of this package.
func program(t *testing.T, source, mode string, flags ...string) string {
	t.Helper()
	lib := library(t, mode)
	out := filepath.Join(t.TempDir(), strings.TrimSuffix(filepath.Base(source), ".c"))
	args := []string{"-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-o", out}
	args = append(args, flags...)
	args = append(args, "-I.", source, lib, "-lm", "-lpthread")
	switch {
	case mode == "c-shared":
		args = append(args, "-Wl,-rpath,"+filepath.Dir(lib))
	case runtime.GOOS == "darwin":
		args = append(args, "-framework", "CoreFoundation", "-framework", "Security")
	}
	if log := run(t, time.Minute, nil, nil, compiler(t), args...); len(log) > 0 {
		t.Logf("%s", log)
	}
	return out
}
