package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"

	"github.com/quietline/quietline/bench/lab"
)

// writeTracks writes DIR/SYSTEM/RECORDING.csv: time in seconds at which the
// frame ends, the truth, the system's own decision (empty if it has none), and
// its probability.
func (m *measured) writeTracks(dir string) error {
	for _, s := range m.systems {
		for i, r := range m.recs {
			if err := writeTrack(filepath.Join(dir, s.Name, r.Name+".csv"), m.tracks[s.Name][i], r.speech); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeTrack(name string, t *track, speech []bool) error {
	return lab.WriteFile(name, func(f *os.File) error {
		w := bufio.NewWriter(f)
		fmt.Fprintln(w, "seconds,speech,voice,probability")
		for i := range min(len(t.prob), len(speech)) {
			voice := ""
			if t.voice != nil {
				voice = bit(t.voice[i])
			}
			fmt.Fprintf(w, "%.2f,%s,%s,%.6g\n", float64(i+1)/100, bit(speech[i]), voice, t.prob[i])
		}
		return w.Flush()
	})
}

func bit(v bool) string {
	if v {
		return "1"
	}
	return "0"
}
