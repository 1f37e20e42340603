package opusio_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

// recorder is an Encoder that keeps what it gets. Its packets have the length
// that 20 ms frames have.
type recorder struct {
	pcm   []float32
	calls int
}

func (r *recorder) EncodeFloat32(pcm []float32, packet []byte) (int, error) {
	r.calls++
	r.pcm = append(r.pcm, pcm...)
	packet[0], packet[1], packet[2] = 9<<3, byte(r.calls), 0xEE
	return 3, nil
}

func (r *recorder) Encode([]int16, []byte) (int, error) { panic("the wrapper encodes float32") }

func newSender(t testing.TB, enc opusio.Encoder, cfg denoise.Config, o opusio.SendOptions) *opusio.DenoisingEncoder {
	t.Helper()
	e, err := opusio.NewDenoisingEncoder(enc, opustest.NewDenoiser(t, cfg), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// feed encodes all whole frames of x and calls each after every one.
func feed(t testing.TB, e opusio.Encoder, x []float32, frame int, each func(at int, packet []byte)) {
	t.Helper()
	packet := make([]byte, opusio.MaxPacketBytes)
	for at := 0; at+frame <= len(x); at += frame {
		n, err := e.EncodeFloat32(x[at:at+frame], packet)
		if err != nil {
			t.Fatal(err)
		}
		if each != nil {
			each(at, packet[:n])
		}
	}
}

// The encoder gets exactly what the denoiser gives, and the input stays as it
// was.
func TestEncoderGetsWhatTheDenoiserGives(t *testing.T) {
	noisy := opustest.Sound(t, "noisy_rain_48k.wav", 48000)[:2*48000]
	for _, channels := range []int{1, 2} {
		x := opustest.Interleave(noisy, channels)
		for _, d := range opustest.Durations {
			n := opustest.Samples(d, 48000)
			cfg := denoise.Config{SampleRate: 48000, Channels: channels, FrameSize: n}
			kept := append([]float32(nil), x...)
			var r recorder
			e := newSender(t, &r, cfg, opusio.SendOptions{FloorDBFS: -127})
			feed(t, e, x, n*channels, nil)
			want := make([]float32, len(r.pcm))
			opustest.NewDenoiser(t, cfg).Process(want, x[:len(want)])
			for i := range want {
				if r.pcm[i] != want[i] || x[i] != kept[i] {
					t.Fatalf("%v, %d channels: sample %d is %v, want %v; the input is %v, was %v", d, channels, i, r.pcm[i], want[i], x[i], kept[i])
				}
			}

			// 16 bit: the same but for rounding.
			var r16 recorder
			e = newSender(t, &r16, cfg, opusio.SendOptions{FloorDBFS: -127})
			packet := make([]byte, 100)
			pcm := opustest.Int16(x)
			for at := 0; at+n*channels <= len(x); at += n * channels {
				if _, err := e.Encode(pcm[at:at+n*channels], packet); err != nil {
					t.Fatal(err)
				}
			}
			for i := range want {
				if math.Abs(float64(r16.pcm[i]-want[i])) > 2e-3 {
					t.Fatalf("%v, %d channels, 16 bit: sample %d is %v, want %v", d, channels, i, r16.pcm[i], want[i])
				}
			}
		}
	}
}

func TestEncoderLatency(t *testing.T) {
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Application: opusio.LowDelay})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		enc       opusio.Encoder
		frameSize int
		lookahead int
		want      int
	}{
		{enc, 960, 0, 480 + 120},
		{&recorder{}, 960, 0, 480 + 312},
		{&recorder{}, 960, 7, 480 + 7},
		{&recorder{}, 960, -1, 480},
		{&recorder{}, 120, -1, 960 - 120}, // 2.5 ms
		{&recorder{}, 240, -1, 960 - 240}, // 5 ms
	} {
		e := newSender(t, c.enc, denoise.Config{SampleRate: 48000, FrameSize: c.frameSize}, opusio.SendOptions{Lookahead: c.lookahead})
		if got := e.Latency(); got != c.want {
			t.Errorf("FrameSize %d, Lookahead %d: latency %d, want %d", c.frameSize, c.lookahead, got, c.want)
		}
	}
}

