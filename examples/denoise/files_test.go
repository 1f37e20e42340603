package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

// tone writes a short recording and returns its path.
func tone(t testing.TB, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	return writeWAV(t, path, format(8000, 1, wav.PCM16), talk(8000, 1, 0.6))
}

// Nothing is ever written over an input unless that is asked for, by whatever
// name the input goes, nor one output over another.
func TestClashes(t *testing.T) {
	dir := t.TempDir()
	in := tone(t, filepath.Join(dir, "in.wav"))
	before := readFile(t, in)
	link, hard, dangling := filepath.Join(dir, "link.wav"), filepath.Join(dir, "hard.wav"), filepath.Join(dir, "dangling.wav")
	sub := filepath.Join(dir, "sub")
	for _, err := range []error{os.Symlink("in.wav", link), os.Link(in, hard), os.Symlink("nothing.wav", dangling), os.Mkdir(sub, 0o777)} {
		if err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	report := writeFile(t, filepath.Join(dir, "old.json"), "old")
	profile := filepath.Join(dir, "profile.json")
	must(t, "-learn", profile, in)
	out := filepath.Join(dir, "out.wav")
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{1, "the output is the input", []string{in, in}},
		{1, "the output is the input", []string{in, link}},
		{1, "the output is the input", []string{link, in}},
		{1, "the output is the input", []string{in, hard}},
		{1, "the output is the input", []string{in, dir}},
		{1, "the output is the input", []string{"-o", dir, in}},
		{1, "the output is the input", []string{in, filepath.Join(sub, "..", "in.wav")}},
		{1, "the output is the input", []string{"-profile", profile, "-stats", profile, in, out}},
		{1, "a link to nothing", []string{in, dangling}},
		{1, "same output file", []string{"-o", sub, in, filepath.Join(dir, ".", "in.wav")}},
		{1, "same file", []string{"-in-place", in, link}},
		{1, "same output file", []string{"-stats", filepath.Join(dir, "x.json"), "-vad", filepath.Join(sub, "..", "x.json"), in, out}},
		{1, "exists", []string{"-n", "-stats", report, in, out}},
		{1, "is a folder", []string{"-stats", sub, in, out}},
		{1, "no such folder", []string{in, filepath.Join(dir, "none") + "/"}},
		{1, "no such file", []string{in, filepath.Join(dir, "none", "out.wav")}},
		{2, "name of a sound file", []string{"-stats", in, out}},
		{2, "name of a sound file", []string{"-vad", in, out}},
		{2, "name of a sound file", []string{"-learn", in, out}},
		{2, "ends in .png", []string{"-plot", in, out}},
		{1, "ffmpeg", []string{in, filepath.Join(dir, "out.mp3")}},
		{1, ".png", []string{in, filepath.Join(dir, "out.png")}},
		{1, "-raw", []string{in, filepath.Join(dir, "out.pcm")}},
		{1, "no header", []string{"-raw", "u8:8000", in, out}},
	} {
		refuse(t, c.code, c.want, c.args...)
	}
	if !bytes.Equal(readFile(t, in), before) || string(readFile(t, report)) != "old" {
		t.Error("a refused run changed a file")
	}
	if got, want := list(t, dir), "dangling.wav hard.wav in.wav link.wav old.json profile.json sub"; got != want {
		t.Errorf("left behind: %s, want %s", got, want)
	}

	// The shell's redirections are seen too.
	cmd := program("-", in)
	cmd.Stdin, _ = os.Open(in)
	if err := cmd.Run(); err == nil || !bytes.Equal(readFile(t, in), before) {
		t.Errorf("denoise - in.wav <in.wav: %v", err)
	}
}

func TestInPlace(t *testing.T) {
	dir := t.TempDir()
	in, want := tone(t, filepath.Join(dir, "in.wav")), filepath.Join(dir, "want.wav")
	other := tone(t, filepath.Join(dir, "other.wav"))
	if err := os.Chmod(in, 0o640); err != nil {
		t.Fatal(err)
	}
	must(t, in, want)
	must(t, "-in-place", in, other)
	info, err := os.Stat(in)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
	for _, path := range []string{in, other} {
		if !bytes.Equal(readFile(t, path), readFile(t, want)) {
			t.Errorf("%s is not what another file would have been", path)
		}
	}
	broken := writeFile(t, filepath.Join(dir, "broken.wav"), "RIFF\x00\x00\x00\x00WAVE")
	refuse(t, exitFailure, "broken.wav: ", "-in-place", broken)
	if string(readFile(t, broken)) != "RIFF\x00\x00\x00\x00WAVE" {
		t.Error("a failure changed the input")
	}
	if got := list(t, dir); got != "broken.wav in.wav other.wav want.wav" {
		t.Errorf("left behind: %s", got)
	}
}

