package denoise

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"
)

func mustPool(t testing.TB, c Config) *Pool {
	t.Helper()
	p, err := NewPool(withEngine(c))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustPoolNew(t testing.TB, p *Pool) *Denoiser {
	t.Helper()
	d, err := p.New()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// poolConfigs is every setting that has memory of its own or changes the way
// of a hop.
func poolConfigs() []Config {
	profile := flatProfile(-75)
	return []Config{
		{SampleRate: 48000, FrameSize: 480},
		{SampleRate: 48000},
		{SampleRate: 48000, FrameSize: 240, Strength: Maximum},
		{SampleRate: 8000, FrameSize: 80, Music: true},
		{SampleRate: 16000, FrameSize: 160, ComfortNoiseDB: -50},
		{SampleRate: 11025, Strength: Off},
		{SampleRate: 44100, FrameSize: 441, Output: OutputRemoved},
		{SampleRate: 16000, FrameSize: 320, Gate: GateConfig{Enabled: true, PreRoll: 30 * time.Millisecond}},
		{SampleRate: 16000, FrameSize: 160, Profile: profile},
		{SampleRate: 16000, Profile: profile, ProfileMode: ProfileStart},
		{SampleRate: 16000, FrameSize: 160, Tracker: TrackMinimum, Rule: Wiener},
		{SampleRate: 8000, Rule: LogMMSE}, {SampleRate: 8000, FrameSize: 80, Rule: Subtraction},
		{SampleRate: 16000, FrameSize: 160, Channels: 2},
		{SampleRate: 16000, Channels: 2, Link: LinkMinimum},
		{SampleRate: 8000, FrameSize: 80, Channels: 3, Link: Independent, ComfortNoiseDB: -60, Music: true,
			Gate: GateConfig{Enabled: true, PreRoll: -1}},
	}
}

// caller is a stream and what is done to it: a script that depends on nothing
// but its seed, so that two callers of one seed can be compared.
type caller struct {
	d   *Denoiser
	r   *rand.Rand
	x   []float32
	at  int
	out []float32 // of the last step
}

func newCaller(d *Denoiser, seed uint64, x []float32) *caller {
	return &caller{d: d, r: newRand(seed), x: x, out: make([]float32, 3*len(x))}
}

// step takes a chunk of random length through the stream, at times with a
// setting changed before or in another way than Process.
func (c *caller) step() []float32 {
	d, r := c.d, c.r
	unit := max(d.cfg.FrameSize, 1)
	n := 1 + r.IntN(3*d.hop/2)
	n = max(n-n%unit, unit) * d.cfg.Channels
	if c.at+n > len(c.x) {
		c.at = 0
	}
	in, out := c.x[c.at:c.at+n], c.out[:n]
	c.at += n
	switch r.IntN(60) {
	case 0:
		d.SetStrength(Strength(r.IntN(len(strengthNames))))
	case 1:
		d.SetBypass(r.IntN(2) == 0)
	case 2:
		d.SetOutput(Output(r.IntN(2)))
	case 3:
		d.SetMusic(r.IntN(2) == 0)
	case 4:
		d.SetProfile(flatProfile(-60), ProfileMode(r.IntN(2)))
	case 5:
		d.SetProfile(nil, ProfileFixed)
	case 6:
		d.ResetTransient()
	case 7:
		d.Observe(in)
		return nil
	case 8, 9:
		d.Conceal(out, in)
		return out
	case 10: // what Flush owes, in parts, and on without a Reset
		n = 0
		for range 1 + r.IntN(4) {
			n += d.Flush(c.out[n : n+(1+r.IntN(d.hop))*d.cfg.Channels])
		}
		return c.out[:n]
	case 11: // digital silence
		clear(out)
		d.Process(out, out)
		return out
	case 12:
		d.Reset()
	}
	d.Process(out, in)
	return out
}

// TestPoolEqualsNew: streams of a pool in random order give what each gives
// alone, bit for bit; so do those that begin in the memory of others.
func TestPoolEqualsNew(t *testing.T) { bothEngines(t, testPoolEqualsNew) }

func testPoolEqualsNew(t *testing.T) {
	const streams = 4
	for i, cfg := range poolConfigs() {
		p := mustPool(t, cfg)
		hop := hopSize(cfg.SampleRate)
		x := talk(cfg.SampleRate, max(cfg.Channels, 1), 40*hop)
		var got, want [streams]*caller
		begin := func(s int, seed uint64) {
			part := x[s*hop*max(cfg.Channels, 1):]
			got[s], want[s] = newCaller(mustPoolNew(t, p), seed, part), newCaller(mustNew(t, cfg), seed, part)
		}
		for s := range streams {
			begin(s, uint64(s))
		}
		r := newRand(uint64(i))
		for step := range 400 {
			s := r.IntN(streams)
			if r.IntN(50) == 0 {
				old := got[s].d
				p.Put(old)
				begin(s, uint64(1000+step))
				old.SetMusic(true) // too late to matter
				old.SetStrength(Off)
				old.SetProfile(flatProfile(-20), ProfileFixed)
			}
			if a, b := got[s].step(), want[s].step(); sameBits(a, b) >= 0 {
				t.Fatalf("%+v: stream %d differs from its own in step %d", cfg, s, step)
			}
			if a, b := got[s].d.Stats(), want[s].d.Stats(); a != b {
				t.Fatalf("%+v: stream %d in step %d: %+v, alone %+v", cfg, s, step, a, b)
			}
		}
		for s := range streams {
			if a, b := flush(got[s].d), flush(want[s].d); sameBits(a, b) >= 0 {
				t.Fatalf("%+v: the ends of stream %d differ", cfg, s)
			}
			a, b := got[s].d.Profile(), want[s].d.Profile()
			if (a == nil) != (b == nil) || a != nil && fmt.Sprint(a.PSD) != fmt.Sprint(b.PSD) {
				t.Fatalf("%+v: the noise profiles of stream %d differ", cfg, s)
			}
		}
	}
}

// TestPoolProcess: the batch calls do what Process does, also when the chunks
// differ in length.
func TestPoolProcess(t *testing.T) { bothEngines(t, testPoolProcess) }

func testPoolProcess(t *testing.T) {
	cfg := Config{SampleRate: 16000}
	p := mustPool(t, cfg)
	x := talk(16000, 1, 16000)
	var pooled, alone [5]*Denoiser
	for i := range pooled {
		pooled[i], alone[i] = mustPoolNew(t, p), mustNew(t, cfg)
	}
	src, dst := make([][]float32, 5), make([][]float32, 5)
	src16, dst16 := make([][]int16, 5), make([][]int16, 5)
	for round := range 40 {
		for i := range src {
			n := 100 + 40*i
			src[i], dst[i] = x[round*n:(round+1)*n], make([]float32, n)
			dst16[i] = make([]int16, n)
			for _, v := range src[i] {
				src16[i] = append(src16[i], toInt16(v))
			}
			src16[i] = src16[i][len(src16[i])-n:]
		}
		if round%2 == 0 {
			p.Process(pooled[:], dst, src)
		} else {
			p.ProcessInt16(pooled[:], dst16, src16)
		}
		for i, d := range alone {
			want, want16 := make([]float32, len(src[i])), make([]int16, len(src[i]))
			if round%2 == 0 {
				d.Process(want, src[i])
			} else {
				d.ProcessInt16(want16, src16[i])
			}
			if sameBits(dst[i], want) >= 0 && round%2 == 0 || round%2 == 1 && fmt.Sprint(dst16[i]) != fmt.Sprint(want16) {
				t.Fatalf("round %d: stream %d differs", round, i)
			}
		}
	}
}

// TestPoolPut: memory is wiped when it comes back and used again, the old
// stream is dead, and what is not the pool's is refused.
func TestPoolPut(t *testing.T) { bothEngines(t, testPoolPut) }

func testPoolPut(t *testing.T) {
	p := mustPool(t, Config{SampleRate: 16000, Channels: 2, ComfortNoiseDB: -60, Gate: GateConfig{Enabled: true}})
	d := mustPoolNew(t, p)
	other := mustPoolNew(t, p)
	process(d, talk(16000, 2, 16000), 0)
	memory := d.memory
	if p.Len() != 2 || p.Config().Channels != 2 {
		t.Errorf("Len %d, want 2; %+v", p.Len(), p.Config())
	}
	stats := d.Stats()
	p.Put(d)
	for i, v := range memory {
		if v != 0 {
			t.Fatalf("value %d of a closed stream's memory is %v", i, v)
		}
	}
	if p.Len() != 1 {
		t.Errorf("Len %d, want 1", p.Len())
	}
	again := mustPoolNew(t, p)
	if &again.memory[0] != &memory[0] || again == d {
		t.Error("the memory of a closed stream is not used again, or its Denoiser is")
	}
	process(again, talk(16000, 2, 1600), 0)
	d.SetStrength(Off)
	d.SetBypass(true)
	d.SetMusic(true)
	if d.Stats() != stats {
		t.Error("statistics of a closed stream changed")
	}
	x := make([]float32, 640)
	x16 := make([]int16, 640)
	for name, f := range map[string]func(){
		"Process": func() { d.Process(x, x) }, "ProcessInt16": func() { d.ProcessInt16(x16, x16) },
		"Conceal": func() { d.Conceal(x, x) }, "Observe": func() { d.Observe(x) }, "ObserveInt16": func() { d.ObserveInt16(x16) },
		"Flush": func() { d.Flush(x) }, "Reset": func() { d.Reset() }, "ResetTransient": func() { d.ResetTransient() },
		"Profile": func() { d.Profile() }, "Put twice": func() { p.Put(d) },
		"Put of a foreign stream":     func() { p.Put(mustNew(t, p.Config())) },
		"Process of a foreign stream": func() { p.Process([]*Denoiser{mustNew(t, p.Config())}, [][]float32{x}, [][]float32{x}) },
		"Process without dst":         func() { p.Process([]*Denoiser{other}, nil, [][]float32{x}) },
		"Process without src":         func() { p.ProcessInt16([]*Denoiser{other}, [][]int16{x16}, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			f()
		}()
	}
	if p.Len() != 2 {
		t.Errorf("Len %d after all that, want 2", p.Len())
	}
	if _, err := NewPool(Config{SampleRate: 1}); err == nil {
		t.Error("NewPool takes a sample rate of 1 Hz")
	}
}

// TestPoolBlocksAreFull: what a stream takes of its block is all of it, so
// stateLen is neither too small (a panic) nor too large.
func TestPoolBlocksAreFull(t *testing.T) { bothEngines(t, testPoolBlocksAreFull) }

func testPoolBlocksAreFull(t *testing.T) {
	for _, cfg := range poolConfigs() {
		w, err := newWorkspace(cfg.withDefaults())
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v: a block of %d values is larger than it must be", cfg, w.stateLen())
				}
			}()
			w.newDenoiser(make([]float32, w.stateLen()-1))
		}()
		w.newDenoiser(make([]float32, w.stateLen()))
	}
}

