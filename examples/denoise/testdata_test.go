package main

import (
	"path/filepath"
	"testing"
)

// The recordings of the repository become clean: as long as before, with less
// noise in pauses and the words as loud.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("../../testdata/noisy_*.wav")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	dir := t.TempDir()
	for _, in := range files {
		name := filepath.Base(in)
		out, stats := filepath.Join(dir, name), filepath.Join(dir, "s.json")
		must(t, "-stats", stats, in, out)
		x, rx := readWAV(t, in)
		y, ry := readWAV(t, out)
		if len(x) != len(y) || rx.Format() != ry.Format() {
			t.Errorf("%s: %d samples of %v became %d of %v", name, len(x), rx.Format(), len(y), ry.Format())
		}
		r := readReport(t, stats)
		if r.Noise.ReductionDB == nil || r.Voice.LevelDB == nil {
			t.Errorf("%s: %s %s", name, show(r.Noise), show(r.Voice))
			continue
		}
		t.Logf("%s: voice %.0f %%, %.1f dBFS, SNR %.1f dB, %.1f dB less in pauses", name, 100*r.Voice.Share, *r.Voice.LevelDB, *r.Noise.SNRDB, *r.Noise.ReductionDB)
		if *r.Noise.ReductionDB < 6 {
			t.Errorf("%s: only %.1f dB less in pauses", name, *r.Noise.ReductionDB)
		}
	}
}
