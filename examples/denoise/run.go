package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

// Exit codes.
const (
	exitOK          = 0
	exitFailure     = 1   // something could not be read, cleaned or written
	exitUsage       = 2   // the command line makes no sense
	exitInterrupted = 130 // as a shell reports Ctrl-C
)

// usageError is a command line that makes no sense.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, flags, err := parseOptions(args)
	switch {
	case err != nil:
		return fail(stderr, err)
	case o.help:
		writeHelp(stdout, flags)
		return exitOK
	case o.version:
		fmt.Fprintln(stdout, versionLine())
		return exitOK
	}
	std := stdio{in: stdin, out: stdout, err: stderr}
	p, err := makePlan(o, std)
	if err != nil {
		return fail(stderr, err)
	}
	s := newSession(o, std, p)
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	select {
	case err = <-done:
	case <-ctx.Done():
		select {
		case err = <-done:
		case <-time.After(grace):
			err = ctx.Err()
		}
	}
	s.close()
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "denoise: interrupted")
		return exitInterrupted
	}
	return fail(stderr, err)
}

// fail prints the one-line reason and returns the exit code.
func fail(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "denoise: "+reason(err))
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailure
}

// reason returns an error on one line, without the names of the packages that
// it went through, which say nothing to who types the command.
func reason(err error) string {
	s := strings.NewReplacer("\n", " ", "\r", " ").Replace(err.Error())
	var p *fs.PathError
	if errors.As(err, &p) { // "stat x: no such file" → "x: no such file"
		s = strings.Replace(s, p.Op+" "+p.Path+":", p.Path+":", 1)
	}
	for _, pkg := range []string{"denoise: ", "wav: ", "ogg: ", "opusio: "} {
		s = strings.ReplaceAll(s, ": "+pkg, ": ")
		s = strings.TrimPrefix(s, pkg)
	}
	return s
}
