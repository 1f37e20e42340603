package opusio_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
	"github.com/quietline/quietline/opusio/internal/opustest"
)

// player is a Decoder that gives the next samples of a recording for every
// packet, and nothing else.
type player struct {
	x    []float32
	rate int
}

func (p *player) DecodeFloat32(packet []byte, pcm []float32) (int, error) {
	n, err := opusio.PacketSamples48(packet)
	if err != nil {
		return 0, err
	}
	n = n * p.rate / 48000
	copy(pcm[:n], p.x)
	p.x = p.x[n:]
	return n, nil
}

func (p *player) Decode([]byte, []int16) (int, error) { panic("the wrapper decodes to float32") }

func newReceiver(t testing.TB, dec opusio.Decoder, cfg denoise.Config) *opusio.DenoisingDecoder {
	t.Helper()
	d, err := opusio.NewDenoisingDecoder(dec, opustest.NewDenoiser(t, cfg))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var packet20ms = []byte{9 << 3, 1, 2}

// What comes out is what the denoiser makes of what the decoder gives, whatever
// the order of packets, losses and recoveries.
func TestDecoderGivesWhatTheDenoiserGives(t *testing.T) {
	for _, channels := range []int{1, 2} {
		x := opustest.Interleave(opustest.Sound(t, "noisy_rain_48k.wav", 48000)[:3*48000], channels)
		enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Channels: channels, Bitrate: 32000, FEC: true, ExpectedLoss: 20})
		if err != nil {
			t.Fatal(err)
		}
		frame := 960 * channels
		packets := opustest.Encode(t, enc, x, frame)
		dec := func() opusio.BackendDecoder {
			d, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: 48000, Channels: channels})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		cfg := denoise.Config{SampleRate: 48000, Channels: channels}
		got, got16, plain := newReceiver(t, dec(), cfg), newReceiver(t, dec(), cfg), dec()
		d := opustest.NewDenoiser(t, cfg)
		y, want, pcm := make([]float32, 5760*channels), make([]float32, frame), make([]int16, 5760*channels)
		for i, p := range packets {
			var errs []error
			run := func(e error) { errs = append(errs, e) }
			n, n16 := 960, 960
			switch {
			case i%7 == 3 && i+1 < len(packets): // recovered
				run(got.DecodeFECFloat32(packets[i+1], y[:frame]))
				run(got16.DecodeFEC(packets[i+1], pcm[:frame]))
				run(plain.DecodeFECFloat32(packets[i+1], want))
				d.Conceal(want, want)
			case i%7 == 5: // concealed
				run(got.DecodePLCFloat32(y[:frame]))
				run(got16.DecodePLC(pcm[:frame]))
				run(plain.DecodePLCFloat32(want))
				d.Conceal(want, want)
			case i%14 == 6: // concealed by another name
				n, err = got.DecodeFloat32(nil, y)
				run(err)
				n16, err = got16.Decode(nil, pcm)
				run(err)
				run(plain.DecodePLCFloat32(want))
				d.Conceal(want, want)
			default:
				n, err = got.DecodeFloat32(p, y)
				run(err)
				n16, err = got16.Decode(p, pcm)
				run(err)
				_, err = plain.DecodeFloat32(p, want)
				run(err)
				d.Process(want, want)
			}
			if err := errors.Join(errs...); err != nil || n != 960 || n16 != 960 {
				t.Fatalf("packet %d: %d and %d samples, %v", i, n, n16, err)
			}
			for k, w := range want {
				r := math.Min(math.Max(math.Round(float64(w)*32768), -32768), 32767)
				if y[k] != w || math.Abs(float64(pcm[k])-r) > 1 {
					t.Fatalf("packet %d, sample %d: %v, %d; want %v", i, k, y[k], pcm[k], w)
				}
			}
		}
		if g, w := got.Denoiser().Stats(), d.Stats(); g != w {
			t.Errorf("statistics %+v, want %+v", g, w)
		}
		if got.Latency() != d.Latency() {
			t.Errorf("latency %d, want %d", got.Latency(), d.Latency())
		}
	}
}

