package denoise

import (
	"bytes"
	"io"
	"testing"

	"github.com/go-audio/audio"
)

// TestNothingIsAllocated on the way of a sample, by any method that runs while
// a stream does.
func TestNothingIsAllocated(t *testing.T) { bothEngines(t, testNothingIsAllocated) }

func testNothingIsAllocated(t *testing.T) {
	for _, cfg := range []Config{
		{SampleRate: 48000},
		{SampleRate: 11025, Channels: 2, Link: Independent, Tracker: TrackMinimum, Rule: Subtraction},
		{SampleRate: 48000, Channels: 2, Link: LinkMinimum, ComfortNoiseDB: -60, Gate: GateConfig{Enabled: true}, Music: true},
		{SampleRate: 16000, FrameSize: 160, Profile: flatProfile(-80)},
	} {
		d := mustNew(t, cfg)
		n := 960 * d.cfg.Channels
		x := talk(cfg.SampleRate, d.cfg.Channels, 960)
		y := make([]float32, n)
		in, out := make([]int16, n), make([]int16, n)
		var s Stats
		for name, f := range map[string]func(){
			"Process":        func() { d.Process(y, x) },
			"in place":       func() { d.Process(y, y) },
			"ProcessInt16":   func() { d.ProcessInt16(out, in) },
			"Observe":        func() { d.Observe(x) },
			"ObserveInt16":   func() { d.ObserveInt16(in) },
			"Conceal":        func() { d.Conceal(y, x) },
			"Flush":          func() { d.Process(y, x); d.Flush(y); d.Flush(y); d.Flush(y) },
			"Reset":          func() { d.Reset() },
			"ResetTransient": func() { d.ResetTransient() },
			"Stats":          func() { s = d.Stats() },
			"SetStrength":    func() { d.SetStrength(Maximum); d.Process(y, x); d.SetStrength(Off); d.Process(y, x) },
			"SetLimitDB":     func() { d.SetLimitDB(10) },
			"SetBypass":      func() { d.SetBypass(true); d.Process(y, x); d.SetBypass(false) },
			"SetOutput":      func() { d.SetOutput(OutputRemoved); d.Process(y, x); d.SetOutput(OutputClean) },
		} {
			if a := testing.AllocsPerRun(20, f); a != 0 {
				t.Errorf("%+v: %s allocates %v times", cfg, name, a)
			}
		}
		_ = s
	}

	det, err := NewDetector(DetectorConfig{SampleRate: 48000, Engine: testEngine})
	if err != nil {
		t.Fatal(err)
	}
	decisions := make([]Decision, 0, 10)
	x := talk(48000, 1, 1920)
	if a := testing.AllocsPerRun(20, func() { decisions = det.Process(decisions[:0], x) }); a != 0 {
		t.Errorf("Detector.Process allocates %v times", a)
	}

	// What the engines of a changed mode cost is paid by the caller.
	d := mustNew(t, Config{SampleRate: 48000})
	d.SetMusic(true)
	if a := testing.AllocsPerRun(1, func() { d.Process(x, x) }); a != 0 {
		t.Errorf("Process after SetMusic allocates %v times", a)
	}
}

func TestAdaptersAllocateNothing(t *testing.T) { bothEngines(t, testAdaptersAllocateNothing) }

func testAdaptersAllocateNothing(t *testing.T) {
	r, err := NewReader(endless{}, mustNew(t, Config{SampleRate: 48000, Channels: 2}), S24LE, Aligned())
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1000)
	if a := testing.AllocsPerRun(50, func() { io.ReadFull(r, buf) }); a != 0 {
		t.Errorf("Reader allocates %v times", a)
	}
	w, err := NewWriter(io.Discard, mustNew(t, Config{SampleRate: 48000, FrameSize: 480}), S16LE)
	if err != nil {
		t.Fatal(err)
	}
	if a := testing.AllocsPerRun(50, func() { w.Write(buf) }); a != 0 {
		t.Errorf("Writer allocates %v times", a)
	}
	var sink bytes.Buffer
	sink.Grow(1 << 20)
	w, _ = NewWriter(&sink, mustNew(t, Config{SampleRate: 48000}), F32LE)
	if a := testing.AllocsPerRun(50, func() { w.Write(buf) }); a != 0 {
		t.Errorf("Writer to a buffer allocates %v times", a)
	}

	d := mustNew(t, Config{SampleRate: 48000})
	format := &audio.Format{NumChannels: 1, SampleRate: 48000}
	f := &audio.Float32Buffer{Format: format, Data: make([]float32, 480)}
	if a := testing.AllocsPerRun(20, func() { d.ProcessFloat32Buffer(f) }); a != 0 {
		t.Errorf("ProcessFloat32Buffer allocates %v times", a)
	}
	b := &audio.IntBuffer{Format: format, Data: make([]int, 480), SourceBitDepth: 16}
	d.ProcessIntBuffer(b)
	if a := testing.AllocsPerRun(20, func() { d.ProcessIntBuffer(b) }); a != 0 {
		t.Errorf("ProcessIntBuffer allocates %v times", a)
	}
}

// endless is a source of zeros.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
