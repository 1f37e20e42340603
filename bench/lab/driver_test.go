package lab

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// The test binary is its own fake driver: with this in the environment it acts
// the named part instead of running tests.
const actAs = "QUIETLINE_FAKE_DRIVER"

func TestMain(m *testing.M) {
	if part := os.Getenv(actAs); part != "" {
		fakeDriver(part)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fakeDriver delays by 100 samples and halves, or misbehaves.
func fakeDriver(part string) {
	switch part {
	case "mute": // never ready
		time.Sleep(time.Minute)
	case "absent":
		fmt.Println(`{"ready":false,"why":"no weights"}`)
		return
	case "crashes at once":
		fmt.Fprintln(os.Stderr, "cannot load it")
		os.Exit(3)
	}
	fmt.Println("a library says hello")
	fmt.Println(`{"ready":true,"name":"fake","version":"1.2","rate":24000,"delay":50}`)
	in := bufio.NewScanner(os.Stdin)
	for n := 0; in.Scan(); n++ {
		var r struct{ In, Out, Prob string }
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			fmt.Println(`{"error":"bad request"}`)
			continue
		}
		switch {
		case part == "crashes" && n == 1:
			fmt.Fprintln(os.Stderr, "segmentation fault")
			os.Exit(139)
		case part == "hangs" && n == 1:
			time.Sleep(time.Minute)
		case part == "refuses" && n == 0:
			fmt.Println(`{"error":"too short"}`)
			continue
		}
		x, err := ReadMono(r.In)
		if err != nil {
			fmt.Printf("{\"error\":%q}\n", err)
			continue
		}
		y := make([]float32, len(x))
		for i := range y[min(100, len(y)):] {
			y[i+100] = x[i] / 2
		}
		if part == "cuts" {
			y = y[:len(y)/2]
		}
		if r.Out != "" {
			err = WriteMono(r.Out, y)
		}
		if r.Prob != "" {
			// One float32 a hop, 0.5.
			err = errors.Join(err, os.WriteFile(r.Prob, []byte(strings.Repeat("\x00\x00\x00\x3f", len(x)/Hop)), 0o600))
		}
		if err != nil {
			fmt.Printf("{\"error\":%q}\n", err)
			continue
		}
		fmt.Println("progress 100 %")
		fmt.Printf("{\"cpu_ns\":%d,\"hops\":%d}\n", 1000*(len(x)/Hop), len(x)/Hop)
	}
}

// start starts the fake driver in a part.
func start(t *testing.T, part string, voice bool) (*Driver, error) {
	t.Helper()
	t.Setenv(actAs, part)
	return StartDriver(Peer{Name: "fake", Command: []string{os.Args[0]}}, t.TempDir(), voice)
}

func tone(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(float64(i)*0.05))
	}
	return Quantize(x)
}

func TestDriver(t *testing.T) {
	d, err := start(t, "well", false)
	if err != nil {
		t.Fatal(err)
	}
	if i := d.Info(); i.Version != "1.2" || i.Label != "fake" {
		t.Errorf("info %+v", i)
	}
	x := tone(Rate / 10)
	for range 2 {
		r, err := d.Process(x)
		if err != nil {
			t.Fatal(err)
		}
		if r.Hops != 10 || r.CPU != 10*time.Microsecond || r.Delay != 100 || len(r.Out) != len(x) {
			t.Fatalf("got %d hops, %v, delay %d, %d samples", r.Hops, r.CPU, r.Delay, len(r.Out))
		}
		for i := 100; i < len(x); i++ {
			if math.Abs(float64(r.Out[i]-x[i-100]/2)) > 1.0/32768 {
				t.Fatalf("sample %d is %v, want %v", i, r.Out[i], x[i-100]/2)
			}
		}
	}
	dir := d.dir
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s is still there", dir)
	}
}

func TestDriverVoice(t *testing.T) {
	d, err := start(t, "well", true)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r, err := d.Process(tone(Rate / 10))
	if err != nil || len(r.Prob) != 10 || r.Prob[3] != 0.5 || r.Out != nil {
		t.Fatalf("got %v, %v", r, err)
	}
}

// A driver that cannot start is refused with its own words, soon.
func TestDriverNotReady(t *testing.T) {
	defer func(old time.Duration) { readyTimeout = old }(readyTimeout)
	readyTimeout = 300 * time.Millisecond
	for part, want := range map[string]string{"absent": "no weights", "crashes at once": "cannot load it", "mute": "no answer"} {
		if part != "mute" {
			readyTimeout = 20 * time.Second
		} else {
			readyTimeout = 300 * time.Millisecond
		}
		began := time.Now()
		_, err := start(t, part, false)
		var dead *Dead
		if !errors.As(err, &dead) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", part, err, want)
		}
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("%s: took %v", part, took)
		}
	}
	if _, err := StartDriver(Peer{Name: "none", Command: []string{"./no-such-program"}}, t.TempDir(), false); err == nil {
		t.Error("a program that is not there started")
	}
}

// A driver that dies or hangs in the middle gives a Dead error, then and at
// every further call, and leaves no process.
func TestDriverDies(t *testing.T) {
	defer func(old time.Duration) { fileTimeout = old }(fileTimeout)
	x := tone(Hop)
	for part, want := range map[string]string{"crashes": "segmentation fault", "hangs": "no answer"} {
		fileTimeout = 20 * time.Second
		d, err := start(t, part, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Process(x); err != nil {
			t.Fatal(err)
		}
		if part == "hangs" {
			fileTimeout = 300 * time.Millisecond
		}
		for range 2 {
			_, err := d.Process(x)
			var dead *Dead
			if !errors.As(err, &dead) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", part, err, want)
			}
		}
		if d.cmd.ProcessState == nil {
			t.Errorf("%s: the process was not waited for", part)
		}
		d.Close()
	}
}

// An error of one file is no error of the next; output of the wrong length is.
func TestDriverErrors(t *testing.T) {
	d, err := start(t, "refuses", false)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var dead *Dead
	if _, err := d.Process(tone(Hop)); err == nil || errors.As(err, &dead) || !strings.Contains(err.Error(), "too short") {
		t.Errorf("got %v", err)
	}
	if _, err := d.Process(tone(Hop)); err != nil {
		t.Error(err)
	}
	c, err := start(t, "cuts", false)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Process(tone(Rate)); err == nil || !strings.Contains(err.Error(), "samples of output") {
		t.Errorf("got %v", err)
	}
}
