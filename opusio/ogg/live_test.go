package ogg

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tool skips the test where a program is not installed.
func tool(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed; the committed fixtures cover reading", name)
		}
	}
}

func run(t *testing.T, in []byte, name string, args ...string) (stdout, stderr []byte) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var out, log bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, log.Bytes())
	}
	return out.Bytes(), log.Bytes()
}

// tone is n frames of s16 little endian.
func tone(n, channels int) []byte {
	b := make([]byte, 0, 2*n*channels)
	for i := range n {
		v := int16(8000 * math.Sin(2*math.Pi*440/48000*float64(i)))
		for range channels {
			b = append(b, byte(v), byte(v>>8))
		}
	}
	return b
}

func opusenc(t *testing.T, frames, channels int, args ...string) []byte {
	args = append([]string{"--quiet", "--raw", "--raw-rate", "48000", "--raw-chan", strconv.Itoa(channels)}, args...)
	out, _ := run(t, tone(frames, channels), "opusenc", append(args, "-", "-")...)
	return out
}

// decoded is what opusdec gives, in frames.
func decoded(t *testing.T, file []byte, channels int) []byte {
	t.Helper()
	out, _ := run(t, file, "opusdec", "--quiet", "--rate", "48000", "--no-dither", "-", "-")
	if n := len(out); n%(2*channels) != 0 {
		t.Fatalf("%d bytes", n)
	}
	return out
}

// info returns an error if opusinfo has anything to say against a file.
func info(t *testing.T, file []byte) error {
	name := filepath.Join(t.TempDir(), "x.opus")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, log := run(t, nil, "opusinfo", name)
	text := string(out) + string(log)
	for _, bad := range []string{"WARNING", "Warning", "ERROR", "Error", "Note", "hole", "gap"} {
		if strings.Contains(text, bad) {
			return fmt.Errorf("opusinfo: %s", text)
		}
	}
	return nil
}

// TestOpusencFiles: files of every length around a frame, each frame size.
func TestOpusencFiles(t *testing.T) {
	tool(t, "opusenc")
	for _, frames := range []int{1, 647, 648, 649, 960, 48000, 96001} {
		for _, args := range [][]string{{"--framesize", "20"}, {"--framesize", "2.5"}, {"--framesize", "60", "--max-delay", "0"}, {"--max-delay", "100", "--bitrate", "250"}} {
			b := opusenc(t, frames, 2, args...)
			r := mustReader(t, b)
			ps := readAll(t, r)
			if kept(ps) != int64(frames) || r.Damage() != (Damage{}) || len(r.Warnings()) > 0 {
				t.Errorf("%v: %d samples, want %d; %+v %q", args, kept(ps), frames, r.Damage(), r.Warnings())
			}
		}
	}
}

