package denoise

import (
	"fmt"
	"io"
	"runtime"
	"testing"
)

// BenchmarkHop is one hop of 10 ms through everything.
func BenchmarkHop(b *testing.B) {
	for _, rate := range []int{8000, 16000, 48000} {
		for _, channels := range []int{1, 2} {
			b.Run(fmt.Sprintf("%dkHz/%dch", rate/1000, channels), func(b *testing.B) {
				benchmarkHop(b, Config{SampleRate: rate, Channels: channels, FrameSize: rate / 100})
			})
		}
	}
}

// BenchmarkSettings is one hop at 48 kHz mono with each of the settings that
// change the work.
func BenchmarkSettings(b *testing.B) {
	for _, c := range []struct {
		name string
		cfg  Config
	}{
		{"off", Config{Strength: Off}}, {"wiener", Config{Rule: Wiener}}, {"logmmse", Config{Rule: LogMMSE}}, {"subtraction", Config{Rule: Subtraction}},
		{"minimum", Config{Tracker: TrackMinimum}}, {"music", Config{Music: true}}, {"removed", Config{Output: OutputRemoved}}, {"maximum", Config{Strength: Maximum}},
		{"comfort", Config{ComfortNoiseDB: -60}}, {"gate", Config{Gate: GateConfig{Enabled: true}}},
		{"independent2ch", Config{Channels: 2, Link: Independent}}, {"linkminimum2ch", Config{Channels: 2, Link: LinkMinimum}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.cfg.SampleRate, c.cfg.FrameSize = 48000, 480
			benchmarkHop(b, c.cfg)
		})
	}
}

func benchmarkHop(b *testing.B, cfg Config) {
	d := mustNew(b, cfg)
	n := cfg.FrameSize * d.cfg.Channels
	x := talk(cfg.SampleRate, d.cfg.Channels, 100*cfg.FrameSize)
	y := make([]float32, n)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := i % 100 * n
		d.Process(y, x[at:at+n])
	}
}

// BenchmarkStage is each stage alone, at 48 kHz (481 bins, 145 points), and as
// 16kHz/NAME and 8kHz/NAME at those rates.
func BenchmarkStage(b *testing.B) {
	benchmarkStages(b, 48000)
	for _, rate := range []int{16000, 8000} {
		b.Run(fmt.Sprintf("%dkHz", rate/1000), func(b *testing.B) { benchmarkStages(b, rate) })
	}
}

func benchmarkStages(b *testing.B, rate int) {
	hop := rate / 100
	d := mustNew(b, Config{SampleRate: rate, FrameSize: hop})
	x := talk(rate, 1, rate)
	process(d, x, 0)
	c := &d.channels[0]
	e := d.current.list[0].(*classical)
	power := d.analyses[0].frame.power
	points := append([]float32(nil), d.analyses[0].frame.points...)
	prior, post := e.snr.Prior(), e.snr.Post()
	for _, s := range []struct {
		name string
		f    func()
	}{
		{"analysis", func() { c.stft.Analyze(c.re, c.im, x[hop:2*hop]); d.meanPower() }},
		{"presence", func() { e.presence.update(power) }},
		{"noise", func() { e.noise.update(points, e.presence.curve, true) }},
		{"snr", func() { e.snr.UpdateOver(points, e.noise.psd, e.noise.over(0.5)) }},
		{"gain", func() { e.rule.update(e.lnGain, prior, post, &e.presence); e.snr.FeedbackSquare(e.rule.square, points) }},
		{"smoothing", func() { e.smooth.update(e.lnGain, 0.5) }},
		{"engine", func() { e.update(&d.analyses[0].frame) }},
		{"synthesis", func() {
			e.points.Gain(c.re, c.im, d.analyses[0].gain)
			c.stft.Synthesize(c.wet, c.re, c.im)
		}},
	} {
		b.Run(s.name, func(b *testing.B) {
			// Stages that change their input in place would run into denormals:
			// begin with a real spectrum.
			c.stft.Analyze(c.re, c.im, x[hop:2*hop])
			for i := range d.analyses[0].gain {
				d.analyses[0].gain[i] = 1
			}
			for b.Loop() {
				s.f()
			}
		})
	}
}

// BenchmarkStreams runs many streams in turn, as a server does: the state of
// each has left the cache when its turn comes. ns/op is one hop of one stream;
// B/stream is what one holds in memory.
func BenchmarkStreams(b *testing.B) {
	for _, rate := range []int{16000, 48000} {
		for _, n := range []int{1, 64, 1024, 4096} {
			b.Run(fmt.Sprintf("%dkHz/%d", rate/1000, n), func(b *testing.B) {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				ds := make([]*Denoiser, n)
				for i := range ds {
					ds[i] = mustNew(b, Config{SampleRate: rate, FrameSize: rate / 100})
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				x := talk(rate, 1, rate/10)
				y := make([]float32, rate/100)
				i := 0
				for b.Loop() {
					at := i / n % 10 * len(y)
					ds[i%n].Process(y, x[at:at+len(y)])
					i++
				}
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "B/stream")
				runtime.KeepAlive(ds)
			})
		}
	}
}

// BenchmarkChunks is one hop at 48 kHz in chunks that do not fit.
func BenchmarkChunks(b *testing.B) {
	for _, chunk := range []int{1, 7, 160, 480, 4800} {
		b.Run(fmt.Sprint(chunk), func(b *testing.B) {
			d := mustNew(b, Config{SampleRate: 48000})
			x := talk(48000, 1, 4800)
			y := make([]float32, 4800)
			for b.Loop() {
				for at := 0; at < 4800; at += chunk {
					end := min(at+chunk, 4800)
					d.Process(y[at:end], x[at:end])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/hop")
		})
	}
}

func BenchmarkDetector(b *testing.B) {
	v, err := NewDetector(DetectorConfig{SampleRate: 48000})
	if err != nil {
		b.Fatal(err)
	}
	x := talk(48000, 1, 480)
	out := make([]Decision, 0, 4)
	for b.Loop() {
		out = v.Process(out[:0], x)
	}
}

func BenchmarkReader(b *testing.B) {
	r, err := NewReader(endless{}, mustNew(b, Config{SampleRate: 48000}), S16LE)
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 960)
	b.SetBytes(960)
	for b.Loop() {
		io.ReadFull(r, buf)
	}
}
