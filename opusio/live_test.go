package opusio_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
	"github.com/quietline/quietline/opusio/ogg"
)

// tools skips the test where a program is not installed.
func tools(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed (apt-get install opus-tools ffmpeg); the fixtures cover the rest", name)
		}
	}
}

func command(t *testing.T, in []byte, name string, args ...string) (stdout []byte, stderr string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var out, log bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, log.String())
	}
	return out.Bytes(), log.String()
}

// flawless fails if opusinfo has anything to say against a file.
func flawless(t *testing.T, file []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.opus")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, log := command(t, nil, "opusinfo", name)
	for _, bad := range []string{"WARNING", "Warning", "ERROR", "Error", "Note", "hole", "gap"} {
		if strings.Contains(string(out)+log, bad) {
			t.Errorf("opusinfo: %s%s", out, log)
			return
		}
	}
}

// TestOpusToolsPlay: opusinfo has nothing against our files, opusdec plays as
// many samples as went in, at their time.
func TestOpusToolsPlay(t *testing.T) {
	tools(t, "opusinfo", "opusdec")
	for _, channels := range []int{1, 2} {
		x := opustest.Noisy(t, channels)
		for _, o := range []opusio.OggWriterOptions{
			{},
			{FrameDuration: 2500 * time.Microsecond, Codec: opusio.EncoderConfig{Application: opusio.LowDelay}},
			{FrameDuration: 60 * time.Millisecond, PageDuration: -1},
			{FrameDuration: 120 * time.Millisecond, Codec: opusio.EncoderConfig{Bitrate: 12000}},
			{Codec: opusio.EncoderConfig{DTX: true, Bitrate: 16000}},
			{Codec: opusio.EncoderConfig{CBR: true, Bitrate: 510000, Application: opusio.Audio}, Tags: ogg.Tags{Comments: []string{"TITLE=Tür"}}},
		} {
			o.Codec.SampleRate, o.Codec.Channels = 48000, channels
			for _, n := range []int{900, len(x) / channels} {
				file := opustest.EncodeFile(t, nil, o, x[:n*channels])
				flawless(t, file)
				pcm, _ := command(t, file, "opusdec", "--quiet", "--rate", "48000", "--no-dither", "-", "-")
				if len(pcm) != 2*n*channels {
					t.Errorf("%+v: %d samples became %d in opusdec", o, n, len(pcm)/2/channels)
				}
				y := make([]float32, len(pcm)/2)
				wav.Decode(y, pcm, wav.PCM16)
				if n > 100000 && o.Codec.Bitrate == 510000 {
					if at, c := opustest.Shift(opustest.Channel(x, 0, channels), opustest.Channel(y, 0, channels), 100); at < -1 || at > 1 || c < 0.99 {
						t.Errorf("opusdec plays %d samples late, correlation %.3f", at, c)
					}
				}
			}
		}
	}
}

// TestOtherEncoders: files of opusenc and ffmpeg are read, and come through
// Transcode, with their exact length.
func TestOtherEncoders(t *testing.T) {
	tools(t, "opusenc", "opusdec", "opusinfo", "ffmpeg")
	for _, channels := range []int{1, 2} {
		for _, n := range []int{1, 48000 + 13} {
			x := opustest.Noisy(t, channels)[:n*channels]
			pcm := make([]byte, 2*len(x))
			wav.Encode(pcm, x, wav.PCM16)
			var files [][]byte
			for _, args := range [][]string{nil, {"--bitrate", "16", "--framesize", "60"}, {"--framesize", "2.5", "--max-delay", "0"}} {
				args = append([]string{"--quiet", "--raw", "--raw-rate", "48000", "--raw-chan", strconv.Itoa(channels), "--title", "Regen"}, args...)
				b, _ := command(t, pcm, "opusenc", append(args, "-", "-")...)
				files = append(files, b)
			}
			for _, args := range [][]string{nil, {"-frame_duration", "60", "-application", "voip", "-b:a", "16k"}, {"-frame_duration", "2.5", "-application", "lowdelay"}} {
				args = append([]string{"-v", "error", "-f", "s16le", "-ar", "48000", "-ac", strconv.Itoa(channels), "-i", "-", "-c:a", "libopus", "-metadata", "title=Regen"}, args...)
				b, _ := command(t, pcm, "ffmpeg", append(args, "-f", "opus", "-")...)
				files = append(files, b)
			}
			for i, file := range files {
				y, r := opustest.DecodeFile(t, nil, file)
				title, _ := r.Tags().Get("title")
				if len(y) != len(x) || len(r.Warnings()) > 0 || title != "Regen" {
					t.Errorf("file %d: %d samples, want %d; %q; title %q", i, len(y), len(x), r.Warnings(), title)
				}
				if n > 1 {
					if at, c := opustest.Shift(opustest.Channel(x, 0, channels), opustest.Channel(y, 0, channels), 100); c > 0.95 && (at < -1 || at > 1) || c < 0.6 {
						t.Errorf("file %d: %d samples late, correlation %.3f", i, at, c)
					}
				}
				var out bytes.Buffer
				res, err := opusio.Transcode(context.Background(), &out, bytes.NewReader(file), opusio.TranscodeOptions{
					Denoise: denoise.Config{Strength: denoise.Mild}, Codec: opusio.EncoderConfig{Complexity: 1},
				})
				if err != nil || res.Frames != int64(n) {
					t.Errorf("file %d: %+v, %v", i, res, err)
				}
				flawless(t, out.Bytes())
				if got, _ := command(t, out.Bytes(), "opusdec", "--quiet", "--rate", "48000", "-", "-"); len(got) != len(pcm) {
					t.Errorf("file %d, denoised: opusdec gives %d bytes, want %d", i, len(got), len(pcm))
				}
			}
		}
	}
}
