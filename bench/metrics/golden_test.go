package metrics

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/quietline/quietline/internal/wav"
)

// golden is what testdata/make_golden.py got from the reference implementations.
type golden struct {
	Rate                     int
	Clean, Processed, Change string
	STOI, ESTOI, SISDR       float64
	LevelOf                  string `json:"level_of"`
	Level, Activity          float64
}

// How far from the reference a figure may be. The reference implementations
// work in double precision like this package. ESTOI of muted sound alone differs
// by more than rounding: pystoi puts random noise into it, which spreads by
// 0.002; golden.json has the mean of 20 runs.
const (
	tolerance      = 1e-5
	mutedTolerance = 2e-3
)

// TestGolden compares every measure with its reference implementation.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []golden
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 30 {
		t.Fatalf("%d cases", len(list))
	}
	var worst float64
	for _, g := range list {
		t.Run(fmt.Sprint(g.Clean, g.Rate, g.Change), func(t *testing.T) {
			x, y := inputs(t, g)
			near := func(what string, got, want, tol float64) {
				t.Helper()
				worst = math.Max(worst, math.Abs(got-want)/tol)
				if !(math.Abs(got-want) <= tol) {
					t.Errorf("%s %.6f, want %.6f ± %g", what, got, want, tol)
				}
			}
			tol := tolerance
			if g.Change == "muted" {
				tol = mutedTolerance
			}
			stoi, err := STOI(x, y, g.Rate)
			check(t, err)
			near("STOI", stoi, g.STOI, tolerance)
			estoi, err := ESTOI(x, y, g.Rate)
			check(t, err)
			near("ESTOI", estoi, g.ESTOI, tol)
			sdr, err := SISDR(x, y)
			check(t, err)
			near("SI-SDR", sdr, g.SISDR, 1e-3)
			of := x
			if g.LevelOf == "processed" {
				of = y
			}
			level, activity, err := ActiveLevel(of, g.Rate)
			check(t, err)
			near("active level", level, g.Level, 1e-3)
			near("activity", activity, g.Activity, 1e-4)
		})
	}
	t.Logf("largest deviation %.2f of the tolerance", worst)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// made has the synthetic signals by rate.
var made = map[int][2][]float32{}

// inputs makes what make_golden.py measured.
func inputs(t *testing.T, g golden) (clean, processed []float32) {
	t.Helper()
	if g.Clean == "synthetic" {
		if made[g.Rate][0] == nil { // sines take longer than everything else
			c, p := synthetic(g.Rate)
			made[g.Rate] = [2][]float32{c, p}
		}
		clean, processed = made[g.Rate][0], slices.Clone(made[g.Rate][1])
	} else {
		clean, processed = readWAV(t, g.Clean, g.Rate), readWAV(t, g.Processed, g.Rate)
	}
	switch g.Change {
	case "":
	case "muted":
		clear(processed[2*g.Rate : 3*g.Rate])
	case "clipped":
		for i, v := range processed {
			processed[i] = min(max(v, -0.02), 0.02)
		}
	case "late":
		d := g.Rate / 500
		copy(processed[d:], processed)
		clear(processed[:d])
	default:
		t.Fatalf("change %q", g.Change)
	}
	return clean, processed
}

// synthetic is the function of this name in make_golden.py.
func synthetic(rate int) (clean, processed []float32) {
	n := 4 * rate
	clean, processed = make([]float32, n), make([]float32, n)
	state := uint32(1)
	for i := range n {
		t := float64(i) / float64(rate)
		phase := 2*math.Pi*120*t - 30/0.7*math.Cos(2*math.Pi*0.7*t)
		var x float64
		for h := 1.0; h <= 20; h++ {
			x += math.Sin(h*phase) * (1 + math.Cos(h*0.9+4*t)) / h
		}
		syllable := math.Max(math.Sin(2*math.Pi*1.5*t), 0)
		x *= syllable * syllable * 0.1
		if t < 0.7 {
			x = 0
		}
		state = state*1664525 + 1013904223
		clean[i] = float32(x)
		processed[i] = float32(0.7*x + 0.05*(float64(state>>8)/(1<<23)-1))
	}
	return clean, processed
}

// readWAV returns a recording of the repository's testdata.
func readWAV(t *testing.T, name string, rate int) []float32 {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "testdata", name))
	check(t, err)
	defer f.Close()
	r, err := wav.NewReader(f)
	check(t, err)
	if got := r.Format(); got.SampleRate != rate || got.Channels != 1 {
		t.Fatalf("%s: %v", name, got)
	}
	x := make([]float32, r.Frames()+1)
	n := 0
	for {
		m, err := r.Read(x[n:])
		n += m
		if errors.Is(err, io.EOF) {
			return x[:n]
		}
		check(t, err)
	}
}