// The level and the voice bit are those of what is encoded.
func TestEncoderStatus(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)
	var r recorder
	e := newSender(t, &r, denoise.Config{SampleRate: 48000, FrameSize: 960}, opusio.SendOptions{})
	voice := 0
	feed(t, e, x, 960, func(at int, _ []byte) {
		s := e.Status()
		if got := opusio.MeasureLevel(r.pcm[at : at+960]); s.Level.Level != got {
			t.Fatalf("level %d, of what was encoded %d", s.Level.Level, got)
		}
		if s.Delivery != opusio.Send || s.TalkingWhileMuted {
			t.Fatalf("%+v without DTX or mute", s)
		}
		if s.Level.Voice {
			voice++
			if at < 40000 {
				t.Fatalf("voice in the noise at the start, sample %d", at)
			}
		}
	})
	if share := float64(voice) / float64(len(x)/960); share < 0.5 || share > 0.85 {
		t.Errorf("voice in %.0f %% of packets", 100*share)
	}
	// Digital silence in, the floor out: never 127.
	feed(t, e, make([]float32, 96000), 960, nil)
	if s := e.Status(); s.Level.Voice || s.Level.Level < 72 || s.Level.Level > 78 {
		t.Errorf("silence: %+v, want the floor at 75", s)
	}
}

func TestEncoderDTX(t *testing.T) {
	clean := opustest.Sound(t, "speech_48k.wav", 48000)
	for _, file := range []string{"noisy_rain_48k.wav", "speech_48k.wav"} {
		for _, d := range opustest.Durations {
			x := opustest.Sound(t, file, 48000)
			n := opustest.Samples(d, 48000)
			enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 32000, Complexity: opusio.MinComplexity})
			if err != nil {
				t.Fatal(err)
			}
			e := newSender(t, enc, denoise.Config{SampleRate: 48000, FrameSize: n}, opusio.SendOptions{DTX: true})
			var lost, total float64
			var skips, packets, sends int
			var gap time.Duration
			feed(t, e, x, n, func(at int, packet []byte) {
				var energy float64
				for i := range n {
					if k := at + i - e.Denoiser().Latency(); k >= 0 {
						energy += float64(clean[k]) * float64(clean[k])
					}
				}
				total += energy
				packets++
				if got, err := opusio.PacketDuration(packet); got != d {
					t.Fatalf("%v: a packet of %v, %v", d, got, err)
				}
				switch e.Status().Delivery {
				case opusio.Skip:
					skips++
					gap += d
					lost += energy
					if !opusio.IsDTX(packet) || sends == 0 {
						t.Fatalf("%v: packet %d of %d bytes is not sent", d, packets, len(packet))
					}
					if gap >= 400*time.Millisecond {
						t.Fatalf("%v: %v without a packet", d, gap)
					}
				default:
					sends++
					gap = 0
					if opusio.IsDTX(packet) {
						t.Fatalf("%v: a packet of %d bytes is sent", d, len(packet))
					}
				}
			})
			share, cut := float64(skips)/float64(packets), 10*math.Log10(lost/total+1e-12)
			t.Logf("%s, %v: %.0f %% not sent, %.1f dB of the speech in them", file, d, 100*share, cut)
			if share < 0.06 || cut > -28 {
				t.Errorf("%s, %v: %.0f %% not sent, %.1f dB of the speech in them", file, d, 100*share, cut)
			}
		}
	}
}

