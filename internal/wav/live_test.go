package wav

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool skips the test where a program is not installed.
func tool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed; the committed fixtures cover reading", name)
	}
}

// run runs a program and returns its output.
func run(t *testing.T, in []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	var out, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, stderr.Bytes())
	}
	return out.Bytes()
}

func floats(raw []byte) []float32 {
	x := make([]float32, len(raw)/4)
	Decode(x, raw, Float32)
	return x
}

// A written file and the samples that other programs should find in it.
type written struct {
	what string
	file []byte
	want []float32
}

// everyFile writes all formats as a file, as a stream of unknown length and
// with an announced length.
func everyFile(t *testing.T) (all []written) {
	for _, f := range formats {
		x := noise(333 * f.Channels)
		for i := range x {
			x[i] *= 0.9
		}
		chunks := WithChunks(Chunk{ID: "LIST", Data: []byte("INFOINAM\x02\x00\x00\x00x\x00")})
		file := write(t, f, x, chunks)
		want := readAll(t, mustReader(t, file), 100)
		var stream bytes.Buffer
		w, err := NewWriter(&stream, f, chunks)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(x)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		all = append(all, written{f.String() + " file", file, want}, written{f.String() + " stream", stream.Bytes(), want},
			written{f.String() + " announced", write(t, f, x, chunks, WithFrames(333)), want})
	}
	return all
}

func (w written) check(t *testing.T, got []float32) {
	t.Helper()
	if len(got) != len(w.want) {
		t.Errorf("%s: %d samples, want %d", w.what, len(got), len(w.want))
		return
	}
	for i := range got {
		if math.Abs(float64(got[i]-w.want[i])) > 1e-7 {
			t.Errorf("%s: sample %d is %v, want %v", w.what, i, got[i], w.want[i])
			return
		}
	}
}

// TestSoxReadsOurFiles pipes everything through sox.
func TestSoxReadsOurFiles(t *testing.T) {
	tool(t, "sox")
	for _, w := range everyFile(t) {
		// sox 14.4.2 refuses both: "padded samples", unknown GUID.
		if strings.Contains(w.what, "valid bits") || strings.Contains(w.what, "ambisonic") {
			continue
		}
		w.check(t, floats(run(t, w.file, "sox", "-D", "-t", "wav", "-", "-t", "raw", "-e", "float", "-b", "32", "-")))
	}
}

// TestFFmpegReadsOurFiles converts everything with one call, which is slow to
// start, and one stream through a pipe.
func TestFFmpegReadsOurFiles(t *testing.T) {
	tool(t, "ffmpeg")
	dir := t.TempDir()
	all := everyFile(t)
	args := []string{"-v", "error", "-nostdin"}
	var outputs []string
	for i, w := range all {
		in, out := filepath.Join(dir, fmt.Sprint(i, ".wav")), filepath.Join(dir, fmt.Sprint(i, ".raw"))
		if err := os.WriteFile(in, w.file, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "-i", in)
		outputs = append(outputs, "-map", fmt.Sprint(i), "-c:a", "pcm_f32le", "-f", "f32le", out)
	}
	run(t, nil, "ffmpeg", append(args, outputs...)...)
	for i, w := range all {
		out, err := os.ReadFile(filepath.Join(dir, fmt.Sprint(i, ".raw")))
		if err != nil {
			t.Fatal(err)
		}
		w.check(t, floats(out))
	}
	w := all[1]
	w.check(t, floats(run(t, w.file, "ffmpeg", "-v", "error", "-i", "-", "-f", "f32le", "-c:a", "pcm_f32le", "-")))
}

// TestFFmpegReadsOurRF64 forces RF64 on a short file.
func TestFFmpegReadsOurRF64(t *testing.T) {
	tool(t, "ffmpeg")
	var m memory
	w, err := NewWriter(&m, Format{SampleRate: 8000, Channels: 1, Encoding: PCM16})
	if err != nil {
		t.Fatal(err)
	}
	w.header.rf64 = true
	w.Write(noise(100))
	if err := w.Append(Chunk{ID: "LIST", Data: []byte("INFOINAM\x02\x00\x00\x00x\x00")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "x.wav")
	if err := os.WriteFile(name, m.b, 0o600); err != nil {
		t.Fatal(err)
	}
	want := readAll(t, mustReader(t, m.b), 10)
	got := floats(run(t, nil, "ffmpeg", "-v", "error", "-i", name, "-f", "f32le", "-c:a", "pcm_f32le", "-"))
	if string(m.b[:4]) != "RF64" || !same(got, want) {
		t.Errorf("%q, %d samples, want %d", m.b[:4], len(got), len(want))
	}
}

// TestReadLivePipes reads from the tools through real pipes.
func TestReadLivePipes(t *testing.T) {
	for _, c := range []struct {
		args   []string
		frames int
	}{
		{[]string{"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=440:d=2:r=48000", "-c:a", "pcm_s24le", "-f", "wav", "-"}, 96000},
		{[]string{"sox", "-r", "48000", "-c", "1", "-n", "-b", "24", "-t", "wav", "-", "synth", "2", "sine", "440"}, 96000},
	} {
		t.Run(c.args[0], func(t *testing.T) {
			tool(t, c.args[0])
			cmd := exec.Command(c.args[0], c.args[1:]...)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			r, err := NewReader(out)
			if err != nil {
				t.Fatal(err)
			}
			x := readAll(t, r, 480)
			if len(x) != c.frames || r.Frames() != -1 || r.Truncated() {
				t.Errorf("%d frames, %d declared, truncated %v", len(x), r.Frames(), r.Truncated())
			}
			io.Copy(io.Discard, out)
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}
