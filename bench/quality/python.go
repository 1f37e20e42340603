package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/quietline/quietline/bench/lab"
)

// job is a line to score.py.
type job struct {
	ID   int      `json:"id"`
	Ref  string   `json:"ref"`
	Deg  string   `json:"deg"`
	Want []string `json:"want"`
}

// scorePython lets score.py add its scores. The messages tell what it could not
// measure.
func scorePython(o *options, items []*lab.Item, runs []*systemRun, work string, progress io.Writer) ([]string, error) {
	var lines bytes.Buffer
	var order []*fileRun
	enc := json.NewEncoder(&lines)
	oracle := 0 // runs that pystoi measures too: the input and one of ours
	for _, r := range runs {
		if r.dead != "" {
			continue
		}
		check := oracle < 2 && (r.info.Ours || r.info.Name == "noisy")
		if check {
			oracle++
		}
		for i, f := range r.files {
			if f == nil || items[i].Kind == lab.Step {
				continue
			}
			want := []string{"dnsmos", "p808"}
			if items[i].Kind != lab.Noise {
				want = append(want, "pesq")
				if check && i%4 == 0 {
					want = append(want, "stoi")
				}
			}
			j := job{len(order), filepath.Join(work, "ref", items[i].Name+".wav"), f.path, want}
			if err := enc.Encode(j); err != nil {
				return nil, err
			}
			order = append(order, f)
		}
	}
	cmd := exec.Command(o.python, filepath.Join(o.root, "bench", "quality", "score.py"), "--cache", filepath.Join(o.cache, "python"), "--jobs", fmt.Sprint(workers))
	cmd.Stdin = &lines
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	var missing []string
	done := 0
	s := bufio.NewScanner(stdout)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var r struct {
			ID      *int               `json:"id"`
			Scores  map[string]float64 `json:"scores"`
			Missing string             `json:"missing"`
			Error   string             `json:"error"`
		}
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			continue // a library's chatter
		}
		if r.Missing != "" {
			missing = append(missing, r.Missing)
		}
		if r.ID == nil || *r.ID < 0 || *r.ID >= len(order) {
			continue
		}
		for k, v := range r.Scores {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				order[*r.ID].scores[k] = v
			}
		}
		if r.Error != "" {
			fmt.Fprintf(progress, "%s: %s\n", order[*r.ID].item.Name, r.Error)
		}
		if done++; done%50 == 0 || done == len(order) {
			fmt.Fprintf(progress, "Python scores %d/%d\n", done, len(order))
		}
	}
	if err := cmd.Wait(); err != nil {
		return missing, fmt.Errorf("score.py: %w: %s", err, lastLineOf(stderr.String()))
	}
	if done != len(order) {
		return missing, errors.New("score.py ended early")
	}
	return missing, nil
}

func lastLineOf(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// drawFigures lets figures.py draw what is in report.json.
func drawFigures(o *options, rep *report, work string, progress io.Writer) error {
	example := o.example
	if example == "" {
		example = rep.example()
	}
	cmd := exec.Command(o.python, filepath.Join(o.root, "bench", "quality", "figures.py"),
		"--report", filepath.Join(o.outFolder, "report.json"), "--wav", work, "--example", example, "--out", o.outFolder)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "MPLCONFIGDIR="+filepath.Join(o.cache, "matplotlib"))
	b, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("figures.py: %w: %s", err, lastLineOf(string(b)))
	}
	fmt.Fprint(progress, string(b))
	return nil
}

// example names the item to draw: a dry mixture as near to 5 dB as there is.
func (rep *report) example() string {
	best, name := math.Inf(1), ""
	for _, f := range rep.Systems[0].Files {
		if f.Kind != lab.Mix || f.Reverb || f.SNR == nil {
			continue
		}
		if d := math.Abs(*f.SNR - 5); d < best {
			best, name = d, f.Name
		}
	}
	return name
}
