package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/internal/wav"
)

func readReport(t *testing.T, path string) report {
	t.Helper()
	var r report
	if err := json.Unmarshal(readFile(t, path), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// The three formats say the same, and the same as the library's Detector.
func TestVAD(t *testing.T) {
	dir := t.TempDir()
	const rate, seconds = 16000, 4.1234375
	x := talk(rate, 1, seconds)
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(rate, 1, wav.Float32), x)
	j, c, a := filepath.Join(dir, "v.json"), filepath.Join(dir, "v.csv"), filepath.Join(dir, "v.txt")
	for _, file := range []string{j, c, a} {
		must(t, "-vad", file, in)
	}
	var parsed struct {
		File     string `json:"file"`
		Rate     int    `json:"sample_rate"`
		Segments []struct {
			Start float64 `json:"start_s"`
			End   float64 `json:"end_s"`
			Prob  float64 `json:"speech_prob"`
			Level float64 `json:"level_dbov"`
		} `json:"segments"`
		Voice    float64 `json:"voice_s"`
		Duration float64 `json:"duration_s"`
	}
	if err := json.Unmarshal(readFile(t, j), &parsed); err != nil {
		t.Fatal(err)
	}
	d, err := denoise.NewDetector(denoise.DetectorConfig{SampleRate: rate})
	if err != nil {
		t.Fatal(err)
	}
	padded := append(append([]float32{}, x...), make([]float32, d.Hop())...)
	decisions := d.Process(nil, padded[:(len(x)+d.Hop()-1)/d.Hop()*d.Hop()])
	want := denoise.Segments(decisions, rate, d.Hop())
	if len(want) == 0 || len(parsed.Segments) != len(want) {
		t.Fatalf("%d segments, the library finds %d", len(parsed.Segments), len(want))
	}
	table, err := csv.NewReader(strings.NewReader(string(readFile(t, c)))).ReadAll()
	if err != nil || strings.Join(table[0], " ") != "start_s end_s speech_prob level_dbov" || len(table) != len(want)+1 {
		t.Fatalf("CSV %v, %v", table, err)
	}
	labels := strings.Split(strings.TrimSuffix(string(readFile(t, a)), "\n"), "\n")
	if len(labels) != len(want) {
		t.Fatalf("%d labels", len(labels))
	}
	total := 0.0
	for i, s := range parsed.Segments {
		end := math.Min(want[i].End.Seconds(), seconds)
		if math.Abs(s.Start-want[i].Start.Seconds()) > 2e-6 || math.Abs(s.End-end) > 2e-6 {
			t.Errorf("segment %d is %g to %g, the library says %v to %v", i, s.Start, s.End, want[i].Start, want[i].End)
		}
		level := 20 * math.Log10(rms(x[int(s.Start*rate+0.5):int(s.End*rate+0.5)]))
		if !(s.Prob > 0) || s.Prob > 1 || math.Abs(s.Level-level) > 0.06 {
			t.Errorf("segment %d: probability %g, level %g dB, want %.1f", i, s.Prob, s.Level, level)
		}
		total += s.End - s.Start
		for _, text := range [][]string{table[i+1][:2], strings.Split(labels[i], "\t")[:2]} {
			from, err1 := strconv.ParseFloat(text[0], 64)
			to, err2 := strconv.ParseFloat(text[1], 64)
			if err1 != nil || err2 != nil || from != s.Start || to != s.End {
				t.Errorf("segment %d is %v, in JSON %g to %g", i, text, s.Start, s.End)
			}
		}
		if !strings.HasSuffix(labels[i], "\tvoice") {
			t.Errorf("label %q", labels[i])
		}
	}
	if parsed.File != in || parsed.Rate != rate || math.Abs(parsed.Duration-seconds) > 1e-6 || math.Abs(parsed.Voice-total) > 1e-5 {
		t.Errorf("%+v, want %g s of voice", parsed, total)
	}

	if out := must(t, "-vad", "-", "-vad-format", "CSV", in); out != string(readFile(t, c)) {
		t.Errorf("standard output has %q", out)
	}
	must(t, "-vad", dir, in) // a folder
	if string(readFile(t, filepath.Join(dir, "in.json"))) != string(readFile(t, j)) {
		t.Error("into a folder: something else")
	}
	// The decision is the same whatever becomes of the sound.
	must(t, "-vad", c, "-strength", "off", in, filepath.Join(dir, "out.wav"))
	again, _ := csv.NewReader(strings.NewReader(string(readFile(t, c)))).ReadAll()
	if fmt.Sprint(again) != fmt.Sprint(table) {
		t.Error("with strength off: other segments")
	}
}

func TestStats(t *testing.T) {
	dir := t.TempDir()
	x := spoken(t, 48000, 2)[:48000*2*5]
	in := writeWAV(t, filepath.Join(dir, "in.wav"), format(48000, 2, wav.PCM24), x)
	out, file := filepath.Join(dir, "out.wav"), filepath.Join(dir, "s.json")
	must(t, "-stats", file, "-vad", filepath.Join(dir, "v.csv"), in, out)
	r := readReport(t, file)
	if r.Input.File != in || r.Input.Container != "wav" || r.Input.Encoding != "s24" || r.Input.SampleRate != 48000 ||
		r.Input.Channels != 2 || r.Input.Frames != 240000 || r.Input.Seconds != 5 || r.Output.File != out {
		t.Errorf("input %+v, output %+v", r.Input, r.Output)
	}
	if s := r.Speed; s.HopMillis != 10 || s.Latency != 480 || s.LatencyMS != 10 || !(s.MicrosPerHop > 0) || !(s.Realtime > 1) || !(s.WallSeconds > 0) {
		t.Errorf("speed %+v", s)
	}
	if n := r.Noise; n.LevelDB == nil || math.Abs(*n.LevelDB+40) > 3 || n.ReductionDB == nil || !(*n.ReductionDB > 10 && *n.ReductionDB < 45) {
		t.Errorf("noise %s, want a level of about -40", show(n))
	}
	if v := r.Voice; !(v.Seconds > 1 && v.Seconds < 5) || v.LevelDB == nil || v.Segments < 1 || math.Abs(v.Share-v.Seconds/5) > 0.001 {
		t.Errorf("voice %s", show(v))
	}
	if s := r.Settings; s.Strength != "default" || s.LimitDB != denoise.Default.LimitDB() || s.Rule != "omlsa" {
		t.Errorf("settings %+v", s)
	}
	if list := strings.Count(string(readFile(t, filepath.Join(dir, "v.csv"))), "\n") - 1; list != r.Voice.Segments {
		t.Errorf("%d segments, the VAD file has %d", r.Voice.Segments, list)
	}

	var onStdout report
	if err := json.Unmarshal([]byte(must(t, "-stats", "-", "-limit", "7", in, out)), &onStdout); err != nil || onStdout.Settings.LimitDB != 7 {
		t.Errorf("%v, %+v", err, onStdout.Settings)
	}
	must(t, "-stats", file, "-removed", in, out)
	if r := readReport(t, file); r.Noise.ReductionDB != nil {
		t.Error("what is removed has no reduction")
	}
	refuse(t, exitUsage, "only one thing", "-stats", "-", in, "-")
	refuse(t, exitUsage, "only one thing", "-vad", "-", "-vad-format", "csv", "-stats", "-", in, out)
}

// Reduction is what is measured: noise at a tenth is 20 dB less.
func TestMeter(t *testing.T) {
	m := &meter{}
	loud := 20*math.Log10(rms(noise(160, 0.01))) + 20
	var last [][]float32
	for i := range 500 {
		hop := noise(160, 0.01)
		s := denoise.Stats{NoiseDBFS: -40}
		if i%5 == 4 { // speech, ten times as loud, which stays
			for k := range hop {
				hop[k] *= 10
			}
			s.Voice = true
		}
		m.input(hop, s)
		if last = append(last, hop); len(last) == 3 { // latency
			m.output(scaled(last[0], i-2))
			last = last[1:]
		}
	}
	if db, ok := m.reductionDB(); !ok || math.Abs(db-20) > 1e-3 {
		t.Errorf("reduction %g, want 20", db)
	}
	if db, ok := m.speechDB(); !ok || math.Abs(db-loud) > 1e-3 {
		t.Errorf("speech %g, want %g", db, loud)
	}
	want := 10 * math.Log10(math.Pow(10, (loud+40)/10)-1)
	if db, ok := m.snrDB(); !ok || math.Abs(db-want) > 1e-3 {
		t.Errorf("SNR %g, want %g", db, want)
	}
	if db, ok := m.noiseDB(); !ok || math.Abs(db+40) > 1e-9 {
		t.Errorf("noise %g, want -40", db)
	}
	if m.voiceHops != 100 || m.hops != 500 || cap(m.pauses) > 64 {
		t.Errorf("%d of %d hops, room for %d", m.voiceHops, m.hops, cap(m.pauses))
	}
}

// scaled is hop i cleaned: noise at a tenth, speech as it was.
func scaled(hop []float32, i int) []float32 {
	if i%5 == 4 {
		return hop
	}
	out := make([]float32, len(hop))
	for k, v := range hop {
		out[k] = v / 10
	}
	return out
}

func show(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
