package denoise

import "testing"

// TestAhead: what is brought ahead changes nothing in any stream's output, of any
// tracker and number of channels; after the hop nothing is left to bring, and
// nothing is allocated.
func TestAhead(t *testing.T) {
	for _, cfg := range []Config{{SampleRate: 48000, FrameSize: 480}, {SampleRate: 16000}, {SampleRate: 48000, Channels: 2, Link: Independent}, {SampleRate: 16000, Tracker: TrackMinimum}} {
		p, err := NewPool(cfg)
		if err != nil {
			t.Fatal(err)
		}
		ch := max(cfg.Channels, 1)
		n := cfg.SampleRate / 100 * ch
		x := talk(cfg.SampleRate, ch, 40*n/ch)
		var ds []*Denoiser
		for range 3 {
			d, _ := p.New()
			ds = append(ds, d)
		}
		alone := mustNew(t, cfg)
		got, want := make([]float32, n), make([]float32, n)
		for at := 0; at+n <= len(x); at += n {
			alone.Process(want, x[at:at+n])
			for i, d := range ds {
				p.Ahead(ds[(i+1)%len(ds)])
				d.Process(got, x[at:at+n])
				if p.work.ahead.d != nil || len(p.work.ahead.block) > 0 {
					t.Fatalf("%+v: after a hop there is still something to bring", cfg)
				}
				for k := range got {
					if got[k] != want[k] {
						t.Fatalf("%+v: stream %d, sample %d is %v, alone %v", cfg, i, at+k, got[k], want[k])
					}
				}
			}
		}
		if a := testing.AllocsPerRun(10, func() { p.Ahead(ds[1]); ds[0].Process(got, x[:n]) }); a != 0 {
			t.Errorf("%+v: %v allocations", cfg, a)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("Ahead of a stream of its own: no panic")
		}
	}()
	p, _ := NewPool(Config{SampleRate: 16000})
	p.Ahead(mustNew(t, Config{SampleRate: 16000}))
}