// TestPoolAllocatesNothing on the way of a sample.
func TestPoolAllocatesNothing(t *testing.T) { bothEngines(t, testPoolAllocatesNothing) }

func testPoolAllocatesNothing(t *testing.T) {
	for _, cfg := range poolConfigs() {
		p := mustPool(t, cfg)
		ds := []*Denoiser{mustPoolNew(t, p), mustPoolNew(t, p), mustPoolNew(t, p)}
		d := ds[0]
		n := 4 * d.hop * d.cfg.Channels
		if d.cfg.FrameSize == 0 {
			n = 100 * d.cfg.Channels
		}
		x := talk(cfg.SampleRate, d.cfg.Channels, n/d.cfg.Channels)
		batch := [][]float32{append([]float32(nil), x...), append([]float32(nil), x...), append([]float32(nil), x...)}
		for name, f := range map[string]func(){
			"Process": func() { p.Process(ds, batch, batch) },
			"Flush":   func() { d.Process(batch[0], x); d.Flush(batch[0][:n/8]); d.Flush(batch[0]) },
			"Observe": func() { d.Observe(x); d.Conceal(batch[0], x) },
			"Reset":   func() { d.Reset() },
		} {
			if a := testing.AllocsPerRun(20, f); a != 0 {
				t.Errorf("%+v: %s allocates %v times", cfg, name, a)
			}
		}
	}
}

