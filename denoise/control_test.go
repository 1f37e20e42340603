package denoise

import (
	"math"
	"strings"
	"sync"
	"testing"
)

// TestSettersWhileProcessing turns every knob from many goroutines while the
// stream runs. Its worth is under -race; without, it still checks that the
// output stays finite and that stats are read whole.
func TestSettersWhileProcessing(t *testing.T) { bothEngines(t, testSettersWhileProcessing) }

func testSettersWhileProcessing(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000, Channels: 2, Gate: GateConfig{Enabled: true}, ComfortNoiseDB: -60})
	x := talk(48000, 2, 24000)
	p := flatProfile(-90)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for _, f := range []func(i int){
		func(i int) { d.SetStrength(Strength(i % 7)) },
		func(i int) { d.SetLimitDB(float64(i % 100)) },
		func(i int) { d.SetBypass(i%3 == 0) },
		func(i int) { d.SetOutput(Output(i % 3)) },
		func(i int) { d.SetMusic(i%2 == 0) },
		func(i int) {
			if i%2 == 0 {
				d.SetProfile(p, ProfileMode(i/2%2))
			} else {
				d.SetProfile(nil, ProfileFixed)
			}
		},
		func(i int) {
			s := d.Stats()
			if s.VoiceHops > s.Hops || s.SilentHops > s.Hops || s.SpeechProb < 0 || s.SpeechProb > 1 || math.IsNaN(s.ReductionDB) {
				t.Errorf("torn stats: %+v", s)
			}
		},
		func(int) { _, _, _ = d.Latency(), d.Hop(), d.Config() },
	} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					f(i)
				}
			}
		}()
	}
	y := make([]float32, len(x))
	for i := range 3 {
		for at := 0; at < len(x); at += 962 {
			end := min(at+962, len(x))
			switch (at/962 + i) % 9 {
			case 7:
				d.Observe(x[at:end])
			case 8:
				d.Conceal(y[at:end], x[at:end])
			default:
				d.Process(y[at:end], x[at:end])
			}
		}
		if !allFinite(y) || peak(y) > 4 {
			t.Errorf("output is not finite, or far beyond the input: peak %v", peak(y))
		}
		d.ResetTransient()
	}
	close(stop)
	wg.Wait()
}

// TestStatsAreNotTorn reads the board while it is written: the counters of one
// reading belong to one hop.
func TestStatsAreNotTorn(t *testing.T) { bothEngines(t, testStatsAreNotTorn) }