// TestFfmpegFiles: what ffmpeg writes, through a pipe, chained, and remuxed
// from WebM with its millisecond time stamps.
func TestFfmpegFiles(t *testing.T) {
	tool(t, "ffmpeg")
	const frames = 30001
	pcm := tone(frames, 2)
	var chain []byte
	for _, args := range [][]string{nil, {"-page_duration", "1"}, {"-frame_duration", "60", "-page_duration", "5000000"}, {"-frame_duration", "2.5", "-application", "lowdelay"}, {"-serial_offset", "9"}} {
		args = append([]string{"-v", "error", "-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "-", "-c:a", "libopus"}, args...)
		b, _ := run(t, pcm, "ffmpeg", append(args, "-f", "opus", "-")...)
		chain = append(chain, b...)
		r := mustReader(t, b)
		ps := readAll(t, r)
		if kept(ps) != frames || r.Damage() != (Damage{}) || len(r.Warnings()) > 0 {
			t.Errorf("%v: %d samples; %+v %q", args, kept(ps), r.Damage(), r.Warnings())
		}
	}
	r := mustReader(t, chain)
	if ps := readAll(t, r); kept(ps) != 5*frames || len(r.Warnings()) > 0 {
		t.Errorf("chain: %d samples, %q", kept(ps), r.Warnings())
	}
	webm, _ := run(t, pcm, "ffmpeg", "-v", "error", "-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "-", "-c:a", "libopus", "-f", "webm", "-")
	b, _ := run(t, webm, "ffmpeg", "-v", "error", "-i", "-", "-c", "copy", "-page_duration", "1", "-f", "opus", "-")
	r = mustReader(t, b)
	for _, p := range readAll(t, r) {
		if p.Data == nil || p.Break {
			t.Fatalf("rounding is taken for a gap: %+v", p)
		}
	}
}

// TestRemux: packets of an opusenc file in several layouts. opusinfo finds
// nothing wrong, opusdec decodes the same samples as from the original.
func TestRemux(t *testing.T) {
	tool(t, "opusenc", "opusinfo", "opusdec")
	for _, c := range []struct{ frames, channels int }{{100, 1}, {30000, 2}, {120000, 1}} {
		orig := opusenc(t, c.frames, c.channels, "--bitrate", "100", "--title", "Tür")
		want := decoded(t, orig, c.channels)
		if len(want) != 2*c.frames*c.channels {
			t.Fatalf("opusdec gives %d bytes", len(want))
		}
		r := mustReader(t, orig)
		packets := data(readAll(t, r))
		big := r.Tags()
		big.Add("COMMENT", strings.Repeat("long ", 40000))
		for i, tags := range []Tags{r.Tags(), {}, big} {
			for _, d := range []time.Duration{0, 60 * time.Millisecond, time.Second, 3 * time.Second} {
				b := write(t, r.Head(), tags, packets, int64(c.frames), WithPageDuration(d))
				if err := info(t, b); err != nil {
					t.Errorf("tags %d, pages of %v: %v", i, d, err)
				}
				if got := decoded(t, b, c.channels); !bytes.Equal(got, want) {
					t.Errorf("tags %d, pages of %v: %d bytes, or others than the %d wanted", i, d, len(got), len(want))
				}
			}
		}
		// The test's own layouts are legal too, so that reading them means
		// something.
		s := headers(1, r.Head().PreSkip)
		s.pages[0] = build(page{flags: flagBOS, serial: 1, lacing: []byte{headBytes}, body: r.Head().appendTo(nil)})
		s.audio(packets, layout{segments: 3}, int64(c.frames+r.Head().PreSkip))
		if got := decoded(t, s.bytes(), c.channels); !bytes.Equal(got, want) {
			t.Errorf("continued packets: %d bytes, or others than the %d wanted", len(got), len(want))
		}
		// A chain of two plays one after the other.
		b := append(write(t, r.Head(), Tags{}, packets, int64(c.frames), WithSerial(1)), write(t, r.Head(), Tags{}, packets, int64(c.frames), WithSerial(2))...)
		if got := decoded(t, b, c.channels); len(got) != 2*len(want) {
			t.Errorf("chain: %d bytes", len(got))
		}
		if err := info(t, b); err != nil {
			t.Errorf("chain: %v", err)
		}
		// Every trim within the last packet.
		for _, trim := range []int64{0, 1, 500} {
			end := max(int64(len(packets))*960-int64(r.Head().PreSkip)-trim, 0)
			if got := decoded(t, write(t, r.Head(), Tags{}, packets, end), c.channels); int64(len(got)) != 2*end*int64(c.channels) {
				t.Errorf("end at %d: %d bytes", end, len(got))
			}
		}
	}
}

// TestEmptyAndMissingDecode: streams without audio, and with packets that ask
// for concealment, are valid for opus-tools.
func TestEmptyAndMissingDecode(t *testing.T) {
	tool(t, "opusenc", "opusinfo", "opusdec")
	for _, preSkip := range []int{0, 312, 3840} {
		b := write(t, Head{Channels: 2, PreSkip: preSkip, InputRate: 48000}, Tags{Vendor: "v"}, nil, -1)
		if got := decoded(t, b, 2); len(got) != 0 {
			t.Errorf("empty, pre-skip %d: %d bytes", preSkip, len(got))
		}
		// opusinfo warns of any stream without pre-skip.
		if preSkip == 0 {
			continue
		}
		if err := info(t, b); err != nil {
			t.Errorf("empty, pre-skip %d: %v", preSkip, err)
		}
	}
	r := mustReader(t, opusenc(t, 48000, 1, "--bitrate", "16", "--speech"))
	packets := data(readAll(t, r))
	var out bytes.Buffer
	w, err := NewWriter(&out, r.Head(), r.Tags())
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range packets {
		if i%10 == 5 {
			err = w.WriteMissing(960 + 480 + 240 + 120)
		} else {
			err = w.WritePacket(p)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := info(t, out.Bytes()); err != nil {
		t.Error(err)
	}
	if got := decoded(t, out.Bytes(), 1); int64(len(got)) != 2*w.Samples() {
		t.Errorf("%d samples, want %d", len(got)/2, w.Samples())
	}
}