// TestPoolMemory: a stream takes what StateBytes says, at 48 kHz mono well below
// 24 KB.
func TestPoolMemory(t *testing.T) { bothEngines(t, testPoolMemory) }

func testPoolMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("needs some 100 MB")
	}
	const streams = 1000
	for _, c := range []struct {
		cfg    Config
		kb     float64 // bound, 0 for none
		neural float64 // and that of the neural engine
	}{
		{Config{SampleRate: 48000, FrameSize: 480}, 17, 30},
		{Config{SampleRate: 48000}, 20, 32},
		{Config{SampleRate: 16000, FrameSize: 160}, 8, 22},
		{Config{SampleRate: 8000, FrameSize: 80}, 5, 17},
		{Config{SampleRate: 48000, FrameSize: 480, Channels: 2}, 24, 53},
		{Config{SampleRate: 48000, FrameSize: 480, Channels: 2, Link: Independent}, 0, 0},
		{Config{SampleRate: 16000, Music: true, ComfortNoiseDB: -60, Gate: GateConfig{Enabled: true}}, 0, 0},
		{Config{SampleRate: 16000, FrameSize: 160, Profile: flatProfile(-80), Tracker: TrackMinimum}, 0, 0},
	} {
		p := mustPool(t, c.cfg)
		if testEngine == Neural {
			c.kb = c.neural
		}
		ds := make([]*Denoiser, streams)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range ds {
			ds[i] = mustPoolNew(t, p)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		got := float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)) / streams
		says := float64(ds[0].StateBytes())
		t.Logf("%6d Hz, %d ch, FrameSize %3d, %v: %.0f bytes, StateBytes %.0f (%d values)", c.cfg.SampleRate, p.Config().Channels,
			c.cfg.FrameSize, c.cfg.Link, got, says, p.work.stateLen())
		// The allocator rounds up, by an eighth at most, and above 32 KB to pages
		// of 8.
		if got < 0.97*says || got > 1.125*says && (says < 32768 || got > says+8192) {
			t.Errorf("%+v: %.0f bytes per stream, StateBytes says %.0f", c.cfg, got, says)
		}
		if c.kb > 0 && got > c.kb*1024 {
			t.Errorf("%+v: %.0f bytes per stream, want at most %v KB", c.cfg, got, c.kb)
		}
		runtime.KeepAlive(ds)
	}
}

