package opustest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/quietline/quietline/denoise"
	"github.com/quietline/quietline/opusio"
)

// Calls runs both ends of a call over a backend.
func Calls(t *testing.T, b opusio.Backend) {
	t.Run("RoundTrip", func(t *testing.T) { t.Parallel(); callRoundTrip(t, b) })
	t.Run("Frames", func(t *testing.T) { t.Parallel(); callFrames(t, b) })
	t.Run("Loss", func(t *testing.T) { t.Parallel(); callLoss(t, b) })
	t.Run("Silence", func(t *testing.T) { t.Parallel(); callSilence(t, b) })
}

// NewDenoiser returns a denoiser or ends the test.
func NewDenoiser(t testing.TB, cfg denoise.Config) *denoise.Denoiser {
	t.Helper()
	d, err := denoise.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newDenoisingEncoder(t testing.TB, b opusio.Backend, cfg opusio.EncoderConfig, frame int, o opusio.SendOptions) *opusio.DenoisingEncoder {
	t.Helper()
	e, err := opusio.NewDenoisingEncoder(newEncoder(t, b, cfg),
		NewDenoiser(t, denoise.Config{SampleRate: cfg.SampleRate, Channels: max(cfg.Channels, 1), FrameSize: frame}), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func newDenoisingDecoder(t testing.TB, b opusio.Backend, rate, channels int) *opusio.DenoisingDecoder {
	t.Helper()
	d, err := opusio.NewDenoisingDecoder(newDecoder(t, b, rate, channels),
		NewDenoiser(t, denoise.Config{SampleRate: rate, Channels: channels, FrameSize: rate / 400}))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// snr returns the ratio of speech and everything else in y, in dB, of which x
// is the clean speech, y scaled to fit.
func snr(x, y []float32) float64 {
	r := Correlation(x, y, 0)
	return 10 * math.Log10(r*r/(1-r*r))
}

// callRoundTrip: noisy speech arrives cleaner than it was sent, at the level
// and the time it should.
func callRoundTrip(t *testing.T, b opusio.Backend) {
	for _, rate := range Rates {
		clean, noisy := Sound(t, "speech_48k.wav", rate), Sound(t, "noisy_rain_48k.wav", rate)
		frame := rate / 50
		send := newDenoisingEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Bitrate: 32000, Application: opusio.Audio, Complexity: 3}, frame, opusio.SendOptions{})
		received := Decode(t, newDecoder(t, b, rate, 1), Encode(t, send, noisy, frame), frame, 1)

		plain := newEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Bitrate: 32000, Application: opusio.Audio, Complexity: 3})
		receive := newDenoisingDecoder(t, b, rate, 1)
		cleaned := Decode(t, receive, Encode(t, plain, noisy, frame), frame, 1)

		for name, c := range map[string]struct {
			y     []float32
			delay int
		}{
			"before encoding": {received, send.Latency()},
			"after decoding":  {cleaned, receive.Latency() + plain.Lookahead()},
		} {
			from := rate // the first second is noise alone
			x, n, y := clean[from:len(clean)-rate/2], noisy[from:], c.y[from+c.delay:]
			x = x[:min(len(x), len(y))]
			before, after := snr(x, n), snr(x, y)
			level := Level(y[:len(x)]) - Level(x)
			at, _ := Delay(x[:rate/2+2*c.delay], c.y[from:], 2*c.delay)
			t.Logf("%d Hz, denoised %s: SNR %.1f → %.1f dB, level %+.1f dB, delay %d of %d", rate, name, before, after, level, at, c.delay)
			if after < before+3 || math.Abs(level) > 2 || at < c.delay-3 || at > c.delay+1 || !Finite(c.y) {
				t.Errorf("%d Hz, denoised %s: SNR %.1f → %.1f dB, level %+.1f dB, delay %d of %d", rate, name, before, after, level, at, c.delay)
			}
		}
	}
}

// callFrames: every frame length, mono and stereo, every rate, at both ends.
func callFrames(t *testing.T, b opusio.Backend) {
	for _, rate := range Rates {
		noisy := Sound(t, "noisy_rain_48k.wav", rate)[rate : rate*15/8]
		for _, channels := range []int{1, 2} {
			x := Interleave(noisy, channels)
			for _, d := range Durations {
				n := Samples(d, rate)
				declared := 0
				if (channels == 1) == (d < 20*time.Millisecond) {
					declared = n
				}
				name := fmt.Sprintf("%d Hz, %d channels, %v, FrameSize %d", rate, channels, d, declared)
				cfg := opusio.EncoderConfig{SampleRate: rate, Channels: channels, Bitrate: 64000, Complexity: opusio.MinComplexity}
				send := newDenoisingEncoder(t, b, cfg, declared, opusio.SendOptions{})
				packets := Encode(t, send, x, n*channels)
				for _, p := range packets {
					if got, err := opusio.PacketDuration(p); got != d {
						t.Fatalf("%s: a packet of %v, %v", name, got, err)
					}
				}
				y := Decode(t, newDenoisingDecoder(t, b, rate, channels), packets, n*channels, channels)
				// Rain without a quiet start: speech stays, noise goes down.
				if g := Level(y) - Level(x); !Finite(y) || g > 0.5 || g < -8 {
					t.Errorf("%s: level changed by %.1f dB", name, g)
				}
			}
		}
	}
}

// click returns the largest second difference of x: what a click is heard by.
func click(x []float32) float64 {
	var c float64
	for i := 2; i < len(x); i++ {
		c = math.Max(c, math.Abs(float64(x[i])-2*float64(x[i-1])+float64(x[i-2])))
	}
	return c
}