// Music is not speech, and is sent all the same.
func TestEncoderDTXSendsMusic(t *testing.T) {
	x := opustest.Noise(6*48000, 1, -70)
	notes := []float64{262, 330, 392, 523, 440, 349}
	for i := 48000; i < len(x); i++ {
		p := float64(i) / 48000
		f := notes[int(p*3)%len(notes)]
		x[i] += float32(0.1 * math.Exp(-2*math.Mod(p*3, 1)) * math.Sin(2*math.Pi*f*p))
	}
	e := newSender(t, &recorder{}, denoise.Config{SampleRate: 48000, FrameSize: 960, Music: true}, opusio.SendOptions{DTX: true})
	skips := 0
	feed(t, e, x, 960, func(at int, _ []byte) {
		if at > 49000 && e.Status().Delivery == opusio.Skip {
			skips++
		}
	})
	if skips > 5 {
		t.Errorf("%d of 250 packets of music are not sent", skips)
	}
}

func TestEncoderDTXOptions(t *testing.T) {
	x := opustest.Noise(4*48000, 3, -50)
	count := func(o opusio.SendOptions) (first, skips, refreshes int) {
		var r recorder
		first = -1
		e := newSender(t, &r, denoise.Config{SampleRate: 48000, FrameSize: 960}, o)
		feed(t, e, x, 960, func(at int, packet []byte) {
			switch e.Status().Delivery {
			case opusio.Skip:
				skips++
				if first < 0 {
					first = at / 960
				}
				if len(packet) != 1 || packet[0] != 9<<3 {
					t.Fatalf("a silent packet of % x", packet)
				}
			case opusio.Refresh:
				refreshes++
			}
		})
		if r.calls != len(x)/960-skips {
			t.Errorf("%+v: %d packets were encoded, %d skipped", o, r.calls, skips)
		}
		return first, skips, refreshes
	}
	if first, skips, refreshes := count(opusio.SendOptions{DTX: true}); first < 10 || first > 20 || skips < 160 || refreshes < 7 {
		t.Errorf("default: first skip %d, %d skips, %d refreshes", first, skips, refreshes)
	}
	if first, _, _ := count(opusio.SendOptions{DTX: true, DTXAfter: time.Second}); first < 50 || first > 60 {
		t.Errorf("after a second: first skip %d", first)
	}
	if _, _, refreshes := count(opusio.SendOptions{DTX: true, DTXRefresh: -1}); refreshes != 0 {
		t.Errorf("no refresh: %d", refreshes)
	}
	if _, skips, _ := count(opusio.SendOptions{}); skips != 0 {
		t.Errorf("no DTX: %d skips", skips)
	}
}

// A packet that stands for no sound is as long as those before it, however
// they are framed.
func TestEncoderSilentPackets(t *testing.T) {
	for _, c := range []struct{ packet, want []byte }{
		{[]byte{11 << 3, 1, 2}, []byte{11 << 3}},           // one frame of 60 ms
		{[]byte{11<<3 | 1, 1, 2}, []byte{11<<3 | 1}},       // two of the same size
		{[]byte{11<<3 | 2, 1, 2}, []byte{11<<3 | 1}},       // two of different size
		{[]byte{31<<3 | 3, 0xC6, 2}, []byte{31<<3 | 3, 6}}, // six of 20 ms, VBR, padded
	} {
		enc := opusio.FromFloat32Encoder(func(_ []float32, packet []byte) (int, error) { return copy(packet, c.packet), nil })
		e := newSender(t, enc, denoise.Config{SampleRate: 48000}, opusio.SendOptions{DTX: true})
		var last []byte
		feed(t, e, make([]float32, 48000), 5760, func(_ int, packet []byte) { last = append(last[:0], packet...) })
		if e.Status().Delivery != opusio.Skip || string(last) != string(c.want) {
			t.Errorf("after % x: % x, want % x", c.packet, last, c.want)
		}
		a, _ := opusio.PacketSamples48(c.packet)
		if b, err := opusio.PacketSamples48(last); a != b || err != nil {
			t.Errorf("after % x: %d samples, %v, want %d", c.packet, b, err, a)
		}
	}
}

