package worklet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/quietline/quietline/examples/call/worklet/mic"
)

// nodeResult is what testdata/node.mjs prints.
type nodeResult struct {
	Ready struct {
		Ready          bool
		LatencySamples int
	}
	Errors          []any
	Reports, Spoken int
	Glitches        int
	Kinds           map[string]string
	HeapPerQuantum  float64
	Collected       int
	Mallocs         int
	Collections     int
	Microseconds    float64
	Memory          int
	LongFinite      bool
	Jumps           int
	Trap            struct {
		Messages []struct{ Error string }
		Through  bool
		Muted    bool
	}
	Closed  bool
	Refused string
}

// The processor in Node gives what the same Go code gives natively.
func TestNodeAgainstNative(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: no node in PATH")
	}
	path := module(t)
	sound := noisy(t)
	dir := copyScripts(t, "testdata/node.mjs")
	input := filepath.Join(dir, "input.f32")
	writeFloats(t, input, sound)
	native := filepath.Join(t.TempDir(), "reference")
	if out, err := exec.Command("go", "build", "-tags", "purego", "-o", native, "./internal/reference").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct{ rate, chunk int }{{48000, 128}, {48000, 441}, {48000, 480}, {44100, 128}, {16000, 128}} {
		t.Run(fmt.Sprintf("%d in %d", c.rate, c.chunk), func(t *testing.T) {
			x, chunk, rate := sound, c.chunk, strconv.Itoa(c.rate)
			m, err := mic.New(c.rate, 1)
			if err != nil {
				t.Fatal(err)
			}
			output := filepath.Join(dir, "output.f32")
			cmd := exec.Command(node, "--expose-gc", filepath.Join(dir, "node.mjs"), path, input, rate, strconv.Itoa(chunk), output)
			var said bytes.Buffer
			cmd.Stderr = &said
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, said.Bytes())
			}
			var got nodeResult
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("%v in %s", err, out)
			}
			whole := len(x) / chunk * chunk

			cmd = exec.Command(native, "-rate", rate, "-chunk", strconv.Itoa(chunk))
			var samples, took bytes.Buffer
			writeTo := filepath.Join(dir, "whole.f32")
			writeFloats(t, writeTo, x[:whole])
			in, err := os.Open(writeTo)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &samples, &took
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v\n%s", err, took.Bytes())
			}
			b, err := os.ReadFile(output)
			if err != nil {
				t.Fatal(err)
			}
			largest, count := difference(t, floats(t, b)[:whole], floats(t, samples.Bytes()))
			t.Logf("%d of %d samples differ, by at most %g; %.0f µs per 10 ms, natively %s; %d KiB of memory; %.1f bytes of JavaScript heap a quantum",
				count, whole, largest, got.Microseconds, bytes.TrimSpace(took.Bytes()), got.Memory>>10, got.HeapPerQuantum)
			// Same operations in the same order; but Go's math has assembly on
			// some machines and fused multiply-add on others, so tables may
			// differ in their last bits there.
			limit := 0.0
			if runtime.GOARCH != "amd64" {
				limit = 1e-5
			}
			if largest > limit {
				t.Errorf("differs from the native build by %g, want at most %g", largest, limit)
			}
			check(t, got, m.Latency(), whole/(c.rate/10))
		})
	}
}

// check takes what is to be expected: the latency in samples and the reports.
func check(t *testing.T, got nodeResult, latency, reports int) {
	t.Helper()
	if !got.Ready.Ready || got.Ready.LatencySamples != latency {
		t.Errorf("first message %+v, want ready with a latency of %d samples", got.Ready, latency)
	}
	if len(got.Errors) > 0 {
		t.Errorf("errors: %v", got.Errors)
	}
	if got.Reports != reports {
		t.Errorf("%d reports, want %d", got.Reports, reports)
	}
	if got.Spoken < reports/4 || got.Spoken > reports*9/10 { // the first second is rain alone
		t.Errorf("%d of %d reports with speech, want a quarter to nine tenths", got.Spoken, reports)
	}
	for name, want := range map[string]string{
		"inputLevel": "Number", "outputLevel": "Number", "speechProb": "Number", "cpuShare": "Number", "glitches": "Number",
		"speaking": "Boolean", "talkingWhileMuted": "Boolean",
		"spectraIn": "Uint8Array64", "spectraOut": "Uint8Array64",
	} {
		if got.Kinds[name] != want {
			t.Errorf("stats.%s is a %q, want %s", name, got.Kinds[name], want)
		}
	}
	if got.Mallocs != 0 || got.Collections != 0 {
		t.Errorf("Go allocated %d times and collected %d times while samples flowed, want 0", got.Mallocs, got.Collections)
	}
	if got.HeapPerQuantum > 8 || got.Collected > 0 {
		t.Errorf("%g bytes of JavaScript heap a quantum and %d collections, want 4 and none", got.HeapPerQuantum, got.Collected)
	}
	if !got.LongFinite {
		t.Error("a quantum of 10,000 samples came out with gaps")
	}
	if got.Jumps != 1 {
		t.Errorf("a jump of currentFrame counted as %d glitches", got.Jumps)
	}
	if len(got.Trap.Messages) != 1 || !strings.Contains(got.Trap.Messages[0].Error, "unreachable") || !got.Trap.Through || !got.Trap.Muted {
		t.Errorf("after a trap: %+v, want one error, the sound passed through, silence when muted", got.Trap)
	}
	if !got.Closed {
		t.Error("process goes on after close")
	}
	if !strings.Contains(got.Refused, "4000 Hz: want 8000 to 192000") {
		t.Errorf("a rate of 4000 Hz is answered with %q", got.Refused)
	}
}
