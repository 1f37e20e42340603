package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// stage is one of denoise's stages alone, by its BenchmarkStage.
type stage struct {
	Name    string   `json:"name"`
	Kernels *summary `json:"kernels_ns,omitempty"`
	Plain   *summary `json:"plain_ns,omitempty"` // build tag purego
}

// benchLine is what go test prints for a benchmark.
var benchLine = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`)

// parseBench returns the ns/op of every benchmark in the output of go test, and
// their names in order.
func parseBench(r io.Reader) (names []string, ns map[string][]float64, err error) {
	ns = map[string][]float64{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		m := benchLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return nil, nil, fmt.Errorf("loop: benchmark %s: %w", m[1], err)
		}
		if ns[m[1]] == nil {
			names = append(names, m[1])
		}
		ns[m[1]] = append(ns[m[1]], v)
	}
	return names, ns, lines.Err()
}

// stages compiles the tests of package denoise with and without kernels and runs
// BenchmarkStage of both in turns.
func stages(root string, count int, benchtime string, progress io.Writer) ([]stage, error) {
	dir, err := os.MkdirTemp("", "loop-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ways := []struct{ name, tags string }{{"kernels", ""}, {"plain", "purego"}}
	if len(kernelWays()) == 1 {
		ways = ways[1:]
	}
	for _, w := range ways {
		cmd := exec.Command("go", "test", "-c", "-tags", w.tags, "-o", filepath.Join(dir, w.name), "./denoise")
		cmd.Dir = root
		if b, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("loop: go test -c ./denoise: %w: %s", err, lastLine(string(b)))
		}
	}
	var order []string
	all := map[string]map[string][]float64{}
	for range count {
		for _, w := range ways {
			cmd := exec.Command(filepath.Join(dir, w.name), "-test.run", "^$", "-test.bench", "^BenchmarkStage$", "-test.benchtime", benchtime)
			cmd.Dir = filepath.Join(root, "denoise")
			b, err := cmd.Output()
			if err != nil {
				return nil, fmt.Errorf("loop: BenchmarkStage: %w", err)
			}
			names, ns, err := parseBench(strings.NewReader(string(b)))
			if err != nil {
				return nil, err
			}
			for _, n := range names {
				if all[n] == nil {
					all[n] = map[string][]float64{}
					order = append(order, n)
				}
				all[n][w.name] = append(all[n][w.name], ns[n]...)
			}
		}
	}
	fmt.Fprintf(progress, "  %d stages, %d times\n", len(order), count)
	var list []stage
	for _, n := range order {
		s := stage{Name: strings.TrimPrefix(n, "Stage/")}
		if v := all[n]["kernels"]; v != nil {
			k := summarize(v)
			s.Kernels = &k
		}
		if v := all[n]["plain"]; v != nil {
			p := summarize(v)
			s.Plain = &p
		}
		list = append(list, s)
	}
	return list, nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