func testStatsAreNotTorn(t *testing.T) {
	var b statsBoard
	done := make(chan struct{})
	go func() {
		defer close(done)
		var tt totals
		for i := range 20000 {
			n := uint64(i)
			tt.hops, tt.voiceHops, tt.silent, tt.observed, tt.concealed = n, n, n, n, n
			tt.prob, tt.noise = float32(i), float32(i)
			b.publish(&tt)
		}
	}()
	for {
		w := b.read()
		n := w[5]
		prob, _ := unpair(w[0])
		if w[4]>>1 != n || w[6] != n || w[7] != n || w[8] != n || uint64(prob) != n {
			t.Fatalf("torn: %v", w)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

// TestSetLimitBounds: odd values are brought into range.
func TestSetLimitBounds(t *testing.T) { bothEngines(t, testSetLimitBounds) }

func testSetLimitBounds(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000})
	for _, c := range []struct{ set, want float64 }{
		{-3, 0}, {math.NaN(), 0}, {math.Inf(-1), 0}, {math.Inf(1), 90}, {1000, 90}, {17.5, 17.5}, {0, 0},
	} {
		d.SetLimitDB(c.set)
		if got := float64(d.control.limitDB()); got != c.want {
			t.Errorf("SetLimitDB(%v) gives %v, want %v", c.set, got, c.want)
		}
	}
	d.SetStrength(Strength(200))
	if got, want := float64(d.control.limitDB()), withEngine(Config{}).limitOf(Default); got != want {
		t.Errorf("an unknown strength gives %v dB, want %v", got, want)
	}
}

// TestSettingsTakeEffect: three hops after a change the output is that of a
// denoiser that always had the setting.
func TestSettingsTakeEffect(t *testing.T) { bothEngines(t, testSettingsTakeEffect) }

func testSettingsTakeEffect(t *testing.T) {
	x := talk(48000, 1, 48000)
	base := Config{SampleRate: 48000}
	for name, c := range map[string]struct {
		set  func(d *Denoiser)
		want Config
	}{
		"strength": {func(d *Denoiser) { d.SetStrength(Mild) }, Config{Strength: Mild}},
		"limit":    {func(d *Denoiser) { d.SetLimitDB(50) }, Config{LimitDB: 50}},
		"off":      {func(d *Denoiser) { d.SetStrength(Off) }, Config{Strength: Off}},
		"removed":  {func(d *Denoiser) { d.SetOutput(OutputRemoved) }, Config{Output: OutputRemoved}},
		"bypass":   {func(d *Denoiser) { d.SetBypass(true) }, Config{Strength: Off}},
		"mute":     {func(d *Denoiser) { d.SetOutput(OutputRemoved); d.SetBypass(true) }, Config{Strength: Off, Output: OutputRemoved}},
	} {
		d := mustNew(t, base)
		y := make([]float32, len(x))
		d.Process(y[:24000], x[:24000])
		c.set(d)
		d.Process(y[24000:], x[24000:])
		c.want.SampleRate = 48000
		want := process(mustNew(t, c.want), x, 0)
		from := 24000 + d.Latency() + 3*480
		for i := from; i < len(y); i++ {
			if y[i] != want[i] {
				t.Errorf("%s: output differs %d samples after the change", name, i-24000)
				break
			}
		}
	}
}

// TestModesKeepWhatIsKnown: music mode on and off, or a profile taken away,
// does not begin from nothing: steady noise stays down.
func TestModesKeepWhatIsKnown(t *testing.T) { bothEngines(t, testModesKeepWhatIsKnown) }

func testModesKeepWhatIsKnown(t *testing.T) {
	for name, change := range map[string]func(d *Denoiser){
		"music on and off": func(d *Denoiser) {
			d.SetMusic(true)
			d.Process(make([]float32, 960), white(960, 8, -40))
			d.SetMusic(false)
		},
		"profile away":  func(d *Denoiser) { d.SetProfile(nil, ProfileFixed) },
		"profile start": func(d *Denoiser) { d.SetProfile(d.Profile(), ProfileStart) },
		"profile fixed": func(d *Denoiser) { d.SetProfile(d.Profile(), ProfileFixed) },
	} {
		d := mustNew(t, Config{SampleRate: 48000})
		process(d, white(96000, 7, -40), 0)
		before, known := d.Stats().NoiseDBFS, d.Profile()
		change(d)
		// One frame moves the estimate little; as a new start it would be that
		// frame, 5 dB off in most bins.
		process(d, white(480, 10, -40), 0)
		var moved float64
		for k, v := range d.Profile().PSD {
			moved += math.Abs(v-known.PSD[k]) / float64(len(known.PSD))
		}
		if moved > 2 {
			t.Errorf("%s: the noise moves by %.1f dB in the first frame", name, moved)
		}
		y := process(d, white(9600, 9, -40), 0)
		if g := -40 - level(y[1920:]); g < 12 {
			t.Errorf("%s: noise is down by %.1f dB after the change, want at least 12", name, g)
		}
		if after := d.Stats().NoiseDBFS; math.Abs(after-before) > 2 {
			t.Errorf("%s: noise estimate goes from %.1f to %.1f dBFS", name, before, after)
		}
	}
}

// TestSwitchUnderSpeech: a change of engines in the middle of a word does not
// make a hole in it.
func TestSwitchUnderSpeech(t *testing.T) { bothEngines(t, testSwitchUnderSpeech) }

func testSwitchUnderSpeech(t *testing.T) {
	v, active := voice(48000, 4, 21)
	if testEngine == Neural { // to the network that one is half a machine
		v, active, _ = speech(t, 4)
	}
	x := add(v, white(len(v), 22, -60))
	for name, change := range map[string]func(d *Denoiser, i int){
		"music":   func(d *Denoiser, i int) { d.SetMusic(i%2 == 0) },
		"profile": func(d *Denoiser, i int) { d.SetProfile(flatProfile(-60-43.8), ProfileMode(i%2)) },
	} {
		want := process(mustNew(t, Config{SampleRate: 48000}), x, 0)
		d := mustNew(t, Config{SampleRate: 48000})
		y := make([]float32, len(x))
		for at, i := 0, 0; at < len(x); at, i = at+12000, i+1 {
			end := min(at+12000, len(x))
			d.Process(y[at:end], x[at:end])
			change(d, i)
		}
		lag := d.Latency()
		for _, s := range active {
			for at := s.from + lag; at+960 <= s.to; at += 480 {
				w, g := level(want[at:at+960]), level(y[at:at+960])
				if w > -35 && g < w-6 {
					t.Errorf("%s: a hole of %.1f dB at %.2f s", name, w-g, float64(at)/48000)
				}
			}
		}
	}
}

func TestSetProfileErrors(t *testing.T) {
	d := mustNew(t, Config{SampleRate: 48000})
	for _, err := range []error{
		d.SetProfile(&Profile{}, ProfileFixed),
		d.SetProfile(&Profile{BinHz: 50, PSD: []float64{math.NaN(), 0}}, ProfileFixed),
		d.SetProfile(flatProfile(-60), 7),
		d.SetProfile(flatProfile(-300), ProfileStart),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "denoise: ") {
			t.Errorf("error %v, want one of this package", err)
		}
	}
	if err := d.SetProfile(nil, ProfileFixed); err != nil {
		t.Error(err)
	}
}