// A packet without sound teaches nothing: what comes out is the decoder's own
// comfort noise.
func TestDecoderDTXTeachesNothing(t *testing.T) {
	x := append(opustest.Noise(2*48000, 1, -50), opustest.Noise(2*48000, 2, -30)...)
	w := newReceiver(t, &player{x, 48000}, denoise.Config{SampleRate: 48000})
	pcm := make([]float32, 5760)
	for range 100 {
		if _, err := w.DecodeFloat32(packet20ms, pcm); err != nil {
			t.Fatal(err)
		}
	}
	noise := w.Denoiser().Stats().NoiseDBFS
	for range 100 {
		if _, err := w.DecodeFloat32(packet20ms[:1], pcm); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.Denoiser().Stats().NoiseDBFS; got != noise || math.Abs(noise+50) > 1 {
		t.Errorf("noise at %.2f dBFS, after DTX %.2f", noise, got)
	}
}

// A decoder that cannot conceal fades out and in: no step, no silence from one
// sample to the next.
func TestDecoderConcealsByItself(t *testing.T) {
	const rate = 48000
	x := make([]float32, 4*rate)
	for i := range x {
		x[i] = float32(0.3 * math.Sin(2*math.Pi*300*float64(i)/rate))
	}
	for _, lost := range []time.Duration{2500 * time.Microsecond, 20 * time.Millisecond, 60 * time.Millisecond} {
		w := newReceiver(t, opusio.FromFloat32Decoder((&player{x, rate}).DecodeFloat32, 1), denoise.Config{SampleRate: rate, Strength: denoise.Off})
		var y []float32
		buf := make([]float32, 5760)
		for i := range 100 {
			n, err := w.DecodeFloat32(packet20ms, buf)
			if err != nil {
				t.Fatal(err)
			}
			y = append(y, buf[:n]...)
			if i%10 == 9 {
				gap := buf[:opustest.Samples(lost, rate)]
				if i%20 == 9 {
					err = w.DecodePLCFloat32(gap)
				} else {
					err = w.DecodeFECFloat32(packet20ms, gap) // it cannot do that either
				}
				if err != nil {
					t.Fatal(err)
				}
				y = append(y, gap...)
			}
		}
		slope := 0.3 * 2 * math.Pi * 300 / rate
		var step float64
		for i := 1; i < len(y); i++ {
			step = math.Max(step, math.Abs(float64(y[i]-y[i-1])))
		}
		// Turned around in time, the sine goes on with the opposite slope.
		if step > 1.5*slope && lost >= 20*time.Millisecond || step > 0.35 {
			t.Errorf("%v lost: a step of %.4f, the sine's are up to %.4f", lost, step, slope)
		}
	}
}

func TestDecoderMute(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)
	w := newReceiver(t, &player{x, 48000}, denoise.Config{SampleRate: 48000, FrameSize: 960})
	buf := make([]float32, 960)
	voice := 0
	for i := range len(x) / 960 {
		w.SetMuted(i >= 100 && i < 250)
		if i == 200 { // lost
			if err := w.DecodePLCFloat32(buf); err != nil {
				t.Fatal(err)
			}
		} else if _, err := w.DecodeFloat32(packet20ms, buf); err != nil {
			t.Fatal(err)
		}
		if w.Muted() && i > 100 {
			if opustest.Level(buf) > -190 {
				t.Fatalf("packet %d: muted, at %.0f dBFS", i, opustest.Level(buf))
			}
			if w.Denoiser().Stats().Voice {
				voice++
			}
		}
	}
	if voice < 80 || opustest.Level(buf) < -90 {
		t.Errorf("voice in %d muted packets; afterwards %.0f dBFS", voice, opustest.Level(buf))
	}
}

func TestDecoderReset(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)[:2*48000]
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
	if err != nil {
		t.Fatal(err)
	}
	packets := opustest.Encode(t, enc, x, 960)
	dec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: 48000})
	if err != nil {
		t.Fatal(err)
	}
	w := newReceiver(t, dec, denoise.Config{SampleRate: 48000})
	first := opustest.Decode(t, w, packets, 960, 1)
	noise := w.Denoiser().Stats().NoiseDBFS
	w.ResetTransient()
	if got := w.Denoiser().Stats().NoiseDBFS; math.Abs(got-noise) > 0.01 {
		t.Errorf("ResetTransient moves the noise from %.2f to %.2f dBFS", noise, got)
	}
	if err := w.Reset(); err != nil {
		t.Fatal(err)
	}
	for i, v := range opustest.Decode(t, w, packets, 960, 1) {
		if v != first[i] {
			t.Fatalf("sample %d differs after Reset", i)
		}
	}
	if err := newReceiver(t, &hrabanDecoder{}, denoise.Config{SampleRate: 48000}).Reset(); err == nil {
		t.Error("a decoder without Reset was reset")
	}
}

