package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/internal/wav"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/ogg"
)

// encodeOpus returns an Ogg Opus file of interleaved samples.
func encodeOpus(t testing.TB, rate, channels int, x []float32, comments ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := opusio.NewOggWriter(&b, nil, opusio.OggWriterOptions{
		Codec: opusio.EncoderConfig{SampleRate: rate, Channels: channels, Application: opusio.Audio, Bitrate: 64000 * channels},
		Tags:  ogg.Tags{Comments: comments},
	})
	if err == nil {
		_, err = w.Write(x)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeOpus(t testing.TB, path string, rate, channels int, x []float32, comments ...string) string {
	t.Helper()
	return writeFile(t, path, string(encodeOpus(t, rate, channels, x, comments...)))
}

// decodeOpus reads a whole Ogg Opus file that must be flawless.
func decodeOpus(t testing.TB, data []byte) (x []float32, r *opusio.OggReader) {
	t.Helper()
	r, err := opusio.NewOggReader(bytes.NewReader(data), nil)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]float32, 4096)
	for {
		n, err := r.Read(buf)
		x = append(x, buf[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if w := r.Warnings(); len(w) > 0 {
		t.Errorf("the Opus file: %q", w)
	}
	return x, r
}

// readSound reads a WAV or Ogg Opus file by its contents.
func readSound(t testing.TB, path string) (x []float32, channels int) {
	t.Helper()
	data := readFile(t, path)
	if bytes.HasPrefix(data, []byte("OggS")) {
		x, r := decodeOpus(t, data)
		return x, r.Channels()
	}
	x, r := decodeWAV(t, data)
	return x, r.Format().Channels
}

// shift returns by how many samples y is late against x, by correlation of the
// first channels over ±600 samples, more than any delay on the way.
func shift(x, y []float32, channels int) (at int, r float64) {
	const limit = 600
	n := min(len(x), len(y)) / channels
	best := -1.0
	for d := -limit; d <= limit; d++ {
		var xy, xx, yy float64
		for i := limit; i < n-limit; i += 7 {
			a, b := float64(x[i*channels]), float64(y[(i+d)*channels])
			xy += a * b
			xx += a * a
			yy += b * b
		}
		if c := xy / math.Sqrt(xx*yy+1e-30); c > best {
			best, at = c, d
		}
	}
	return at, best
}

// recording is speech in noise, which has no period that correlation could take
// for a delay.
func recording(t testing.TB, channels int) []float32 {
	t.Helper()
	x, r := readWAV(t, "../../testdata/noisy_rain_48k.wav")
	if f := r.Format(); f.SampleRate != 48000 || f.Channels != 1 {
		t.Fatal(f)
	}
	x = x[48000 : 3*48000+123]
	y := make([]float32, 0, len(x)*channels)
	for _, v := range x {
		for c := range channels {
			y = append(y, v/float32(1+c))
		}
	}
	return y
}

// Between WAV and Opus in all combinations, with strength off and on, the
// length stays, and the time of every sound to a sample.
func TestOpusCombinations(t *testing.T) {
	dir := t.TempDir()
	for _, channels := range []int{1, 2} {
		x := recording(t, channels)
		in := map[string]string{
			"wav":  writeWAV(t, filepath.Join(dir, "in.wav"), format(48000, channels, wav.PCM16), x),
			"opus": writeOpus(t, filepath.Join(dir, "in.opus"), 48000, channels, x),
		}
		for _, from := range []string{"wav", "opus"} {
			for _, to := range []string{"wav", "opus"} {
				for _, args := range [][]string{{"-strength", "off"}, {}, {"-application", "lowdelay"}} {
					if len(args) > 0 && args[0] == "-application" && to == "wav" {
						continue
					}
					name := fmt.Sprintf("%d channels, %s to %s, %v", channels, from, to, args)
					out := filepath.Join(dir, "out."+to)
					must(t, append(args, in[from], out)...)
					y, c := readSound(t, out)
					if len(y) != len(x) || c != channels {
						t.Fatalf("%s: %d samples of %d channels became %d of %d", name, len(x), channels, len(y), c)
					}
					if at, r := shift(x, y, channels); at < -1 || at > 1 || r < 0.8 {
						t.Errorf("%s: %d samples late, correlation %.3f", name, at, r)
					}
					if off := len(args) == 2 && args[1] == "off"; off != (rms(y) > 0.97*rms(x)) {
						t.Errorf("%s: level %.4f, before %.4f", name, rms(y), rms(x))
					}
				}
			}
		}
	}
}

// Every rate of Opus and every length around packets.
func TestOpusLengths(t *testing.T) {
	dir := t.TempDir()
	for _, rate := range opusRates {
		x := talk(rate, 1, 0.1)
		for _, n := range []int{0, 1, rate / 50, rate/50 + 1, len(x)} {
			in := writeWAV(t, filepath.Join(dir, "in.wav"), format(rate, 1, wav.PCM24), x[:n])
			out, back := filepath.Join(dir, "out.opus"), filepath.Join(dir, "back.wav")
			must(t, in, out)
			must(t, out, back)
			y, r := decodeOpus(t, readFile(t, out))
			z, w := readWAV(t, back)
			if want := n * 48000 / rate; len(y) != want || len(z) != want || r.Head().InputRate != rate {
				t.Errorf("%d Hz: %d samples became %d and %d, input rate %d", rate, n, len(y), len(z), r.Head().InputRate)
			}
			if f := w.Format(); f.SampleRate != 48000 || f.Encoding != wav.PCM16 {
				t.Errorf("Opus became %v", f)
			}
		}
	}
}

func TestOpusTagsAndFlags(t *testing.T) {
	dir := t.TempDir()
	x := talk(48000, 1, 2)
	in := writeOpus(t, filepath.Join(dir, "in.opus"), 48000, 1, x, "TITLE=Tür", "ENCODER=old", "METADATA_BLOCK_PICTURE=AAAA")
	size := map[string]int{}
	for _, args := range [][]string{{}, {"-bitrate", "16k"}, {"-bitrate", "16000"}, {"-bitrate", "128K", "-application", "voip"}} {
		out := filepath.Join(dir, "out.ogg")
		must(t, append(args, in, out)...)
		y, r := decodeOpus(t, readFile(t, out))
		tags := r.Tags()
		want := "[ENCODER=denoise " + version() + " (Quietline) TITLE=Tür METADATA_BLOCK_PICTURE=AAAA]"
		if got := fmt.Sprint(tags.Comments); len(y) != len(x) || got != want || tags.Vendor != opusio.Default.Name() {
			t.Errorf("%v: %d samples, tags %s, vendor %s", args, len(y), got, tags.Vendor)
		}
		size[strings.Join(args, " ")] = len(readFile(t, out)) * 8 / 2 // b/s
	}
	if a, b := size["-bitrate 16k"], size["-bitrate 16000"]; a != b || a < 10000 || a > 20000 {
		t.Errorf("16k gives %d b/s, 16000 %d", a, b)
	}
	if a := size[""]; a < 45000 || a > 85000 {
		t.Errorf("without -bitrate: %d b/s", a)
	}
	if a := size["-bitrate 128K -application voip"]; a < 90000 || a > 150000 {
		t.Errorf("128K gives %d b/s", a)
	}
}

// Standard input is known by its contents; standard output follows it unless
// -format says otherwise.
func TestOpusPipes(t *testing.T) {
	dir := t.TempDir()
	x := talk(48000, 2, 1.01)
	opus, pcm := encodeOpus(t, 48000, 2, x, "TITLE=x"), encodeWAV(t, format(48000, 2, wav.PCM16), x)
	for _, c := range []struct {
		in     []byte
		args   []string
		magic  string
		length int
	}{
		{opus, []string{"-", "-"}, "OggS", len(x)},
		{opus, []string{"-format", "wav", "-", "-"}, "RIFF", len(x)},
		{pcm, []string{"-", "-"}, "RIFF", len(x)},
		{pcm, []string{"-format", "opus", "-bitrate", "32k", "-", "-"}, "OggS", len(x)},
	} {
		cmd := program(c.args...)
		cmd.Stdin = io.MultiReader(bytes.NewReader(c.in))
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil || errs.Len() > 0 || !bytes.HasPrefix(out, []byte(c.magic)) {
			t.Errorf("%v: %v, said %q, starts with %q", c.args, err, errs.String(), out[:min(4, len(out))])
			continue
		}
		if y, _ := readSound(t, writeFile(t, filepath.Join(dir, "y"), string(out))); len(y) != c.length {
			t.Errorf("%v: %d samples became %d", c.args, c.length, len(y))
		}
	}
	for _, name := range []string{"a.wav", "a.opus", "a.oga", "noname"} {
		out := filepath.Join(dir, name)
		if r := call(bytes.NewReader(opus), "-", out); r.code != exitOK || r.errors != "" {
			t.Errorf("%s: exit code %d, said %q", name, r.code, r.errors)
			continue
		}
		if isWAV := bytes.HasPrefix(readFile(t, out), []byte("RIFF")); isWAV != (name == "a.wav") {
			t.Errorf("%s: WAV %v", name, isWAV)
		}
	}
}

// What Opus cannot hold is refused in one line that says what to do, and
// nothing is left behind.
func TestOpusRefusals(t *testing.T) {
	dir := t.TempDir()
	cd := writeWAV(t, filepath.Join(dir, "cd.wav"), format(44100, 2, wav.PCM16), noise(2*4410, 0.1))
	three := writeWAV(t, filepath.Join(dir, "three.wav"), format(48000, 3, wav.PCM16), noise(3*4800, 0.1))
	vorbis := writeFile(t, filepath.Join(dir, "vorbis.ogg"), string(vorbisStart(t)))
	opus := encodeOpus(t, 48000, 1, talk(48000, 1, 1))
	writeFile(t, filepath.Join(dir, "damaged.opus"), string(opus[:40]))
	out := filepath.Join(dir, "out.opus")
	refuse(t, exitFailure, "44100 Hz, and Opus takes 8, 12, 16, 24 or 48 kHz; resample first, as in ffmpeg -i in.wav -ar 48000 -f wav - | denoise - out.opus, or sox", cd, out)
	refuse(t, exitFailure, "cd.wav: a sample rate of 44100 Hz", "-format", "opus", cd, "-")
	refuse(t, exitFailure, "3 channels", three, out)
	refuse(t, exitFailure, "Vorbis, not Opus", vorbis, out)
	refuse(t, exitFailure, "damaged.opus: ", filepath.Join(dir, "damaged.opus"), filepath.Join(dir, "out.wav"))
	refuse(t, exitFailure, "accepted are WAV files (RIFF, RF64 or BW64) and Ogg Opus", writeFile(t, filepath.Join(dir, "x.wav"), "fLaC\x00\x00\x00\x22 and so on"), out)
	refuse(t, exitFailure, "WAV or Opus; for other formats", cd, filepath.Join(dir, "out.mp3"))
	if got := list(t, dir); got != "cd.wav damaged.opus three.wav vorbis.ogg x.wav" {
		t.Errorf("left behind: %s", got)
	}
	// A chain whose channels change fails in the middle: the old file stays.
	chain := append(bytes.Clone(opus), encodeOpus(t, 48000, 2, talk(48000, 2, 1))...)
	in := writeFile(t, filepath.Join(dir, "chain.opus"), string(chain))
	writeFile(t, out, "old")
	refuse(t, exitFailure, "part 2 of the chained file has 2 channels", in, out)
	if got := string(readFile(t, out)); got != "old" {
		t.Errorf("the old file became %q", got)
	}
	refuse(t, exitFailure, "part 2", "-in-place", in)
	if !bytes.Equal(readFile(t, in), chain) {
		t.Error("a file that failed was replaced")
	}
	if got := list(t, dir); strings.Contains(got, "tmp") {
		t.Errorf("left behind: %s", got)
	}
}

// vorbisStart is the first page of an Ogg Vorbis file, made of an Opus one.
func vorbisStart(t testing.TB) []byte {
	b := encodeOpus(t, 48000, 1, nil)[:28+19]
	copy(b[28:], "\x01vorbis\x00")
	copy(b[22:], "\x00\x00\x00\x00")
	var crc uint32 // RFC 3533, section 6
	for _, v := range b {
		crc ^= uint32(v) << 24
		for range 8 {
			top := crc >> 31
			crc = crc<<1 ^ 0x04c11db7*top
		}
	}
	b[22], b[23], b[24], b[25] = byte(crc), byte(crc>>8), byte(crc>>16), byte(crc>>24)
	return b
}

// A file that breaks off is cleaned as far as it goes, with a warning.
func TestOpusTruncated(t *testing.T) {
	dir := t.TempDir()
	whole := encodeOpus(t, 48000, 1, talk(48000, 1, 5))
	in := writeFile(t, filepath.Join(dir, "in.opus"), string(whole[:len(whole)*3/4]))
	out := filepath.Join(dir, "out.opus")
	r := call(nil, in, out)
	if r.code != exitOK || !strings.Contains(r.errors, "warning") || strings.Count(r.errors, "\n") != 1 {
		t.Errorf("exit code %d, said %q", r.code, r.errors)
	}
	if y, _ := decodeOpus(t, readFile(t, out)); len(y) < 2*48000 || len(y) >= 5*48000 {
		t.Errorf("%d samples", len(y))
	}
}

// Reports about Opus are those about the WAV of the same sound.
func TestOpusReports(t *testing.T) {
	dir := t.TempDir()
	x := talk(48000, 1, 3)
	path := func(name string) string { return filepath.Join(dir, name) }
	opus := writeOpus(t, path("in.opus"), 48000, 1, x)
	y, _ := readSound(t, opus)
	same := writeWAV(t, path("in.wav"), format(48000, 1, wav.Float32), y)
	for _, in := range []string{opus, same} {
		out := path("out" + filepath.Ext(in))
		must(t, "-stats", in+".json", "-vad", in+".csv", "-plot", in+".png", "-learn-from", "0s-0.5s", in, out)
	}
	if a, b := readFile(t, opus+".csv"), readFile(t, same+".csv"); !bytes.Equal(a, b) || len(a) < 30 {
		t.Errorf("voice: %q and %q", a, b)
	}
	if a, b := readFile(t, opus+".png"), readFile(t, same+".png"); len(a) < 1000 || math.Abs(float64(len(a)-len(b))) > 0.1*float64(len(b)) {
		t.Errorf("pictures of %d and %d bytes", len(a), len(b))
	}
	a, b := readReport(t, opus+".json"), readReport(t, same+".json")
	if a.Input.Container != "ogg" || a.Input.Encoding != "opus" || a.Input.SampleRate != 48000 || a.Input.Frames != int64(len(x)) || a.Input.Seconds != 3 {
		t.Errorf("%+v", a.Input)
	}
	if show(a.Noise) != show(b.Noise) || show(a.Voice) != show(b.Voice) {
		t.Errorf("%s %s, of WAV %s %s", show(a.Noise), show(a.Voice), show(b.Noise), show(b.Voice))
	}
}

// Folders, several inputs and replacing files keep each in its format, or bring
// all into the one that -format says.
func TestOpusFolders(t *testing.T) {
	dir := t.TempDir()
	src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "dst")
	if err := os.Mkdir(src, 0o777); err != nil {
		t.Fatal(err)
	}
	x := talk(48000, 1, 0.3)
	a := writeWAV(t, filepath.Join(src, "a.wav"), format(48000, 1, wav.PCM16), x)
	b := writeOpus(t, filepath.Join(src, "b.opus"), 48000, 1, x)
	magic := func(path string) string { return string(readFile(t, path)[:4]) }
	must(t, "-bitrate", "32k", "-o", dst, src)
	if got := list(t, dst); got != "a.wav b.opus" || magic(filepath.Join(dst, "a.wav")) != "RIFF" || magic(filepath.Join(dst, "b.opus")) != "OggS" {
		t.Errorf("made %s", got)
	}
	for name, ext := range map[string]string{"opus": ".opus", "wav": ".wav"} {
		all := filepath.Join(dir, "all"+name)
		must(t, "-format", name, "-o", all, a, b)
		if got := list(t, all); got != "a"+ext+" b"+ext || magic(filepath.Join(all, "a"+ext)) != magic(filepath.Join(all, "b"+ext)) {
			t.Errorf("-format %s made %s", name, got)
		}
	}
	refuse(t, exitFailure, "the same output file", "-format", "opus", "-o", dst, a, writeOpus(t, filepath.Join(dir, "a.opus"), 48000, 1, x))
	must(t, "-in-place", a, b)
	if magic(a) != "RIFF" || magic(b) != "OggS" || list(t, src) != "a.wav b.opus" {
		t.Errorf("in place: %q, %q, %s", magic(a), magic(b), list(t, src))
	}
	if y, _ := readSound(t, b); len(y) != len(x) {
		t.Errorf("in place: %d samples became %d", len(x), len(y))
	}
}

// Other programs play what comes out, and what they write is read.
func TestOpusOtherPrograms(t *testing.T) {
	for _, name := range []string{"opusenc", "opusdec", "opusinfo", "ffmpeg"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed (apt-get install opus-tools ffmpeg)", name)
		}
	}
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	tool := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	x := talk(44100, 2, 1.2345)
	in := writeWAV(t, path("in.wav"), format(44100, 2, wav.PCM16), x)
	want := (len(x)/2*48000 + 44099) / 44100
	tool("opusenc", "--quiet", "--artist", "me", in, path("opusenc.opus"))
	tool("ffmpeg", "-v", "error", "-i", in, "-c:a", "libopus", "-metadata", "artist=me", path("ffmpeg.opus"))
	tool("ffmpeg", "-v", "error", "-i", in, "-c:a", "libopus", "-metadata", "artist=me", path("ffmpeg.ogg"))
	for _, name := range []string{"opusenc.opus", "ffmpeg.opus", "ffmpeg.ogg"} {
		must(t, path(name), path("clean.opus"))
		y, r := decodeOpus(t, readFile(t, path("clean.opus")))
		before, _ := readSound(t, path(name))
		if who, _ := r.Tags().Get("artist"); len(y) != len(before) || len(y)/2 < want-2 || len(y)/2 > want+2 || who != "me" {
			t.Errorf("%s: %d samples became %d, about %d wanted; artist %q", name, len(before), len(y), 2*want, who)
		}
		if info := tool("opusinfo", path("clean.opus")); strings.Contains(info, "WARNING") || strings.Contains(info, "ERROR") {
			t.Errorf("opusinfo: %s", info)
		}
		tool("opusdec", "--quiet", path("clean.opus"), path("opusdec.wav"))
		if z, _ := readWAV(t, path("opusdec.wav")); len(z) < len(y)-2 {
			// opusdec resamples to the rate of the original.
			if n := len(z) / 2; n < len(x)/2-2 || n > len(x)/2+2 {
				t.Errorf("%s: opusdec gives %d samples, the original has %d", name, n, len(x)/2)
			}
		}
	}
}
