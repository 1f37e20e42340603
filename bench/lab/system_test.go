package lab

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The engine's output is aligned with its input, as long, and costs something.
func TestEngine(t *testing.T) {
	e, err := NewEngine("off")
	if err != nil {
		t.Fatal(err)
	}
	x := tone(Rate/2 + 123)
	r, err := e.Process(append([]float32(nil), x...))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range r.Out {
		if math.Abs(float64(v-x[i])) > 1.0/32768 {
			t.Fatalf("sample %d is %v, want %v", i, v, x[i])
		}
	}
	if len(r.Out) != len(x) || len(r.Prob) != len(x)/Hop || r.Hops < len(x)/Hop || r.CPU <= 0 {
		t.Errorf("%d samples, %d probabilities, %d hops, %v", len(r.Out), len(r.Prob), r.Hops, r.CPU)
	}
	for spec, name := range map[string]string{"default": "quietline", "medium:wiener:minimum": "quietline-medium-wiener-minimum", "24": "quietline-24", "mild:music": "quietline-mild-music",
		"neural": "quietline-neural", "default:neural": "quietline-neural", "24:neural": "quietline-24-neural"} {
		e, err := NewEngine(spec)
		if err != nil || e.Info().Name != name {
			t.Errorf("%s: %v, %v", spec, e, err)
		}
	}
	for _, spec := range []string{"", "loud", "default:x", "-3", "NaN", "91"} {
		if _, err := NewEngine(spec); err == nil {
			t.Errorf("%q was taken", spec)
		}
	}
}

// CPU time is that of work, not of waiting, where the clock can tell.
func TestCPUTime(t *testing.T) {
	if !strings.HasPrefix(CPUClock, "CPU") {
		t.Skip(CPUClock)
	}
	got, err := CPUTime(func() error { time.Sleep(50 * time.Millisecond); return nil })
	if err != nil || got > 20*time.Millisecond {
		t.Errorf("sleeping took %v of CPU time, %v", got, err)
	}
	v := 1.0
	got, _ = CPUTime(func() error {
		for range 5_000_000 {
			v = math.Sqrt(v + 1)
		}
		return nil
	})
	if got < time.Millisecond || v == 0 {
		t.Errorf("working took %v", got)
	}
}

func TestPeers(t *testing.T) {
	root := t.TempDir()
	if list, err := Peers(root, "denoise"); err != nil || list != nil {
		t.Errorf("no file: %v, %v", list, err)
	}
	file := filepath.Join(root, "bench", "peers", "peers.json")
	os.MkdirAll(filepath.Dir(file), 0o777)
	os.WriteFile(file, []byte(`[{"name":"a","kind":["denoise","vad"],"command":["x","y"]},{"name":"b","kind":["vad"]}]`), 0o666)
	list, err := Peers(root, "denoise")
	if err != nil || len(list) != 1 || list[0].Name != "a" || len(list[0].Command) != 2 {
		t.Errorf("got %v, %v", list, err)
	}
	os.WriteFile(file, []byte(`{`), 0o666)
	if _, err := Peers(root, "denoise"); err == nil {
		t.Error("half a file was taken")
	}
}

func TestTable(t *testing.T) {
	tab := NewTable("name", "µs")
	tab.Add("a", "1.5")
	tab.Add("longer")
	want := "| name   |  µs |\n|--------|----:|\n| a      | 1.5 |\n| longer |     |\n"
	if got := tab.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