func TestEncoderMute(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)
	var r recorder
	e := newSender(t, &r, denoise.Config{SampleRate: 48000, FrameSize: 960}, opusio.SendOptions{})
	const mute, open = 62 * 960, 250 * 960 // in the middle of words
	talking, worst := 0, -200.0
	feed(t, e, x, 960, func(at int, _ []byte) {
		e.SetMuted(at+960 >= mute && at+960 < open)
		if at < mute || at >= open {
			return
		}
		s := e.Status()
		if s.Level != opusio.MutedLevel {
			t.Fatalf("muted: level %+v", s.Level)
		}
		if s.TalkingWhileMuted {
			talking++
		}
		if at > mute { // after the fade
			worst = math.Max(worst, opustest.Level(r.pcm[at:at+960]))
		}
	})
	if talking < 100 {
		t.Errorf("talking was noticed in %d of %d muted packets", talking, (open-mute)/960)
	}
	if muted := opustest.Level(r.pcm[mute+960 : open]); worst > -48 || muted < -76 {
		t.Errorf("muted: level %.1f dBFS, at worst %.1f", muted, worst)
	}
	// Neither end clicks: no step is larger than those of the speech.
	step := func(x []float32) float64 {
		var s float64
		for i := 1; i < len(x); i++ {
			s = math.Max(s, math.Abs(float64(x[i]-x[i-1])))
		}
		return s
	}
	whole := step(r.pcm[:mute])
	if s := step(r.pcm[mute-10 : mute+960]); s > 0.5*whole {
		t.Errorf("muting: a step of %.4f, in speech %.4f", s, whole)
	}
	if s := step(r.pcm[open-10 : open+1440]); s > 1.2*whole {
		t.Errorf("opening: a step of %.4f, in speech %.4f", s, whole)
	}
	if st := e.Denoiser().Stats(); st.ObservedHops != (open-mute)/480 {
		t.Errorf("%d hops were observed, want %d", st.ObservedHops, (open-mute)/480)
	}
	if e.Muted() || e.TalkingWhileMuted() {
		t.Error("muted at the end")
	}
	e.Denoiser().Reset()
	feed(t, e, x[:80*960], 960, nil)
	e.SetMuted(true)
	if !e.Muted() || !e.TalkingWhileMuted() {
		t.Error("talking into a muted microphone is not noticed")
	}
}

// With the neural engine pauses are so quiet that the floor's noise has a part too.
func TestEncoderReset(t *testing.T) {
	for _, engine := range []denoise.Engine{denoise.Classical, denoise.Neural} {
		t.Run(engine.String(), func(t *testing.T) { testEncoderReset(t, engine) })
	}
}

func testEncoderReset(t *testing.T, engine denoise.Engine) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)[:3*48000]
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
	if err != nil {
		t.Fatal(err)
	}
	e := newSender(t, enc, denoise.Config{SampleRate: 48000, FrameSize: 960, Engine: engine}, opusio.SendOptions{DTX: true})
	run := func() (all []byte) {
		feed(t, e, x, 960, func(_ int, p []byte) { all = append(all, p...) })
		return all
	}
	first := run()
	if err := e.Reset(); err != nil {
		t.Fatal(err)
	}
	if second := run(); string(first) != string(second) {
		t.Error("the stream differs after Reset")
	}
	noise := e.Denoiser().Stats().NoiseDBFS
	e.ResetTransient()
	if got := e.Denoiser().Stats().NoiseDBFS; math.Abs(got-noise) > 0.01 {
		t.Errorf("ResetTransient moves the noise from %.2f to %.2f dBFS", noise, got)
	}
	plain := newSender(t, opusio.FromFloat32Encoder(nil), denoise.Config{SampleRate: 48000}, opusio.SendOptions{})
	if err := plain.Reset(); err == nil || !strings.HasPrefix(err.Error(), "opusio: ") {
		t.Errorf("a codec without Reset: %v", err)
	}
}

