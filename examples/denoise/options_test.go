package main

import (
	"bytes"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

func TestUsageErrors(t *testing.T) {
	for want, args := range map[string][]string{
		"no input":                     {},
		"no output":                    {"a.wav"},
		"3 file names":                 {"a.wav", "b.wav", "c.wav"},
		"-nonsense":                    {"-nonsense", "a.wav", "b.wav"},
		`unknown strength "loud"`:      {"-strength", "loud", "a.wav", "b.wav"},
		"say the same":                 {"-strength", "mild", "-limit", "3", "a.wav", "b.wav"},
		"limit 91 dB":                  {"-limit", "91", "a.wav", "b.wav"},
		"limit -1 dB":                  {"-limit", "-1", "a.wav", "b.wav"},
		"limit NaN dB":                 {"-limit", "NaN", "a.wav", "b.wav"},
		`the network hears for itself`: {"-engine", "neural", "-profile", "p.json", "a.wav", "b.wav"},
		`unknown engine "x"`:           {"-engine", "x", "a.wav", "b.wav"},
		`unknown gain rule "x"`:        {"-rule", "x", "a.wav", "b.wav"},
		`unknown noise tracker "x"`:    {"-tracker", "x", "a.wav", "b.wav"},
		`unknown channel link "x"`:     {"-link", "x", "a.wav", "b.wav"},
		"comfort noise at 65 dBFS":     {"-comfort", "65", "a.wav", "b.wav"},
		"-comfort 0":                   {"-comfort", "0", "a.wav", "b.wav"},
		"-gate-depth 0":                {"-gate", "-gate-depth", "0", "a.wav", "b.wav"},
		"need -gate":                   {"-gate-depth", "20", "a.wav", "b.wav"},
		"pre-roll 2s":                  {"-gate", "-gate-preroll", "2s", "a.wav", "b.wav"},
		"cannot be negative":           {"-vad-hold", "-1s", "a.wav", "b.wav"},
		"-vad-start 0":                 {"-vad-start", "0", "a.wav", "b.wav"},
		"start probability 2":          {"-vad-start", "2", "a.wav", "b.wav"},
		"continue probability 0.9":     {"-vad-continue", "0.9", "a.wav", "b.wav"},
		"one":                          {"-profile", "x", "-learn", "y", "a.wav", "b.wav"},
		"needs -profile":               {"-profile-mode", "start", "a.wav", "b.wav"},
		"want FROM-TO":                 {"-learn-from", "3", "a.wav", "b.wav"},
		`unknown format "xml"`:         {"-vad-format", "xml", "a.wav", "b.wav"},
		"or -vad-format":               {"-vad", "x.xml", "a.wav", "b.wav"},
		"exclude each other":           {"-o", "x", "-in-place", "a.wav", "b.wav"},
		"-in-place replaces files, -n": {"-n", "-in-place", "a.wav"},
		"-o out.wav: want a folder":    {"-o", "out.wav", "a.wav"},
		"-o plan.go: want a folder":    {"-o", "plan.go", "a.wav"},
		"nothing to write":             {"-analyze", "a.wav"},
		"-jobs 0":                      {"-jobs", "0", "a.wav", "b.wav"},
		"-o wants a name":              {"-o", "", "a.wav"},
		"want ENC:RATE":                {"-raw", "s16", "a.wav", "b.wav"},
		"named twice":                  {"-o", "x", "-", "-"},
		"cannot be replaced":           {"-in-place", "-"},
		"ends in .png":                 {"-plot", "x.jpg", "a.wav", "b.wav"},
		`unknown format "mp3"`:         {"-format", "mp3", "a.wav", "b.wav"},
		"name says WAV, -format":       {"-format", "opus", "options.go", "b.wav"},
		"name says Opus, -format":      {"-format", "wav", "options.go", "b.ogg"},
		"keeps the format":             {"-format", "opus", "-in-place", "options.go"},
		"want 500 to 512000":           {"-bitrate", "24kb", "a.wav", "b.opus"},
		"such as 24000":                {"-bitrate", "499", "a.wav", "b.opus"},
		`unknown application "x"`:      {"-application", "x", "a.wav", "b.opus"},
		"name it .opus":                {"-bitrate", "24k", "options.go", "b.wav"},
		"with -raw the output":         {"-raw", "s16le:48000", "-bitrate", "24k", "a.raw", "b.raw"},
	} {
		refuse(t, exitUsage, want, args...)
	}
}

// Flags stand anywhere; behind -- there are none.
func TestFlagOrder(t *testing.T) {
	for _, args := range [][]string{
		{"-music", "-limit", "3", "in", "out"}, {"in", "-music", "out", "-limit", "3"}, {"in", "out", "-limit=3", "-music"}, {"-music", "-limit", "3", "--", "in", "out"},
	} {
		o, _, err := parseOptions(args)
		if err != nil || strings.Join(o.files, " ") != "in out" || !o.config.Music || o.config.LimitDB != 3 {
			t.Errorf("%v: %v, %+v", args, err, o)
		}
	}
	o, _, err := parseOptions([]string{"in", "--", "-music"})
	if err != nil || strings.Join(o.files, " ") != "in -music" || o.config.Music {
		t.Errorf("%v, %+v", err, o)
	}
}

// -h names every flag with what it is without it, and fits a terminal.
func TestHelp(t *testing.T) {
	for _, name := range []string{"-h", "-help", "--help"} {
		r := call(nil, name)
		if r.code != exitOK || r.errors != "" || !strings.HasPrefix(r.out, "denoise takes the noise out") {
			t.Fatalf("%s: exit code %d, %q", name, r.code, r.errors)
		}
		for _, line := range strings.Split(r.out, "\n") {
			if len([]rune(line)) > 80 {
				t.Errorf("longer than a terminal: %q", line)
			}
		}
		defineFlags(&options{}).VisitAll(func(f *flag.Flag) {
			if !strings.Contains(r.out, "\n  -"+f.Name+" ") && !strings.Contains(r.out, "\n  -"+f.Name+"\n") {
				t.Errorf("-%s is not explained", f.Name)
			}
		})
		for _, group := range []string{"How much and how", "A noise that is known", "What else to write", "Opus", "Files", "Other", "Examples", "Good to know"} {
			if !strings.Contains(r.out, "\n"+group+"\n") {
				t.Errorf("no group %q", group)
			}
		}
	}
	if r := call(nil, "-version"); r.code != exitOK || !strings.HasPrefix(r.out, "denoise ") || strings.Count(r.out, "\n") != 1 {
		t.Errorf("-version: %+v", r)
	}
}

// The examples of -h that need no other program work as they stand.
func TestHelpExamples(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"noisy.wav", "fan.wav", "talk.wav", "recordings/a/b.wav"} {
		tone(t, name)
	}
	n := 0
	for _, line := range strings.Split(helpIntro, "\n") {
		line, ok := strings.CutPrefix(line, "  denoise ")
		if !ok || strings.Contains(line, "INPUT") || strings.Contains(line, "INDIR") {
			continue
		}
		// The remark begins with two spaces or an ellipsis.
		line, _, _ = strings.Cut(line, "  ")
		line, _, _ = strings.Cut(line, " …")
		line = strings.Replace(line, "0s-1.5s", "0s-0.5s", 1) // it is short
		must(t, strings.Fields(line)...)
		n++
	}
	if n != 9 {
		t.Errorf("%d examples", n)
	}
	if got := list(t, "."); got != "clean clean.opus clean.wav fan.json fan.wav labels.txt look.png noise.wav noisy.wav recordings talk.wav" {
		t.Errorf("the examples gave %s", got)
	}
}