func TestDecoderErrors(t *testing.T) {
	bad := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.HasPrefix(err.Error(), "opusio: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	d := opustest.NewDenoiser(t, denoise.Config{SampleRate: 48000, FrameSize: 480})
	_, err := opusio.NewDenoisingDecoder(nil, d)
	bad("no decoder", err)
	_, err = opusio.NewDenoisingDecoder(&player{}, nil)
	bad("no denoiser", err)
	_, err = opusio.NewDenoisingDecoder(&player{}, opustest.NewDenoiser(t, denoise.Config{SampleRate: 32000}))
	bad("32 kHz", err)

	w, err := opusio.NewDenoisingDecoder(&player{make([]float32, 96000), 48000}, d)
	if err != nil {
		t.Fatal(err)
	}
	pcm, pcm16 := make([]float32, 5760), make([]int16, 5760)
	_, err = w.DecodeFloat32([]byte{3}, pcm)
	bad("no packet", err)
	_, err = w.DecodeFloat32(packet20ms, pcm[:959])
	bad("no room", err)
	_, err = w.Decode(packet20ms, pcm16[:959])
	bad("no room", err)
	_, err = w.DecodeFloat32([]byte{28 << 3, 1}, pcm) // 2.5 ms
	bad("FrameSize", err)
	bad("an odd length", w.DecodePLCFloat32(pcm[:479]))
	bad("no length", w.DecodePLC(nil))
	bad("FrameSize", w.DecodePLC(pcm16[:120]))
	bad("no packet", w.DecodeFECFloat32(nil, pcm[:960]))
	bad("no packet", w.DecodeFEC(nil, pcm16[:960]))

	// A decoder at another rate than the denoiser gives itself away.
	w, err = opusio.NewDenoisingDecoder(&player{make([]float32, 96000), 16000}, opustest.NewDenoiser(t, denoise.Config{SampleRate: 48000}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.DecodeFloat32(packet20ms, pcm)
	bad("another rate", err)
}

func TestDecoderSettersRace(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)
	w := newReceiver(t, &player{x, 48000}, denoise.Config{SampleRate: 48000})
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Add(1)
	go func() {
		defer wg.Done()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				w.SetMuted(i%2 == 0)
				w.Muted()
				w.Denoiser().SetStrength(denoise.Strength(i % 6))
				w.Denoiser().Stats()
			}
		}
	}()
	buf := make([]float32, 960)
	for range 50 {
		if _, err := w.DecodeFloat32(packet20ms, buf); err != nil || !opustest.Finite(buf) {
			t.Fatal(err, "or not finite")
		}
	}
	close(stop)
	wg.Wait()
}

func TestDecoderDoesNotAllocate(t *testing.T) {
	x := opustest.Sound(t, "noisy_rain_48k.wav", 48000)
	enc, err := opusio.Default.NewEncoder(opusio.EncoderConfig{SampleRate: 48000, Bitrate: 24000})
	if err != nil {
		t.Fatal(err)
	}
	packets := opustest.Encode(t, enc, x, 960)
	dec, err := opusio.Default.NewDecoder(opusio.DecoderConfig{SampleRate: 48000})
	if err != nil {
		t.Fatal(err)
	}
	w := newReceiver(t, dec, denoise.Config{SampleRate: 48000})
	pcm, pcm16 := make([]float32, 5760), make([]int16, 5760)
	i := 0
	step := func() {
		if _, err := w.DecodeFloat32(packets[i%len(packets)], pcm); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Decode(packets[(i+1)%len(packets)], pcm16); err != nil {
			t.Fatal(err)
		}
		i += 2
	}
	for range 100 {
		step()
	}
	if a := testing.AllocsPerRun(200, step); a != 0 {
		t.Errorf("%v allocations per packet", a)
	}
	// Nor does the wrapper for a lost packet, over a codec that does not.
	quiet := newReceiver(t, &player{x, 48000}, denoise.Config{SampleRate: 48000})
	if a := testing.AllocsPerRun(100, func() {
		if err := errors.Join(quiet.DecodePLCFloat32(pcm[:960]), quiet.DecodePLC(pcm16[:960]), quiet.DecodeFEC(packet20ms, pcm16[:960])); err != nil {
			t.Fatal(err)
		}
	}); a != 0 {
		t.Errorf("%v allocations per lost packet", a)
	}
}