// TestPoolSettersFromOtherGoroutines: settings of the streams of two pools
// change, and statistics are read, while both run (go test -race).
func TestPoolSettersFromOtherGoroutines(t *testing.T) {
	bothEngines(t, testPoolSettersFromOtherGoroutines)
}

func testPoolSettersFromOtherGoroutines(t *testing.T) {
	const streams, hops = 3, 60
	cfg := Config{SampleRate: 8000, FrameSize: 80, Channels: 2, Link: Independent, Profile: flatProfile(-70), ProfileMode: ProfileStart}
	x := talk(8000, 2, 80*hops)
	var workers, setters sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		p := mustPool(t, cfg)
		ds := make([]*Denoiser, streams)
		for i := range ds {
			ds[i] = mustPoolNew(t, p)
		}
		for i := range ds {
			setters.Add(1)
			go func() {
				defer setters.Done()
				for n := 0; ; n++ {
					select {
					case <-done:
						return
					default:
					}
					d := ds[i]
					d.SetMusic(n%2 == 0)
					d.SetProfile(flatProfile(-60), ProfileMode(n%2))
					d.SetStrength(Strength(n % 6))
					d.SetBypass(n%3 == 0)
					d.SetOutput(Output(n % 2))
					d.Stats()
					runtime.Gosched()
				}
			}()
		}
		workers.Add(1)
		go func() {
			defer workers.Done()
			buffers := make([][]float32, streams)
			for i := range buffers {
				buffers[i] = make([]float32, 160)
			}
			for h := range hops {
				for i := range buffers {
					copy(buffers[i], x[h*160:])
				}
				p.Process(ds, buffers, buffers)
				for i := range buffers {
					if !allFinite(buffers[i]) {
						t.Errorf("stream %d is not finite", i)
					}
				}
			}
			// Closing streams while others still change their settings.
			for _, d := range ds {
				p.Put(d)
			}
			for range streams {
				e := mustPoolNew(t, p)
				e.Process(buffers[0], buffers[0])
			}
		}()
	}
	workers.Wait()
	close(done)
	setters.Wait()
}
