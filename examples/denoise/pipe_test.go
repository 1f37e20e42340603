package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/internal/wav"
)

// unknownLength is a WAV as a program writes it to a pipe.
func unknownLength(t testing.TB, f wav.Format, x []float32) []byte {
	var b bytes.Buffer
	w, err := wav.NewWriter(&b, f)
	if err == nil {
		_, err = w.Write(x)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Through real pipes the result is that of a file, and an unknown length stays
// unknown.
func TestPipe(t *testing.T) {
	dir := t.TempDir()
	f, x := format(48000, 2, wav.PCM16), talk(48000, 2, 1.234)
	in := writeWAV(t, filepath.Join(dir, "in.wav"), f, x)
	must(t, in, filepath.Join(dir, "out.wav"))
	want := readFile(t, filepath.Join(dir, "out.wav"))

	pipe := func(data []byte, args ...string) []byte {
		t.Helper()
		cmd := program(args...)
		cmd.Stdin = io.MultiReader(bytes.NewReader(data)) // not a file: a pipe
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil || errs.Len() > 0 {
			t.Fatalf("denoise %v: %v, said %q", args, err, errs.String())
		}
		return out
	}
	if got := pipe(readFile(t, in), "-", "-"); !bytes.Equal(got, want) {
		t.Error("a known length: the pipe differs from the file")
	}
	got := pipe(unknownLength(t, f, x), "-", "-")
	at := bytes.Index(got, []byte("data"))
	if at < 0 || binary.LittleEndian.Uint32(got[at+4:]) != 0xFFFFFFFF || !bytes.Equal(got[at+8:], want[44:]) {
		t.Error("an unknown length: the pipe differs from the file, or its size is not unknown")
	}
	if got := pipe(want[44:], "-raw", "s16le:48000:2", "-strength", "off", "-", "-"); !bytes.Equal(got, want[44:]) {
		t.Error("raw: off changes the samples")
	}
	pipe(unknownLength(t, f, x), "-", filepath.Join(dir, "file.wav"))
	if !bytes.Equal(readFile(t, filepath.Join(dir, "file.wav"))[at+8+36:], want[44:]) { // behind room for RF64
		t.Error("from a pipe to a file: the samples differ")
	}
}

// Sound that went in comes out while more is still to come: a live stream is
// not held back.
func TestPipeIsLive(t *testing.T) {
	cmd := program("-raw", "s16le:16000", "-", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer watchdog.Stop()
	for range 5 {
		in.Write(make([]byte, 320*3)) // 30 ms
		if _, err := io.ReadFull(out, make([]byte, 320*2)); err != nil {
			t.Fatalf("30 ms in, 20 ms did not come out: %v", err)
		}
	}
	in.Close()
	rest, _ := io.ReadAll(out)
	if err := cmd.Wait(); err != nil || len(rest) != 320*5 {
		t.Errorf("%v, the last %d bytes, want %d", err, len(rest), 320*5)
	}
}

// Ctrl-C leaves neither a half file nor a temporary one, and an old output as
// it was, although the input pipe never ends.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be interrupted there")
	}
	dir := t.TempDir()
	out := writeFile(t, filepath.Join(dir, "out.wav"), "old")
	cmd := program("-vad", filepath.Join(dir, "new", "v.json"), "-", out)
	if err := os.Mkdir(filepath.Join(dir, "new"), 0o777); err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Write(unknownLength(t, format(16000, 1, wav.PCM16), talk(16000, 1, 1)))
	for deadline := time.Now().Add(10 * time.Second); strings.Count(list(t, dir), " ") < 2; {
		if time.Now().After(deadline) {
			t.Fatalf("no temporary file appeared: %s", list(t, dir))
		}
		time.Sleep(5 * time.Millisecond)
	}
	cmd.Process.Signal(os.Interrupt)
	err = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, %v, said %q", code, err, errs.String())
	}
	if got := list(t, dir) + "/" + list(t, filepath.Join(dir, "new")); got != "new out.wav/" || string(readFile(t, out)) != "old" {
		t.Errorf("left behind: %s", got)
	}
}

// A reader that goes away is a failure with a reason.
func TestBrokenPipe(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such signal there")
	}
	dir := t.TempDir()
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 1, wav.PCM16), talk(16000, 1, 20))
	cmd := program("-vad", filepath.Join(dir, "v.txt"), in, "-")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	io.ReadFull(out, make([]byte, 100))
	out.Close()
	cmd.Wait()
	if cmd.ProcessState.ExitCode() != exitFailure || !strings.Contains(errs.String(), "denoise: standard output: ") || strings.Count(errs.String(), "\n") != 1 {
		t.Errorf("exit code %d, said %q", cmd.ProcessState.ExitCode(), errs.String())
	}
	if got := list(t, dir); got != "in.wav" {
		t.Errorf("left behind: %s", got)
	}
}

// A disk that is full is a failure with a reason, and nothing is left.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	dir := t.TempDir()
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 1, wav.PCM16), talk(16000, 1, 1))
	refuse(t, exitFailure, "/dev/full: no space left", in, "/dev/full")
	refuse(t, exitFailure, "/dev/full: no space left", "-vad", filepath.Join(dir, "v.json"), "-stats", "/dev/full", in, filepath.Join(dir, "out.wav"))
}

// The tools that people pipe through understand what comes out, and their
// streams are understood.
func TestOtherTools(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("no ffmpeg here")
	}
	dir := t.TempDir()
	const frames = 16000
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(16000, 2, wav.PCM16), talk(16000, 2, 1))
	quiet := []string{"-hide_banner", "-loglevel", "error", "-nostdin"}
	decode := exec.Command(ffmpeg, append(quiet, "-i", in, "-f", "wav", "-c:a", "pcm_s24le", "-")...)
	clean := program("-", "-")
	encode := exec.Command(ffmpeg, append(quiet, "-i", "-", "-c:a", "pcm_s24le", filepath.Join(dir, "out.wav"))...)
	pipe(t, decode, clean, encode)
	must(t, in, filepath.Join(dir, "want.wav"))
	x, r := readWAV(t, filepath.Join(dir, "out.wav"))
	want, _ := readWAV(t, filepath.Join(dir, "want.wav"))
	if r.Format().Encoding != wav.PCM24 || len(x) != 2*frames {
		t.Fatalf("%v, %d samples", r.Format(), len(x))
	}
	for i := range x {
		if d := x[i] - want[i]; d > 1.0/32768 || d < -1.0/32768 {
			t.Fatalf("sample %d is %g, want %g", i, x[i], want[i])
		}
	}

	sox, err := exec.LookPath("sox")
	if err != nil {
		t.Skip("no sox here")
	}
	decode = exec.Command(sox, "-V1", in, "-t", "wav", "-e", "mu-law", "-")
	encode = exec.Command(sox, "-V1", "-t", "wav", "-", "-e", "signed", filepath.Join(dir, "sox.wav"))
	pipe(t, decode, program("-", "-"), encode)
	if x, _ := readWAV(t, filepath.Join(dir, "sox.wav")); len(x) != 2*frames {
		t.Errorf("through sox: %d samples, want %d", len(x), 2*frames)
	}
}

// pipe runs commands, each reading what the one before it writes.
func pipe(t *testing.T, cmds ...*exec.Cmd) {
	t.Helper()
	for i := 1; i < len(cmds); i++ {
		out, err := cmds[i-1].StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmds[i].Stdin = out
	}
	for _, c := range cmds {
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i := len(cmds) - 1; i >= 0; i-- {
		if err := cmds[i].Wait(); err != nil {
			t.Errorf("%v: %v", cmds[i].Args, err)
		}
	}
}
