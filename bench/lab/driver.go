package lab

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Dead is the error of a driver that has crashed, hangs, or does not keep to
// the protocol; its process has been ended.
type Dead struct{ Why string }

func (d *Dead) Error() string { return "lab: driver: " + d.Why }

// Times that a driver gets before it is taken to hang.
var (
	readyTimeout = 2 * time.Minute  // models may have to be loaded
	fileTimeout  = 30 * time.Second // and ten times the length of the recording
	closeTimeout = 5 * time.Second
)

// Driver is a system in a process of its own, spoken to by a JSON object a line:
//
//	→ {"in":"a.wav","out":"b.wav","prob":"c.f32"}
//	← {"cpu_ns":123,"hops":45} or {"error":"…"}
//
// bench/peers/README.md describes the protocol. Lines that are no JSON object
// are ignored: libraries like to print.
type Driver struct {
	info  Info
	delay int
	dir   string // for files on their way
	voice bool   // asks for probabilities, not for sound
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan []byte // closed when the process has closed its output
	tail  *tail       // of its standard error
	dead  error
	once  sync.Once
}

// reply is a line from a driver, of either kind.
type reply struct {
	Ready   *bool  `json:"ready"`
	Why     string `json:"why"`
	Version string `json:"version"`
	Delay   *int   `json:"delay"`
	Rate    int    `json:"rate"`

	CPU   int64  `json:"cpu_ns"`
	Hops  int    `json:"hops"`
	Error string `json:"error"`
}

// StartDriver starts a peer's driver, in the folder root, and waits until it is
// ready. With voice it is asked for speech probabilities instead of sound.
func StartDriver(p Peer, root string, voice bool) (*Driver, error) {
	if len(p.Command) == 0 {
		return nil, &Dead{"no command"}
	}
	dir, err := os.MkdirTemp("", "quietline-"+p.Name+"-")
	if err != nil {
		return nil, err
	}
	d := &Driver{info: p.info(), delay: -1, dir: dir, voice: voice, lines: make(chan []byte, 16), tail: &tail{}}
	d.cmd = exec.Command(p.Command[0], p.Command[1:]...)
	d.cmd.Dir = root
	d.cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "PYTHONUNBUFFERED=1")
	d.cmd.Stderr = d.tail
	d.cmd.WaitDelay = closeTimeout
	stdout, err := d.cmd.StdoutPipe()
	if err == nil {
		d.stdin, err = d.cmd.StdinPipe()
	}
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, &Dead{err.Error()}
	}
	go d.read(stdout)
	r, err := d.wait(readyTimeout, func(r reply) bool { return r.Ready != nil })
	if err != nil {
		return nil, d.kill(err.Error())
	}
	if !*r.Ready {
		return nil, d.kill("not ready: " + r.Why)
	}
	if r.Delay != nil {
		d.delay = *r.Delay
		if r.Rate > 0 && d.delay >= 0 {
			d.delay = int(math.Round(float64(d.delay) * Rate / float64(r.Rate)))
		}
	}
	if d.info.Version == "" {
		d.info.Version = r.Version
	}
	return d, nil
}

// Info implements System.
func (d *Driver) Info() Info { return d.info }

// Process implements System. The length of the output is that of the input.
func (d *Driver) Process(x []float32) (Result, error) {
	if d.dead != nil {
		return Result{}, d.dead
	}
	in, out, prob := filepath.Join(d.dir, "in.wav"), filepath.Join(d.dir, "out.wav"), filepath.Join(d.dir, "prob.f32")
	os.Remove(out)
	os.Remove(prob)
	if err := WriteMono(in, x); err != nil {
		return Result{}, err
	}
	request := map[string]string{"in": in}
	if d.voice {
		request["prob"] = prob
	} else {
		request["out"] = out
	}
	line, err := json.Marshal(request)
	if err != nil {
		return Result{}, err
	}
	// A process that has stopped reading must not stop us.
	sent := make(chan error, 1)
	go func() {
		_, err := d.stdin.Write(append(line, '\n'))
		sent <- err
	}()
	limit := fileTimeout + 10*time.Duration(len(x))*time.Second/Rate
	r, err := d.wait(limit, func(r reply) bool { return r.Hops > 0 || r.Error != "" })
	if err != nil {
		return Result{}, d.kill(err.Error())
	}
	if err := <-sent; err != nil {
		return Result{}, d.kill(err.Error())
	}
	if r.Error != "" {
		return Result{}, fmt.Errorf("lab: %s: %s", d.info.Name, r.Error)
	}
	res := Result{CPU: time.Duration(r.CPU), Hops: r.Hops, Delay: d.delay}
	if d.voice {
		res.Prob, err = readFloats(prob)
	} else if res.Out, err = ReadMono(out); err == nil && len(res.Out) != len(x) {
		err = fmt.Errorf("lab: %s: %d samples of output for %d", d.info.Name, len(res.Out), len(x))
	}
	return res, err
}

// Close implements System: it ends the process, by force if it does not go.
func (d *Driver) Close() error {
	d.stop(closeTimeout)
	return nil
}

// kill ends the process and returns why as an error, with what it printed last.
func (d *Driver) kill(why string) error {
	d.cmd.Process.Kill()
	d.stop(0)
	if s := d.tail.last(); s != "" {
		why += " (" + s + ")"
	}
	d.dead = &Dead{why}
	return d.dead
}

// stop closes the process's input and waits for it, killing it after grace.
func (d *Driver) stop(grace time.Duration) {
	d.once.Do(func() {
		d.stdin.Close()
		killer := time.AfterFunc(grace, func() { d.cmd.Process.Kill() })
		defer killer.Stop()
		go func() {
			for range d.lines { // nobody waits for them any more
			}
		}()
		d.cmd.Wait()
		os.RemoveAll(d.dir)
	})
}

// read passes on the lines of the process's output.
func (d *Driver) read(r io.Reader) {
	defer close(d.lines)
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		d.lines <- append([]byte(nil), s.Bytes()...)
	}
	io.Copy(io.Discard, r) // after a line that is too long
}

// wait returns the next line that is wanted.
func (d *Driver) wait(limit time.Duration, wanted func(reply) bool) (reply, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case line, ok := <-d.lines:
			if !ok {
				return reply{}, errors.New("it ended before it answered")
			}
			var r reply
			if json.Unmarshal(line, &r) == nil && wanted(r) {
				return r, nil
			}
		case <-timer.C:
			return reply{}, fmt.Errorf("no answer within %v", limit)
		}
	}
}

// readFloats reads little-endian float32 values.
func readFloats(name string) ([]float32, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if len(b)%4 != 0 {
		return nil, fmt.Errorf("lab: %s: %d bytes: want float32 values", name, len(b))
	}
	x := make([]float32, len(b)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return x, nil
}

// tail keeps the end of what is written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if n := len(t.b); n > 4096 {
		t.b = append(t.b[:0], t.b[n-4096:]...)
	}
	return len(p), nil
}

// last returns the last line.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := lastLine(t.b)
	return strings.TrimSpace(s[max(0, len(s)-300):])
}
