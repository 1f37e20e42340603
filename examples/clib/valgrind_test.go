package main

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Valgrind at the boundary. It does not know Go's stacks and heap, so what Go
// does on its own memory is reported as invalid by the hundred ("in a rw-
// anonymous segment"). What is looked for here is the rest: an access in or
// beside memory from malloc, which is where every buffer of the programs lies;
// an error in C code; a block that malloc gave and nobody holds.
func TestValgrind(t *testing.T) {
	valgrind, err := exec.LookPath("valgrind")
	if err != nil {
		t.Skip("no valgrind: invalid accesses and leaks at the boundary are not looked for")
	}
	if testing.Short() {
		t.Skip("valgrind takes 20 s")
	}
	for _, name := range []string{"api", "client"} {
		p := program(t, "testdata/"+name+".c", "c-shared")
		_, log, err := try(5*time.Minute, nil, nil, valgrind, "--leak-check=full", "--show-leak-kinds=definite", p, "quick")
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, last(log, 4000))
		}
		for _, e := range atBoundary(string(log)) {
			t.Errorf("%s:\n%s", name, e)
		}
		if !regexp.MustCompile(`definitely lost: 0 bytes|no leaks are possible`).Match(log) {
			t.Errorf("%s leaks:\n%s", name, log)
		}
	}

	// The same eyes on a program whose buffer is too short.
	p := program(t, "testdata/filter.c", "c-shared")
	_, log, err := try(5*time.Minute, nil, nil, valgrind, p, "48000", "1", "481", "overrun")
	if err != nil {
		t.Fatalf("%v\n%s", err, last(log, 4000))
	}
	if len(atBoundary(string(log))) == 0 {
		t.Error("an access beside a buffer was not found: this test cannot fail")
	}
}

var (
	prefix = regexp.MustCompile(`(?m)^==\d+== ?`)
	// The frame that did it, or where the memory came from.
	suspect = regexp.MustCompile(`(?m)block of size|Invalid free|^   at 0x[0-9A-F]+: .*(boundary\.c|rnnoise\.c|api\.c|client\.c|filter\.c|vg_replace|libc)`)
)

// atBoundary returns the errors of a log that are not Go's own.
func atBoundary(log string) (found []string) {
	for _, e := range strings.Split(prefix.ReplaceAllString(log, ""), "\n\n") {
		if strings.Contains(e, "at 0x") && suspect.MatchString(e) {
			found = append(found, strings.TrimSpace(e))
		}
	}
	return found
}

// last returns the end of a log, where a program says what it did not like.
func last(log []byte, n int) []byte { return log[max(0, len(log)-n):] }