// callLoss: a tenth of packets lost at random, recovered from the next one or
// concealed, with and without a denoiser behind the decoder.
func callLoss(t *testing.T, b opusio.Backend) {
	for _, c := range []struct {
		rate, channels int
		d              time.Duration
		fec            bool
	}{
		{48000, 1, 20 * time.Millisecond, true}, {48000, 2, 20 * time.Millisecond, true}, {16000, 1, 20 * time.Millisecond, true},
		{8000, 1, 60 * time.Millisecond, true}, {48000, 1, 10 * time.Millisecond, false}, {48000, 1, 60 * time.Millisecond, false},
	} {
		x := Interleave(Sound(t, "noisy_rain_48k.wav", c.rate), c.channels)
		frame := Samples(c.d, c.rate) * c.channels
		packets := Encode(t, newEncoder(t, b, opusio.EncoderConfig{
			SampleRate: c.rate, Channels: c.channels, Bitrate: 24000 * c.channels, FEC: c.fec, ExpectedLoss: 10,
		}), x, frame)

		play := func(d opusio.Decoder, lossy bool) []float32 {
			lost := rand.New(rand.NewPCG(7, 7))
			var y []float32
			buf := make([]float32, frame)
			for i, p := range packets {
				var err error
				n := frame / c.channels
				switch {
				case !(lossy && lost.Float64() < 0.1):
					n, err = d.DecodeFloat32(p, buf)
				case c.fec && i+1 < len(packets):
					err = d.(opusio.FECDecoder).DecodeFECFloat32(packets[i+1], buf)
				default:
					err = d.(opusio.Concealer).DecodePLCFloat32(buf)
				}
				if err != nil || n*c.channels != frame {
					t.Fatalf("packet %d: %d samples, %v", i, n, err)
				}
				y = append(y, buf...)
			}
			return y
		}
		whole, lossy := newDenoisingDecoder(t, b, c.rate, c.channels), newDenoisingDecoder(t, b, c.rate, c.channels)
		play(whole, false)
		y, plain := play(lossy, true), play(newDecoder(t, b, c.rate, c.channels), true)
		var worst, allowed float64
		for ch := range c.channels {
			worst = math.Max(worst, click(Channel(y, ch, c.channels)))
			allowed = math.Max(allowed, click(Channel(plain, ch, c.channels)))
		}
		noise, want := lossy.Denoiser().Stats().NoiseDBFS, whole.Denoiser().Stats().NoiseDBFS
		t.Logf("%+v: click %.4f, without denoiser %.4f; noise %.2f dBFS, without loss %.2f", c, worst, allowed, noise, want)
		if !Finite(y) || worst > 1.05*allowed {
			t.Errorf("%+v: the worst click is %.4f with the denoiser, %.4f without", c, worst, allowed)
		}
		if math.Abs(noise-want) > 1 {
			t.Errorf("%+v: noise at %.2f dBFS, without loss at %.2f", c, noise, want)
		}

		// A long gap moves the noise by nothing at all.
		buf := make([]float32, frame)
		if _, err := lossy.DecodeFloat32(packets[len(packets)-1], buf); err != nil {
			t.Fatal(err)
		}
		noise = lossy.Denoiser().Stats().NoiseDBFS
		for range int(time.Second / c.d) {
			if err := lossy.DecodePLCFloat32(buf); err != nil {
				t.Fatal(err)
			}
		}
		if got := lossy.Denoiser().Stats().NoiseDBFS; got != noise {
			t.Errorf("%+v: a second of concealment moves the noise from %.3f to %.3f dBFS", c, noise, got)
		}
	}
}

// callSilence: with DTX the far end hears the pauses as loud as without.
func callSilence(t *testing.T, b opusio.Backend) {
	const rate, frame = 48000, 960
	x := Pauses(t)
	play := func(o opusio.SendOptions) (y []float32, skipped int) {
		send := newDenoisingEncoder(t, b, opusio.EncoderConfig{SampleRate: rate, Bitrate: 24000}, frame, o)
		d := newDecoder(t, b, rate, 1)
		packet, buf := make([]byte, opusio.MaxPacketBytes), make([]float32, frame)
		for at := 0; at+frame <= len(x); at += frame {
			n, err := send.EncodeFloat32(x[at:at+frame], packet)
			if err != nil {
				t.Fatal(err)
			}
			if send.Status().Delivery == opusio.Skip { // not sent
				skipped++
				err = d.DecodePLCFloat32(buf)
			} else {
				_, err = d.DecodeFloat32(packet[:n], buf)
			}
			if err != nil {
				t.Fatal(err)
			}
			y = append(y, buf...)
		}
		return y, skipped
	}
	all, _ := play(opusio.SendOptions{})
	dtx, skipped := play(opusio.SendOptions{DTX: true})
	share := float64(skipped) / float64(len(x)/frame)
	pause := len(x) - 2*rate // the last two seconds of three
	a, z := Level(all[pause:]), Level(dtx[pause:])
	t.Logf("%.0f %% of packets are not sent; pauses at %.1f dBFS, with all packets %.1f", 100*share, z, a)
	if share < 0.3 || math.Abs(a-z) > 6 {
		t.Errorf("%.0f %% of packets are not sent; pauses at %.1f dBFS, with all packets %.1f", 100*share, z, a)
	}
}

// Pauses returns speech in rain with two pauses of rain alone, of two and three
// seconds, at 48 kHz.
func Pauses(t testing.TB) []float32 {
	t.Helper()
	speech, rain := Sound(t, "noisy_rain_48k.wav", 48000), Sound(t, "noise_rain_48k.wav", 48000)
	rain = rain[:len(rain)/960*960]
	x := append([]float32(nil), speech...)
	x = append(append(x, rain...), speech[48000:]...)
	x = append(x, rain...)
	return append(x, rain[:48000]...)
}
