//go:build race

package denoise

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// TestPoolMisuseSettersRace: two streams of one pool on two goroutines at once
// are found by the race detector. The offence happens in a second process.
func TestPoolMisuseSettersRace(t *testing.T) {
	const mark = "QUIETLINE_POOL_MISUSE"
	if os.Getenv(mark) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestPoolMisuseSettersRace$")
		cmd.Env = append(os.Environ(), mark+"=1")
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "DATA RACE") {
			t.Errorf("misuse of a pool was not found: %v\n%s", err, out)
		}
		return
	}
	p := mustPool(t, Config{SampleRate: 8000, FrameSize: 80})
	var wait sync.WaitGroup
	for range 2 {
		d := mustPoolNew(t, p)
		wait.Add(1)
		go func() {
			defer wait.Done()
			x := make([]float32, 80)
			for range 10 {
				d.Process(x, x)
			}
		}()
	}
	wait.Wait()
}