// An output that exists is replaced as a whole: its mode stays, and so does a
// link to it. A failure leaves it as it was.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	in, out, link := tone(t, filepath.Join(dir, "in.wav")), filepath.Join(dir, "out.wav"), filepath.Join(dir, "link.wav")
	writeFile(t, out, "old")
	os.Chmod(out, 0o600)
	if err := os.Symlink("out.wav", link); err != nil {
		t.Skip(err)
	}
	bad := writeFile(t, filepath.Join(dir, "bad.wav"), strings.Repeat("bad", 100))
	refuse(t, exitFailure, "not a WAV file", bad, out)
	if string(readFile(t, out)) != "old" {
		t.Error("a failure changed the output that was there")
	}
	must(t, in, link)
	info, _ := os.Stat(out)
	l, _ := os.Lstat(link)
	if info.Mode().Perm() != 0o600 || l.Mode()&os.ModeSymlink == 0 {
		t.Errorf("modes %v, %v", info.Mode(), l.Mode())
	}
	if x, _ := readWAV(t, out); len(x) != 4800 {
		t.Errorf("%d samples", len(x))
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "made", "dst")
	for i := range 2 {
		tone(t, filepath.Join(src, fmt.Sprintf("%d.WAV", i)))
	}
	tone(t, filepath.Join(src, "deep", "er", "d.wav"))
	tone(t, filepath.Join(src, ".hidden.wav"))
	tone(t, filepath.Join(src, ".hidden", "h.wav"))
	writeFile(t, filepath.Join(src, "notes.txt"), "no sound")

	must(t, src, dst)
	if got := list(t, dst); got != "0.WAV 1.WAV" {
		t.Errorf("a folder gave %s", got)
	}
	// With an output folder inside, made and then found there, and a file that
	// cannot be read.
	writeFile(t, filepath.Join(src, "deep", "bad.wav"), strings.Repeat("bad", 100))
	dst = filepath.Join(src, "out")
	for _, jobs := range []string{"1", "4"} {
		args := []string{"-r", "-jobs", jobs, "-o", dst, "-vad", filepath.Join(dst, "*-v.csv"), "-stats", filepath.Join(dir, "s.json"), src}
		if jobs == "1" {
			args = append(args, "-plot", filepath.Join(dst, "pics")+"/")
		}
		r := call(nil, args...)
		if r.code != exitFailure || !strings.Contains(r.errors, "bad.wav: not a WAV") || !strings.HasSuffix(r.errors, "denoise: 1 of 4 files failed\n") {
			t.Errorf("exit code %d, said %q", r.code, r.errors)
		}
		for folder, want := range map[string]string{
			"":        "0-v.csv 0.WAV 1-v.csv 1.WAV deep pics",
			"deep":    "er",
			"deep/er": "d-v.csv d.wav",
			"pics":    "0.png 1.png deep",
		} {
			if got := list(t, filepath.Join(dst, folder)); got != want {
				t.Errorf("%q: %s, want %s", folder, got, want)
			}
		}
		var reports []report
		if err := json.Unmarshal(readFile(t, filepath.Join(dir, "s.json")), &reports); err != nil || len(reports) != 4 {
			t.Fatalf("%d reports, %v", len(reports), err)
		}
		for _, r := range reports {
			bad := strings.HasSuffix(r.Input.File, "bad.wav")
			if bad != (r.Error != "") || bad != (r.Speed == nil) {
				t.Errorf("report %+v", r)
			}
		}
	}
	refuse(t, exitFailure, "no WAV or Opus files", t.TempDir(), dst)
	refuse(t, exitUsage, "do not fit on standard output", src, "-")
	refuse(t, exitUsage, "give a folder, or a name with *", "-vad", filepath.Join(dir, "v.csv"), src, filepath.Join(dir, "d2"))
	refuse(t, exitUsage, "-learn writes one profile", "-learn", filepath.Join(dir, "p.json"), src, filepath.Join(dir, "d2"))
	// A folder that was made for nothing goes again.
	only := filepath.Join(dir, "only")
	os.Mkdir(only, 0o777)
	writeFile(t, filepath.Join(only, "bad.wav"), strings.Repeat("bad", 100))
	if r := call(nil, only, filepath.Join(dir, "d3", "d4")); r.code != exitFailure || isFolder(filepath.Join(dir, "d3")) {
		t.Errorf("exit code %d; %s", r.code, list(t, dir))
	}
}

// Several files give each what it gives alone, however many are worked on at
// the same time.
func TestWorkers(t *testing.T) {
	dir := t.TempDir()
	args := []string{"-jobs", "8", "-o", filepath.Join(dir, "many")}
	for i := range 12 {
		path := filepath.Join(dir, fmt.Sprintf("%02d.wav", i))
		writeWAV(t, path, format(8000+500*i, 1, wav.PCM16), noise(3000+i, 0.1))
		args = append(args, path)
	}
	must(t, args...)
	for _, path := range args[4:] {
		one := filepath.Join(dir, "one.wav")
		must(t, path, one)
		if !bytes.Equal(readFile(t, one), readFile(t, filepath.Join(dir, "many", filepath.Base(path)))) {
			t.Errorf("%s differs from a run alone", filepath.Base(path))
		}
	}
}