func TestEncoderErrors(t *testing.T) {
	d := opustest.NewDenoiser(t, denoise.Config{SampleRate: 48000, FrameSize: 480})
	bad := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.HasPrefix(err.Error(), "opusio: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, f := range map[string]func() (*opusio.DenoisingEncoder, error){
		"no encoder": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(nil, d, opusio.SendOptions{})
		},
		"no denoiser": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(&recorder{}, nil, opusio.SendOptions{})
		},
		"44.1 kHz": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(&recorder{}, opustest.NewDenoiser(t, denoise.Config{SampleRate: 44100}), opusio.SendOptions{})
		},
		"three channels": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(&recorder{}, opustest.NewDenoiser(t, denoise.Config{SampleRate: 48000, Channels: 3}), opusio.SendOptions{})
		},
		"rates differ": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(&hrabanEncoder{}, opustest.NewDenoiser(t, denoise.Config{SampleRate: 16000}), opusio.SendOptions{})
		},
		"floor above full scale": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(&recorder{}, d, opusio.SendOptions{FloorDBFS: 1})
		},
		"floor NaN": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(&recorder{}, d, opusio.SendOptions{FloorDBFS: math.NaN()})
		},
		"DTX before": func() (*opusio.DenoisingEncoder, error) {
			return opusio.NewDenoisingEncoder(&recorder{}, d, opusio.SendOptions{DTXAfter: -1})
		},
	} {
		_, err := f()
		bad(what, err)
	}
	e, err := opusio.NewDenoisingEncoder(&recorder{}, d, opusio.SendOptions{})
	if err != nil {
		t.Fatal(err)
	}
	packet := make([]byte, 100)
	for _, n := range []int{0, 1, 120, 240, 479, 720, 1440, 6000} {
		_, err := e.EncodeFloat32(make([]float32, n), packet)
		bad("a frame", err)
		_, err = e.Encode(make([]int16, n), packet)
		bad("a frame", err)
	}
	_, err = e.EncodeFloat32(make([]float32, 960), nil)
	bad("no room", err)
}

// Setters and readers of any goroutine, under the race detector.
func TestEncoderSettersRace(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)[:48000]
	var r recorder
	e := newSender(t, &r, denoise.Config{SampleRate: 48000}, opusio.SendOptions{})
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for _, f := range []func(i int){
		func(i int) { e.SetMuted(i%2 == 0) },
		func(i int) { e.SetDTX(i%3 == 0) },
		func(int) { e.TalkingWhileMuted(); e.Muted() },
		func(i int) { e.Denoiser().SetStrength(denoise.Strength(i % 6)) },
		func(i int) { e.Denoiser().SetBypass(i%2 == 0); e.Denoiser().Stats() },
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
	feed(t, e, x, 960, nil)
	close(stop)
	wg.Wait()
	if !opustest.Finite(r.pcm) {
		t.Error("not finite")
	}
}

func TestEncoderDoesNotAllocate(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
	if err != nil {
		t.Fatal(err)
	}
	e := newSender(t, enc, denoise.Config{SampleRate: 48000, FrameSize: 960, ComfortNoiseDB: -65}, opusio.SendOptions{DTX: true})
	packet, pcm := make([]byte, opusio.MaxPacketBytes), opustest.Int16(x)
	packetizer := opusio.NewPacketizer(1, 2)
	at := 0
	step := func() {
		n, err := e.EncodeFloat32(x[at:at+960], packet)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err = packetizer.Next(packet[:n], e.Status().Delivery); err != nil {
			t.Fatal(err)
		}
		e.SetMuted(at%5 == 0)
		if _, err = e.Encode(pcm[at:at+960], packet); err != nil {
			t.Fatal(err)
		}
		at += 960
	}
	for range 100 {
		step()
	}
	if a := testing.AllocsPerRun(200, step); a != 0 {
		t.Errorf("%v allocations per packet", a)
	}
}