// Nothing is said where nobody reads, and a bar is drawn on a terminal.
func TestProgress(t *testing.T) {
	dir := t.TempDir()
	must(t, tone(t, filepath.Join(dir, "in.wav")), filepath.Join(dir, "out.wav"))

	var w bytes.Buffer
	p := newProgress(&w, true, 1000)
	p.add(500)
	p.print("denoise: a message")
	p.add(500)
	p.finish()
	p.print("the end")
	if s := w.String(); !strings.Contains(s, "denoise: a message\n") || !strings.Contains(s, "50%") || !strings.HasSuffix(s, "\rthe end\n") {
		t.Errorf("the terminal shows %q", s)
	}
	w.Reset()
	p = newProgress(&w, false, 1000)
	if p.counter() != nil {
		t.Error("bytes are counted for nobody")
	}
	p.finish()
	if w.Len() > 0 {
		t.Errorf("%q where nobody reads", w.String())
	}
}

func TestSummary(t *testing.T) {
	var w bytes.Buffer
	db := 17.4
	s := &session{o: &options{}, talk: true, progress: newProgress(&w, false, 0)}
	s.say(job{in: input{path: "a.wav"}, sound: "b.wav"}, &report{
		Input: reportInput{Seconds: 7.7}, Output: &reportOutput{Clipped: 3}, Speed: &reportSpeed{WallSeconds: 0.1}, Noise: &reportNoise{ReductionDB: &db},
	})
	if got := w.String(); got != "a.wav → b.wav: 7.7 s of sound in 0.10 s, 17 dB less noise in pauses, 3 samples clipped\n" {
		t.Errorf("%q", got)
	}
}

func TestSupported(t *testing.T) {
	if supported(format(8000, 64, wav.PCM16)) != nil || supported(format(192000, 1, wav.PCM16)) != nil {
		t.Error("the limits themselves are refused")
	}
}
